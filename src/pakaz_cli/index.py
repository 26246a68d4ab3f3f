"""From a knowledge base to what search needs: which words stand where, and how rare they are.

Build an `Index` once and ask it many questions; it never changes.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from pakaz_cli import text
from pakaz_cli.stopwords import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pakaz_cli.model import Entry, KnowledgeBase

#: What a word found only in that field is worth against one found in a question or variant.
KEYWORD_WEIGHT = 0.9
SECTOR_WEIGHT = 0.3
ANSWER_WEIGHT = 0.4
#: What a stop word weighs against another word as rare: enough to choose between "who" and "when".
STOP_WORD_WEIGHT = 0.5


class Phrasing(NamedTuple):
    """One way to ask for an entry."""

    entry: int  #: position of the entry in `Index.entries`
    terms: tuple[str, ...]  #: without repeats, in the order of the text
    norm: float  #: length of the vector of the terms' weights


class Index:
    """The words of a knowledge base, each with where it stands and what it weighs.

    A *word* is as `text.words` gives it; a *term* is what words that count as the same share: the
    stem, or the first phrase of a group of synonyms.
    """

    def __init__(self, base: KnowledgeBase) -> None:
        self.base = base
        self.entries: tuple[Entry, ...] = base.entries
        self._synonyms = _Synonyms(base.synonyms)
        #: every word of the knowledge base with its stem
        self._stems: dict[str, str] = {}
        #: term → entry → weight of the best field it stands in
        self.fields: dict[str, dict[int, float]] = {}
        self.phrasings: list[Phrasing] = []
        #: term → positions in `phrasings`
        self.postings: dict[str, list[int]] = {}
        self._exact: dict[tuple[str, ...], list[int]] = {}
        self._weaker: list[dict[str, float]] = []
        phrasings = [
            (number, self._read(number, entry)) for number, entry in enumerate(self.entries)
        ]
        self._weights = {term: self._rarity(term) for term in self.fields}
        for number, texts in phrasings:
            for terms in texts:
                self._add_phrasing(number, terms)
        #: every word of the knowledge base as it is written, for correcting
        self.vocabulary: tuple[str, ...] = tuple(self._stems)
        self._known_stems = self._synonyms.stems | set(self._stems.values())

    def terms(self, words: Sequence[str]) -> list[str]:
        """Return the terms of some words, in order; synonyms of several words become one term."""
        return self._synonyms.replace([self._stems.get(word) or text.stem(word) for word in words])

    def knows(self, word: str) -> bool:
        """Tell whether some form of `word` stands in the knowledge base or in its synonyms."""
        return text.stem(word) in self._known_stems

    def exact(self, terms: Iterable[str], without: int | None = None) -> int | None:
        """Return the one entry that has a phrasing of exactly these terms, or None.

        The phrasing at the position `without` does not count.
        """
        having = self._exact.get(tuple(sorted(set(terms))), ())
        owners = {self.phrasings[number].entry for number in having if number != without}
        return owners.pop() if len(owners) == 1 else None

    def without(self, number: int) -> tuple[int, dict[str, float]]:
        """Return the entry of a phrasing, and what each term that only it brought would weigh.

        A term that stands in no other field of the entry would weigh 0.
        """
        entry = self.phrasings[number].entry
        terms = set(self.phrasings[number].terms)
        first = number
        while first and self.phrasings[first - 1].entry == entry:
            first -= 1
        for other in range(first, len(self.phrasings)):
            if self.phrasings[other].entry != entry:
                break
            if other != number:
                terms.difference_update(self.phrasings[other].terms)
        return entry, {term: self._weaker[entry].get(term, 0.0) for term in terms}

    def weight(self, term: str) -> float:
        """Return what a term weighs: its inverse document frequency, less for stop words.

        ln(1 + (N - n + 0.5) / (n + 0.5)), with N entries of which n hold the term (Robertson and
        Spärck Jones, as in BM25). A term that no entry holds weighs the most.
        """
        return self._weights.get(term) or self._rarity(term)

    def _rarity(self, term: str) -> float:
        holding = sum(
            1 for weight in self.fields.get(term, {}).values() if weight >= KEYWORD_WEIGHT
        )
        rarity = math.log(1 + (len(self.entries) - holding + 0.5) / (holding + 0.5))
        return rarity * (STOP_WORD_WEIGHT if term in STOP_WORDS else 1)

    def _read(self, number: int, entry: Entry) -> list[list[str]]:
        """Note where the terms of an entry stand; return the terms of each of its phrasings."""
        phrasings = [self._terms_of(phrasing) for phrasing in (entry.question, *entry.variants)]
        sector = self.base.sector(entry.sector)
        weaker: dict[str, float] = {}
        for field, weight in (
            (sector.name if sector else "", SECTOR_WEIGHT),
            (entry.answer, ANSWER_WEIGHT),
            *((keyword, KEYWORD_WEIGHT) for keyword in entry.keywords),
        ):
            weaker.update(dict.fromkeys(self._terms_of(field), weight))
        self._weaker.append(weaker)
        for term, weight in weaker.items():
            self.fields.setdefault(term, {})[number] = weight
        for terms in phrasings:
            for term in terms:
                self.fields.setdefault(term, {})[number] = 1.0
        return phrasings

    def _terms_of(self, phrase: str) -> list[str]:
        words = text.words(phrase)
        for word in words:
            if word not in self._stems:
                self._stems[word] = text.stem(word)
        return self.terms(words)

    def _add_phrasing(self, number: int, terms: list[str]) -> None:
        unique = tuple(dict.fromkeys(terms))
        self._exact.setdefault(tuple(sorted(unique)), []).append(len(self.phrasings))
        norm = math.sqrt(sum(self.weight(term) ** 2 for term in unique))
        for term in unique:
            self.postings.setdefault(term, []).append(len(self.phrasings))
        self.phrasings.append(Phrasing(number, unique, norm))


class _Synonyms:
    """Replaces each phrase of a group of synonyms by the group's first, longest phrases first."""

    def __init__(self, groups: Sequence[Sequence[str]]) -> None:
        #: phrase, as stems, → the term that stands for its group
        self._terms: dict[tuple[str, ...], str] = {}
        #: first stem of a phrase → length of the longest such phrase
        self._longest: dict[str, int] = {}
        for group in groups:
            read = (tuple(text.stem(word) for word in text.words(phrase)) for phrase in group)
            phrases = [phrase for phrase in read if phrase]
            for phrase in phrases:
                self._terms.setdefault(phrase, " ".join(phrases[0]))
                self._longest[phrase[0]] = max(len(phrase), self._longest.get(phrase[0], 0))
        self.stems = {stem for phrase in self._terms for stem in phrase}

    def replace(self, stems: list[str]) -> list[str]:
        replaced: list[str] = []
        position = 0
        while position < len(stems):
            length, term = self._phrase_at(stems, position)
            replaced.append(term)
            position += length
        return replaced

    def _phrase_at(self, stems: list[str], position: int) -> tuple[int, str]:
        """Return the length and the term of the longest phrase there, or of the single stem."""
        for length in range(self._longest.get(stems[position], 0), 0, -1):
            term = self._terms.get(tuple(stems[position : position + length]))
            if term is not None:
                return length, term
        return 1, stems[position]
