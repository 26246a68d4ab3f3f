"""Compares an evaluation with an earlier one: which questions changed outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pakaz_cli.errors import InputInvalidError
from pakaz_cli.knowledge import files
from pakaz_cli.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pakaz_cli.authoring.evaluation import Result


class Earlier(NamedTuple):
    """The earlier result of a question."""

    question: str
    outcome: str
    first: str | None  #: id of the entry ranked first


class Change(NamedTuple):
    """A question whose outcome changed."""

    before: Earlier
    now: Result


class Comparison(NamedTuple):
    """The differences between two evaluations."""

    changes: tuple[Change, ...]  #: in the order of the later evaluation
    same: int  #: questions with the same outcome
    new: int  #: questions only in the later evaluation
    gone: int  #: questions only in the earlier evaluation


def load(path: str) -> tuple[Earlier, ...]:
    """Return the questions of a report that ``pakaz kb eval --json`` wrote.

    Raises InputMissingError if the file cannot be read, and InputInvalidError if it is not such a
    report.
    """
    shown, data = files.read_first([path], "earlier report")
    if isinstance(data, Finding):
        raise InputInvalidError("earlier report", shown, [data])
    text, findings = files.decode(data)
    earlier = findings[0] if findings else _parse(text)
    if isinstance(earlier, Finding):
        raise InputInvalidError("earlier report", shown, [earlier])
    return earlier


def _parse(text: str) -> tuple[Earlier, ...] | Finding:
    import json

    try:
        report = json.loads(text)
    except json.JSONDecodeError as error:
        return Finding(error.lineno, error.colno, "bad-report", f"not JSON: {error.msg}")
    except (ValueError, RecursionError) as error:
        return Finding(1, 1, "bad-report", f"not JSON: {error}")
    questions = report.get("questions") if isinstance(report, dict) else None
    if not isinstance(questions, list):
        return Finding(1, 1, "bad-report", "not a report of `pakaz kb eval --json`")
    for number, record in enumerate(questions, 1):
        if not _is_result(record):
            message = f"question {number} must have question, outcome and first"
            return Finding(1, 1, "bad-report", message)
    return tuple(
        Earlier(record["question"], record["outcome"], record["first"]) for record in questions
    )


def _is_result(record: Any) -> bool:
    return (
        isinstance(record, dict)
        and isinstance(record.get("question"), str)
        and isinstance(record.get("outcome"), str)
        and isinstance(record.get("first", 0), str | None)
    )


def compare(earlier: Iterable[Earlier], results: Iterable[Result]) -> Comparison:
    """Match the results by the text of the questions, repeated questions in order."""
    unmatched: dict[str, list[Earlier]] = {}
    for before in earlier:
        unmatched.setdefault(before.question, []).append(before)
    changes: list[Change] = []
    same = new = 0
    for result in results:
        candidates = unmatched.get(result.asked.question)
        if not candidates:
            new += 1
            continue
        before = candidates.pop(0)
        if before.outcome == result.verdict:
            same += 1
        else:
            changes.append(Change(before, result))
    return Comparison(tuple(changes), same, new, sum(map(len, unmatched.values())))
