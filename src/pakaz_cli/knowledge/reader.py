"""Converts the nodes of a strict YAML document to values, and collects findings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pakaz_cli.knowledge import values as rules
from pakaz_cli.knowledge.yaml_errors import MAX_FINDINGS, too_many
from pakaz_cli.model import Finding, Level
from pakaz_cli.text import markdown
from pakaz_cli.text.closest import closest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from pakaz_cli.knowledge.strict_yaml import Node

#: Maximum number of unknown names for which a similar known name is suggested.
MAX_SUGGESTIONS = 20


class Field(NamedTuple):
    """How the value of a key is read, and whether the key is required."""

    read: Callable[[Reader, Node], Any]  #: returns None for an invalid value
    required: bool = False


class Reader:
    """Converts nodes to values; a method returns None for an invalid value and notes a finding.

    What is slow is done only if it is shown: unsupported Markdown is noted with `check_markdown`,
    and similar names are suggested in findings from the level `suggested` up.
    """

    def __init__(self, *, check_markdown: bool = False, suggested: Level = Level.CHECK) -> None:
        self._check_markdown = check_markdown
        self._suggested = suggested
        self._findings: list[Finding] = []
        self._markdown_findings: list[Finding] = []  # not counted against the maximum
        self._suggestions = 0

    def findings(self) -> list[Finding]:
        """Return all findings so far, in the order of lines."""
        return sorted(self._findings + self._markdown_findings)

    def note(self, node: Node, code: str, message: str, level: Level = Level.ERROR) -> None:
        """Note a finding at the position of `node`, up to the maximum number."""
        if len(self._findings) < MAX_FINDINGS:
            self._findings.append(Finding(node.line, node.column, code, message, level))
        elif len(self._findings) == MAX_FINDINGS:
            self._findings.append(too_many(node.line, node.column))

    def suggestion(self, name: str, known: Iterable[str], level: Level = Level.ERROR) -> str:
        """Return "; did you mean …?" if a known name is similar; slow, so only for the first."""
        if level < self._suggested or self._suggestions == MAX_SUGGESTIONS:
            return ""
        self._suggestions += 1
        close = closest(name, known)
        return f"; did you mean {close!r}?" if close else ""

    def mapping(self, node: Node, fields: Mapping[str, Field], what: str) -> dict[str, Any]:
        """Read a mapping by its table of fields; invalid and missing values are left out."""
        if not isinstance(node.value, dict):
            message = f"{what} must be a mapping with the keys {', '.join(fields)}"
            self.note(node, "wrong-type", message)
            return {}
        values: dict[str, Any] = {}
        for name, pair in node.value.items():
            field = fields.get(name)
            if field is None:
                message = f"unknown key {name!r} in {what}{self.suggestion(name, fields)}"
                self.note(pair.key, "unknown-key", message)
                continue
            value = field.read(self, pair.value)
            if value is not None:
                values[name] = value
        for name, field in fields.items():
            if field.required and name not in node.value:
                self.note(node, "missing-key", f"missing key {name!r} in {what}")
        return values

    def items(self, node: Node) -> list[Node]:
        """Return the items of a list node."""
        if isinstance(node.value, list):
            return node.value
        self.note(node, "wrong-type", "must be a list")
        return []

    def text(self, node: Node) -> str | None:
        """Read text that is not blank, without its trailing line breaks."""
        return self._checked(node, rules.text)

    def _checked(self, node: Node, rule: Callable[[str], rules.Problem | None]) -> str | None:
        if not isinstance(node.value, str):
            self.note(node, "wrong-type", "must be text")
            return None
        value = node.value.rstrip("\n")
        problem = rule(value)
        if problem is None:
            return value
        self.note(node, *problem)
        return None

    def line(self, node: Node) -> str | None:
        """Read a single line of text."""
        return self._checked(node, rules.line)

    def prose(self, node: Node) -> str | None:
        """Read text in small Markdown."""
        value = self.text(node)
        if self._check_markdown and value is not None:
            self._markdown_findings.extend(_unsupported(node, value))
        return value

    def lines(self, node: Node) -> tuple[str, ...]:
        """Read a list of single-line texts; invalid items are left out."""
        values = map(self.line, self.items(node))
        return tuple(value for value in values if value is not None)

    def identifier(self, node: Node) -> str | None:
        """Read an id: 1–64 lower-case letters, digits and dashes."""
        return self._checked(node, rules.identifier)

    def references(self, node: Node) -> tuple[tuple[Node, str], ...]:
        """Read a list of names that are defined elsewhere, each with its node."""
        pairs = ((item, self.line(item)) for item in self.items(node))
        return tuple((item, value) for item, value in pairs if value is not None)

    def date(self, node: Node) -> str | None:
        """Read a date: YYYY, YYYY-MM or YYYY-MM-DD."""
        return self._checked(node, rules.date)

    def url(self, node: Node) -> str | None:
        """Read a web address, of http or https."""
        return self._checked(node, rules.url)


def _unsupported(node: Node, value: str) -> Iterator[Finding]:
    """Yield a finding for each line of a text with Markdown that is not rendered."""
    advice = "use paragraphs, '- ' bullets, **bold** and [text](https://…)"
    for number, what in markdown.leftovers(value):
        # Only the lines of a block text are lines of the file.
        line, column = (node.line + 1 + number, 1) if node.is_block else (node.line, node.column)
        message = f"{what} is not rendered; {advice}"
        yield Finding(line, column, "markdown", message, Level.CHECK)
