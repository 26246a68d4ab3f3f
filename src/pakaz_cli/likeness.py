"""How alike words and phrases are. Only this module imports rapidfuzz."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA, Indel

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def within_edits(word: str, known: Sequence[str], most: int) -> Iterator[tuple[str, int]]:
    """Yield the known words at most so many edits from `word`, with the edits, in no set order.

    An edit is a letter inserted, dropped or changed, or two neighbours swapped (optimal string
    alignment).
    """
    found = process.extract(word, known, scorer=OSA.distance, score_cutoff=most, limit=None)
    for other, edits, _ in found:
        yield other, int(edits)


def likeness(one: str, other: str) -> float:
    """Return how alike two texts are, in [0, 1].

    It is the share of letters that they have in common, in order (1 less the normalised insertion
    and deletion distance).
    """
    return Indel.normalized_similarity(one, other)


def alike(phrases: Sequence[str], least: float) -> Iterator[tuple[int, int, float]]:
    """Yield the positions of every two phrases that are more alike than `least`, with how much.

    Likeness is in [0, 100], 100 being the same words in whatever order (token sort ratio).
    """
    for first, phrase in enumerate(phrases):
        others = process.extract(
            phrase,
            phrases[first + 1 :],
            scorer=fuzz.token_sort_ratio,
            score_cutoff=least,
            limit=None,
        )
        for _, score, offset in sorted(others, key=lambda other: other[2]):
            if score > least:
                yield first, first + 1 + offset, score
