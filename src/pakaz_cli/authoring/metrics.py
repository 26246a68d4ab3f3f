"""Metrics of an evaluation, each with the source of its formula."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

#: The normal quantile that leaves 2.5 % on either side.
_Z = 1.959964
#: One in this many questions out of scope may be answered: 5 %.
_ONE_FALSE_IN = 20


class Interval(NamedTuple):
    """The bounds of a share, each in [0, 1]."""

    low: float
    high: float


class Share(NamedTuple):
    """A proportion: `hits` of the total `of`."""

    hits: int
    of: int

    @property
    def value(self) -> float | None:
        """The share in [0, 1], to four places; None if the total is 0."""
        return round(self.hits / self.of, 4) if self.of else None

    @property
    def interval(self) -> Interval | None:
        """The 95 % Wilson score interval, to four places; None if the total is 0.

        E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
        Journal of the American Statistical Association 22 (1927), 209–212. It assumes that the
        questions are independent of each other.
        """
        if not self.of:
            return None
        share, square = self.hits / self.of, _Z**2 / self.of
        centre = (share + square / 2) / (1 + square)
        half = math.sqrt(_Z**2 * share * (1 - share) / self.of + square**2 / 4) / (1 + square)
        return Interval(round(max(0.0, centre - half), 4), round(min(1.0, centre + half), 4))


def auroc(positives: Sequence[float], negatives: Sequence[float]) -> float | None:
    """Return the area under the ROC curve in [0, 1]; None if either side is empty.

    It is the share of pairs in which the positive has the higher value, a tie counting as half:
    J. A. Hanley and B. J. McNeil, Radiology 143 (1982), 29–36.
    """
    if not positives or not negatives:
        return None
    ordered = sorted(negatives)
    twice = sum(bisect_left(ordered, value) + bisect_right(ordered, value) for value in positives)
    return twice / (2 * len(positives) * len(negatives))


def accuracy_at_5_false(in_scope: Iterable[tuple[float, bool]], out: Sequence[float]) -> Share:
    """Return the share of `in_scope` whose first entry is right, at 5 % false answers.

    `in_scope` has the confidence of each question and whether its first entry is right, `out` the
    confidences out of scope. A question counts if it is right and exceeds the threshold, which is
    the lowest that at most 5 % of `out` exceed. If `out` is empty, the total is 0.
    """
    if not out:
        return Share(0, 0)
    threshold = sorted(out, reverse=True)[len(out) // _ONE_FALSE_IN]
    answered = [right and confidence > threshold for confidence, right in in_scope]
    return Share(sum(answered), len(answered))


class Sample(NamedTuple):
    """A prediction: the confidence that something is right, whether it was, and its weight."""

    confidence: float
    right: bool
    weight: float = 1.0


class Bin(NamedTuple):
    """Predictions of similar confidence; the mean and the share are weighted."""

    confidence: float  #: mean confidence in [0, 1]
    right: float  #: share that was right, in [0, 1]
    size: int
    weight: float  #: total of its predictions


def reliability(samples: Sequence[Sample], bins: int = 10) -> tuple[Bin, ...]:
    """Return the reliability table: bins whose sizes differ by at most 1, by rising confidence.

    Samples of equal confidence are replaced by their mean, so that their order does not matter
    where a border divides them. If there are fewer samples than bins, each is a bin.
    """
    averaged = list(_averaged_ties(samples))
    bins = min(bins, len(averaged))
    borders = [number * len(averaged) // bins for number in range(bins + 1)] if bins else []
    table: list[Bin] = []
    for start, end in pairwise(borders):
        part = averaged[start:end]
        weight = math.fsum(weight for _, _, weight in part)
        confidence = math.fsum(confidence * weight for confidence, _, weight in part) / weight
        right = math.fsum(share * weight for _, share, weight in part) / weight
        table.append(Bin(confidence, right, len(part), weight))
    return tuple(table)


def _averaged_ties(samples: Sequence[Sample]) -> Iterator[tuple[float, float, float]]:
    """Yield confidence, share right and weight by rising confidence, with the means of ties."""
    ordered = sorted(samples, key=lambda sample: sample.confidence)
    for confidence, group in groupby(ordered, key=lambda sample: sample.confidence):
        tied = list(group)
        weight = math.fsum(sample.weight for sample in tied)
        right = math.fsum(sample.weight for sample in tied if sample.right)
        for _ in tied:
            yield confidence, right / weight, weight / len(tied)


def calibration_error(table: Sequence[Bin]) -> float | None:
    """Return the expected calibration error in [0, 1]; None if there are no bins.

    It is the weighted mean over the bins of the distance between mean confidence and share right:
    M. P. Naeini, G. F. Cooper and M. Hauskrecht, AAAI 2015, 2901–2907.
    """
    if not table:
        return None
    total = math.fsum(group.weight for group in table)
    return math.fsum(group.weight * abs(group.right - group.confidence) for group in table) / total
