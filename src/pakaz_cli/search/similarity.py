"""How alike words and phrases are. Only this module imports rapidfuzz.

RapidFuzz takes longer to import than a question takes to be answered, so that the first few texts
are compared here, with the same results.
"""

from __future__ import annotations

from collections import Counter

from pakaz_cli._typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: Letters of a run.
_RUN = 3
#: So many words are passed over here, or letters of texts compared, before RapidFuzz is worth its
#: import.
_PATIENCE = 20_000


class _Comparing:
    """Compares texts, by RapidFuzz from when much has been compared."""

    def __init__(self) -> None:
        self._left = _PATIENCE

    def is_worth_it(self, more: int) -> bool:
        """Tell whether RapidFuzz is to compare so many words or letters more."""
        self._left -= more
        return self._left < 0


_comparing = _Comparing()


def within_edits(word: str, known: Sequence[str], most: int) -> Iterator[tuple[str, int]]:
    """Yield the known words at most so many edits from `word`, with the edits, in no set order.

    An edit is a letter inserted, dropped or changed, or two neighbours swapped (optimal string
    alignment).
    """
    if _comparing.is_worth_it(len(known)):
        from rapidfuzz import process  # noqa: PLC0415 - see above
        from rapidfuzz.distance import OSA  # noqa: PLC0415

        found = process.extract(word, known, scorer=OSA.distance, score_cutoff=most, limit=None)
        for other, edits, _ in found:
            yield other, int(edits)
        return
    letters = set(word)
    for other in known:
        # A letter that is not there takes an edit.
        if len(letters.difference(other)) <= most:
            edits = distance(word, other)
            if edits <= most:
                yield other, edits


def likeness(one: str, other: str) -> float:
    """Return how alike two texts are, in [0, 1].

    It is the share of letters that they have in common, in order (1 less the normalised insertion
    and deletion distance).
    """
    if _comparing.is_worth_it(len(one) + len(other)):
        from rapidfuzz.distance import Indel  # noqa: PLC0415 - see above

        return Indel.normalized_similarity(one, other)
    whole = len(one) + len(other)
    return 1.0 - (whole - 2 * common(one, other)) / whole if whole else 1.0


def distance(one: str, other: str) -> int:
    """Return the edits between two words (optimal string alignment).

    All places of `one` are compared with a letter of `other` at a time, as the bits of a number
    (H. Hyyrö, "A bit-vector algorithm for computing Levenshtein and Damerau edit distances", 2003).
    """
    if not one:
        return len(other)
    places = _places(one)
    whole = (1 << len(one)) - 1
    last = 1 << (len(one) - 1)
    rises, falls, before, same_before = whole, 0, 0, 0
    edits = len(one)
    for letter in other:
        same = places.get(letter, 0)
        swapped = ((~before & same) << 1) & same_before
        kept = ((((same & rises) + rises) ^ rises) | same | falls | swapped) & whole
        up = falls | (~(kept | rises) & whole)
        down = kept & rises
        edits += (1 if up & last else 0) - (1 if down & last else 0)
        up = (up << 1 | 1) & whole
        rises = (down << 1 & whole) | (~(kept | up) & whole)
        falls = up & kept
        before, same_before = kept, same
    return edits


def common(one: str, other: str) -> int:
    """Return the length of the longest text that two texts have in common, letters left out.

    Its places are the bits of a number (H. Hyyrö, "Bit-parallel LCS-length computation revisited",
    2004).
    """
    places = _places(one)
    whole = (1 << len(one)) - 1
    left = whole
    for letter in other:
        met = left & places.get(letter, 0)
        left = ((left + met) | (left - met)) & whole
    return len(one) - left.bit_count()


def _places(text: str) -> dict[str, int]:
    """Return where each letter stands, as the bits of a number."""
    places: dict[str, int] = {}
    for position, letter in enumerate(text):
        places[letter] = places.get(letter, 0) | 1 << position
    return places


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
    from rapidfuzz import fuzz  # noqa: PLC0415 - only the authoring rules compare so

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
