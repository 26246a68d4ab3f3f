"""A knowledge base held in memory."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from pakaz_cli.model import Entry, KnowledgeBase, NotCovered, Sector

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class LoadedBase(KnowledgeBase):
    """A knowledge base whose entries are all in memory, as `knowledge.schema` builds it."""

    synonyms: tuple[tuple[str, ...], ...] = ()
    not_covered: tuple[NotCovered, ...] = ()

    def __init__(
        self,
        entries: Sequence[Entry],
        title: str | None = None,
        updated: str | None = None,
        sectors: tuple[Sector, ...] = (),
        synonyms: tuple[tuple[str, ...], ...] = (),
        not_covered: tuple[NotCovered, ...] = (),
    ) -> None:
        self.entries = entries
        self.title = title
        self.updated = updated
        self.sectors = sectors
        self.synonyms = synonyms
        self.not_covered = not_covered

    @functools.cached_property
    def _numbers(self) -> dict[str, int]:
        return {entry.id: number for number, entry in enumerate(self.entries)}

    def number(self, entry_id: str) -> int | None:
        """Return the position of the entry with this id, or None."""
        return self._numbers.get(entry_id)

    def ids(self, prefix: str = "") -> Iterator[str]:
        """Yield the entry ids that start with `prefix`, sorted."""
        return iter(sorted(key for key in self._numbers if key.startswith(prefix)))

    def sector_counts(self) -> tuple[tuple[Sector, int], ...]:
        """Return each sector with its number of entries."""
        counts: dict[str | None, int] = {}
        for entry in self.entries:
            counts[entry.sector] = counts.get(entry.sector, 0) + 1
        return tuple((sector, counts.get(sector.id, 0)) for sector in self.sectors)

    def in_sector(self, sector_id: str | None) -> Sequence[Entry]:
        """Return the entries of a sector, or all entries for None."""
        if sector_id is None:
            return self.entries
        return tuple(entry for entry in self.entries if entry.sector == sector_id)
