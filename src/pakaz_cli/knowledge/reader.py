"""Reads the fields of a strict document into values, and notes what is wrong with them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from pakaz_cli.model import Finding, Level
from pakaz_cli.text import markdown
from pakaz_cli.text.closest import closest
from pakaz_cli.text.dates import last_day

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pakaz_cli.knowledge.strict_yaml import Node

MAX_URL = 2_000
#: So many findings are told, and of so many unknown names what may be meant by them.
MAX_FINDINGS = 1_000
MAX_SUGGESTIONS = 20

_ID = re.compile(r"[a-z0-9-]{1,64}")
_URL = re.compile(r"https?://[!#-;=?-\[\]_a-z~]+", re.IGNORECASE | re.ASCII)
#: C0 but newline, DEL, C1 and surrogates: what no text may hold, however it was written.
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class Field(NamedTuple):
    """What a key of a mapping holds, and whether it must be there."""

    read: Callable[[Reader, Node], Any]
    required: bool = False


class Reader:
    """Reads nodes into values and notes what is wrong with them."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self._suggestions = 0

    def note(self, node: Node, code: str, message: str, level: Level = Level.ERROR) -> None:
        """Note a finding at the place of `node`; from some number on, only that there are more."""
        if len(self.findings) < MAX_FINDINGS:
            self.findings.append(Finding(node.line, node.column, code, message, level))
        elif len(self.findings) == MAX_FINDINGS:
            message = f"over {MAX_FINDINGS} findings; the rest is not told"
            self.findings.append(Finding(node.line, node.column, "too-many", message))

    def suggestion(self, name: str, known: Iterable[str]) -> str:
        """Say which known name may be meant, for the first few: looking takes time."""
        if self._suggestions == MAX_SUGGESTIONS:
            return ""
        self._suggestions += 1
        close = closest(name, known)
        return f"; did you mean {close!r}?" if close else ""

    def mapping(self, node: Node, fields: Mapping[str, Field], what: str) -> dict[str, Any]:
        """Read a mapping by its table; keys that are missing or unreadable are left out."""
        if not isinstance(node.value, dict):
            self.note(node, "wrong-type", f"{what} must be a mapping of {', '.join(fields)}")
            return {}
        values: dict[str, Any] = {}
        for name, pair in node.value.items():
            field = fields.get(name)
            if field is None:
                self.note(
                    pair.key,
                    "unknown-key",
                    f"{what} has no key {name!r}{self.suggestion(name, fields)}",
                )
                continue
            value = field.read(self, pair.value)
            if value is not None:
                values[name] = value
        for name, field in fields.items():
            if field.required and name not in node.value:
                self.note(node, "missing-key", f"{what} needs the key {name!r}")
        return values

    def items(self, node: Node, what: str) -> list[Node]:
        """Return the items of a list node."""
        if isinstance(node.value, list):
            return node.value
        self.note(node, "wrong-type", f"{what} must be a list")
        return []

    def text(self, node: Node) -> str | None:
        """Read a text that is not blank; its last line break goes."""
        if not isinstance(node.value, str):
            self.note(node, "wrong-type", "this must be text")
            return None
        found = _CONTROL.search(node.value)
        if found:
            self.note(
                node,
                "control-character",
                f"the text holds U+{ord(found.group()):04X}, which must not be",
            )
            return None
        value = node.value.rstrip("\n")
        if not value.strip():
            self.note(node, "empty", "this must not be empty")
            return None
        return value

    def line(self, node: Node) -> str | None:
        """Read a text of one line."""
        value = self.text(node)
        if value is not None and "\n" in value:
            self.note(node, "line-break", "this must be one line")
            return None
        return value

    def prose(self, node: Node) -> str | None:
        """Read a text in small Markdown."""
        value = self.text(node)
        for number, what in markdown.leftovers(value or ""):
            advice = "use paragraphs, '- ' bullets, **bold** and [text](https://…)"
            line, column = (
                (node.line + 1 + number, 1) if node.is_block else (node.line, node.column)
            )
            message = f"{what} is not drawn; {advice}"
            self.findings.append(Finding(line, column, "markdown", message, Level.CHECK))
        return value

    def lines(self, node: Node) -> tuple[str, ...]:
        """Read a list of one-line texts."""
        values = (self.line(item) for item in self.items(node, "this"))
        return tuple(value for value in values if value is not None)

    def identifier(self, node: Node) -> str | None:
        """Read an id: 1–64 small letters, digits and dashes."""
        value = self.line(node)
        if value is not None and not _ID.fullmatch(value):
            self.note(node, "bad-id", f"an id is 1–64 of a-z, 0-9 and '-', not {value[:80]!r}")
            return None
        return value

    def references(self, node: Node) -> tuple[tuple[Node, str], ...]:
        """Read a list of names that stand elsewhere, each with its place."""
        pairs = ((item, self.line(item)) for item in self.items(node, "this"))
        return tuple((item, value) for item, value in pairs if value is not None)

    def date(self, node: Node) -> str | None:
        """Read a date: YYYY, YYYY-MM or YYYY-MM-DD."""
        value = self.line(node)
        if value is not None and last_day(value) is None:
            self.note(
                node, "bad-date", f"a date is YYYY, YYYY-MM or YYYY-MM-DD, not {value[:40]!r}"
            )
            return None
        return value

    def url(self, node: Node) -> str | None:
        """Read a web address."""
        value = self.line(node)
        if value is not None and (len(value) > MAX_URL or not _URL.fullmatch(value)):
            message = f"an address is http:// or https:// and up to {MAX_URL} plain characters"
            self.note(node, "bad-url", message)
            return None
        return value
