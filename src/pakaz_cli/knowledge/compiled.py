"""A knowledge base in a compiled file: its entries are read when they are asked for."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from pakaz_cli._typing import TYPE_CHECKING
from pakaz_cli.model import Entry, KnowledgeBase, Sector, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from pakaz_cli.knowledge.database import Database, Value


#: So many entries that were read lately are kept.
_MOST_KEPT = 1_000


class StoredEntries(Sequence[Entry]):
    """Entries of a file, each read when it is asked for."""

    def __init__(self, database: Database, numbers: Sequence[int]) -> None:
        self._database = database
        self._numbers = numbers
        self._kept: dict[int, Entry] = {}

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, position: Any) -> Any:
        found = self._numbers[position]
        if isinstance(position, slice):
            return StoredEntries(self._database, found)
        if found not in self._kept:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[found] = _entry(self._database.get("entry", found))
        return self._kept[found]


class StoredBase(KnowledgeBase):
    """A knowledge base of which no more is read than is asked for."""

    database: Database
    key: str  #: the SHA-256 of what it was built from
    entries: StoredEntries

    @classmethod
    def of(cls, database: Database) -> StoredBase:
        """Return the knowledge base in some tables."""
        entries, title, updated, key = (
            database.get("about", name)[1] for name in ("entries", "title", "updated", "sha256")
        )
        sectors = database.rows("sector", "ORDER BY number")
        base = cls(
            StoredEntries(database, range(entries)),
            title,
            updated,
            tuple(Sector(*row[1:4]) for row in sectors),
        )
        base.database, base.key = database, key
        return base

    @property
    def synonyms(self) -> tuple[tuple[str, ...], ...]:
        """The groups of synonyms, which a search reads in another form."""
        groups = self.database.rows("synonyms", "ORDER BY number")
        return tuple(_items(phrases) for _, phrases in groups)

    def number(self, entry_id: str) -> int | None:
        """Return the position of the entry of that id, or None."""
        row = self.database.find("named", entry_id)
        return None if row is None else row[1]

    def ids(self, beginning: str = "") -> Iterator[str]:
        """Yield the ids of the entries that begin so, in the order of the alphabet."""
        condition = "WHERE id >= ? AND id < ? ORDER BY id"
        return (
            one for one, _ in self.database.rows("named", condition, beginning, f"{beginning}\x7f")
        )

    def sector_counts(self) -> tuple[tuple[Sector, int], ...]:
        """Return the sectors, each with the number of its entries."""
        rows = self.database.rows("sector", "ORDER BY number")
        return tuple((one, row[-1]) for one, row in zip(self.sectors, rows, strict=True))

    def in_sector(self, sector_id: str | None) -> Sequence[Entry]:
        """Return the entries of a sector, or all of them for None."""
        if sector_id is None:
            return self.entries
        standing = self.database.find("standing", sector_id)
        return StoredEntries(self.database, array("I", standing[1] if standing else b""))


def fill(database: Database, base: KnowledgeBase) -> None:
    """Write all of a knowledge base that is shown. Raises OSError where it cannot be written."""
    database.fill("entry", map(_row, enumerate(base.entries)))
    database.fill("named", ((entry.id, number) for number, entry in enumerate(base.entries)))
    sectors = enumerate(base.sector_counts())
    database.fill("sector", ((number, *one, count) for number, (one, count) in sectors))
    synonyms = enumerate(base.synonyms)
    database.fill("synonyms", ((number, _lines(group)) for number, group in synonyms))
    about = {"title": base.title, "updated": base.updated}
    database.fill("about", about.items())


def _row(numbered: tuple[int, Entry]) -> tuple[Value, ...]:
    number, one = numbered
    return (
        number,
        one.id,
        one.question,
        one.answer,
        one.sector,
        _lines(one.variants),
        _lines(one.keywords),
        one.as_of,
        _lines("\t".join(part or "" for part in source) for source in one.sources),
        one.where,
        _lines(one.related),
    )


# What a loaded knowledge base lists is never empty; it holds no line breaks, and sources no tabs.


def _entry(row: tuple[Any, ...]) -> Entry:
    (_, identifier, question, answer, sector, *lists) = row
    variants, keywords, as_of, sources, where, related = lists
    return Entry(
        identifier,
        question,
        answer,
        sector,
        _items(variants),
        _items(keywords),
        as_of,
        tuple(map(_source, _items(sources))),
        where,
        _items(related),
    )


def _source(line: str) -> Source:
    key, title, *others = line.split("\t")
    return Source(key, title, *(other or None for other in others))


def _lines(texts: Iterable[str]) -> str:
    """Return some texts as one."""
    return "\n".join(texts)


def _items(joined: str) -> tuple[str, ...]:
    """Return the texts that were joined."""
    return tuple(joined.split("\n")) if joined else ()
