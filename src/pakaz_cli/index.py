"""From a knowledge base to what search needs: which words stand where, and how much each says.

Build an `Index` once and ask it many questions; what it knows never changes.
"""

from __future__ import annotations

import math
from array import array
from typing import TYPE_CHECKING, NamedTuple

from pakaz_cli import english, text
from pakaz_cli.stopwords import STOP_WORDS
from pakaz_cli.synonyms import Synonyms

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pakaz_cli.model import Entry, KnowledgeBase
    from pakaz_cli.reading import Term

#: How often a word counts that stands once in a field (the field weights of BM25F).
QUESTION_WEIGHT = 1.0
VARIANT_WEIGHT = 0.8
KEYWORD_WEIGHT = 0.8
ANSWER_WEIGHT = 0.5
SECTOR_WEIGHT = 0.5
#: What a stop word weighs against another word as rare: "who" and "when" make questions differ.
STOP_WORD_WEIGHT = 0.85
#: BM25: how soon more of the same word stops counting, and how much a long entry is marked down.
_SATURATION = 2.0
_LENGTH_SHARE = 0.75
#: A term of more entries than this is looked up entry by entry where a rarer one has chosen some.
COMMON = 200


class Phrasing(NamedTuple):
    """One way to ask for an entry."""

    entry: int  #: position of the entry in `Index.entries`
    terms: tuple[str, ...]  #: in the order of the text
    vector: dict[str, float]  #: term → weight; the vector has length 1
    letters: str  #: the terms in alphabetical order


class Postings(NamedTuple):
    """Where a term stands: for each of some entries, in their order, what it is worth there."""

    entries: array[int]  #: positions of entries
    frequency: array[float]  #: how much it says of the entry, saturating (BM25F without the rarity)
    direction: array[float]  #: its part in the mean direction of the entry's phrasings, in [0, 1]


class Content(NamedTuple):
    """The words of one entry."""

    frequencies: dict[str, float]  #: term → how often it stands in the entry, by field weights
    sums: dict[str, float]  #: the sum of the vectors of its phrasings and of its keywords


class Index:
    """The words of a knowledge base, each with where it stands and what it weighs.

    A *word* is as `text.words` gives it; a *term* is what words that count as the same share: the
    stem, or the first phrase of a group of synonyms.
    """

    def __init__(self, base: KnowledgeBase) -> None:
        self.base = base
        self.entries: tuple[Entry, ...] = base.entries
        self.ids = [entry.id for entry in base.entries]
        self.phrasings: list[Phrasing] = []
        #: position of the first phrasing of each entry, and the end
        self.starts: list[int] = []
        #: term → where it stands
        self.postings: dict[str, Postings] = {}
        self.contents: list[Content] = []
        #: what `reading` found out, so as not to look for it twice: readings of unknown words,
        #: and terms
        self.readings: dict[str, tuple[tuple[str, float], ...]] = {}
        self.known: dict[str, Term] = {}
        self._synonyms = Synonyms(base.synonyms)
        self._stems: dict[str, str] = {}
        #: phrasings by their words, and by their terms
        self._worded: dict[str, list[int]] = {}
        self._termed: dict[str, list[int]] = {}
        self._places: dict[str, dict[int, int]] = {}
        self._sector_names = {sector.id: sector.name for sector in base.sectors}
        fields = [self._fields(entry) for entry in self.entries]
        frequencies = [_frequencies(field) for field in fields]
        self._weights = self._rarities(frequencies)
        lengths = [sum(counts.values()) for counts in frequencies]
        self._mean_length = sum(lengths) / max(1, len(lengths)) or 1.0
        for number, (field, counts) in enumerate(zip(fields, frequencies, strict=True)):
            self._add(number, field, counts)
        self.starts.append(len(self.phrasings))
        #: length → the words of that length as the knowledge base writes them, for correcting
        self.vocabulary: dict[int, list[str]] = {}
        for word in self._stems:
            self.vocabulary.setdefault(len(word), []).append(word)
        self._known_stems = self._synonyms.stems | set(self._stems.values())

    def terms(self, words: Sequence[str]) -> list[str]:
        """Return the terms of some words, in order; synonyms of several words become one term."""
        return [term for term, _ in self.spans(words)]

    def spans(self, words: Sequence[str]) -> list[tuple[str, int]]:
        """Return the terms of some words, in order, each with how many of them it stands for."""
        return self._synonyms.spans([self._stems.get(word) or text.stem(word) for word in words])

    def knows(self, word: str) -> bool:
        """Tell whether some form of `word` stands in the knowledge base or in its synonyms."""
        return text.stem(word) in self._known_stems

    def weight(self, term: str) -> float:
        """Return what a term weighs, in (0, 1]: how rare it is here and in English, on the mean.

        Its rarity here is its inverse document frequency ln(1 + (N - n + 0.5) / (n + 0.5)), with N
        entries of which n hold it (Robertson and Spärck Jones, as in BM25), as a share of that of a
        term that no entry holds. A term that English does not know has that alone. A stop word
        weighs less.
        """
        return self._weights.get(term) or self._rarity(term, 0)

    def exact(
        self, words: Iterable[str], terms: Iterable[str], without: int | None = None
    ) -> set[int]:
        """Return the entries that have a phrasing of exactly these words in this order.

        Where none has, those that have one of these terms, each told once. The phrasing at the
        position `without` does not count.
        """
        for phrasings, asked in ((self._worded, " ".join(words)), (self._termed, " ".join(terms))):
            having = [number for number in phrasings.get(asked, ()) if number != without]
            if having:
                return {self.phrasings[number].entry for number in having}
        return set()

    def place(self, term: str, entry: int) -> int | None:
        """Return where an entry stands in the postings of a term, or None."""
        places = self._places.get(term)
        if places is None:
            entries = self.postings[term].entries
            places = self._places[term] = {one: place for place, one in enumerate(entries)}
        return places.get(entry)

    def without(self, number: int) -> tuple[int, Content]:
        """Return the entry of a phrasing, and the content it would have without it.

        Rarities stay as they are.
        """
        entry, terms, vector, _ = self.phrasings[number]
        content = self.contents[entry]
        lost = QUESTION_WEIGHT if number == self.starts[entry] else VARIANT_WEIGHT
        frequencies = dict(content.frequencies)
        for term in terms:
            frequencies[term] -= lost
        sums = {term: value - vector.get(term, 0) for term, value in content.sums.items()}
        # What subtracting floats leaves is nothing.
        return entry, Content(
            {term: value for term, value in frequencies.items() if value > 1e-9},
            {term: value for term, value in sums.items() if value > 1e-9},
        )

    def worth(self, content: Content) -> dict[str, tuple[float, float]]:
        """Return the frequency and the direction of each term of an entry, as in its postings."""
        length = sum(content.frequencies.values()) / self._mean_length
        marked_down = _SATURATION * (1 - _LENGTH_SHARE + _LENGTH_SHARE * length)
        spread = math.hypot(*content.sums.values()) or 1.0
        return {
            term: (
                frequency * (_SATURATION + 1) / (frequency + marked_down),
                content.sums.get(term, 0) / spread,
            )
            for term, frequency in content.frequencies.items()
        }

    def _rarities(self, frequencies: Iterable[Mapping[str, float]]) -> dict[str, float]:
        holding: dict[str, int] = {}
        for counts in frequencies:
            for term in counts:
                holding[term] = holding.get(term, 0) + 1
        return {term: self._rarity(term, count) for term, count in holding.items()}

    def _rarity(self, term: str, holding: int) -> float:
        entries = len(self.entries)
        rarest = math.log(1 + (entries + 0.5) / 0.5)
        here = math.log(1 + (entries - holding + 0.5) / (holding + 0.5)) / rarest
        in_english = english.rarity(term)
        rarity = here if in_english is None else (here + in_english) / 2
        return rarity * (STOP_WORD_WEIGHT if term in STOP_WORDS else 1)

    def _fields(self, entry: Entry) -> _Fields:
        worded = [text.words(phrasing) for phrasing in (entry.question, *entry.variants)]
        return _Fields(
            worded,
            [self._terms_of(words) for words in worded],
            [term for keyword in entry.keywords for term in self._terms_of(text.words(keyword))],
            self._terms_of(text.words(entry.answer)),
            self._terms_of(text.words(self._sector_names.get(entry.sector or "", ""))),
        )

    def _terms_of(self, words: list[str]) -> list[str]:
        for word in words:
            if word not in self._stems:
                self._stems[word] = text.stem(word)
        return self.terms(words)

    def _add(self, number: int, fields: _Fields, frequencies: dict[str, float]) -> None:
        """Add the phrasings of an entry, and its postings."""
        self.starts.append(len(self.phrasings))
        sums: dict[str, float] = {}
        for words, terms in zip(fields.worded, fields.phrasings, strict=True):
            vector = self._vector(terms)
            position = len(self.phrasings)
            self._worded.setdefault(" ".join(words), []).append(position)
            self._termed.setdefault(" ".join(dict.fromkeys(terms)), []).append(position)
            self.phrasings.append(Phrasing(number, tuple(terms), vector, " ".join(sorted(terms))))
            _add_to(sums, vector)
        _add_to(sums, self._vector(fields.keywords))
        self.contents.append(Content(frequencies, sums))
        for term, (frequency, direction) in self.worth(self.contents[-1]).items():
            known = self.postings.get(term)
            if known is None:
                known = self.postings[term] = Postings(array("I"), array("f"), array("f"))
            known.entries.append(number)
            known.frequency.append(frequency)
            known.direction.append(direction)

    def _vector(self, terms: Iterable[str]) -> dict[str, float]:
        weights = {term: self.weight(term) for term in terms}
        length = math.hypot(*weights.values()) or 1.0
        return {term: weight / length for term, weight in weights.items()}


class _Fields(NamedTuple):
    """The terms of one entry."""

    worded: list[list[str]]  #: the words of the question and of each variant
    phrasings: list[list[str]]  #: of the question and of each variant
    keywords: list[str]
    answer: list[str]
    sector: list[str]


def _frequencies(fields: _Fields) -> dict[str, float]:
    frequencies: dict[str, float] = {}
    for terms, weight in (
        (fields.phrasings[0], QUESTION_WEIGHT),
        *((terms, VARIANT_WEIGHT) for terms in fields.phrasings[1:]),
        (fields.keywords, KEYWORD_WEIGHT),
        (fields.answer, ANSWER_WEIGHT),
        (fields.sector, SECTOR_WEIGHT),
    ):
        for term in terms:
            frequencies[term] = frequencies.get(term, 0) + weight
    return frequencies


def _add_to(sums: dict[str, float], vector: Mapping[str, float]) -> None:
    for term, value in vector.items():
        sums[term] = sums.get(term, 0) + value
