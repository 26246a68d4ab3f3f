"""The formulas for the weights of words and phrasings that a search is built on."""

from __future__ import annotations

import math
from zlib import crc32

from pakaz_cli._typing import TYPE_CHECKING, NamedTuple
from pakaz_cli.search import english
from pakaz_cli.search.english import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

#: What one occurrence of a term in a field counts (the field weights of BM25F).
QUESTION_WEIGHT = 1.0
VARIANT_WEIGHT = 0.8
KEYWORD_WEIGHT = 0.8
ANSWER_WEIGHT = 0.5
SECTOR_WEIGHT = 0.5
#: The weight of a stop word relative to another word as rare: "who" and "when" make questions
#: differ.
STOP_WORD_WEIGHT = 0.85
#: The parameters k1 and b of BM25: how fast repetition of a term saturates, and how much the length
#: of an entry counts against it.
_SATURATION = 2.0
_LENGTH_SHARE = 0.75

#: No frequency weight of `EntryTerms` is larger; no component of a unit vector is, but by rounding.
MAX_FREQUENCY = _SATURATION + 1
MAX_DIRECTION = 1.001

#: A phrasing as a unit vector: term → weight.
Vector = dict[str, float]
#: The terms of an entry: term → its frequency weight (BM25F without the rarity), and its component
#: in the mean direction of the entry's phrasings and keywords, a unit vector; that is 0 for a term
#: of only the answer or the sector.
EntryTerms = dict[str, tuple[float, float]]
#: An entry that contains a term, and the two weights as in `EntryTerms`.
Posting = tuple[int, float, float]


class Fields(NamedTuple):
    """The terms of one entry, by field."""

    phrasings: list[list[str]]  #: of the question and of each variant
    keywords: list[str]
    answer: list[str]
    sector: list[str]


class Statistics(NamedTuple):
    """The figures about all entries that the weights depend on."""

    entries: int
    mean_length: float  #: of an entry, as the sum of its frequencies
    words: int  #: different words, before stemming
    longest: int  #: letters of the longest word

    def rarity(self, term: str, count: int) -> float:
        """Return the weight of a term that `count` entries contain, in (0, 1].

        It is the mean of its rarity here and its rarity in English, or the former alone if English
        does not know it. Its rarity here is its inverse document frequency,
        ln(1 + (N - n + 0.5) / (n + 0.5)) with N entries of which n contain the term (Robertson and
        Spärck Jones, as in BM25), relative to that of a term in no entry. Stop words weigh less.
        """
        rarest = math.log(1 + (self.entries + 0.5) / 0.5)
        here = math.log(1 + (self.entries - count + 0.5) / (count + 0.5)) / rarest
        in_english = english.rarity(term)
        rarity = here if in_english is None else (here + in_english) / 2
        return rarity * (STOP_WORD_WEIGHT if term in STOP_WORDS else 1)


def frequencies(fields: Fields) -> dict[str, float]:
    """Return how often each term occurs in an entry, by field weights."""
    counts: dict[str, float] = {}
    question, *variants = fields.phrasings
    for terms, weight in (
        (question, QUESTION_WEIGHT),
        *((variant, VARIANT_WEIGHT) for variant in variants),
        (fields.keywords, KEYWORD_WEIGHT),
        (fields.answer, ANSWER_WEIGHT),
        (fields.sector, SECTOR_WEIGHT),
    ):
        for term in terms:
            counts[term] = counts.get(term, 0) + weight
    return counts


def vector(terms: Iterable[str], weight: Callable[[str], float]) -> Vector:
    """Return a phrasing as a unit vector of the weights of its terms; empty without terms."""
    weights = {term: weight(term) for term in terms}
    length = math.hypot(*weights.values()) or 1.0
    return {term: value / length for term, value in weights.items()}


def entry_terms(
    counts: Mapping[str, float], vectors: Iterable[Vector], statistics: Statistics
) -> EntryTerms:
    """Return the terms of an entry, from its frequencies and the vectors of its phrasings."""
    sums: Vector = {}
    for each in vectors:
        for term, value in each.items():
            sums[term] = sums.get(term, 0) + value
    length = math.hypot(*sums.values()) or 1.0
    relative_length = math.fsum(counts.values()) / statistics.mean_length
    saturation = _SATURATION * (1 - _LENGTH_SHARE + _LENGTH_SHARE * relative_length)
    return {
        term: (
            frequency * (_SATURATION + 1) / (frequency + saturation),
            sums.get(term, 0.0) / length,
        )
        for term, frequency in counts.items()
    }


def checksum(words: Iterable[str]) -> int:
    """Return a checksum of a phrasing by its words; different phrasings may share one."""
    return crc32(" ".join(words).encode("utf-8", "surrogatepass"))
