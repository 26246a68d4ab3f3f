"""What words are worth: the formulas, of one entry or of all, that a search is built on."""

from __future__ import annotations

import math
from zlib import crc32

from pakaz_cli._typing import TYPE_CHECKING, NamedTuple
from pakaz_cli.search import english
from pakaz_cli.search.stopwords import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

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

#: A phrasing as a direction: term → weight, of length 1 in all.
Vector = dict[str, float]
#: What an entry holds: term → how much that says of the entry (BM25F without the rarity)
#: and its part in the mean direction of the entry's phrasings, which is 0 for a term of its answer
#: or its sector alone.
Held = dict[str, tuple[float, float]]


class Fields(NamedTuple):
    """The terms of one entry."""

    phrasings: list[list[str]]  #: of the question and of each variant
    keywords: list[str]
    answer: list[str]
    sector: list[str]


class Statistics(NamedTuple):
    """What must be known of all entries to weigh the words of one."""

    entries: int
    mean_length: float  #: of an entry, in words counted by field weights
    words: int  #: words, as they are written
    longest: int  #: letters of the longest

    def rarity(self, term: str, holding: int) -> float:
        """Return what a term weighs, in (0, 1]: how rare it is here and in English, on the mean.

        Its rarity here is its inverse document frequency ln(1 + (N - n + 0.5) / (n + 0.5)), with N
        entries of which n hold it (Robertson and Spärck Jones, as in BM25), as a share of that of a
        term that no entry holds. A term that English does not know has that alone. A stop word
        weighs less.
        """
        rarest = math.log(1 + (self.entries + 0.5) / 0.5)
        here = math.log(1 + (self.entries - holding + 0.5) / (holding + 0.5)) / rarest
        in_english = english.rarity(term)
        rarity = here if in_english is None else (here + in_english) / 2
        return rarity * (STOP_WORD_WEIGHT if term in STOP_WORDS else 1)


def frequencies(fields: Fields, without: int | None = None) -> dict[str, float]:
    """Return how often each term stands in an entry, by field weights; but for one phrasing."""
    counts: dict[str, float] = {}
    phrasings = [
        (terms, VARIANT_WEIGHT if place else QUESTION_WEIGHT)
        for place, terms in enumerate(fields.phrasings)
        if place != without
    ]
    for terms, weight in (
        *phrasings,
        (fields.keywords, KEYWORD_WEIGHT),
        (fields.answer, ANSWER_WEIGHT),
        (fields.sector, SECTOR_WEIGHT),
    ):
        for term in terms:
            counts[term] = counts.get(term, 0) + weight
    return counts


def vector(terms: Iterable[str], weight: Callable[[str], float]) -> Vector:
    """Return a phrasing as a direction: what each of its terms weighs, its length being 1."""
    weights = {term: weight(term) for term in terms}
    length = math.hypot(*weights.values()) or 1.0
    return {term: value / length for term, value in weights.items()}


def held(counts: Mapping[str, float], vectors: Iterable[Vector], statistics: Statistics) -> Held:
    """Return what an entry holds, from its frequencies and the vectors of how it is asked for."""
    sums: Vector = {}
    for one in vectors:
        for term, value in one.items():
            sums[term] = sums.get(term, 0) + value
    spread = math.hypot(*sums.values()) or 1.0
    length = sum(counts.values()) / statistics.mean_length
    marked_down = _SATURATION * (1 - _LENGTH_SHARE + _LENGTH_SHARE * length)
    return {
        term: (
            frequency * (_SATURATION + 1) / (frequency + marked_down),
            sums.get(term, 0.0) / spread,
        )
        for term, frequency in counts.items()
    }


#: Where a term stands: the position of an entry, and the two as in `Held`.
Posting = tuple[int, float, float]


def checksum(words: Iterable[str]) -> int:
    """Return a number that phrasings of the same words share; others may have it too."""
    return crc32(" ".join(words).encode("utf-8", "surrogatepass"))
