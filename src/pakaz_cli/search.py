"""From a question to a reply: ranked matches, a confidence, and an outcome.

How a question is read: its words are folded, words that the knowledge base lacks are matched to the
nearest ones it has, and every term weighs what its rarity says. How an entry is scored: half by its
best phrasing, half by how much of the question's weight it holds in any field. From the best
score, the share of the question that it covers and its lead over the next follows the confidence.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from pakaz_cli import text
from pakaz_cli.errors import UnknownSectorError
from pakaz_cli.likeness import within_edits
from pakaz_cli.model import Correction, Match, Outcome, Reply
from pakaz_cli.stopwords import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pakaz_cli.index import Index
    from pakaz_cli.model import Sector

#: Characters of a question that are read; the rest is ignored and the reply says so.
MAX_QUESTION = 2_000
#: An entry answers from this confidence on, unless the next one is within MIN_LEAD of it.
ANSWER_FROM = 0.5
MIN_LEAD = 0.05
#: The confidence of a question that is word for word a phrasing of one entry alone.
EXACT = 0.99
#: Entries are offered when the question is about this field with at least this probability.
OFFER_FROM = 0.5
#: At most so many entries are offered, and only those that score this share of the best.
MAX_OFFERED = 5
OFFER_SHARE = 0.7
#: A word that is not known is read as at most so many known ones.
MAX_READINGS = 3
#: Edits allowed in a word of up to that many letters; shorter words than the first are left alone.
_EDITS = ((3, 0), (5, 1), (9, 2))
_MOST_EDITS = 3


class _Term(NamedTuple):
    """A term of the question: what it weighs, and what it may stand for, each with a likeness."""

    name: str
    weight: float
    readings: dict[str, float]  #: terms of the knowledge base, with a likeness in (0, 1]

    @property
    def is_content(self) -> bool:
        """Whether it says what the question is about."""
        return self.name not in STOP_WORDS


class _Scores(NamedTuple):
    """What an entry gets for a question, each in [0, 1]."""

    total: float
    phrasing: float  #: cosine of the best phrasing
    coverage: float  #: share of the question's weight that the entry holds


def search(
    index: Index,
    question: str,
    *,
    sector: str | None = None,
    top: int = 5,
    without: int | None = None,
) -> Reply:
    """Return the reply to `question`, its ranking `top` long.

    With `sector` only the entries of that sector take part; with `without`, the phrasing at that
    position of the index does not, which tells how it would be answered were it not there. The
    confidence is an estimate of the probability that the first entry is right, were questions with
    and without an answer equally many. Raises UnknownSectorError for a sector that is not there.
    """
    sectors = [known.id for known in index.base.sectors]
    if sector is not None and sector not in sectors:
        raise UnknownSectorError(sector, sectors)
    asked = question[:MAX_QUESTION]
    terms, corrections = _read(index, text.words(asked))
    exact = None if corrections else index.exact((term.name for term in terms), without)
    scores = _combine(index, terms, *_gather(index, terms, exact, without), sector)
    ranked = sorted(scores, key=lambda number: (-scores[number].total, index.entries[number].id))
    outcome, confidence = _decide(ranked, scores, exact, len(corrections) / max(1, len(terms)))
    matches = tuple(
        Match(index.entries[number], round(scores[number].total, 4)) for number in ranked
    )
    return Reply(
        asked,
        outcome,
        round(confidence, 4),
        matches[:top],
        _offered(matches) if outcome is Outcome.AMBIGUOUS else (),
        corrections,
        _nearest_sector(index, ranked, scores) if outcome is Outcome.UNKNOWN else None,
        len(question) > MAX_QUESTION,
    )


def _read(index: Index, words: list[str]) -> tuple[list[_Term], tuple[Correction, ...]]:
    """Return the terms of a question and the corrections that were made to read them."""
    read: list[str] = []
    others: dict[str, dict[str, float]] = {}
    corrections: list[Correction] = []
    for word in words:
        readings = {} if index.knows(word) else dict(_near_words(index, word))
        if not readings:
            read.append(word)
            continue
        best = next(iter(readings))
        corrections.append(Correction(word, best))
        read.append(best)
        alternatives = others.setdefault(index.terms([best])[0], {})
        for reading, likeness in readings.items():
            for term in index.terms([reading]):
                alternatives.setdefault(term, likeness)
    return [
        _Term(term, index.weight(term), {term: 1.0} | others.get(term, {}))
        for term in dict.fromkeys(index.terms(read))
    ], tuple(dict.fromkeys(corrections))


def _near_words(index: Index, word: str) -> Iterator[tuple[str, float]]:
    """Yield the known words within the edit budget of an unknown one, nearest first.

    Words with digits and stop words are never changed, and never come out of a change.
    """
    budget = next((edits for length, edits in _EDITS if len(word) <= length), _MOST_EDITS)
    if not budget or text.is_number(word) or text.stem(word) in STOP_WORDS:
        return
    usable = sorted(
        (edits + _first_letter_differs(word, known), known)
        for known, edits in within_edits(word, index.vocabulary, budget)
        if len(known) > budget + 1
        and not text.is_number(known)
        and text.stem(known) not in STOP_WORDS
    )
    for edits, known in usable[:MAX_READINGS]:
        if edits <= budget:
            yield known, 1 - edits / max(len(word), len(known))


def _first_letter_differs(word: str, known: str) -> bool:
    """Tell whether two words start differently, which counts as one edit more.

    People seldom miss a first letter; swapping it with the second is a slip like any other.
    """
    return word[0] != known[0] and word[1::-1] != known[:2]


def _gather(
    index: Index, terms: list[_Term], exact: int | None, without: int | None
) -> tuple[dict[int, float], dict[int, float]]:
    """Return the weight that each candidate entry, and each phrasing, shares with the question.

    An entry is a candidate when it shares a content term, or has exactly the question.
    """
    held: dict[int, float] = {}
    shared: dict[int, float] = {}
    candidates = set() if exact is None else {exact}
    owner, weaker = (None, {}) if without is None else index.without(without)
    for term in terms:
        held_here: dict[int, float] = {}
        shared_here: dict[int, float] = {}
        for reading, likeness in term.readings.items():
            worth = term.weight * likeness
            for entry, field in index.fields.get(reading, {}).items():
                counts = weaker.get(reading, field) if entry == owner else field
                held_here[entry] = max(held_here.get(entry, 0), worth * counts)
            for phrasing in index.postings.get(reading, ()):
                if phrasing != without:
                    worth_here = worth * index.weight(reading)
                    shared_here[phrasing] = max(shared_here.get(phrasing, 0), worth_here)
        _add(held, held_here)
        _add(shared, shared_here)
        if term.is_content:
            candidates.update(entry for entry, worth in held_here.items() if worth)
    return {entry: held[entry] for entry in candidates}, shared


def _add(totals: dict[int, float], more: dict[int, float]) -> None:
    for key, value in more.items():
        totals[key] = totals.get(key, 0) + value


def _combine(
    index: Index,
    terms: list[_Term],
    held: dict[int, float],
    shared: dict[int, float],
    sector: str | None,
) -> dict[int, _Scores]:
    """Return the scores of the candidates, those of one sector alone where it is given."""
    weight = sum(term.weight for term in terms)
    norm = math.sqrt(sum(term.weight**2 for term in terms))
    best: dict[int, float] = {}
    for number, worth in shared.items():
        phrasing = index.phrasings[number]
        cosine = min(1.0, worth / (norm * phrasing.norm))
        best[phrasing.entry] = max(best.get(phrasing.entry, 0), cosine)
    scores: dict[int, _Scores] = {}
    for entry, worth in held.items():
        if sector is None or index.entries[entry].sector == sector:
            coverage = worth / weight
            cosine = best.get(entry, 0)
            scores[entry] = _Scores((cosine + coverage) / 2, cosine, coverage)
    return scores


def _decide(
    ranked: list[int], scores: dict[int, _Scores], exact: int | None, corrected: float
) -> tuple[Outcome, float]:
    """Return the outcome and the confidence in the first entry.

    `exact` is the entry that has the question as a phrasing, `corrected` the share of the terms of
    the question that had to be corrected.
    """
    if not ranked:
        return Outcome.UNKNOWN, 0.0
    if exact == ranked[0]:
        return Outcome.ANSWERED, EXACT
    first = scores[ranked[0]]
    lead = 1 - scores[ranked[1]].total / first.total if len(ranked) > 1 else 1.0
    in_scope = _in_scope(first, corrected)
    confidence = in_scope * _is_first(first, lead)
    if confidence >= ANSWER_FROM and lead >= MIN_LEAD:
        return Outcome.ANSWERED, confidence
    return (Outcome.AMBIGUOUS if in_scope >= OFFER_FROM else Outcome.UNKNOWN), confidence


# The two models below are logistic regressions on public question sets that have nothing to do with
# this field, in-scope and out-of-scope questions weighted equally; coefficients are rounded.


def _in_scope(first: _Scores, corrected: float) -> float:
    """Return the probability that the knowledge base answers the question at all."""
    return _logistic(-3.1 + 6.6 * first.phrasing + 3.0 * first.coverage - 2.0 * corrected)


def _is_first(first: _Scores, lead: float) -> float:
    """Return the probability that the first entry is right, given that one is."""
    return _logistic(-1.4 + 2.7 * first.phrasing + 4.8 * lead)


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value))


def _offered(matches: tuple[Match, ...]) -> tuple[Match, ...]:
    least = matches[0].score * OFFER_SHARE
    return tuple(match for match in matches[:MAX_OFFERED] if match.score >= least)


def _nearest_sector(index: Index, ranked: list[int], scores: dict[int, _Scores]) -> Sector | None:
    """Return the sector that the best few entries point to."""
    weights: dict[str, float] = {}
    for number in ranked[:MAX_OFFERED]:
        sector = index.entries[number].sector
        if sector is not None:
            weights[sector] = weights.get(sector, 0) + scores[number].total
    best = min(weights, key=lambda sector: (-weights[sector], sector), default=None)
    return index.base.sector(best)
