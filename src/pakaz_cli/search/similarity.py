"""The similarity of words and phrases. Only this module imports RapidFuzz.

RapidFuzz takes longer to import than most questions take to be answered, so the first few
comparisons are made here, with the same results.
"""

from __future__ import annotations

from collections import Counter

from pakaz_cli._typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: Letters of an n-gram.
_NGRAM = 3
#: How many words or letters are compared here before it pays to import RapidFuzz.
_RAPIDFUZZ_FROM = 20_000


class _Workload:
    """Counts what has been compared, to tell when RapidFuzz pays off."""

    def __init__(self) -> None:
        self._left = _RAPIDFUZZ_FROM

    def needs_rapidfuzz(self, amount: int) -> bool:
        """Add an amount of words or letters, and tell whether RapidFuzz is to compare them."""
        self._left -= amount
        return self._left < 0


_workload = _Workload()


def within_edits(word: str, known: Sequence[str], limit: int) -> Iterator[tuple[str, int]]:
    """Yield the known words within a number of edits of `word`, with their edits, in any order.

    An edit inserts, deletes or replaces a letter, or swaps two neighbours (optimal string
    alignment).
    """
    if _workload.needs_rapidfuzz(len(known)):
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        found = process.extract(word, known, scorer=OSA.distance, score_cutoff=limit, limit=None)
        for other, edits, _ in found:
            yield other, int(edits)
        return
    letters = set(word)
    for other in known:
        # Each letter that is missing takes an edit.
        if len(letters.difference(other)) <= limit:
            edits = distance(word, other)
            if edits <= limit:
                yield other, edits


def indel_similarity(first: str, second: str) -> float:
    """Return the similarity of two texts in [0, 1]: 1 less their normalized Indel distance.

    That is the share of their letters that is in their longest common subsequence.
    """
    length = len(first) + len(second)
    if _workload.needs_rapidfuzz(length):
        from rapidfuzz.distance import Indel

        return Indel.normalized_similarity(first, second)
    return 1.0 - (length - 2 * common_length(first, second)) / length if length else 1.0


def distance(first: str, second: str) -> int:
    """Return the number of edits between two words (optimal string alignment).

    The positions in the first word are the bits of a number, and are compared with one letter of
    the second at a time: H. Hyyrö, "A bit-vector algorithm for computing Levenshtein and Damerau
    edit distances", 2003, whose names are VP and VN (rises, falls), D0 (zeros), HP and HN (up,
    down).
    """
    if not first:
        return len(second)
    positions = _positions(first)
    mask = (1 << len(first)) - 1
    last = 1 << (len(first) - 1)
    rises, falls, zeros, previous = mask, 0, 0, 0
    edits = len(first)
    for letter in second:
        same = positions.get(letter, 0)
        swapped = ((~zeros & same) << 1) & previous
        zeros = ((((same & rises) + rises) ^ rises) | same | falls | swapped) & mask
        up = falls | (~(zeros | rises) & mask)
        down = zeros & rises
        edits += (1 if up & last else 0) - (1 if down & last else 0)
        up = (up << 1 | 1) & mask
        rises = (down << 1 & mask) | (~(zeros | up) & mask)
        falls = up & zeros
        previous = same
    return edits


def common_length(first: str, second: str) -> int:
    """Return the length of the longest common subsequence of two texts.

    Positions are bits, as in `distance`: H. Hyyrö, "Bit-parallel LCS-length computation revisited",
    2004.
    """
    positions = _positions(first)
    mask = (1 << len(first)) - 1
    unmatched = mask
    for letter in second:
        matched = unmatched & positions.get(letter, 0)
        unmatched = ((unmatched + matched) | (unmatched - matched)) & mask
    return len(first) - unmatched.bit_count()


def _positions(text: str) -> dict[str, int]:
    """Return the positions of each letter, as the bits of a number."""
    positions: dict[str, int] = {}
    for position, letter in enumerate(text):
        positions[letter] = positions.get(letter, 0) | 1 << position
    return positions


def similar_pairs(
    phrases: Sequence[str], owners: Sequence[str], threshold: float
) -> Iterator[tuple[int, int, float]]:
    """Yield pairs of similar phrases of different owners, by position, with their similarity.

    It is the token sort ratio, over a threshold of 95 or more; 100 means the same words in any
    order.

    Phrases so similar are few edits apart, and an edit changes few n-grams. So of the rarest
    n-grams of each phrase, one more than the edits can change, two such phrases share at least one,
    and no others are compared (prefix filtering: S. Chaudhuri, V. Ganti and R. Kaushik, "A
    primitive operator for similarity joins in data cleaning", 2006).
    """
    from rapidfuzz import fuzz

    ordered = [" ".join(sorted(phrase.split())) for phrase in phrases]
    counts = Counter(ngram for phrase in ordered for ngram in _ngrams(phrase))
    phrases_with: dict[tuple[str, int], list[int]] = {}
    for second, phrase in enumerate(ordered):
        edits = int(len(phrase) * 2 * (100 - threshold) / threshold)
        by_rarity = sorted(_ngrams(phrase), key=lambda ngram: (counts[ngram], ngram))
        rarest = by_rarity[: _NGRAM * edits + 1]
        candidates = {first for ngram in rarest for first in phrases_with.get(ngram, ())}
        for first in sorted(candidates):
            if owners[first] != owners[second]:
                score = fuzz.ratio(ordered[first], phrase, score_cutoff=threshold)
                if score > threshold:
                    yield first, second, score
        for ngram in rarest:
            phrases_with.setdefault(ngram, []).append(second)


def _ngrams(phrase: str) -> set[tuple[str, int]]:
    """Return the n-grams of a phrase, each with the number of its earlier occurrences."""
    seen: Counter[str] = Counter()
    ngrams: set[tuple[str, int]] = set()
    for start in range(max(1, len(phrase) - _NGRAM + 1)):
        ngram = phrase[start : start + _NGRAM]
        ngrams.add((ngram, seen[ngram]))
        seen[ngram] += 1
    return ngrams
