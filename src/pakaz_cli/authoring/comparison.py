"""Reads an earlier evaluation and tells which questions ended otherwise since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pakaz_cli.errors import InputInvalidError
from pakaz_cli.knowledge import files
from pakaz_cli.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pakaz_cli.authoring.evaluation import Result


class Earlier(NamedTuple):
    """What had become of a question."""

    question: str
    outcome: str
    first: str | None  #: id of the entry ranked first


class Change(NamedTuple):
    """A question that ended otherwise than before."""

    before: Earlier
    now: Result


class Comparison(NamedTuple):
    """What changed between two evaluations."""

    changes: tuple[Change, ...]  #: in the order of the later one
    same: int  #: questions of the same outcome
    new: int  #: questions of the later one alone
    gone: int  #: questions of the earlier one alone


def load(path: str) -> tuple[Earlier, ...]:
    """Return the questions of a report that ``pakaz kb eval --json`` wrote.

    Raises InputMissingError when the file cannot be read, and InputInvalidError when it is no such
    report.
    """
    shown, data = files.read_first([path], "earlier report")
    if isinstance(data, Finding):
        raise InputInvalidError("earlier report", shown, [data])
    text, findings = files.decode(data)
    earlier = findings[0] if findings else _read(text)
    if isinstance(earlier, Finding):
        raise InputInvalidError("earlier report", shown, [earlier])
    return earlier


def _read(text: str) -> tuple[Earlier, ...] | Finding:
    import json  # noqa: PLC0415 - only a comparison reads JSON here

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
    return tuple(Earlier(one["question"], one["outcome"], one["first"]) for one in questions)


def _is_result(record: Any) -> bool:
    return (
        isinstance(record, dict)
        and isinstance(record.get("question"), str)
        and isinstance(record.get("outcome"), str)
        and isinstance(record.get("first", 0), str | None)
    )


def compare(earlier: Iterable[Earlier], results: Iterable[Result]) -> Comparison:
    """Match two evaluations by the text of the questions; one asked twice is matched in order."""
    waiting: dict[str, list[Earlier]] = {}
    for one in earlier:
        waiting.setdefault(one.question, []).append(one)
    changes: list[Change] = []
    same = new = 0
    for result in results:
        known = waiting.get(result.asked.question)
        if not known:
            new += 1
            continue
        before = known.pop(0)
        if before.outcome == result.verdict:
            same += 1
        else:
            changes.append(Change(before, result))
    return Comparison(tuple(changes), same, new, sum(map(len, waiting.values())))
