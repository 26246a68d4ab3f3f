"""Answers a question: reads it, ranks the entries, and decides on an outcome."""

from __future__ import annotations

from pakaz_cli._typing import TYPE_CHECKING, NamedTuple
from pakaz_cli.errors import UnknownSectorError
from pakaz_cli.model import Correction, Match, Outcome, Reply
from pakaz_cli.search import confidence, counterexamples, ranking
from pakaz_cli.search.confidence import Evidence
from pakaz_cli.search.smalltalk import is_small_talk
from pakaz_cli.text.words import fold, split_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pakaz_cli.search.counterexamples import Counterexample
    from pakaz_cli.search.index import Index
    from pakaz_cli.search.query import ParsedQuery
    from pakaz_cli.search.ranking import Ranking

    Verdict = tuple[Outcome, float, str | None]

#: How many characters of a question are read; the reply says whether there were more.
MAX_QUESTION = 2_000
#: The confidence and the lead in score that an entry needs to be the answer.
ANSWER_FROM = 0.54
MIN_LEAD = 0.02
#: The highest confidence; that of a question that is exactly a phrasing of one entry alone.
EXACT = 0.99
#: The highest confidence in the first entry for a question near a counter-example.
DENIED = 0.05
#: Entries are offered if one of them is right with this probability.
OFFER_FROM = 0.6
#: If the first one contains this share of the question, the second probability is enough, and a
#: single content word, such as the name of a subject, needs none.
COVERED, COVERED_OFFER_FROM = 0.9, 0.25
#: From this confidence on, an entry is looked at closely: does it answer another question? If so,
#: the confidence is multiplied by the second number.
DOUBTED_FROM, DOUBTED = 0.2, 0.15
#: How many entries are offered, and which share of the best score each needs.
MAX_OFFERED = 5
OFFER_SHARE = 0.7
#: How many entries are shown for an unknown question. There are any only if the first one is right
#: with this probability, or its phrasings contain content words of the question of this weight; see
#: bench/closest.py.
MAX_CLOSEST = 3
CLOSEST_FROM = 0.15
CLOSEST_WEIGHT = 1.0
#: Why there is no answer, apart from a `Mismatch`.
SMALL_TALK = "small talk asks nothing of a knowledge base"
SEVERAL_FIT = "one word fits several entries"


class Decision(NamedTuple):
    """What was decided about a question, and what it was based on."""

    question: str  #: as typed, up to MAX_QUESTION
    is_cut: bool  #: whether it was longer
    query: ParsedQuery
    exact: set[int]  #: entries of which the question is exactly a phrasing
    ranking: Ranking
    outcome: Outcome
    confidence: float  #: in [0, 1], see `search`
    reason: str | None  #: why the first entry, near as it is, is no answer
    counterexample: Counterexample | None  #: what keeps every entry from answering


def search(index: Index, question: str, *, sector: str | None = None, top: int = 5) -> Reply:
    """Return the reply to a question, with the `top` best matches.

    With `sector`, only the entries of that sector are searched. The confidence is the estimated
    probability that the first entry is right, if questions with and without an answer were equally
    frequent. Raises UnknownSectorError if there is no such sector.
    """
    return to_reply(index, decide(index, question, sector=sector), top)


def decide(index: Index, question: str, *, sector: str | None = None) -> Decision:
    """Return the decision about a question; see `search`. Raises UnknownSectorError."""
    typed = question[:MAX_QUESTION]
    words = split_words(fold(typed)[:MAX_QUESTION])
    query = index.reader.read(words)
    exact = set() if query.readings else index.exact(words, [term.name for term in query.terms])
    exact = counterexamples.without_denied(index, query, exact)
    among = None
    if sector is not None:
        known = [each.id for each in index.base.sectors]
        if sector not in known:
            raise UnknownSectorError(sector, known)
        among = index.in_sector(sector)
    ranked = ranking.rank(index, query.terms, exact, among)
    found = exact & ranked.scores.keys()
    verdict = _verdict(index, query, found, ranked)
    near = counterexamples.nearest(index, ranked, is_phrasing=bool(found))
    if near is not None:
        verdict = Outcome.UNKNOWN, min(verdict[1], DENIED), near.reason(index)
    return Decision(typed, len(question) > MAX_QUESTION, query, exact, ranked, *verdict, near)


def _verdict(index: Index, query: ParsedQuery, exact: set[int], ranked: Ranking) -> Verdict:
    """Return the outcome, the confidence and the reason, as in `Decision`."""
    if not ranked.order:
        return Outcome.UNKNOWN, 0.0, None
    if exact:
        outcome = Outcome.ANSWERED if len(exact) == 1 else Outcome.AMBIGUOUS
        return outcome, EXACT / len(exact), None
    first = ranked.order[0]
    if _is_small_talk(index, query, first):
        return Outcome.UNKNOWN, 0.0, SMALL_TALK
    known = evidence(query, ranked)
    sure = min(confidence.first_is_right(known), EXACT)
    if sure >= DOUBTED_FROM:
        from pakaz_cli.search import mismatch

        reason = mismatch.find(index, query, first)
        if reason is not None:
            return Outcome.UNKNOWN, sure * DOUBTED, reason
    is_guess = query.is_guess(index.entry_terms(first))
    if sure >= ANSWER_FROM and ranked.lead >= MIN_LEAD and not is_guess:
        # A single content word that fits several entries is too little to choose by.
        if _content_words(query) > 1 or len(choices(ranked)) == 1:
            return Outcome.ANSWERED, sure, None
        return Outcome.AMBIGUOUS, sure, SEVERAL_FIT
    return (Outcome.AMBIGUOUS if _is_offered(query, known) else Outcome.UNKNOWN), sure, None


def _is_offered(query: ParsedQuery, known: Evidence) -> bool:
    """Tell whether entries are offered of which none is the answer."""
    likely = confidence.offer_is_right(known)
    if known.coverage >= COVERED and _content_words(query) == 1:
        return True
    return likely >= (COVERED_OFFER_FROM if known.coverage >= COVERED else OFFER_FROM)


def _content_words(query: ParsedQuery) -> int:
    return sum(term.is_content for term in query.terms)


def _is_small_talk(index: Index, query: ParsedQuery, entry: int) -> bool:
    """Tell whether a question is small talk, and no phrasing of an entry is."""
    words = " ".join(query.typed).split(" ")
    phrasings = index.phrasing_words(entry) if is_small_talk(words) else ()
    return bool(phrasings) and not any(map(is_small_talk, phrasings))


def evidence(query: ParsedQuery, ranked: Ranking) -> Evidence:
    """Return what is known about a question and the entry ranked first."""
    parts = ranked.parts[ranked.order[0]]
    return Evidence(
        parts.similarity,
        ranked.lead,
        parts.matched_weight / sum(term.weight for term in query.terms),
        parts.phrasing_weight,
        ranked.similarity_weight,
        len(query.readings) / len(query.terms),
    )


def choices(ranked: Ranking) -> list[int]:
    """Return the entries that are offered if none answers, best first."""
    best = ranked.order[:MAX_OFFERED]
    return [entry for entry in best if ranked.scores[entry] >= OFFER_SHARE * ranked.scores[best[0]]]


def content_weight(index: Index, decision: Decision) -> float:
    """Return the weight of the question's content words in the phrasings of the first entry."""
    content = [term for term in decision.query.terms if term.is_content]
    entry_terms = index.entry_terms(decision.ranking.order[0])
    return ranking.matched_weights(content, entry_terms)[0]


def _has_closest(index: Index, decision: Decision) -> bool:
    """Tell whether the first entries are close enough to an unknown question to be shown."""
    if decision.outcome is not Outcome.UNKNOWN or not decision.ranking.order:
        return False
    if decision.reason == SMALL_TALK:
        return False
    return decision.confidence >= CLOSEST_FROM or content_weight(index, decision) >= CLOSEST_WEIGHT


def to_reply(index: Index, decision: Decision, top: int = 5) -> Reply:
    """Return the reply that tells a decision, with the `top` best matches."""
    ranked, outcome, near = decision.ranking, decision.outcome, decision.counterexample
    subject = None if near is None else near.subject(index)
    matches = tuple(
        Match(index.entries[entry], round(ranked.scores[entry], 4))
        for entry in ranked.order[: max(top, MAX_OFFERED)]
    )
    fitting = matches[: len(choices(ranked))] if outcome is not Outcome.ANSWERED else ()
    return Reply(
        decision.question,
        outcome,
        round(decision.confidence, 4),
        matches[:top],
        fitting if outcome is Outcome.AMBIGUOUS else (),
        tuple(_corrections(index, decision)),
        fitting[:MAX_CLOSEST] if subject is None and _has_closest(index, decision) else (),
        decision.is_cut,
        near is not None,
        subject,
    )


def _corrections(index: Index, decision: Decision) -> Iterator[Correction]:
    """Yield each misspelt word that matched the first entry, with the nearest reading that did."""
    first = decision.ranking.order[:1]
    contained = index.entry_terms(first[0]) if decision.query.readings and first else {}
    for typed, readings in decision.query.readings.items():
        for text, _ in readings:
            if all(term in contained for term in index.vocabulary.terms(text.split(" "))):
                yield Correction(typed, text)
                break
