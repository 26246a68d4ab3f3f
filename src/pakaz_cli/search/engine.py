"""From a question to a reply: ranked matches, a confidence, and an outcome."""

from __future__ import annotations

from pakaz_cli._typing import TYPE_CHECKING, NamedTuple
from pakaz_cli.errors import UnknownSectorError
from pakaz_cli.model import Match, Outcome, Reply
from pakaz_cli.search import confidence, english, ranking
from pakaz_cli.search.confidence import Evidence
from pakaz_cli.search.query import read
from pakaz_cli.search.ranking import Changed
from pakaz_cli.text.words import fold, split_words, stem

if TYPE_CHECKING:
    from pakaz_cli.model import Sector
    from pakaz_cli.search.index import Index, Place
    from pakaz_cli.search.query import Reading
    from pakaz_cli.search.ranking import Ranking

#: Characters of a question that are read; the rest is ignored and the reply says so.
MAX_QUESTION = 2_000
#: An entry answers from this confidence on, unless the next one's score is within MIN_LEAD.
ANSWER_FROM = 0.54
MIN_LEAD = 0.02
#: The confidence of a question that is word for word a phrasing of one entry alone.
EXACT = 0.99
#: Entries are offered when a right one is among them with at least this probability, or when the
#: best one holds this much of the question: a word or two of this field, too few to choose by.
OFFER_FROM = 0.6
COVERED = 0.9
#: At most so many entries are offered, and only those that score this share of the best.
MAX_OFFERED = 5
OFFER_SHARE = 0.7


class Examined(NamedTuple):
    """A question as it was read and ranked."""

    question: str  #: as typed, up to the length limit
    is_cut: bool  #: whether it was longer
    reading: Reading
    exact: set[int]  #: entries that have the question as a phrasing
    ranking: Ranking


def examine(
    index: Index, question: str, *, sector: str | None = None, without: Place | None = None
) -> Examined:
    """Read a question and rank the entries; see `search` for the rest.

    Raises UnknownSectorError for a sector that is not there.
    """
    asked = question[:MAX_QUESTION]
    words = split_words(fold(asked)[:MAX_QUESTION])
    reading = read(index, words)
    names = [term.name for term in reading.terms]
    exact = set() if reading.corrections else index.exact(words, names, without)
    among = None
    if sector is not None:
        known = [one.id for one in index.base.sectors]
        if sector not in known:
            raise UnknownSectorError(sector, known)
        among = index.in_sector(sector)
    ranked = ranking.rank(index, reading.terms, exact, Changed(among, without))
    return Examined(asked, len(question) > MAX_QUESTION, reading, exact, ranked)


def search(
    index: Index,
    question: str,
    *,
    sector: str | None = None,
    top: int = 5,
    without: Place | None = None,
) -> Reply:
    """Return the reply to `question`, its ranking `top` long.

    With `sector` only the entries of that sector take part; with `without`, the phrasing at that
    place of the index does not, which tells how it would be answered were it not there. The
    confidence is an estimate of the probability that the first entry is right, were questions with
    and without an answer equally many. Raises UnknownSectorError for a sector that is not there.
    """
    return decide(index, examine(index, question, sector=sector, without=without), top)


def decide(index: Index, examined: Examined, top: int = 5) -> Reply:
    """Return the reply to a question that was examined, its ranking `top` long."""
    outcome, sure = _decide(index, examined)
    ranked = examined.ranking
    matches = tuple(
        Match(index.entries[number], round(ranked.scores[number], 4))
        for number in ranked.order[: max(top, MAX_OFFERED)]
    )
    return Reply(
        examined.question,
        outcome,
        round(sure, 4),
        matches[:top],
        matches[: len(choices(ranked))] if outcome is Outcome.AMBIGUOUS else (),
        examined.reading.corrections,
        _nearest_sector(index, ranked) if outcome is Outcome.UNKNOWN else None,
        examined.is_cut,
    )


def _decide(index: Index, examined: Examined) -> tuple[Outcome, float]:
    """Return the outcome and the confidence in the first entry."""
    ranked = examined.ranking
    if not ranked.order:
        return Outcome.UNKNOWN, 0.0
    owners = len(examined.exact & ranked.scores.keys())
    if owners:
        return (Outcome.ANSWERED, EXACT) if owners == 1 else (Outcome.AMBIGUOUS, EXACT / owners)
    known = evidence(examined)
    sure = min(confidence.is_right(known), EXACT)
    if sure >= ANSWER_FROM and ranked.lead >= MIN_LEAD:
        is_open = held_back(index, examined) is not None
        return (Outcome.AMBIGUOUS if is_open else Outcome.ANSWERED), sure
    may_be_offered = known.coverage >= COVERED or confidence.is_offered(known) >= OFFER_FROM
    return (Outcome.AMBIGUOUS if may_be_offered else Outcome.UNKNOWN), sure


def held_back(index: Index, examined: Examined) -> str | None:
    """Return why an entry is offered that one may be sure of, or None where it answers.

    One telling word that several entries fit is too little to choose by, and much the same about a
    country that the first entry names nowhere is another question.
    """
    terms, typed, _ = examined.reading
    if sum(term.is_content for term in terms) == 1 and len(choices(examined.ranking)) > 1:
        return "one word fits several entries"
    named = index.held(examined.ranking.order[0])
    for term, source in zip(terms, typed, strict=True):
        is_country = any(english.is_country(stem(word)) for word in source.split(" "))
        if is_country and not any(name in named for name, _ in term.stands_for):
            return "the first entry names another country, or none"
    return None


def evidence(examined: Examined) -> Evidence:
    """Return what is known of a question and of the entry ranked first."""
    ranked, terms = examined.ranking, examined.reading.terms
    parts = ranked.parts[ranked.order[0]]
    return Evidence(
        parts.likeness,
        ranked.lead,
        parts.held / sum(term.weight for term in terms),
        parts.asked,
        ranked.counted,
        len(examined.reading.corrections) / len(terms),
    )


def choices(ranked: Ranking) -> list[int]:
    """Return the entries that are offered where none answers, best first."""
    few = ranked.order[:MAX_OFFERED]
    return [entry for entry in few if ranked.scores[entry] >= OFFER_SHARE * ranked.scores[few[0]]]


def _nearest_sector(index: Index, ranked: Ranking) -> Sector | None:
    """Return the sector that the best few entries point to."""
    weights: dict[str, float] = {}
    for number in ranked.order[:MAX_OFFERED]:
        sector = index.entries[number].sector
        if sector is not None:
            weights[sector] = weights.get(sector, 0) + ranked.scores[number]
    best = min(weights, key=lambda sector: (-weights[sector], sector), default=None)
    return index.base.sector(best)
