"""How sure one may be: from what the best entry got to probabilities.

Two logistic regressions, fitted by bench/confidence.py on public question sets of other fields and
on half of the golden questions, as they are and changed in many ways. Questions with and without an
answer weigh the same.
"""

from __future__ import annotations

import math

from pakaz_cli._typing import NamedTuple

#: A lead over this counts no more: in a small knowledge base any word makes a long lead.
MOST_LEAD = 0.35


class Evidence(NamedTuple):
    """What is known of a question and its best entry; all but `shared` in [0, 1]."""

    likeness: float  #: to the way the entry is asked for
    lead: float  #: how far the next entry's score is behind
    coverage: float  #: share of the question's weight that the entry holds
    shared: float  #: weight of the question's terms that the entry's phrasings hold
    counted: float  #: what likeness counts beside words; less where answers hold much of a question
    corrected: float  #: share of the question's terms that had to be corrected


def features(evidence: Evidence) -> tuple[float, ...]:
    """Return the numbers that the models weigh."""
    return (
        evidence.likeness,
        evidence.coverage,
        evidence.coverage * min(evidence.lead, MOST_LEAD),
        evidence.shared,
        math.log(1 + evidence.shared),
        evidence.counted,
        evidence.corrected,
    )


#: The coefficients of the two models, as bench/confidence.py prints them; the constant is last.
_IS_RIGHT = (7.72, -1.15, 14.43, 2.64, -3.50, -1.75, 1.60, -2.94)
_IS_OFFERED = (8.60, -0.71, 8.66, 2.85, -4.44, -1.51, 1.40, -2.61)


def is_right(evidence: Evidence) -> float:
    """Return the probability that the first entry is right."""
    return _logistic(_IS_RIGHT, evidence)


def is_offered(evidence: Evidence) -> float:
    """Return the probability that a right entry is among those that would be offered."""
    return _logistic(_IS_OFFERED, evidence)


def _logistic(coefficients: tuple[float, ...], evidence: Evidence) -> float:
    *weights, constant = coefficients
    said = sum(w * known for w, known in zip(weights, features(evidence), strict=True))
    return 1 / (1 + math.exp(-said - constant))
