"""The values that modules exchange, and the interface of a knowledge base.

The values are named tuples, not dataclasses: in an empty process, fourteen classes of this size
took 12 ms of processor time as named tuples and 25 ms as frozen dataclasses (Python 3.11, medians
of 25 runs).
"""

from __future__ import annotations

import functools
from abc import ABC, abstractmethod
from enum import IntEnum, StrEnum

from pakaz_cli._typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Source(NamedTuple):
    """A page that supports an answer."""

    key: str
    title: str
    publisher: str | None
    date: str | None  #: YYYY, YYYY-MM or YYYY-MM-DD; None where the page shows no date
    url: str | None


class Sector(NamedTuple):
    """A part of the field, with a note on its current state."""

    id: str
    name: str
    note: str | None


class Entry(NamedTuple):
    """A question and its answer, with the data used to find and to verify it."""

    id: str
    question: str
    answer: str  #: small Markdown, see `pakaz_cli.text.markdown`
    sector: str | None = None
    variants: tuple[str, ...] = ()  #: other phrasings of the question
    keywords: tuple[str, ...] = ()
    as_of: str | None = None  #: YYYY, YYYY-MM or YYYY-MM-DD: when the answer was last known to hold
    sources: tuple[Source, ...] = ()
    where: str | None = None  #: where to look when no source gives the answer
    related: tuple[str, ...] = ()  #: ids of other entries
    counterexamples: tuple[str, ...] = ()  #: questions that look like this one but are others


class NotCovered(NamedTuple):
    """A subject that people ask about and the knowledge base has no answers on."""

    subject: str  #: one line, such as "live LNG prices"
    questions: tuple[str, ...]  #: examples, at least one
    where: str  #: where to look instead


class KnowledgeBase(ABC):
    """A knowledge base that can be searched and shown; it never changes.

    `knowledge.loaded.LoadedBase` holds all of it in memory, `knowledge.compiled.CompiledBase` reads
    it from a compiled file on demand, where any access may raise InputInvalidError. The position of
    an entry is its index in `entries`.
    """

    entries: Sequence[Entry]
    title: str | None
    updated: str | None  #: YYYY, YYYY-MM or YYYY-MM-DD
    sectors: tuple[Sector, ...]

    @property
    @abstractmethod
    def synonyms(self) -> tuple[tuple[str, ...], ...]:
        """The groups of phrases with the same meaning, as written."""

    @property
    @abstractmethod
    def not_covered(self) -> tuple[NotCovered, ...]:
        """The subjects that are not covered, in the order of the file."""

    @abstractmethod
    def number(self, entry_id: str) -> int | None:
        """Return the position of the entry with this id, or None."""

    @abstractmethod
    def ids(self, prefix: str = "") -> Iterator[str]:
        """Yield the entry ids that start with `prefix`, sorted."""

    @abstractmethod
    def sector_counts(self) -> tuple[tuple[Sector, int], ...]:
        """Return each sector with its number of entries."""

    @abstractmethod
    def in_sector(self, sector_id: str | None) -> Sequence[Entry]:
        """Return the entries of a sector, or all entries for None."""

    def entry(self, entry_id: str) -> Entry | None:
        """Return the entry with this id, or None."""
        number = self.number(entry_id)
        return None if number is None else self.entries[number]

    def sector(self, sector_id: str | None) -> Sector | None:
        """Return the sector with this id, or None."""
        return self._sectors_by_id.get(sector_id)

    @functools.cached_property
    def _sectors_by_id(self) -> dict[str | None, Sector]:
        return {sector.id: sector for sector in self.sectors}


class Level(IntEnum):
    """The severity of a finding."""

    STRICT = 1  #: breaks an authoring rule; reported by ``kb check --strict``
    CHECK = 2  #: would not be displayed as intended; reported by ``kb check``
    ERROR = 3  #: the knowledge base cannot be used


class Finding(NamedTuple):
    """A problem in a file. Lines and columns count from 1, columns in characters."""

    line: int
    column: int
    code: str  #: stable, lower case with dashes
    message: str
    level: Level = Level.ERROR


class Outcome(StrEnum):
    """The result of a question; every question has exactly one."""

    ANSWERED = "answered"
    AMBIGUOUS = "ambiguous"
    UNKNOWN = "unknown"


class Match(NamedTuple):
    """An entry that was found, with its score in [0, 1]; 1 is a perfect match."""

    entry: Entry
    score: float


class Correction(NamedTuple):
    """A word of the question that was read as another word."""

    typed: str
    read: str


class Reply(NamedTuple):
    """The result of one question."""

    question: str  #: as typed, up to the length limit
    outcome: Outcome
    confidence: float  #: in [0, 1]; see `pakaz_cli.search.engine`
    matches: tuple[Match, ...] = ()  #: the ranking, best first, whatever the outcome
    offered: tuple[Match, ...] = ()  #: the choices of an ambiguous question, best first
    corrections: tuple[Correction, ...] = ()
    closest: tuple[Match, ...] = ()  #: the entries shown for an unknown question, best first
    cut: bool = False  #: whether the question exceeded the length limit and was truncated
    is_counterexample: bool = False  #: whether it is unknown because it is near a counter-example
    not_covered: NotCovered | None = None  #: the subject that such a question is about, if known

    @property
    def listed(self) -> tuple[Match, ...]:
        """The entries that are listed instead of an answer, best first."""
        return self.offered or self.closest

    @property
    def answer(self) -> Entry | None:
        """The entry that answers the question, or None."""
        return self.matches[0].entry if self.outcome is Outcome.ANSWERED else None
