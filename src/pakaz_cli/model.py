"""The values that pass between modules: frozen, with no behaviour beyond reading themselves.

They are named tuples, not dataclasses: fourteen classes of this size added 12 ms of processor time
to an empty process as named tuples and 25 ms as frozen dataclasses (Python 3.11, medians of 25).
"""

from __future__ import annotations

import functools
from enum import IntEnum, StrEnum

from pakaz_cli._typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Source(NamedTuple):
    """A page that supports an answer."""

    key: str
    title: str
    publisher: str | None
    date: str | None  #: YYYY, YYYY-MM or YYYY-MM-DD; None where the page shows none
    url: str | None


class Sector(NamedTuple):
    """A part of the field, with a note on its state of play."""

    id: str
    name: str
    note: str | None


class Entry(NamedTuple):
    """A question with its answer and all that helps to find and to trust it."""

    id: str
    question: str
    answer: str  #: small Markdown, see `pakaz_cli.text.markdown`
    sector: str | None = None
    variants: tuple[str, ...] = ()  #: other ways to ask the same
    keywords: tuple[str, ...] = ()
    as_of: str | None = (
        None  #: YYYY, YYYY-MM or YYYY-MM-DD: the day the answer is known to hold for
    )
    sources: tuple[Source, ...] = ()
    where: str | None = None  #: where to look, for what no source gives
    related: tuple[str, ...] = ()  #: ids of other entries


class _Parts(NamedTuple):
    """The parts of a knowledge base."""

    entries: Sequence[Entry]
    title: str | None = None
    updated: str | None = None
    sectors: tuple[Sector, ...] = ()
    synonyms: tuple[tuple[str, ...], ...] = ()


class KnowledgeBase(_Parts):
    """A whole knowledge base, as loaded."""

    @functools.cached_property
    def _numbers_by_id(self) -> dict[str, int]:
        return {entry.id: number for number, entry in enumerate(self.entries)}

    @functools.cached_property
    def _sectors_by_id(self) -> dict[str | None, Sector]:
        return {sector.id: sector for sector in self.sectors}

    def entry(self, entry_id: str) -> Entry | None:
        """Return the entry of that id, or None."""
        number = self.number(entry_id)
        return None if number is None else self.entries[number]

    def number(self, entry_id: str) -> int | None:
        """Return the position of the entry of that id, or None."""
        return self._numbers_by_id.get(entry_id)

    def ids(self, beginning: str = "") -> Iterator[str]:
        """Yield the ids of the entries that begin so, in the order of the alphabet."""
        found = (entry.id for entry in self.entries if entry.id.startswith(beginning))
        return iter(sorted(found))

    def sector(self, sector_id: str | None) -> Sector | None:
        """Return the sector of that id, or None."""
        return self._sectors_by_id.get(sector_id)

    def sector_counts(self) -> tuple[tuple[Sector, int], ...]:
        """Return the sectors, each with the number of its entries."""
        counts: dict[str | None, int] = {}
        for entry in self.entries:
            counts[entry.sector] = counts.get(entry.sector, 0) + 1
        return tuple((sector, counts.get(sector.id, 0)) for sector in self.sectors)

    def in_sector(self, sector_id: str | None) -> Sequence[Entry]:
        """Return the entries of a sector, or all of them for None."""
        if sector_id is None:
            return self.entries
        return tuple(entry for entry in self.entries if entry.sector == sector_id)


class Level(IntEnum):
    """How much a finding weighs."""

    STRICT = 1  #: breaks an authoring rule; told by ``kb check --strict``
    CHECK = 2  #: would not look as meant; told by ``kb check``
    ERROR = 3  #: the knowledge base cannot be used


class Finding(NamedTuple):
    """Something wrong in a file. Lines and columns count from 1, columns in characters."""

    line: int
    column: int
    code: str  #: stable, lower case with dashes
    message: str
    level: Level = Level.ERROR


class Outcome(StrEnum):
    """What becomes of a question; every question has exactly one."""

    ANSWERED = "answered"
    AMBIGUOUS = "ambiguous"
    UNKNOWN = "unknown"


class Match(NamedTuple):
    """An entry that was found, with its score in [0, 1], 1 being a perfect match."""

    entry: Entry
    score: float


class Correction(NamedTuple):
    """A word of the question that was read as another one."""

    typed: str
    read: str


class Reply(NamedTuple):
    """The outcome of one question."""

    question: str  #: as typed, up to the length limit
    outcome: Outcome
    confidence: float  #: in [0, 1]; see `pakaz_cli.search.engine`
    matches: tuple[Match, ...] = ()  #: the ranking, best first, whatever the outcome
    offered: tuple[Match, ...] = ()  #: the choices of an ambiguous question, best first
    corrections: tuple[Correction, ...] = ()
    nearest_sector: Sector | None = None  #: where a question without an answer seems to belong
    cut: bool = False  #: whether the question was longer than the limit and its end ignored

    @property
    def answer(self) -> Entry | None:
        """The entry that answers, when one does."""
        return self.matches[0].entry if self.outcome is Outcome.ANSWERED else None
