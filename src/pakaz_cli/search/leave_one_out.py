"""An index without one phrasing of one entry, to see how that phrasing would be answered then."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, TypeVar

from pakaz_cli.search.index import Index
from pakaz_cli.search.indexing import TextAnalyzer
from pakaz_cli.search.weights import entry_terms, frequencies, vector

if TYPE_CHECKING:
    from pakaz_cli.search.index import Phrasing
    from pakaz_cli.search.profile import Profile
    from pakaz_cli.search.weights import EntryTerms, Posting

T = TypeVar("T")


class LeaveOneOut(Index):
    """An overlay on an index that hides one phrasing; it shares the tables and caches.

    The weights of terms, which depend on all entries, stay as they are.
    """

    def __init__(self, index: Index, entry: int, phrasing: int) -> None:
        """Hide a phrasing of an entry: number 0 is its question, and its variants follow."""
        self._index = index
        self.base, self.entries = index.base, index.entries
        self.vocabulary, self.reader = index.vocabulary, index.reader
        self._database = index._database
        self._entry, self._phrasing = entry, phrasing
        self._remaining = self._remaining_terms()
        self._profiles = {}

    def _remaining_terms(self) -> EntryTerms:
        """Return the terms of the entry without the phrasing."""
        entry = self.entries[self._entry]
        sector = self.base.sector(entry.sector)
        analyzer = TextAnalyzer(self.vocabulary.synonyms)
        fields = analyzer.fields(entry, sector.name if sector else "")
        fields.phrasings[self._phrasing] = []
        vectors = [
            vector(terms, self.vocabulary.weight) for terms in (*fields.phrasings, fields.keywords)
        ]
        return entry_terms(frequencies(fields), vectors, self.vocabulary.statistics)

    def postings(self, term: str) -> list[Posting]:
        """See `Index.postings`."""
        rows = self._index.postings(term)
        first, after = bisect_left(rows, (self._entry,)), bisect_left(rows, (self._entry + 1,))
        weights = self._remaining.get(term)
        own = [] if weights is None else [(self._entry, *weights)]
        return [*rows[:first], *own, *rows[after:]]

    def entry_terms(self, entry: int) -> EntryTerms:
        """See `Index.entry_terms`."""
        return self._remaining if entry == self._entry else self._index.entry_terms(entry)

    def phrasings(self, entry: int) -> list[Phrasing]:
        """See `Index.phrasings`."""
        return self._without_hidden(entry, self._index.phrasings(entry))

    def profile(self, entry: int) -> Profile:
        """See `Index.profile`."""
        return super().profile(entry) if entry == self._entry else self._index.profile(entry)

    def counterexamples(self, owner: int) -> list[Phrasing]:
        """See `Index.counterexamples`."""
        return self._index.counterexamples(owner)

    def in_sector(self, sector: str) -> frozenset[int]:
        """See `Index.in_sector`."""
        return self._index.in_sector(sector)

    def phrasing_words(self, entry: int) -> list[list[str]]:
        """See `Index.phrasing_words`."""
        return self._without_hidden(entry, self._index.phrasing_words(entry))

    def _without_hidden(self, entry: int, phrasings: list[T]) -> list[T]:
        hidden = self._phrasing if entry == self._entry else None
        return [one for number, one in enumerate(phrasings) if number != hidden]
