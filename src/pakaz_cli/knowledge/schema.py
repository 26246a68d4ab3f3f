"""From a strict YAML document to a knowledge base, with every complaint on the way.

The tables below say what each mapping may hold; the reader walks them and never stops at the
first mistake. Only findings of level ERROR keep a knowledge base from being used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pakaz_cli.knowledge.reader import Field, Reader
from pakaz_cli.model import Entry, Finding, KnowledgeBase, Level, Sector, Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pakaz_cli.knowledge.strict_yaml import Node

SCHEMA_VERSION = "1"


def _version(reader: Reader, node: Node) -> str | None:
    """Read the schema version."""
    value = reader.line(node)
    if value is not None and value != SCHEMA_VERSION:
        reader.note(
            node,
            "bad-schema",
            f"schema {value[:40]!r} is not known; this program reads schema {SCHEMA_VERSION}",
        )
        return None
    return value


def _sectors(reader: Reader, node: Node) -> tuple[Sector, ...]:
    """Read the list of sectors."""
    found: dict[str, Sector] = {}
    for item in reader.items(node, "sectors"):
        values = reader.mapping(item, _SECTOR, "a sector")
        if "id" in values and _is_new(reader, values["id"], found, item, "sector"):
            found[values["id"]] = Sector(
                values["id"], values.get("name", values["id"]), values.get("note")
            )
    return tuple(found.values())


def _sources(reader: Reader, node: Node) -> dict[str, Source]:
    """Read the mapping of sources."""
    if not isinstance(node.value, dict):
        reader.note(node, "wrong-type", "sources must be a mapping of keys to sources")
        return {}
    found: dict[str, Source] = {}
    for key, pair in node.value.items():
        reader.line(pair.key)
        values = reader.mapping(pair.value, _SOURCE, "a source")
        if "title" in values:
            found[key] = Source(
                key,
                values["title"],
                *(values.get(name) for name in ("publisher", "date", "url")),
            )
    return found


def _synonyms(reader: Reader, node: Node) -> tuple[tuple[str, ...], ...]:
    """Read the groups of words that mean the same."""
    return tuple(reader.lines(item) for item in reader.items(node, "synonyms"))


def _entries(reader: Reader, node: Node) -> list[dict[str, Any]]:
    """Read the entries as far as they can be read alone."""
    found: dict[str, dict[str, Any]] = {}
    for item in reader.items(node, "entries"):
        values = reader.mapping(item, _ENTRY, "an entry")
        if "id" in values and _is_new(reader, values["id"], found, item, "entry"):
            found[values["id"]] = values
    if not node.value:
        reader.note(node, "empty", "there must be at least one entry")
    return list(found.values())


def _is_new(
    reader: Reader, identifier: str, found: Mapping[str, object], item: Node, what: str
) -> bool:
    if identifier not in found:
        return True
    place = item.value["id"].value if isinstance(item.value, dict) else item
    reader.note(place, "duplicate-id", f"another {what} has the id {identifier!r} already")
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
    "schema": Field(_version, required=True),
    "title": Field(Reader.line),
    "updated": Field(Reader.date),
    "sectors": Field(_sectors),
    "sources": Field(_sources),
    "synonyms": Field(_synonyms),
    "entries": Field(_entries, required=True),
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
    message = f"there is no {what} {name[:80]!r}{reader.suggestion(name, known)}"
    reader.note(node, f"unknown-{what}", message, Level.STRICT)
