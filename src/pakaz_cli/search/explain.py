"""Explains a decision: how the question was read, and what the best entries share with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pakaz_cli.search import engine
from pakaz_cli.text.words import split_words, stem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pakaz_cli.model import Entry
    from pakaz_cli.search.engine import Decision
    from pakaz_cli.search.index import Index
    from pakaz_cli.search.query import Term
    from pakaz_cli.search.ranking import Parts, Ranking

#: How a word of the question came to match a word of an entry.
SAME, CORRECTED, SYNONYM, FOREIGN, AKIN = "same", "corrected", "synonym", "foreign", "akin"


class QueryWord(NamedTuple):
    """A word of the question, or several that are one term, and how it was read."""

    typed: str
    read: (
        str  #: its term, or the English terms of a foreign word, which are none if it says nothing
    )
    how: str  #: same, corrected, synonym or foreign
    weight: float  #: of the term, in (0, 1], or 0 if it says nothing


class MatchedWord(NamedTuple):
    """A word of the question that an entry contains."""

    typed: str
    found: str  #: as in the entry
    how: str  #: same, corrected, synonym, foreign or akin
    share: float  #: of the word's weight, in (0, 1]
    fields: tuple[str, ...]  #: among question, variants, keywords, answer, sector


class ExplainedEntry(NamedTuple):
    """One of the best entries, and why it has its score."""

    entry: Entry
    score: float
    parts: Parts
    nearest: str | None  #: the phrasing nearest to the question
    coverage: float  #: share of the question's weight that its fields contain
    matched: tuple[MatchedWord, ...]
    missing: tuple[str, ...]  #: words of the question that it does not contain


class Explanation(NamedTuple):
    """How a question was read, ranked and decided."""

    words: tuple[QueryWord, ...]
    entries: tuple[ExplainedEntry, ...]  #: best first
    is_phrasing: bool  #: whether the question is exactly a phrasing
    reason: str | None  #: why the first entry, near as it is, is no answer
    lead: float  #: of the first entry's score over the second's
    similarity_weight: float  #: of similarity to phrasings beside words, in [0, 1]
    confidence: float
    thresholds: dict[str, float]


def explain(index: Index, decision: Decision, limit: int = 3) -> Explanation:
    """Return the explanation of a decision, with at most `limit` of the best entries.

    Only entries that were compared phrasing by phrasing are explained.
    """
    ranked = decision.ranking
    words = tuple(_words(decision))
    explained = [entry for entry in ranked.order[:limit] if entry in ranked.parts]
    silent = (word for word, terms in decision.query.foreign.items() if not terms)
    return Explanation(
        (*words, *(QueryWord(word, "", FOREIGN, 0.0) for word in silent)),
        tuple(_entry(index, decision, words, entry) for entry in explained),
        bool(decision.exact),
        decision.reason,
        round(ranked.lead, 4) if ranked.order else 0.0,
        round(ranked.similarity_weight, 4),
        round(decision.confidence, 4),
        {
            "answer_from": engine.ANSWER_FROM,
            "min_lead": engine.MIN_LEAD,
            "offer_from": engine.OFFER_FROM,
            "covered": engine.COVERED,
            "covered_offer_from": engine.COVERED_OFFER_FROM,
            "offer_share": engine.OFFER_SHARE,
            "closest_from": engine.CLOSEST_FROM,
            "closest_weight": engine.CLOSEST_WEIGHT,
        },
    )


def _words(decision: Decision) -> Iterator[QueryWord]:
    """Yield what was typed for each term, in the order of the terms."""
    query = decision.query
    for term, typed in zip(query.terms, query.typed, strict=True):
        how, read = SAME, term.name
        if not query.readings.keys().isdisjoint((typed, *typed.split(" "))):
            how = CORRECTED
        elif typed in query.foreign:
            how, read = FOREIGN, ", ".join(query.foreign[typed])
        elif " ".join(map(stem, typed.split(" "))) != term.name:
            how = SYNONYM
        yield QueryWord(typed, read, how, round(term.weight, 4))


def _entry(
    index: Index, decision: Decision, words: Sequence[QueryWord], number: int
) -> ExplainedEntry:
    ranked, terms = decision.ranking, decision.query.terms
    parts = ranked.parts[number]
    entry = index.entries[number]
    occurrences = _occurrences(index, entry)
    matched: list[MatchedWord] = []
    missing: list[str] = []
    for word, term in zip(words, terms, strict=True):
        pair = next((pair for pair in term.expansions if pair[0] in occurrences), None)
        if pair is None:
            missing.append(word.typed)
            continue
        name, share = pair
        found, fields = occurrences[name]
        how = _how(word, term, name, share, decision.query.foreign.get(word.typed, ()))
        matched.append(MatchedWord(word.typed, found, how, round(share, 4), fields))
    return ExplainedEntry(
        entry,
        round(ranked.scores[number], 4),
        parts,
        _nearest(index, ranked, number),
        round(parts.matched_weight / sum(term.weight for term in terms), 4),
        tuple(matched),
        tuple(missing),
    )


def _how(word: QueryWord, term: Term, name: str, share: float, meanings: tuple[str, ...]) -> str:
    if name == term.name and word.how != FOREIGN:
        return word.how
    if (name, share) in term.kin:
        return AKIN
    if name in meanings:
        return FOREIGN
    return SAME if word.how == FOREIGN else CORRECTED


def _nearest(index: Index, ranked: Ranking, number: int) -> str | None:
    nearest = ranked.parts[number].nearest
    if nearest is None:
        return None
    entry = index.entries[number]
    return (entry.question, *entry.variants)[nearest]


def _occurrences(index: Index, entry: Entry) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Return each term of an entry with its first occurrence and the fields that contain it."""
    sector = index.base.sector(entry.sector)
    texts = {
        "question": (entry.question,),
        "variants": entry.variants,
        "keywords": entry.keywords,
        "answer": (entry.answer,),
        "sector": (sector.name,) if sector else (),
    }
    first: dict[str, str] = {}
    fields: dict[str, dict[str, None]] = {}
    for field, phrases in texts.items():
        for phrase in phrases:
            words = split_words(phrase)
            position = 0
            for term, length in index.vocabulary.spans(words):
                first.setdefault(term, " ".join(words[position : position + length]))
                fields.setdefault(term, {})[field] = None
                position += length
    return {term: (word, tuple(fields[term])) for term, word in first.items()}
