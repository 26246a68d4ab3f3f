"""From a question to a reply: ranked matches, a confidence, and an outcome.

An entry's score is the mean of three parts, each in [0, 1]: what its words say (BM25F over all
fields, against the best entry), what its phrasings are about on the whole (the cosine with their
mean direction), and how its best phrasing is written (its letters, in any order of the words).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from pakaz_cli import confidence, text
from pakaz_cli.confidence import Evidence
from pakaz_cli.errors import UnknownSectorError
from pakaz_cli.likeness import best_likeness
from pakaz_cli.model import Match, Outcome, Reply
from pakaz_cli.reading import Term, read

if TYPE_CHECKING:
    from pakaz_cli.index import Index, Posting
    from pakaz_cli.model import Sector

#: Characters of a question that are read; the rest is ignored and the reply says so.
MAX_QUESTION = 2_000
#: A word of more entries than this brings in none where a rarer word of the question has.
COMMON = 1_000
#: So many entries, the best by their words, are compared letter by letter.
COMPARED = 30
#: An entry answers from this confidence on, unless the next one's score is within MIN_LEAD.
ANSWER_FROM = 0.5
MIN_LEAD = 0.02
#: The confidence of a question that is word for word a phrasing of one entry alone.
EXACT = 0.99
#: Entries are offered when the question is about this field with at least this probability.
OFFER_FROM = 0.6
#: At most so many entries are offered, and only those that score this share of the best.
MAX_OFFERED = 5
OFFER_SHARE = 0.7
#: What a word counts for coverage that stands in no phrasing or keyword but in the answer.
ANSWER_SHARE = 0.4


#: What a term of the question is worth in one entry, by its best reading there: frequency and
#: direction as in a posting, and how far it is covered, in [0, 1].
_Worth = tuple[float, float, float]


class _Scores(NamedTuple):
    """What an entry gets for a question, each in [0, 1]."""

    words: float  #: BM25F over all fields, as a share of the best entry's
    direction: float  #: cosine with the mean direction of its phrasings
    likeness: float  #: of its best phrasing, letter by letter

    @property
    def total(self) -> float:
        """The score by which entries are ranked."""
        return (self.words + self.direction + self.likeness) / 3


class _Found(NamedTuple):
    """The entries that share something with a question."""

    ranked: list[int]  #: best first
    scores: dict[int, _Scores]
    coverage: float  #: share of the question's weight that the first one holds


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
    terms, corrections = read(index, text.words(text.fold(asked)[:MAX_QUESTION]))
    exact = set() if corrections else index.exact((term.name for term in terms), without)
    found = _find(index, terms, exact, sector, without)
    corrected = len(corrections) / max(1, len(terms))
    outcome, sure = _decide(found, exact, corrected, len(terms))
    matches = tuple(
        Match(index.entries[number], round(found.scores[number].total, 4))
        for number in found.ranked[: max(top, MAX_OFFERED)]
    )
    return Reply(
        asked,
        outcome,
        round(sure, 4),
        matches[:top],
        _offered(matches) if outcome is Outcome.AMBIGUOUS else (),
        corrections,
        _nearest_sector(index, found) if outcome is Outcome.UNKNOWN else None,
        len(question) > MAX_QUESTION,
    )


def _find(
    index: Index, terms: list[Term], exact: set[int], sector: str | None, without: int | None
) -> _Found:
    """Return the entries that share a term with the question.

    A question of stop words alone finds only the entry that has it as a phrasing.
    """
    left = (None, {}) if without is None else index.without(without)
    # The rarest words choose the entries; a word of very many entries only adds to these.
    terms = sorted(terms, key=lambda term: -term.weight)
    shared: set[int] = set()
    worths: list[dict[int, _Worth]] = []
    for term in terms:
        is_common = len(index.postings.get(term.name, ())) > COMMON
        worths.append(_worths(index, term, shared if shared and is_common else None, *left))
        shared.update(worths[-1])
    has_content = any(term.is_content for term in terms)
    candidates = shared if has_content else shared & exact
    if sector is not None:
        candidates = {entry for entry in candidates if index.entries[entry].sector == sector}
    if not candidates:
        return _Found([], {}, 0.0)
    scores = _score(terms, worths, candidates, shared)
    asked = " ".join(sorted(" ".join(term.name for term in terms).split(" ")))
    for entry in sorted(scores, key=lambda entry: (-scores[entry].total, entry))[:COMPARED]:
        words, direction, _ = scores[entry]
        likeness = best_likeness(asked, index.written(entry, without))
        scores[entry] = _Scores(words, direction, likeness)
    scores.update(dict.fromkeys(exact & candidates, _PERFECT))
    ranked = sorted(scores, key=lambda entry: (-scores[entry].total, index.entries[entry].id))
    held = sum(
        term.weight * worth[ranked[0]][2]
        for term, worth in zip(terms, worths, strict=True)
        if ranked[0] in worth
    )
    return _Found(ranked, scores, held / sum(term.weight for term in terms))


def _worths(
    index: Index,
    term: Term,
    among: set[int] | None,
    owner: int | None,
    owned: dict[str, Posting],
) -> dict[int, _Worth]:
    """Return what a term is worth in each entry, or in those of `among` alone.

    `owned` replaces the postings of `owner`.
    """
    worths: dict[int, _Worth] = {}
    for reading, likeness in term.readings.items():
        postings = index.postings.get(reading, {})
        for entry in postings if among is None else among & postings.keys():
            held = postings[entry] if entry != owner else owned.get(reading)
            if held is None:
                continue
            frequency, direction = held
            share = likeness if direction else likeness * ANSWER_SHARE
            worth = (likeness * frequency, likeness * direction, share)
            known = worths.get(entry)
            if known is not None:
                worth = (
                    max(known[0], worth[0]),
                    max(known[1], worth[1]),
                    max(known[2], worth[2]),
                )
            worths[entry] = worth
    return worths


def _score(
    terms: list[Term], worths: list[dict[int, _Worth]], candidates: set[int], shared: set[int]
) -> dict[int, _Scores]:
    """Return the scores of the candidates, likeness still being 0.

    Their words are measured against the best of all entries that share something: an entry that is
    the best of its sector alone has not much to say.
    """
    words = dict.fromkeys(shared, 0.0)
    directions = dict.fromkeys(candidates, 0.0)
    for term, worth in zip(terms, worths, strict=True):
        for entry, (frequency, direction, _) in worth.items():
            words[entry] += term.weight * frequency
            if entry in directions:
                directions[entry] += term.weight * direction
    most = max(words.values())
    length = math.sqrt(sum(term.weight**2 for term in terms))
    return {
        entry: _Scores(words[entry] / most, min(1.0, directions[entry] / length), 0.0)
        for entry in candidates
    }


def _decide(found: _Found, exact: set[int], corrected: float, terms: int) -> tuple[Outcome, float]:
    """Return the outcome and the confidence in the first entry.

    `exact` are the entries that have the question as a phrasing, `corrected` is the share of its
    terms that had to be corrected, `terms` their number.
    """
    if not found.ranked:
        return Outcome.UNKNOWN, 0.0
    owners = len(exact & found.scores.keys())
    if owners:
        return (Outcome.ANSWERED, EXACT) if owners == 1 else (Outcome.AMBIGUOUS, EXACT / owners)
    first, *others = (found.scores[entry] for entry in found.ranked[:2])
    lead = first.total - (others[0].total if others else 0.0)
    evidence = Evidence(first.direction, first.likeness, found.coverage, lead, corrected, terms)
    sure = min(confidence.is_right(evidence), EXACT)
    if sure >= ANSWER_FROM and lead >= MIN_LEAD:
        return Outcome.ANSWERED, sure
    may_be_offered = confidence.in_scope(evidence) >= OFFER_FROM
    return (Outcome.AMBIGUOUS if may_be_offered else Outcome.UNKNOWN), sure


def _offered(matches: tuple[Match, ...]) -> tuple[Match, ...]:
    least = matches[0].score * OFFER_SHARE
    return tuple(match for match in matches[:MAX_OFFERED] if match.score >= least)


def _nearest_sector(index: Index, found: _Found) -> Sector | None:
    """Return the sector that the best few entries point to."""
    weights: dict[str, float] = {}
    for number in found.ranked[:MAX_OFFERED]:
        sector = index.entries[number].sector
        if sector is not None:
            weights[sector] = weights.get(sector, 0) + found.scores[number].total
    best = min(weights, key=lambda sector: (-weights[sector], sector), default=None)
    return index.base.sector(best)
