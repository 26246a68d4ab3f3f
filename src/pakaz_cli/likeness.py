"""How alike words and phrases are. Only this module imports rapidfuzz."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA, Indel

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: Letters of a run.
_RUN = 3


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


def alike(
    phrases: Sequence[str], owners: Sequence[str], least: float
) -> Iterator[tuple[int, int, float]]:
    """Yield the positions of two phrases of different owners that are alike, and how much.

    They are more alike than `least`, which must be 95 or more; 100 are the same words in whatever
    order (token sort ratio).

    Phrases so alike are few edits apart, and an edit changes few of a phrase's runs of letters: of
    each phrase's rarest runs, one more than the edits can change, two such phrases share one. The
    others need not be compared (prefix filtering: S. Chaudhuri, V. Ganti and R. Kaushik, "A
    primitive operator for similarity joins in data cleaning", 2006).
    """
    ordered = [" ".join(sorted(phrase.split())) for phrase in phrases]
    common = Counter(run for phrase in ordered for run in _runs(phrase))
    having: dict[tuple[str, int], list[int]] = {}
    for second, phrase in enumerate(ordered):
        edits = int(len(phrase) * 2 * (100 - least) / least)
        rarest = sorted(_runs(phrase), key=lambda run: (common[run], run))[: _RUN * edits + 1]
        candidates = {first for run in rarest for first in having.get(run, ())}
        for first in sorted(candidates):
            if owners[first] != owners[second]:
                score = fuzz.ratio(ordered[first], phrase, score_cutoff=least)
                if score > least:
                    yield first, second, score
        for run in rarest:
            having.setdefault(run, []).append(second)


def _runs(phrase: str) -> set[tuple[str, int]]:
    """Return the runs of letters of a phrase, with a number where one is there several times."""
    seen: Counter[str] = Counter()
    runs: set[tuple[str, int]] = set()
    for start in range(max(1, len(phrase) - _RUN + 1)):
        run = phrase[start : start + _RUN]
        runs.add((run, seen[run]))
        seen[run] += 1
    return runs
