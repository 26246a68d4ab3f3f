"""A knowledge base in a compiled file, read on demand."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Sequence
from zlib import crc32

from pakaz_cli._typing import TYPE_CHECKING
from pakaz_cli.knowledge import values
from pakaz_cli.knowledge.packed import positions
from pakaz_cli.model import Entry, KnowledgeBase, NotCovered, Sector, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any

    from pakaz_cli.knowledge.database import Database, Row
    from pakaz_cli.knowledge.tables import Value

    Rule = Callable[[str], values.Problem | None]

#: Maximum number of entries in the cache of one `CompiledEntries`.
_MAX_CACHED = 1_000

#: The rules for each column, and for each part of a source; lists have one for their items.
_ABOUT = {"title": values.line, "updated": values.date}
_SECTOR = {"id": values.identifier, "name": values.line, "note": values.text}
_ENTRY = {
    "id": values.identifier,
    "question": values.line,
    "answer": values.text,
    "sector": values.identifier,
    "as_of": values.date,
    "where_to_look": values.line,
}
_LISTS = {
    "variants": values.line,
    "keywords": values.line,
    "related": values.identifier,
    "counterexamples": values.line,
}
_NOT_COVERED = {"subject": values.line, "where_to_look": values.line}
_SOURCE = (values.line, values.line, values.line, values.date, values.url)


class CompiledEntries(Sequence[Entry]):
    """Entries of a compiled file, each read when it is first accessed."""

    def __init__(self, database: Database, numbers: Sequence[int]) -> None:
        self._database = database
        self._numbers = numbers
        self._cache: dict[int, Entry] = {}

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, position: Any) -> Any:
        number = self._numbers[position]
        if isinstance(position, slice):
            return CompiledEntries(self._database, number)
        if number not in self._cache:
            if len(self._cache) >= _MAX_CACHED:
                self._cache.clear()
            self._cache[number] = _entry(self._database, self._database.get("entry", number))
        return self._cache[number]


class CompiledBase(KnowledgeBase):
    """A knowledge base in a compiled file. Any access raises InputInvalidError if it is damaged.

    What is read is held to the rules of the YAML.
    """

    def __init__(self, database: Database) -> None:
        #: also holds the tables of the search, which `search.index` reads directly
        self.database = database
        about = database.get("about", 0)
        _check(database, about, _ABOUT)
        self.fingerprint: str = about["source"]  #: see `fingerprint`
        self.title = about["title"]
        self.updated = about["updated"]
        self.entries = CompiledEntries(database, range(about["entries"]))
        self._sector_rows = list(database.rows("sector"))
        for row in self._sector_rows:
            _check(database, row, _SECTOR)
        self.sectors = tuple(
            Sector(row["id"], row["name"], row["note"]) for row in self._sector_rows
        )

    @property
    def synonyms(self) -> tuple[tuple[str, ...], ...]:
        """The groups of phrases with the same meaning, as written."""
        rows = self.database.rows("synonyms")
        return tuple(_items(self.database, row["phrases"], values.line) for row in rows)

    @functools.cached_property
    def not_covered(self) -> tuple[NotCovered, ...]:
        """The subjects that are not covered, in the order of the file."""
        return tuple(_subject(self.database, row) for row in self.database.rows("not_covered"))

    def number(self, entry_id: str) -> int | None:
        """Return the position of the entry with this id, or None."""
        row = self.database.find("entry_ids", entry_id)
        if row is None:
            return None
        if row["number"] not in range(len(self.entries)):
            raise self.database.damaged("an id of no entry")
        return int(row["number"])

    def ids(self, prefix: str = "") -> Iterator[str]:
        """Yield the entry ids that start with `prefix`, sorted."""
        if not prefix.isascii():  # as no id is
            return
        found = (row["id"] for row in self.database.rows("entry_ids", prefix))
        for identifier in itertools.takewhile(lambda each: each.startswith(prefix), found):
            _require(self.database, values.identifier, identifier)
            yield identifier

    def sector_counts(self) -> tuple[tuple[Sector, int], ...]:
        """Return each sector with its number of entries."""
        counts = [row["count"] for row in self._sector_rows]
        return tuple(zip(self.sectors, counts, strict=True))

    def in_sector(self, sector_id: str | None) -> Sequence[Entry]:
        """Return the entries of a sector, or all entries for None."""
        if sector_id is None:
            return self.entries
        row = self.database.find("sector_entries", sector_id)
        packed = row["packed"] if row else b""
        return CompiledEntries(self.database, positions(self.database, packed, len(self.entries)))


def fingerprint(source: bytes) -> str:
    """Return what tells one source file from another: its size and its CRC-32.

    It detects a compiled file that does not belong to the YAML beside it. It is no protection
    against an attacker, who could replace both.
    """
    return f"{len(source)}-{crc32(source):08x}"


def fill(database: Database, base: KnowledgeBase, source: str) -> None:
    """Write everything that is displayed of a knowledge base.

    `source` is the fingerprint of its YAML. Raises OSError if the tables cannot be written.
    """
    database.fill("about", [(0, source, base.title, base.updated, len(base.entries))])
    database.fill("entry", map(_stored, enumerate(base.entries)))
    numbers = ((entry.id, number) for number, entry in enumerate(base.entries))
    database.fill("entry_ids", sorted(numbers))
    sectors = enumerate(base.sector_counts())
    database.fill("sector", ((number, *sector, count) for number, (sector, count) in sectors))
    synonyms = enumerate(base.synonyms)
    subjects = enumerate(base.not_covered)
    database.fill(
        "not_covered",
        ((number, each.subject, _lines(each.questions), each.where) for number, each in subjects),
    )
    database.fill("synonyms", ((number, _lines(group)) for number, group in synonyms))


def _stored(numbered: tuple[int, Entry]) -> tuple[Value, ...]:
    """Return an entry as a row of the table, the inverse of `_entry`."""
    number, entry = numbered
    return (
        number,
        entry.id,
        entry.question,
        entry.answer,
        entry.sector,
        _lines(entry.variants),
        _lines(entry.keywords),
        entry.as_of,
        _lines("\t".join(field or "" for field in source) for source in entry.sources),
        entry.where,
        _lines(entry.related),
        _lines(entry.counterexamples),
    )


# Lists are stored as lines: the items of a loaded knowledge base are never empty and contain no
# line breaks, and sources contain no tabs.


def _entry(database: Database, row: Row) -> Entry:
    _check(database, row, _ENTRY)
    lists = {name: _items(database, row[name], rule) for name, rule in _LISTS.items()}
    return Entry(
        id=row["id"],
        question=row["question"],
        answer=row["answer"],
        sector=row["sector"],
        as_of=row["as_of"],
        sources=tuple(_source(database, line) for line in _split(row["sources"])),
        where=row["where_to_look"],
        **lists,
    )


def _subject(database: Database, row: Row) -> NotCovered:
    _check(database, row, _NOT_COVERED)
    questions = _items(database, row["questions"], values.line)
    return NotCovered(row["subject"], questions, row["where_to_look"])


def _source(database: Database, line: str) -> Source:
    fields = [field or None for field in line.split("\t")]
    if len(fields) != len(_SOURCE) or None in fields[:2]:
        raise database.damaged("a source is incomplete")
    for rule, field in zip(_SOURCE, fields, strict=True):
        _require(database, rule, field)
    return Source(*fields)  # type: ignore[arg-type]


def _check(database: Database, row: Row, rules: Mapping[str, Rule]) -> None:
    """Raise InputInvalidError if a text of a row breaks its rule."""
    for column, rule in rules.items():
        _require(database, rule, row[column])


def _require(database: Database, rule: Rule, text: str | None) -> None:
    problem = None if text is None else values.too_long(text) or rule(text)
    if problem is not None:
        raise database.damaged(problem[1])


def _items(database: Database, lines: str, rule: Rule) -> tuple[str, ...]:
    """Return the items of a list. Raises InputInvalidError if one breaks the rule."""
    items = _split(lines)
    for item in items:
        _require(database, rule, item)
    return items


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(texts)


def _split(lines: str) -> tuple[str, ...]:
    return tuple(lines.split("\n")) if lines else ()
