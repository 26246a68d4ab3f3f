"""From a question to a reply: ranked matches, a confidence, and an outcome.

How a question is read: its words are folded, words that the knowledge base lacks are matched to the
nearest ones it has, and every term weighs what its rarity says. How an entry is scored: by the mean
of three parts, each in [0, 1]. What its words say (BM25F over all fields, against the best entry),
what its phrasings are about on the whole (the cosine with their mean direction), and how its best
phrasing is written (its letters, whatever the order of the words).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from pakaz_cli import text
from pakaz_cli.errors import UnknownSectorError
from pakaz_cli.likeness import order_free, within_edits
from pakaz_cli.model import Correction, Match, Outcome, Reply
from pakaz_cli.stopwords import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pakaz_cli.index import Index
    from pakaz_cli.model import Sector

#: Characters of a question that are read; the rest is ignored and the reply says so.
MAX_QUESTION = 2_000
#: An entry answers from this confidence on, unless the next one's score is within MIN_LEAD.
ANSWER_FROM = 0.5
MIN_LEAD = 0.02
#: A lead over this counts no more: in a small knowledge base any word makes a long lead.
MOST_LEAD = 0.35
#: So many entries, the best by their words, are compared letter by letter.
COMPARED = 30
#: What a word counts for coverage that stands in the answer alone.
ANSWER_SHARE = 0.4
#: The confidence of a question that is word for word a phrasing of one entry alone.
EXACT = 0.99
#: Entries are offered when the question is about this field with at least this probability.
OFFER_FROM = 0.6
#: At most so many entries are offered, and only those that score this share of the best.
MAX_OFFERED = 5
OFFER_SHARE = 0.7
#: A word that is not known is read as at most so many known ones.
MAX_READINGS = 3
#: Edits allowed in a word of up to that many letters; shorter words than the first are left alone.
_EDITS = ((3, 0), (4, 1), (8, 2))
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

    words: float  #: BM25F over all fields, as a share of the best entry's
    direction: float  #: cosine with the mean direction of its phrasings
    likeness: float  #: of its best phrasing, letter by letter

    @property
    def total(self) -> float:
        """The score by which entries are ranked."""
        return (self.words + self.direction + self.likeness) / 3


_PERFECT = _Scores(1.0, 1.0, 1.0)


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
    scores = _score(index, terms, exact, sector, without)
    ranked = sorted(scores, key=lambda number: (-scores[number].total, index.entries[number].id))
    corrected = len(corrections) / max(1, len(terms))
    outcome, confidence = _decide(index, terms, ranked, scores, exact, corrected)
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
        _Term(
            term,
            index.weight(term),
            dict(index.relatives(term)) | {term: 1.0} | others.get(term, {}),
        )
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


def _score(
    index: Index, terms: list[_Term], exact: int | None, sector: str | None, without: int | None
) -> dict[int, _Scores]:
    """Return the scores of the entries that share a term with the question.

    A question of stop words alone finds only the entry that has it as a phrasing. Only the best few
    by their words are compared letter by letter.
    """
    words: dict[int, float] = {}
    directions: dict[int, float] = {}
    for term in terms:
        worth = _postings(index, term, without)
        for entry, (frequency, direction) in worth.items():
            words[entry] = words.get(entry, 0) + term.weight * frequency
            directions[entry] = directions.get(entry, 0) + term.weight * direction
    candidates = {
        entry for entry in words if entry == exact or any(term.is_content for term in terms)
    }
    if sector is not None:
        candidates = {entry for entry in candidates if index.entries[entry].sector == sector}
    if not candidates:
        return {}
    most = max(words[entry] for entry in candidates)
    length = math.sqrt(sum(term.weight**2 for term in terms))
    scores = {
        entry: _Scores(words[entry] / most, min(1.0, directions[entry] / length), 0.0)
        for entry in candidates
    }
    asked = " ".join(term.name for term in terms)
    for entry in sorted(scores, key=lambda entry: (-scores[entry].total, entry))[:COMPARED]:
        likeness = max(order_free(asked, index.written(entry, without)), default=0.0)
        scores[entry] = scores[entry]._replace(likeness=likeness)
    if exact in scores:
        scores[exact] = _PERFECT
    return scores


def _postings(index: Index, term: _Term, without: int | None) -> dict[int, tuple[float, float]]:
    """Return what a term of the question is worth in each entry, by its best reading there."""
    owner, owned = (None, {}) if without is None else index.without(without)
    worth: dict[int, tuple[float, float]] = {}
    for reading, likeness in term.readings.items():
        for entry, posting in index.postings.get(reading, {}).items():
            held = posting if entry != owner else owned.get(reading)
            if held is not None:
                known = worth.get(entry, (0.0, 0.0))
                worth[entry] = (
                    max(known[0], likeness * held.frequency),
                    max(known[1], likeness * held.direction),
                )
    return worth


def _coverage(index: Index, terms: list[_Term], entry: int) -> float:
    """Return the share of the question's weight that an entry holds, in [0, 1].

    A word that stands in no phrasing or keyword of it, but in its answer, counts in part.
    """
    held = 0.0
    for term in terms:
        shares = [0.0]
        for reading, likeness in term.readings.items():
            posting = index.postings.get(reading, {}).get(entry)
            if posting is not None:
                shares.append(likeness * (1 if posting.direction else ANSWER_SHARE))
        held += term.weight * max(shares)
    return held / sum(term.weight for term in terms)


def _decide(
    index: Index,
    terms: list[_Term],
    ranked: list[int],
    scores: dict[int, _Scores],
    exact: int | None,
    corrected: float,
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
    lead = first.total - scores[ranked[1]].total if len(ranked) > 1 else first.total
    coverage = _coverage(index, terms, ranked[0])
    in_scope = _in_scope(first, coverage, corrected)
    confidence = _is_right(first, coverage, len(terms), lead)
    if confidence >= ANSWER_FROM and lead >= MIN_LEAD:
        return Outcome.ANSWERED, confidence
    return (Outcome.AMBIGUOUS if in_scope >= OFFER_FROM else Outcome.UNKNOWN), confidence


# The two models below are logistic regressions on public question sets that have nothing to do with
# this field, as they are and with typing errors added; questions in and out of scope weigh equally,
# and the coefficients are rounded.


def _in_scope(first: _Scores, coverage: float, corrected: float) -> float:
    """Return the probability that the knowledge base answers the question at all."""
    evidence = 2.6 * coverage + 3.7 * first.direction + 4.4 * first.likeness
    return _logistic(evidence - 1.3 * corrected - 4.2)


def _is_right(first: _Scores, coverage: float, count: int, lead: float) -> float:
    """Return the probability that the first entry is right.

    `count` is the number of terms in the question, `lead` how far the next entry's score is behind.
    A lead says the more, the more of the question it rests on; beyond a point it says no more.
    """
    evidence = 1.9 * first.direction + 6.7 * first.likeness + 23 * coverage * min(lead, MOST_LEAD)
    return _logistic(evidence + math.log(1 + count) - 8.4)


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
