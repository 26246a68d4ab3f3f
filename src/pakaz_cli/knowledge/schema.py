"""Builds a knowledge base from a strict YAML document, and reports every error in one run.

The tables below define the keys of each mapping. Only findings of level ERROR prevent a knowledge
base from being used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pakaz_cli.knowledge.loaded import LoadedBase
from pakaz_cli.knowledge.reader import Field, Reader
from pakaz_cli.model import Entry, Finding, Level, NotCovered, Sector, Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pakaz_cli.knowledge.strict_yaml import Node

SCHEMA_VERSION = "1"


def _version(reader: Reader, node: Node) -> str | None:
    """Read the schema version."""
    value = reader.line(node)
    if value is not None and value != SCHEMA_VERSION:
        message = f"unknown schema {value[:40]!r}; this version of pakaz reads {SCHEMA_VERSION}"
        reader.note(node, "bad-schema", message)
        return None
    return value


def _sectors(reader: Reader, node: Node) -> tuple[Sector, ...]:
    """Read the list of sectors."""
    return tuple(
        Sector(values["id"], values.get("name", values["id"]), values.get("note"))
        for values in _unique(reader, node, _SECTOR, "a sector")
    )


def _sources(reader: Reader, node: Node) -> dict[str, Source]:
    """Read the mapping of sources."""
    if not isinstance(node.value, dict):
        reader.note(node, "wrong-type", "must be a mapping of keys to sources")
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
    """Read the groups of phrases with the same meaning."""
    return tuple(reader.lines(item) for item in reader.items(node))


def _not_covered(reader: Reader, node: Node) -> tuple[NotCovered, ...]:
    """Read the list of subjects that are not covered."""
    read = (reader.mapping(item, _NOT_COVERED, "a subject") for item in reader.items(node))
    return tuple(NotCovered(**values) for values in read if len(values) == len(_NOT_COVERED))


def _examples(reader: Reader, node: Node) -> tuple[str, ...]:
    """Read a list of one or more example questions."""
    if node.value == []:
        reader.note(node, "empty", "must have at least one question")
    return reader.lines(node)


def _entries(reader: Reader, node: Node) -> list[dict[str, Any]]:
    """Read the fields of each entry; `_entry` resolves what they refer to."""
    if not node.value:
        reader.note(node, "empty", "must have at least one entry")
    return list(_unique(reader, node, _ENTRY, "an entry"))


def _unique(
    reader: Reader, node: Node, fields: dict[str, Field], what: str
) -> Iterator[dict[str, Any]]:
    """Read a list of mappings, and yield those with an id that is not used before."""
    first_lines: dict[str, int] = {}
    for item in reader.items(node):
        values = reader.mapping(item, fields, what)
        if "id" not in values or not isinstance(item.value, dict):
            continue
        identifier, place = values["id"], item.value["id"].value
        if identifier in first_lines:
            message = f"duplicate id {identifier!r}, first used on line {first_lines[identifier]}"
            reader.note(place, "duplicate-id", message)
        else:
            first_lines[identifier] = place.line
            yield values


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
    "not": Field(Reader.lines),
}
_NOT_COVERED = {
    "subject": Field(Reader.line, required=True),
    "questions": Field(_examples, required=True),
    "where": Field(Reader.line, required=True),
}
_KNOWLEDGE_BASE = {
    "schema": Field(_version, required=True),
    "title": Field(Reader.line),
    "updated": Field(Reader.date),
    "sectors": Field(_sectors),
    "sources": Field(_sources),
    "synonyms": Field(_synonyms),
    "not_covered": Field(_not_covered),
    "entries": Field(_entries, required=True),
}


def build(
    root: Node, *, check_markdown: bool = False, suggested: Level = Level.CHECK
) -> tuple[LoadedBase | None, list[Finding]]:
    """Return the knowledge base in a document, and all findings in the order of lines.

    The knowledge base is None if there are errors. For the options see `Reader`.
    """
    reader = Reader(check_markdown=check_markdown, suggested=suggested)
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
    findings = reader.findings()
    if any(finding.level is Level.ERROR for finding in findings):
        return None, findings
    base = LoadedBase(
        built,
        values.get("title"),
        values.get("updated"),
        tuple(sectors.values()),
        values.get("synonyms", ()),
        values.get("not_covered", ()),
    )
    return base, findings


def _entry(
    reader: Reader,
    values: dict[str, Any],
    sectors: dict[str, Sector],
    sources: dict[str, Source],
    ids: set[str],
) -> Entry:
    """Build an entry with what it refers to; an undefined sector is added, named after its id."""
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
    return Entry(
        sector=sector,
        sources=tuple(cited),
        related=tuple(related),
        counterexamples=values.pop("not", ()),
        **values,
    )


def _unknown(reader: Reader, node: Node, what: str, name: str, known: Any) -> None:
    hint = reader.suggestion(name, known, Level.STRICT)
    message = f"unknown {what} {name[:80]!r}{hint}"
    reader.note(node, f"unknown-{what}", message, Level.STRICT)
