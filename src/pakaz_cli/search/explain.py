"""Why a question was answered as it was: how it was read, and what the best entries hold of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pakaz_cli.model import Outcome
from pakaz_cli.search import engine
from pakaz_cli.text.words import split_words, stem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pakaz_cli.model import Entry, Reply
    from pakaz_cli.search.engine import Examined
    from pakaz_cli.search.index import Index
    from pakaz_cli.search.query import Term
    from pakaz_cli.search.ranking import Parts, Ranking

#: How a word of the question came to stand for one of an entry.
SAME, CORRECTED, SYNONYM, AKIN = "same", "corrected", "synonym", "akin"


class ReadWord(NamedTuple):
    """A word of the question, or several that are one, and what it was read as."""

    typed: str
    read: str  #: the term that it counts as
    how: str  #: same, corrected or synonym
    weight: float  #: what it says, in (0, 1]


class Matched(NamedTuple):
    """A word of the question that an entry holds."""

    typed: str
    found: str  #: as the entry has it
    how: str  #: same, corrected, synonym or akin
    share: float  #: how much of the word that says, in (0, 1]
    fields: tuple[str, ...]  #: where it stands: question, variants, keywords, answer, sector


class ExplainedEntry(NamedTuple):
    """One of the best entries, and what it got for what."""

    entry: Entry
    score: float
    parts: Parts
    nearest: str | None  #: the phrasing that is nearest to the question
    coverage: float  #: share of the question's weight that its fields hold
    matched: tuple[Matched, ...]
    missing: tuple[str, ...]  #: words of the question that it does not hold


class Explanation(NamedTuple):
    """How a question was read, ranked and decided."""

    words: tuple[ReadWord, ...]
    entries: tuple[ExplainedEntry, ...]  #: best first
    is_phrasing: bool  #: whether the question is word for word a phrasing
    held_back: str | None  #: why the first entry is offered though one may be sure of it
    lead: float  #: how far the second entry's score is behind the first's
    counted: float  #: what likeness to phrasings counts beside words, in [0, 1]
    confidence: float
    thresholds: dict[str, float]


def explain(index: Index, examined: Examined, reply: Reply, most: int = 3) -> Explanation:
    """Return the explanation of a reply, with its best entries, at most so many.

    Only entries that were compared phrasing by phrasing are explained.
    """
    ranked = examined.ranking
    words = tuple(_words(examined))
    explained = [entry for entry in ranked.order[:most] if entry in ranked.parts]
    return Explanation(
        words,
        tuple(_entry(index, examined, words, entry) for entry in explained),
        bool(examined.exact),
        _held_back(index, examined, reply),
        round(ranked.lead, 4) if ranked.order else 0.0,
        round(ranked.counted, 4),
        reply.confidence,
        {
            "answer_from": engine.ANSWER_FROM,
            "min_lead": engine.MIN_LEAD,
            "offer_from": engine.OFFER_FROM,
            "covered": engine.COVERED,
            "offer_share": engine.OFFER_SHARE,
        },
    )


def _held_back(index: Index, examined: Examined, reply: Reply) -> str | None:
    is_sure = reply.confidence >= engine.ANSWER_FROM and examined.ranking.lead >= engine.MIN_LEAD
    is_open = reply.outcome is Outcome.AMBIGUOUS and is_sure and not examined.exact
    return engine.held_back(index, examined) if is_open else None


def _words(examined: Examined) -> Iterator[ReadWord]:
    """Yield what was typed for each term, in the order of the terms."""
    terms, typed, corrections = examined.reading
    corrected = {correction.typed for correction in corrections}
    for term, source in zip(terms, typed, strict=True):
        how = SAME
        if corrected and not corrected.isdisjoint((source, *source.split(" "))):
            how = CORRECTED
        elif " ".join(map(stem, source.split(" "))) != term.name:
            how = SYNONYM
        yield ReadWord(source, term.name, how, round(term.weight, 4))


def _entry(
    index: Index, examined: Examined, words: Sequence[ReadWord], number: int
) -> ExplainedEntry:
    ranked = examined.ranking
    parts = ranked.parts[number]
    entry = index.entries[number]
    places = _places(index, entry)
    matched: list[Matched] = []
    missing: list[str] = []
    for word, term in zip(words, examined.reading.terms, strict=True):
        held = next(((name, share) for name, share in term.stands_for if name in places), None)
        if held is None:
            missing.append(word.typed)
            continue
        found, fields = places[held[0]]
        matched.append(
            Matched(word.typed, found, _how(word, term, *held), round(held[1], 4), fields)
        )
    weight = sum(term.weight for term in examined.reading.terms)
    return ExplainedEntry(
        entry,
        round(ranked.scores[number], 4),
        parts,
        _nearest(index, ranked, number),
        round(parts.held / weight, 4),
        tuple(matched),
        tuple(missing),
    )


def _how(word: ReadWord, term: Term, name: str, share: float) -> str:
    if name == term.name:
        return word.how
    return AKIN if (name, share) in term.kin else CORRECTED


def _nearest(index: Index, ranked: Ranking, number: int) -> str | None:
    nearest = ranked.parts[number].nearest
    if nearest is None:
        return None
    entry = index.entries[number]
    return (entry.question, *entry.variants)[nearest]


def _places(index: Index, entry: Entry) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Return each term of an entry with a word that shows it and the fields it stands in."""
    sector = index.base.sector(entry.sector)
    fields = {
        "question": (entry.question,),
        "variants": entry.variants,
        "keywords": entry.keywords,
        "answer": (entry.answer,),
        "sector": (sector.name,) if sector else (),
    }
    shown: dict[str, str] = {}
    standing: dict[str, dict[str, None]] = {}
    for field, phrases in fields.items():
        for phrase in phrases:
            words = split_words(phrase)
            position = 0
            for term, length in index.spans(words):
                shown.setdefault(term, " ".join(words[position : position + length]))
                standing.setdefault(term, {})[field] = None
                position += length
    return {term: (word, tuple(standing[term])) for term, word in shown.items()}
