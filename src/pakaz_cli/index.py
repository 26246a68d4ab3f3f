"""From a knowledge base to what search needs: which words stand where, and how rare they are.

Build an `Index` once and ask it many questions; it never changes.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from pakaz_cli import text
from pakaz_cli.stopwords import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pakaz_cli.model import Entry, KnowledgeBase

#: How often a word counts that stands once in a field (the field weights of BM25F).
QUESTION_WEIGHT = 1.0
VARIANT_WEIGHT = 0.8
KEYWORD_WEIGHT = 0.8
ANSWER_WEIGHT = 0.5
SECTOR_WEIGHT = 0.5
#: What a stop word weighs against another word as rare: enough to choose between "who" and "when".
STOP_WORD_WEIGHT = 0.7
#: BM25: how soon more of the same word stops counting, and how much a long entry is marked down.
_SATURATION = 2.0
_LENGTH_SHARE = 0.75
#: Words that share this many first letters, and this much of both, may be forms of each other; one
#: then counts in the other's place, this much times what they share.
_BEGINNING = 4
_LEAST_ALIKE = 0.6
RELATIVE_WEIGHT = 0.6
#: Longer phrases are no synonyms: looking for them everywhere would take for ever.
_SYNONYM_WORDS = 10


class Phrasing(NamedTuple):
    """One way to ask for an entry."""

    entry: int  #: position of the entry in `Index.entries`
    terms: tuple[str, ...]  #: in the order of the text
    vector: dict[str, float]  #: term → weight; the vector has length 1


class Posting(NamedTuple):
    """What a term is worth in one entry."""

    frequency: float  #: how much it says of the entry, saturating (BM25F without the rarity)
    direction: float  #: its part in the mean direction of the entry's phrasings, in [0, 1]


class _Content(NamedTuple):
    """The words of one entry before rarities are known."""

    frequencies: dict[str, float]  #: term → how often it stands in the entry, by field weights
    phrasings: list[list[str]]  #: terms of the question and of each variant
    keywords: list[str]  #: terms of all keywords


class Index:
    """The words of a knowledge base, each with where it stands and what it weighs.

    A *word* is as `text.words` gives it; a *term* is what words that count as the same share: the
    stem, or the first phrase of a group of synonyms.
    """

    def __init__(self, base: KnowledgeBase) -> None:
        self.base = base
        self.entries: tuple[Entry, ...] = base.entries
        self.phrasings: list[Phrasing] = []
        #: position of the first phrasing of each entry, and the end
        self.starts: list[int] = []
        #: term → entry → posting
        self.postings: dict[str, dict[int, Posting]] = {}
        self._synonyms = _Synonyms(base.synonyms)
        self._stems: dict[str, str] = {}
        self._exact: dict[tuple[str, ...], list[int]] = {}
        self._sorted: list[str] = []
        self._sector_names = {sector.id: sector.name for sector in base.sectors}
        self._contents = [self._read(entry) for entry in self.entries]
        self._sums: list[dict[str, float]] = []
        self._weights = self._rarities()
        lengths = [sum(content.frequencies.values()) for content in self._contents]
        self._mean_length = sum(lengths) / max(1, len(lengths)) or 1.0
        for number, content in enumerate(self._contents):
            self._add(number, content)
        self.starts.append(len(self.phrasings))
        self._beginnings: dict[str, list[str]] = {}
        for term in self.postings:
            if len(term) >= _BEGINNING and term not in STOP_WORDS and not text.is_number(term):
                self._beginnings.setdefault(term[:_BEGINNING], []).append(term)
        #: every word of the knowledge base as it is written, for correcting
        self.vocabulary: tuple[str, ...] = tuple(self._stems)
        self._known_stems = self._synonyms.stems | set(self._stems.values())

    def terms(self, words: Sequence[str]) -> list[str]:
        """Return the terms of some words, in order; synonyms of several words become one term."""
        return self._synonyms.replace([self._stems.get(word) or text.stem(word) for word in words])

    def knows(self, word: str) -> bool:
        """Tell whether some form of `word` stands in the knowledge base or in its synonyms."""
        return text.stem(word) in self._known_stems

    def weight(self, term: str) -> float:
        """Return what a term weighs: its inverse document frequency, less for stop words.

        ln(1 + (N - n + 0.5) / (n + 0.5)), with N entries of which n hold the term (Robertson and
        Spärck Jones, as in BM25). A term that no entry holds weighs the most.
        """
        return self._weights.get(term) or self._rarity(term, 0)

    def relatives(self, term: str) -> Iterator[tuple[str, float]]:
        """Yield the terms that begin like `term`, each with what it counts in its place.

        It is for words whose forms the stem does not bring together: recognise, recognition.
        """
        if len(term) < _BEGINNING or term in STOP_WORDS or text.is_number(term):
            return
        for other in self._beginnings.get(term[:_BEGINNING], ()):
            if other != term:
                same = _shared_beginning(term, other)
                alike = 2 * same / (len(term) + len(other))
                if alike >= _LEAST_ALIKE:
                    yield other, RELATIVE_WEIGHT * alike

    def exact(self, terms: Iterable[str], without: int | None = None) -> set[int]:
        """Return the entries that have a phrasing of exactly these terms in this order.

        The phrasing at the position `without` does not count.
        """
        having = self._exact.get(tuple(terms), ())
        return {self.phrasings[number].entry for number in having if number != without}

    def without(self, number: int) -> tuple[int, dict[str, Posting]]:
        """Return the entry of a phrasing, and the postings it would have without it.

        Rarities stay as they are.
        """
        entry, terms, vector = self.phrasings[number]
        content = self._contents[entry]
        lost = QUESTION_WEIGHT if number == self.starts[entry] else VARIANT_WEIGHT
        frequencies = dict(content.frequencies)
        for term in terms:
            frequencies[term] -= lost
        sums = {term: value - vector.get(term, 0) for term, value in self._sums[entry].items()}
        return entry, self._postings_of(frequencies, sums)

    def written(self, entry: int, without: int | None = None) -> list[str]:
        """Return the phrasings of an entry, each with its terms sorted, but for one."""
        return [
            self._sorted[number]
            for number in range(self.starts[entry], self.starts[entry + 1])
            if number != without
        ]

    def _rarities(self) -> dict[str, float]:
        holding: dict[str, int] = {}
        for content in self._contents:
            for term in content.frequencies:
                holding[term] = holding.get(term, 0) + 1
        return {term: self._rarity(term, count) for term, count in holding.items()}

    def _rarity(self, term: str, holding: int) -> float:
        rarity = math.log(1 + (len(self.entries) - holding + 0.5) / (holding + 0.5))
        return rarity * (STOP_WORD_WEIGHT if term in STOP_WORDS else 1)

    def _read(self, entry: Entry) -> _Content:
        phrasings = [self._terms_of(phrasing) for phrasing in (entry.question, *entry.variants)]
        keywords = [term for keyword in entry.keywords for term in self._terms_of(keyword)]
        frequencies: dict[str, float] = {}
        for terms, weight in (
            (phrasings[0], QUESTION_WEIGHT),
            *((terms, VARIANT_WEIGHT) for terms in phrasings[1:]),
            (keywords, KEYWORD_WEIGHT),
            (self._terms_of(entry.answer), ANSWER_WEIGHT),
            (self._terms_of(self._sector_names.get(entry.sector or "", "")), SECTOR_WEIGHT),
        ):
            for term in terms:
                frequencies[term] = frequencies.get(term, 0) + weight
        return _Content(frequencies, phrasings, keywords)

    def _terms_of(self, phrase: str) -> list[str]:
        words = text.words(phrase)
        for word in words:
            if word not in self._stems:
                self._stems[word] = text.stem(word)
        return self.terms(words)

    def _add(self, number: int, content: _Content) -> None:
        """Add the phrasings of an entry, and its postings."""
        self.starts.append(len(self.phrasings))
        sums: dict[str, float] = {}
        for terms in content.phrasings:
            vector = self._vector(terms)
            self._exact.setdefault(tuple(dict.fromkeys(terms)), []).append(len(self.phrasings))
            self._sorted.append(" ".join(sorted(terms)))
            self.phrasings.append(Phrasing(number, tuple(terms), vector))
            _add_to(sums, vector)
        _add_to(sums, self._vector(content.keywords))
        self._sums.append(sums)
        for term, posting in self._postings_of(content.frequencies, sums).items():
            self.postings.setdefault(term, {})[number] = posting

    def _vector(self, terms: Iterable[str]) -> dict[str, float]:
        weights = {term: self.weight(term) for term in terms}
        length = math.sqrt(sum(weight**2 for weight in weights.values())) or 1.0
        return {term: weight / length for term, weight in weights.items()}

    def _postings_of(
        self, frequencies: Mapping[str, float], sums: Mapping[str, float]
    ) -> dict[str, Posting]:
        length = sum(frequencies.values()) / self._mean_length
        marked_down = _SATURATION * (1 - _LENGTH_SHARE + _LENGTH_SHARE * length)
        spread = math.sqrt(sum(value**2 for value in sums.values())) or 1.0
        return {
            term: Posting(
                frequency * (_SATURATION + 1) / (frequency + marked_down),
                max(0.0, sums.get(term, 0) / spread),
            )
            for term, frequency in frequencies.items()
            if frequency > 1e-9  # less is what subtracting floats left
        }


def _shared_beginning(one: str, other: str) -> int:
    """Return how many first letters two words share."""
    for position, (letter, other_letter) in enumerate(zip(one, other, strict=False)):
        if letter != other_letter:
            return position
    return min(len(one), len(other))


def _add_to(sums: dict[str, float], vector: Mapping[str, float]) -> None:
    for term, value in vector.items():
        sums[term] = sums.get(term, 0) + value


class _Synonyms:
    """Replaces each phrase of a group of synonyms by the group's first, longest phrases first."""

    def __init__(self, groups: Sequence[Sequence[str]]) -> None:
        #: phrase, as stems, → the term that stands for its group
        self._terms: dict[tuple[str, ...], str] = {}
        #: first stem of a phrase → length of the longest such phrase
        self._longest: dict[str, int] = {}
        for group in groups:
            read = (tuple(text.stem(word) for word in text.words(phrase)) for phrase in group)
            phrases = [phrase for phrase in read if 0 < len(phrase) <= _SYNONYM_WORDS]
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
