"""Statistics of an evaluation: numbers in, numbers out; each names the source of its formula."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

#: The normal quantile that leaves 2.5 % on either side.
_Z = 1.959964
#: One out-of-scope question in so many may be answered: 5 %.
_ONE_FALSE_IN = 20


class Interval(NamedTuple):
    """The bounds of a share, each in [0, 1]."""

    low: float
    high: float


class Share(NamedTuple):
    """So many of so many."""

    hits: int
    of: int

    @property
    def value(self) -> float | None:
        """The share in [0, 1], to four places; None of nothing."""
        return round(self.hits / self.of, 4) if self.of else None

    @property
    def interval(self) -> Interval | None:
        """The 95 % interval by Wilson's score, to four places; None of nothing.

        E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
        Journal of the American Statistical Association 22 (1927), 209–212. It takes the questions
        for independent of each other.
        """
        if not self.of:
            return None
        share, square = self.hits / self.of, _Z**2 / self.of
        centre = (share + square / 2) / (1 + square)
        half = math.sqrt(_Z**2 * share * (1 - share) / self.of + square**2 / 4) / (1 + square)
        return Interval(round(max(0.0, centre - half), 4), round(min(1.0, centre + half), 4))


def auroc(positives: Sequence[float], negatives: Sequence[float]) -> float | None:
    """Return the area under the ROC curve in [0, 1]; None where either side is empty.

    It is the share of pairs in which the positive has the higher value, a tie counting half:
    J. A. Hanley and B. J. McNeil, Radiology 143 (1982), 29–36.
    """
    if not positives or not negatives:
        return None
    ordered = sorted(negatives)
    twice = sum(bisect_left(ordered, one) + bisect_right(ordered, one) for one in positives)
    return twice / (2 * len(positives) * len(negatives))


def accuracy_at_5_false(in_scope: Iterable[tuple[float, bool]], out: Sequence[float]) -> Share:
    """Return the share of `in_scope` whose first entry is right, at 5 % false answers.

    `in_scope` has the confidence of each question and whether its first entry is right, `out` the
    confidences out of scope. Of all thresholds that at most 5 % of `out` exceed, the lowest gives
    the highest share of questions that are right and exceed it. Without `out` it is none of none.
    """
    if not out:
        return Share(0, 0)
    threshold = sorted(out, reverse=True)[len(out) // _ONE_FALSE_IN]
    answered = [right and confidence > threshold for confidence, right in in_scope]
    return Share(sum(answered), len(answered))


class Sample(NamedTuple):
    """A prediction: the confidence that something is right, whether it was, and what it weighs."""

    confidence: float
    right: bool
    weight: float = 1.0


class Bin(NamedTuple):
    """Predictions of neighbouring confidence; the mean and the share are weighted."""

    confidence: float  #: mean confidence in [0, 1]
    right: float  #: share that was right, in [0, 1]
    size: int
    weight: float  #: of all its predictions together


def reliability(samples: Sequence[Sample], bins: int = 10) -> tuple[Bin, ...]:
    """Return the reliability table: bins of equal count (give or take one), least confident first.

    Where equal confidences fall on both sides of a border, each stands for the mean of them all, so
    that the order of the samples does not matter. Fewer samples than bins make a bin each.
    """
    levelled = list(_level(samples))
    bins = min(bins, len(levelled))
    borders = [number * len(levelled) // bins for number in range(bins + 1)] if bins else []
    table: list[Bin] = []
    for start, end in pairwise(borders):
        part = levelled[start:end]
        weight = math.fsum(one for _, _, one in part)
        confidence = math.fsum(told * one for told, _, one in part) / weight
        right = math.fsum(share * one for _, share, one in part) / weight
        table.append(Bin(confidence, right, len(part), weight))
    return tuple(table)


def _level(samples: Sequence[Sample]) -> Iterator[tuple[float, float, float]]:
    """Yield confidence, share right and weight by rising confidence; equal ones share the mean."""
    ordered = sorted(samples, key=lambda sample: sample.confidence)
    for confidence, group in groupby(ordered, key=lambda sample: sample.confidence):
        tied = list(group)
        weight = math.fsum(sample.weight for sample in tied)
        right = math.fsum(sample.weight for sample in tied if sample.right)
        for _ in tied:
            yield confidence, right / weight, weight / len(tied)


def calibration_error(table: Sequence[Bin]) -> float | None:
    """Return the expected calibration error in [0, 1]; None of no bins.

    The mean over the bins, by weight, of the distance between mean confidence and share right:
    M. P. Naeini, G. F. Cooper and M. Hauskrecht, AAAI 2015, 2901–2907.
    """
    if not table:
        return None
    total = math.fsum(one.weight for one in table)
    return math.fsum(one.weight * abs(one.right - one.confidence) for one in table) / total
