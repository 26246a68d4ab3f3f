"""From a strict YAML document to a knowledge base, with every complaint on the way.

The tables below say what each mapping may hold; the reader walks them and never stops at the
first mistake. Only findings of level ERROR keep a knowledge base from being used.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from pakaz_cli import markdown
from pakaz_cli.dates import last_day
from pakaz_cli.model import Entry, Finding, KnowledgeBase, Level, Sector, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pakaz_cli.document import Node

SCHEMA_VERSION = "1"
MAX_URL = 2_000

_ID = re.compile(r"[a-z0-9-]{1,64}")
_URL = re.compile(r"https?://[!#-;=?-\[\]_a-z~]+", re.IGNORECASE)
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

    def note(self, node: Node, code: str, message: str, level: Level = Level.ERROR) -> None:
        """Note a finding at the place of `node`."""
        self.findings.append(Finding(node.line, node.column, code, message, level))

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
                    f"{what} has no key {name!r}{_did_you_mean(name, fields)}",
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
        for _, what in markdown.leftovers(value or ""):
            message = (
                f"{what} is not drawn; use paragraphs, '- ' bullets, **bold** and [text](https://…)"
            )
            self.note(node, "markdown", message, Level.CHECK)
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

    def version(self, node: Node) -> str | None:
        """Read the schema version."""
        value = self.line(node)
        if value is not None and value != SCHEMA_VERSION:
            self.note(
                node,
                "bad-schema",
                f"schema {value[:40]!r} is not known; this program reads schema {SCHEMA_VERSION}",
            )
            return None
        return value

    def sectors(self, node: Node) -> tuple[Sector, ...]:
        """Read the list of sectors."""
        found: dict[str, Sector] = {}
        for item in self.items(node, "sectors"):
            values = self.mapping(item, _SECTOR, "a sector")
            if "id" in values and self._is_new(values["id"], found, item, "sector"):
                found[values["id"]] = Sector(
                    values["id"], values.get("name", values["id"]), values.get("note")
                )
        return tuple(found.values())

    def sources(self, node: Node) -> dict[str, Source]:
        """Read the mapping of sources."""
        if not isinstance(node.value, dict):
            self.note(node, "wrong-type", "sources must be a mapping of keys to sources")
            return {}
        found: dict[str, Source] = {}
        for key, pair in node.value.items():
            self.line(pair.key)
            values = self.mapping(pair.value, _SOURCE, "a source")
            if "title" in values:
                found[key] = Source(
                    key,
                    values["title"],
                    *(values.get(name) for name in ("publisher", "date", "url")),
                )
        return found

    def synonyms(self, node: Node) -> tuple[tuple[str, ...], ...]:
        """Read the groups of words that mean the same."""
        return tuple(self.lines(item) for item in self.items(node, "synonyms"))

    def entries(self, node: Node) -> list[dict[str, Any]]:
        """Read the entries as far as they can be read alone."""
        found: dict[str, dict[str, Any]] = {}
        for item in self.items(node, "entries"):
            values = self.mapping(item, _ENTRY, "an entry")
            if "id" in values and self._is_new(values["id"], found, item, "entry"):
                found[values["id"]] = values
        if not node.value:
            self.note(node, "empty", "there must be at least one entry")
        return list(found.values())

    def _is_new(self, identifier: str, found: Mapping[str, object], item: Node, what: str) -> bool:
        if identifier not in found:
            return True
        place = item.value["id"].value if isinstance(item.value, dict) else item
        self.note(place, "duplicate-id", f"another {what} has the id {identifier!r} already")
        return False


_SECTOR = {
    "id": Field(Reader.identifier, required=True),
    "name": Field(Reader.line),
    "note": Field(Reader.prose),
}
_SOURCE = {
    "title": Field(Reader.line, required=True),
    "publisher": Field(Reader.line),
    "date": Field(Reader.date),
    "url": Field(Reader.url),
}
_ENTRY = {
    "id": Field(Reader.identifier, required=True),
    "sector": Field(lambda reader, node: (node, reader.identifier(node))),
    "question": Field(Reader.line, required=True),
    "variants": Field(Reader.lines),
    "keywords": Field(Reader.lines),
    "answer": Field(Reader.prose, required=True),
    "as_of": Field(Reader.date),
    "sources": Field(Reader.references),
    "where": Field(Reader.line),
    "related": Field(Reader.references),
}
_KNOWLEDGE_BASE = {
    "schema": Field(Reader.version, required=True),
    "title": Field(Reader.line),
    "updated": Field(Reader.date),
    "sectors": Field(Reader.sectors),
    "sources": Field(Reader.sources),
    "synonyms": Field(Reader.synonyms),
    "entries": Field(Reader.entries, required=True),
}


def build(root: Node) -> tuple[KnowledgeBase | None, list[Finding]]:
    """Return the knowledge base in a document, or None, and all findings in the order of lines."""
    reader = Reader()
    values = reader.mapping(root, _KNOWLEDGE_BASE, "a knowledge base")
    entries = values.get("entries", [])
    sectors = {sector.id: sector for sector in values.get("sectors", ())}
    sources: dict[str, Source] = values.get("sources", {})
    ids = {entry["id"] for entry in entries}
    built = tuple(
        _entry(reader, entry, sectors, sources, ids)
        for entry in entries
        if "question" in entry and "answer" in entry
    )
    findings = sorted(reader.findings)
    if any(finding.level is Level.ERROR for finding in findings):
        return None, findings
    return KnowledgeBase(
        built,
        values.get("title"),
        values.get("updated"),
        tuple(sectors.values()),
        values.get("synonyms", ()),
    ), findings


def _entry(
    reader: Reader,
    values: dict[str, Any],
    sectors: dict[str, Sector],
    sources: dict[str, Source],
    ids: set[str],
) -> Entry:
    """Resolve what an entry refers to; a sector that was not described gets its id for a name."""
    sector_node, sector = values.pop("sector", (None, None))
    if sector is not None and sector not in sectors:
        _unknown(reader, sector_node, "sector", sector, sectors)
        sectors[sector] = Sector(sector, sector, None)
    cited = []
    for node, key in values.pop("sources", ()):
        if key in sources:
            cited.append(sources[key])
        else:
            _unknown(reader, node, "source", key, sources)
    related = []
    for node, other in values.pop("related", ()):
        if other in ids:
            related.append(other)
        else:
            _unknown(reader, node, "entry", other, ids)
    return Entry(**values, sector=sector, sources=tuple(cited), related=tuple(related))


def _unknown(reader: Reader, node: Node, what: str, name: str, known: Any) -> None:
    message = f"there is no {what} {name[:80]!r}{_did_you_mean(name, known)}"
    reader.note(node, f"unknown-{what}", message, Level.STRICT)


def _did_you_mean(name: str, known: Any) -> str:
    import difflib  # noqa: PLC0415 - wanted only when something is wrong

    close = difflib.get_close_matches(name[:80], list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
