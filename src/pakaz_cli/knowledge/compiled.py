"""A knowledge base in a compiled file, read on demand."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from zlib import crc32

from pakaz_cli._typing import TYPE_CHECKING
from pakaz_cli.model import Entry, KnowledgeBase, Sector, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from pakaz_cli.knowledge.database import Database, Row, Value


#: Maximum number of entries in the cache of one `CompiledEntries`.
_MAX_CACHED = 1_000


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
            self._cache[number] = _entry(self._database.get("entry", number))
        return self._cache[number]


class CompiledBase(KnowledgeBase):
    """A knowledge base in a compiled file. Any access raises InputInvalidError if it is damaged."""

    def __init__(self, database: Database) -> None:
        #: also holds the tables of the search, which `search.index` reads directly
        self.database = database
        self.fingerprint: str = self._about("source")  #: see `fingerprint`
        self.title = self._about("title")
        self.updated = self._about("updated")
        self.entries = CompiledEntries(database, range(self._about("entries")))
        self.sectors = tuple(
            Sector(row["id"], row["name"], row["note"]) for row in self._sector_rows()
        )

    def _about(self, name: str) -> Any:
        return self.database.get("about", name)["value"]

    def _sector_rows(self) -> Iterator[Row]:
        return self.database.rows("sector", "ORDER BY number")

    @property
    def synonyms(self) -> tuple[tuple[str, ...], ...]:
        """The groups of phrases with the same meaning, as written."""
        rows = self.database.rows("synonyms", "ORDER BY number")
        return tuple(_items(row["phrases"]) for row in rows)

    def number(self, entry_id: str) -> int | None:
        """Return the position of the entry with this id, or None."""
        row = self.database.find("entry_ids", entry_id)
        return None if row is None else row["number"]

    def ids(self, prefix: str = "") -> Iterator[str]:
        """Yield the entry ids that start with `prefix`, sorted."""
        condition = "WHERE id >= ? AND id < ? ORDER BY id"  # an id is ASCII
        rows = self.database.rows("entry_ids", condition, prefix, f"{prefix}\x7f")
        return (row["id"] for row in rows)

    def sector_counts(self) -> tuple[tuple[Sector, int], ...]:
        """Return each sector with its number of entries."""
        counts = [row["count"] for row in self._sector_rows()]
        return tuple(zip(self.sectors, counts, strict=True))

    def in_sector(self, sector_id: str | None) -> Sequence[Entry]:
        """Return the entries of a sector, or all entries for None."""
        if sector_id is None:
            return self.entries
        row = self.database.find("sector_entries", sector_id)
        return CompiledEntries(self.database, array("I", row["packed"] if row else b""))


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
    about = {"source": source, "title": base.title, "updated": base.updated}
    database.fill("about", about.items())
    database.fill("entry", map(_values, enumerate(base.entries)))
    database.fill("entry_ids", ((entry.id, number) for number, entry in enumerate(base.entries)))
    sectors = enumerate(base.sector_counts())
    database.fill("sector", ((number, *sector, count) for number, (sector, count) in sectors))
    synonyms = enumerate(base.synonyms)
    database.fill("synonyms", ((number, _lines(group)) for number, group in synonyms))


def _values(numbered: tuple[int, Entry]) -> tuple[Value, ...]:
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
    )


# Lists are stored as lines: the items of a loaded knowledge base are never empty and contain no
# line breaks, and sources contain no tabs.


def _entry(row: Row) -> Entry:
    return Entry(
        id=row["id"],
        question=row["question"],
        answer=row["answer"],
        sector=row["sector"],
        variants=_items(row["variants"]),
        keywords=_items(row["keywords"]),
        as_of=row["as_of"],
        sources=tuple(map(_source, _items(row["sources"]))),
        where=row["where_to_look"],
        related=_items(row["related"]),
    )


def _source(line: str) -> Source:
    key, title, *optional = line.split("\t")
    return Source(key, title, *(field or None for field in optional))


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(texts)


def _items(lines: str) -> tuple[str, ...]:
    return tuple(lines.split("\n")) if lines else ()
