"""What a search reads about entries: the terms that each contains, and how it can be asked for.

Build an `Index` once and ask it many questions; it never changes. It reads the tables that
`indexing` fills, in memory or in a compiled file, and caches what was read recently.
"""

from __future__ import annotations

import functools

from pakaz_cli._typing import TYPE_CHECKING, NamedTuple
from pakaz_cli.knowledge.compiled import CompiledBase
from pakaz_cli.knowledge.packed import ITEM_BYTES, positions, weights
from pakaz_cli.search.query import QueryReader
from pakaz_cli.search.vocabulary import Vocabulary, clear_if_full
from pakaz_cli.search.weights import MAX_DIRECTION, MAX_FREQUENCY, checksum
from pakaz_cli.text.words import split_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pakaz_cli.knowledge.database import Database, Row
    from pakaz_cli.model import Entry, KnowledgeBase, NotCovered
    from pakaz_cli.search.profile import Profile
    from pakaz_cli.search.weights import EntryTerms, Posting

#: How many entries and how many rows of postings are cached.
_MAX_CACHED_ENTRIES, _MAX_CACHED_ROWS = 4_000, 200_000


class Phrasing(NamedTuple):
    """One way to ask for an entry: its question or a variant."""

    terms: list[str]  #: in the order of the text
    weights: list[float]  #: of each term; a unit vector, in which a repeated term has 0

    @property
    def letters(self) -> str:
        """The terms in alphabetical order."""
        return " ".join(sorted(self.terms))


class Index:
    """The entries of a knowledge base by the terms they contain.

    Entries are known by their positions in the knowledge base.
    """

    def __init__(self, base: KnowledgeBase) -> None:
        self.base = base
        self.entries: Sequence[Entry] = base.entries
        if isinstance(base, CompiledBase):
            self._database: Database = base.database
        else:
            from pakaz_cli.search.indexing import in_memory

            self._database = in_memory(base)
        self.vocabulary = Vocabulary(self._database)
        self.reader = QueryReader(self.vocabulary)
        self._postings: dict[str, list[Posting]] = {}
        self._cached_rows = 0  # of these postings
        self._entry_terms: dict[int, EntryTerms] = {}
        self._phrasings: dict[int, list[Phrasing]] = {}
        self._profiles: dict[int, Profile] = {}
        self._counterexamples: dict[int, list[Phrasing]] = {}
        self._sector_entries: dict[str, frozenset[int]] = {}

    def postings(self, term: str) -> list[Posting]:
        """Return the postings of a term by entry; for a very common one, only the heaviest."""
        known = self._postings.get(term)
        if known is None:
            database, packed = self._database, self._database.get("postings", term)["packed"]
            column = len(packed) // 3
            count = column // ITEM_BYTES
            entries = positions(database, packed[:column], len(self.entries))
            frequencies = weights(database, packed[column : 2 * column], count, MAX_FREQUENCY)
            directions = weights(database, packed[2 * column :], count, MAX_DIRECTION)
            known = list(zip(entries, frequencies, directions, strict=True))
            self._cached_rows += count
            if self._cached_rows > _MAX_CACHED_ROWS:
                self._postings.clear()
                self._cached_rows = count
            self._postings[term] = known
        return known

    def entry_terms(self, entry: int) -> EntryTerms:
        """Return the terms of an entry, each with its two weights there."""
        known = self._entry_terms.get(entry)
        if known is None:
            clear_if_full(self._entry_terms, _MAX_CACHED_ENTRIES)
            row = self._database.get("entry_terms", entry)
            terms = row["terms"].split("\n") if row["terms"] else []
            packed = weights(self._database, row["packed"], 2 * len(terms), MAX_FREQUENCY)
            known = dict(zip(terms, zip(packed[::2], packed[1::2], strict=True), strict=True))
            self._entry_terms[entry] = known
        return known

    def phrasings(self, entry: int) -> list[Phrasing]:
        """Return the phrasings of an entry: its question, then its variants."""
        known = self._phrasings.get(entry)
        if known is None:
            clear_if_full(self._phrasings, _MAX_CACHED_ENTRIES)
            row = self._database.get("phrasings", entry)
            known = self._phrasings[entry] = _unpacked(self._database, row)
        return known

    def profile(self, entry: int) -> Profile:
        """Return what the phrasings of an entry tell of it."""
        known = self._profiles.get(entry)
        if known is None:
            # Most questions that find no answer need none.
            from pakaz_cli.search.profile import Profile

            clear_if_full(self._profiles, _MAX_CACHED_ENTRIES)
            known = self._profiles[entry] = Profile(
                [phrasing.terms for phrasing in self.phrasings(entry)]
            )
        return known

    def counterexamples(self, owner: int) -> list[Phrasing]:
        """Return the counter-examples of an entry that has some, or of a subject.

        A subject that is not covered is -1 - its number.
        """
        known = self._counterexamples.get(owner)
        if known is None:
            clear_if_full(self._counterexamples, _MAX_CACHED_ENTRIES)
            is_entry = owner >= 0
            table = "counterexamples" if is_entry else "not_covered_questions"
            row = self._database.get(table, owner if is_entry else -1 - owner)
            known = self._counterexamples[owner] = _unpacked(self._database, row)
        return known

    def counterexample(self, owner: int, number: int) -> Phrasing:
        """Return one of the counter-examples of an owner."""
        known = self.counterexamples(owner)
        if number >= len(known):
            raise self._database.damaged("a counter-example is missing")
        return known[number]

    def subject(self, number: int) -> NotCovered:
        """Return a subject that is not covered."""
        subjects = self.base.not_covered
        if number >= len(subjects):
            raise self._database.damaged("a subject is missing")
        return subjects[number]

    @functools.cached_property
    def has_not_covered(self) -> bool:
        """Whether there are subjects that are not covered."""
        return self._database.find("not_covered_questions", 0) is not None

    def in_sector(self, sector: str) -> frozenset[int]:
        """Return the entries of a sector."""
        if sector not in self._sector_entries:
            self._sector_entries[sector] = frozenset(self._positions("sector_entries", sector))
        return self._sector_entries[sector]

    def entries_with(self, checksum: int) -> Sequence[int]:
        """Return the entries that have a phrasing of this checksum, by words or by terms."""
        return self._positions("exact", checksum)

    def _positions(self, table: str, key: str | int) -> Sequence[int]:
        row = self._database.find(table, key)
        return () if row is None else positions(self._database, row["packed"], len(self.entries))

    def exact(self, words: list[str], terms: list[str]) -> set[int]:
        """Return the entries that have a phrasing of exactly these words in this order.

        If there is none, those with a phrasing of exactly these terms, repeated terms left out.
        """
        for query, phrasings_of in ((words, self.phrasing_words), (terms, self._phrasing_terms)):
            # A checksum may be that of another phrasing.
            matching = {
                entry
                for entry in self.entries_with(checksum(query))
                if query in phrasings_of(entry)
            }
            if matching:
                return matching
        return set()

    def phrasing_words(self, entry: int) -> list[list[str]]:
        """Return the words of each phrasing of an entry."""
        found = self.entries[entry]
        return [split_words(phrasing) for phrasing in (found.question, *found.variants)]

    def _phrasing_terms(self, entry: int) -> list[list[str]]:
        return [list(dict.fromkeys(phrasing.terms)) for phrasing in self.phrasings(entry)]


def _unpacked(database: Database, row: Row) -> list[Phrasing]:
    """Return the phrasings in a row, the inverse of `indexing._packed`."""
    lines = [line.split("\t") if line else [] for line in row["terms"].split("\n")]
    packed = weights(database, row["packed"], sum(map(len, lines)), MAX_DIRECTION).tolist()
    phrasings, start = [], 0
    for terms in lines:
        end = start + len(terms)
        phrasings.append(Phrasing(terms, packed[start:end]))
        start = end
    return phrasings
