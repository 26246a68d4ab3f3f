"""How sure one may be: from what the best entry got to probabilities.

The two models are logistic regressions on public question sets that have nothing to do with this
field, as they are and with typing errors added. Questions in and out of scope weigh equally, and
the coefficients are rounded.
"""

from __future__ import annotations

import math
from typing import NamedTuple

#: A lead over this counts no more: in a small knowledge base any word makes a long lead.
MOST_LEAD = 0.35


class Evidence(NamedTuple):
    """What is known of a question and its best entry; all but `terms` in [0, 1]."""

    direction: float  #: cosine with the mean direction of the entry's phrasings
    likeness: float  #: of the best phrasing, letter by letter
    coverage: float  #: share of the question's weight that the entry holds
    lead: float  #: how far the next entry's score is behind
    corrected: float  #: share of the question's terms that had to be corrected
    terms: int  #: number of terms in the question


def in_scope(evidence: Evidence) -> float:
    """Return the probability that the knowledge base answers the question at all."""
    return _logistic(
        2.6 * evidence.coverage
        + 3.7 * evidence.direction
        + 4.4 * evidence.likeness
        - 1.3 * evidence.corrected
        - 4.2
    )


def is_right(evidence: Evidence) -> float:
    """Return the probability that the first entry is right.

    A lead says the more, the more of the question it rests on; beyond a point it says no more.
    """
    return _logistic(
        1.9 * evidence.direction
        + 6.7 * evidence.likeness
        + 23 * evidence.coverage * min(evidence.lead, MOST_LEAD)
        + math.log(1 + evidence.terms)
        - 8.4
    )


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value))
