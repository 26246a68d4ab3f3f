"""Reads files of questions with their right entries, for evaluating the search."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pakaz_cli.errors import InputInvalidError
from pakaz_cli.knowledge import files, strict_yaml
from pakaz_cli.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pakaz_cli.knowledge.strict_yaml import Node
    from pakaz_cli.model import KnowledgeBase


class Asked(NamedTuple):
    """A question of an evaluation, with the ids of the right entries: none if out of scope."""

    question: str
    expect: frozenset[str]
    tag: str = ""


_KEYS = {"question", "expect", "tag"}


def load(path: str, base: KnowledgeBase) -> tuple[Asked, ...]:
    """Return the questions in a file: JSON Lines, or a YAML list of the same mappings.

    Raises InputMissingError if the file cannot be read, and InputInvalidError if it is malformed or
    expects an entry that `base` lacks.
    """
    shown, data = files.read_first([path], "questions")
    findings: list[Finding] = [data] if isinstance(data, Finding) else []
    asked: list[Asked] = []
    if isinstance(data, bytes):
        text, findings = files.decode(data)
        if not findings:
            records = _from_json_lines(text) if text.lstrip().startswith("{") else _from_yaml(text)
            known = {entry.id for entry in base.entries}
            for line, record, error in records:
                problem = error or _problem(record, known)
                if problem is not None:
                    findings.append(Finding(line, 1, "bad-question", problem))
                else:
                    expect = frozenset(record["expect"])
                    asked.append(Asked(record["question"], expect, record.get("tag", "")))
    if findings:
        raise InputInvalidError("question file", shown, findings)
    return tuple(asked)


def _from_json_lines(text: str) -> Iterator[tuple[int, Any, str | None]]:
    """Yield the line number of each question, its record or None, and its error or None."""
    import json

    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                yield number, json.loads(line), None
            except (ValueError, RecursionError) as error:
                yield number, None, f"not a JSON object: {error}"


def _from_yaml(text: str) -> Iterator[tuple[int, Any, str | None]]:
    """Yield the same from YAML."""
    root, findings = strict_yaml.parse(text)
    for finding in findings:
        yield finding.line, None, finding.message
    if root is not None and isinstance(root.value, list):
        for node in root.value:
            yield node.line, _plain(node), None
    elif not findings:
        yield 1, None, "the file must contain a list of questions"


def _plain(node: Node) -> Any:
    """Return the value of a node without positions."""
    if isinstance(node.value, dict):
        return {key: _plain(pair.value) for key, pair in node.value.items()}
    if isinstance(node.value, list):
        return [_plain(item) for item in node.value]
    return node.value


def _problem(record: Any, known: set[str]) -> str | None:
    """Return the error in one question, or None."""
    if not isinstance(record, dict):
        return "a question must be a mapping with question, expect and tag"
    if not isinstance(record.get("question"), str):
        return "'question' must be text"
    expect = record.get("expect")
    if not isinstance(expect, list) or not all(
        isinstance(identifier, str) for identifier in expect
    ):
        return "'expect' must be a list of ids, empty if the question is out of scope"
    if not isinstance(record.get("tag", ""), str):
        return "'tag' must be text"
    if not record.keys() <= _KEYS:
        return f"unknown keys: {', '.join(sorted(record.keys() - _KEYS))}"
    missing = [identifier for identifier in expect if identifier not in known]
    return f"no entry has the id {missing[0]!r}" if missing else None
