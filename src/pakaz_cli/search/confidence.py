"""How confident a reply is: logistic regressions on what is known about the first entry.

Two models were fitted by bench/confidence.py on public question sets of other fields and on half of
the golden questions, as they are and changed in many ways. Questions with and without an answer
weigh the same.
"""

from __future__ import annotations

import math

from pakaz_cli._typing import NamedTuple

#: A larger lead counts as this one: in a small knowledge base any word makes a large lead.
MAX_LEAD = 0.35


class Evidence(NamedTuple):
    """What is known about a question and its first entry; all but `phrasing_weight` in [0, 1]."""

    similarity: float  #: of the question and the phrasings of the entry
    lead: float  #: over the score of the next entry
    coverage: float  #: share of the question's weight that the entry contains
    phrasing_weight: float  #: weight of the question's terms in the entry's phrasings
    similarity_weight: float  #: see `ranking.Ranking`
    corrected: float  #: share of the question's terms that were corrected


def features(evidence: Evidence) -> tuple[float, ...]:
    """Return the features of the models."""
    return (
        evidence.similarity,
        evidence.coverage,
        evidence.coverage * min(evidence.lead, MAX_LEAD),
        evidence.phrasing_weight,
        math.log(1 + evidence.phrasing_weight),
        evidence.similarity_weight,
        evidence.corrected,
    )


#: The coefficients of the two models, as printed by bench/confidence.py; the intercept is last.
_FIRST_IS_RIGHT = (7.72, -1.15, 14.43, 2.64, -3.50, -1.75, 1.60, -2.94)
_OFFER_IS_RIGHT = (8.60, -0.71, 8.66, 2.85, -4.44, -1.51, 1.40, -2.61)


def first_is_right(evidence: Evidence) -> float:
    """Return the probability that the first entry is right."""
    return _probability(_FIRST_IS_RIGHT, evidence)


def offer_is_right(evidence: Evidence) -> float:
    """Return the probability that a right entry is among those that would be offered."""
    return _probability(_OFFER_IS_RIGHT, evidence)


def _probability(coefficients: tuple[float, ...], evidence: Evidence) -> float:
    *weights, intercept = coefficients
    products = (w * feature for w, feature in zip(weights, features(evidence), strict=True))
    return 1 / (1 + math.exp(-sum(products) - intercept))
