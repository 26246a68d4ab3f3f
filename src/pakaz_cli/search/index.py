"""What a search asks of a knowledge base: which words stand where, and how much each says.

Build an `Index` once and ask it many questions; what it knows never changes. It reads the tables
that `building` fills, in memory or in a file, and keeps what it has read lately.
"""

from __future__ import annotations

from array import array

from pakaz_cli._typing import TYPE_CHECKING, NamedTuple
from pakaz_cli.knowledge.compiled import CompiledBase
from pakaz_cli.search.synonyms import Synonyms
from pakaz_cli.search.weights import Held, Posting, Statistics, checksum, frequencies, held, vector
from pakaz_cli.text.words import split_words, stem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from pakaz_cli.knowledge.database import Database
    from pakaz_cli.model import Entry, KnowledgeBase
    from pakaz_cli.search.query import Term

#: So many terms, readings and the like are kept, so many entries, and so many rows of postings.
_MOST_KEPT, _MOST_ENTRIES, _MOST_ROWS = 20_000, 4_000, 200_000


class Phrasing(NamedTuple):
    """One way to ask for an entry."""

    terms: list[str]  #: in the order of the text
    weights: list[float]  #: of each of them; the square root of their squares is 1, repeats have 0

    @property
    def letters(self) -> str:
        """The terms in alphabetical order."""
        return " ".join(sorted(self.terms))


class Place(NamedTuple):
    """Where a phrasing stands."""

    entry: int  #: position of the entry
    number: int  #: 0 for the question, then the variants


class Index:
    """The words of a knowledge base, each with where it stands and what it weighs.

    A *word* is as `text.words` gives it; a *term* is what words that count as the same share: the
    stem, or the first phrase of a group of synonyms.
    """

    def __init__(self, base: KnowledgeBase) -> None:
        self.base = base
        self.entries: Sequence[Entry] = base.entries
        #: what `reading` found out, so as not to look for it twice: readings of unknown words,
        #: and terms
        self.readings: dict[str, tuple[tuple[str, float], ...]] = {}
        self.known: dict[str, Term] = {}
        self._terms: dict[str, tuple[float, int] | None] = {}
        self._postings: dict[str, list[Posting]] = {}
        self._rows = 0  # of these postings
        self._held: dict[int, Held] = {}
        self._phrasings: dict[int, list[Phrasing]] = {}
        self._written: dict[int, str] = {}  # words of a length, each between line breaks
        self._standing: dict[str, frozenset[int]] = {}
        if isinstance(base, CompiledBase):
            self._database: Database = base.database
        else:
            from pakaz_cli.search.indexing import in_memory  # noqa: PLC0415 - it is built already in a file

            self._database = in_memory(base)
        meant, *known = (
            self._database.get("about", name)[1] for name in ("meant", *Statistics._fields)
        )
        pairs = (line.split("\t") for line in meant.split("\n") if line)
        self._synonyms = Synonyms({tuple(phrase.split(" ")): term for phrase, term in pairs})
        self._statistics = Statistics(*known)

    def terms(self, words: Sequence[str]) -> list[str]:
        """Return the terms of some words, in order; synonyms of several words become one term."""
        return [term for term, _ in self.spans(words)]

    def spans(self, words: Sequence[str]) -> list[tuple[str, int]]:
        """Return the terms of some words, in order, each with how many of them it stands for."""
        return self._synonyms.spans([stem(word) for word in words])

    def knows(self, word: str) -> bool:
        """Tell whether some form of `word` stands in the knowledge base or in its synonyms."""
        return self._term(stem(word)) is not None

    def count(self, term: str) -> int:
        """Return how many entries hold a term."""
        known = self._term(term)
        return 0 if known is None else known[1]

    def weight(self, term: str) -> float:
        """Return what a term weighs, in (0, 1]: how rare it is; see `Statistics.rarity`."""
        known = self._term(term)
        return self._statistics.rarity(term, 0) if known is None else known[0]

    def _term(self, term: str) -> tuple[float, int] | None:
        """Return the weight of a term and the number of its entries."""
        if term not in self._terms:
            forget_if_full(self._terms)
            found = self._database.find("term", term)
            self._terms[term] = None if found is None else found[1:]
        return self._terms[term]

    def postings(self, term: str) -> list[Posting]:
        """Return where a term stands or, of one in very many entries, where it says most."""
        known = self._postings.get(term)
        if known is None:
            _, packed = self._database.get("posting", term)
            entries = array("I", packed[: len(packed) // 3])
            worth = array("f", packed[len(packed) // 3 :])
            count = len(entries)
            known = list(zip(entries, worth[:count], worth[count:], strict=True))
            self._rows += count
            if self._rows > _MOST_ROWS:
                self._postings.clear()
                self._rows = count
            self._postings[term] = known
        return known

    def held(self, entry: int) -> Held:
        """Return what the entry at a position holds."""
        known = self._held.get(entry)
        if known is None:
            forget_if_full(self._held, _MOST_ENTRIES)
            _, lines, packed = self._database.get("held", entry)
            terms, worth = lines.split("\n") if lines else [], array("f", packed)
            known = dict(zip(terms, zip(worth[::2], worth[1::2], strict=True), strict=True))
            self._held[entry] = known
        return known

    def phrasings(self, entry: int) -> list[Phrasing]:
        """Return the ways to ask for the entry at a position: its question, then its variants."""
        known = self._phrasings.get(entry)
        if known is None:
            forget_if_full(self._phrasings, _MOST_ENTRIES)
            _, lines, packed = self._database.get("phrased", entry)
            weights = array("f", packed).tolist()
            known, start = [], 0
            for line in lines.split("\n"):
                terms = line.split("\t") if line else []
                end = start + len(terms)
                known.append(Phrasing(terms, weights[start:end]))
                start = end
            self._phrasings[entry] = known
        return known

    def written(self, length: int, beginning: str = "") -> list[str]:
        """Return the words of so many letters that begin so, as they are written, sorted."""
        if length not in self._written:
            found = self._database.find("written", length)
            self._written[length] = f"\n{found[1]}\n" if found else "\n"
        words = self._written[length]
        first = words.find(f"\n{beginning}")
        after = words.find("\n", words.rfind(f"\n{beginning}", 0, -1) + 1)
        return words[first + 1 : after].split("\n") if 0 <= first < after else []

    @property
    def words(self) -> int:
        """The number of words that the knowledge base writes."""
        return self._statistics.words

    def beginning(self, letters: str) -> list[str]:
        """Return the words that begin so, as the knowledge base writes them, shortest first."""
        lengths = range(len(letters), self._statistics.longest + 1)
        return [word for length in lengths for word in self.written(length, letters)]

    def in_sector(self, sector: str) -> frozenset[int]:
        """Return the positions of the entries of a sector."""
        if sector not in self._standing:
            found = self._database.find("standing", sector)
            self._standing[sector] = frozenset(array("I", found[1] if found else b""))
        return self._standing[sector]

    def exact(
        self, words: Sequence[str], terms: Sequence[str], without: Place | None = None
    ) -> set[int]:
        """Return the entries that have a phrasing of exactly these words in this order.

        Where none has, those that have one of these terms, each told once. The phrasing at the
        place `without` does not count.
        """

        def worded(entry: int) -> list[list[str]]:
            one = self.entries[entry]
            return [split_words(phrasing) for phrasing in (one.question, *one.variants)]

        def termed(entry: int) -> list[list[str]]:
            return [list(dict.fromkeys(one.terms)) for one in self.phrasings(entry)]

        for asked, told in ((words, worded), (terms, termed)):
            having = {
                entry
                for entry in self._database.exact(checksum(asked))
                if entry in range(len(self.entries))
                for number, phrasing in enumerate(told(entry))
                if phrasing == asked and (entry, number) != without
            }
            if having:
                return having
        return set()

    def without(self, place: Place) -> Held:
        """Return what an entry would hold without a phrasing; rarities stay as they are."""
        from pakaz_cli.search import indexing  # noqa: PLC0415 - only the authoring rules ask for it

        entry = self.entries[place.entry]
        sector = self.base.sector(entry.sector)
        fields = indexing.Vocabulary(self._synonyms).fields(entry, sector.name if sector else "")
        others = [
            vector(terms, self.weight)
            for number, terms in enumerate((*fields.phrasings, fields.keywords))
            if number != place.number
        ]
        return held(frequencies(fields, place.number), others, self._statistics)


def forget_if_full(kept: dict[Any, Any], most: int = _MOST_KEPT) -> None:
    """Empty a dictionary that has grown to so many."""
    if len(kept) >= most:
        kept.clear()
