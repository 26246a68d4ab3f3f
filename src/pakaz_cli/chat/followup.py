"""Follow-up questions: those that leave out a subject which the entry answered before supplies.

What a follow-up names must occur in the phrasings of an entry close to that one; a question that
names something else is on another subject.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pakaz_cli.model import Match, Outcome
from pakaz_cli.search import ranking
from pakaz_cli.search.engine import MAX_QUESTION, MIN_LEAD
from pakaz_cli.search.english import STOP_WORDS
from pakaz_cli.text.words import split_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pakaz_cli.model import Entry, Reply
    from pakaz_cli.search.index import Index
    from pakaz_cli.search.query import Term

#: Longer questions, in words, name their subject.
_MAX_WORDS = 12
_OPENINGS = (("and",), ("aur",), ("what", "about"), ("how", "about"))
_POINTING = "he her him his it its she that their them there these they this those"
#: Words that ask about a subject without naming one: "since when?" and "why?" are follow-ups.
_ASKING = """
ago how kab kahan kaise kitna kyun long often since soon till until what when where which who whom
whose why
"""
#: A question that names nothing and has one of these is about the program.
_TALKING = "you your yours yourself"
#: Text with one of these is not a question.
_MANNERS = "bye hello hi ok okay salam shukria thank thanks"
_PRONOUNS, _ASKS, _TALKS, _GREETS = (
    frozenset(words.split()) for words in (_POINTING, _ASKING, _TALKING, _MANNERS)
)
#: An entry of the same sector is on the same subject if its phrasings contain this share of the
#: earlier question.
_SUBJECT_SHARE = 0.3
#: How many entries are offered, and ranked.
_MAX_MATCHES = 5
#: The score that an entry needs for what the question names; below, it contains the word by chance.
_MIN_SCORE = 0.4


def understand(index: Index, question: str, alone: Reply, last: Entry) -> Reply | None:
    """Return the reply to a question as a follow-up to the entry `last`, or None if it is none.

    `alone` is the reply to the question by itself. The reply to a follow-up is an answer, or offers
    entries that match it equally well.
    """
    words = split_words(question[:MAX_QUESTION])[: _MAX_WORDS + 1]
    is_settled = alone.outcome is Outcome.ANSWERED or alone.is_counterexample
    if len(words) > _MAX_WORDS or is_settled:
        return None
    query = index.reader.read(words)
    terms = query.terms
    naming = [term for term in terms if _names(term)]
    if query.readings or not _may_follow(words, naming, alone):
        return None
    earlier = index.reader.read(split_words(last.question))
    subject = [term for term in earlier.terms if _names(term)]
    near = _near(index, last, subject if naming else [])
    among = {entry for entry in near if all(_asks_with(index, entry, term) for term in naming)}
    matches = _ranked(index, terms, subject, among)
    if not matches or (naming and matches[0].score < _MIN_SCORE):
        return None
    return _reply(alone, matches)


def _may_follow(words: list[str], naming: list[Term], alone: Reply) -> bool:
    """Tell whether a question has the form of a follow-up."""
    if not _GREETS.isdisjoint(words):
        return False
    if not naming:
        return _asks(words)
    finds_nothing = alone.outcome is Outcome.UNKNOWN and any(term.is_content for term in naming)
    return finds_nothing or _refers_back(words)


def _names(term: Term) -> bool:
    """Tell whether a term names something, unlike stop words and words that only ask."""
    return any(word not in STOP_WORDS | _ASKS for word in term.name.split(" "))


def _asks(words: list[str]) -> bool:
    return not _ASKS.isdisjoint(words) and _TALKS.isdisjoint(words)


def _refers_back(words: list[str]) -> bool:
    """Tell whether a question opens like a follow-up or has a pronoun."""
    opens = any(tuple(words[: len(opening)]) == opening for opening in _OPENINGS)
    return opens or not _PRONOUNS.isdisjoint(words)


def _near(index: Index, last: Entry, subject: list[Term]) -> Iterator[int]:
    """Yield the last entry, its related entries, and those of its sector on its subject."""
    entries = map(index.base.number, (last.id, *last.related))
    yield from (entry for entry in entries if entry is not None)
    if not subject or last.sector is None:
        return
    weight = sum(term.weight for term in subject)
    sharing = ranking.rank(index, subject, among=index.in_sector(last.sector))
    for entry in sharing.order:
        shared = sum(term.weight for term in subject if _asks_with(index, entry, term))
        if shared / weight >= _SUBJECT_SHARE:
            yield entry


def _asks_with(index: Index, entry: int, term: Term) -> bool:
    """Tell whether the phrasings or keywords of an entry contain a term."""
    _, direction = index.entry_terms(entry).get(term.name, (0.0, 0.0))
    return direction > 0


def _ranked(index: Index, terms: list[Term], subject: list[Term], among: set[int]) -> list[Match]:
    """Return some entries by their mean score for a question with and without its subject."""
    own = {term.name for term in terms}
    whole = [*terms, *(term for term in subject if term.name not in own)]
    scores = dict.fromkeys(among, 0.0)
    for query in (terms, whole):
        for entry, score in ranking.rank(index, query, among=among).scores.items():
            scores[entry] += score / 2
    order = sorted(scores, key=lambda entry: (-scores[entry], index.entries[entry].id))
    return [Match(index.entries[entry], round(scores[entry], 4)) for entry in order]


def _reply(alone: Reply, matches: list[Match]) -> Reply:
    """Return a reply that answers with the best entry, or offers those that are equally good.

    The confidence is the score, which is lower: how often follow-ups are right was not measured.
    """
    best = matches[0].score
    equal = [match for match in matches if best - match.score < MIN_LEAD][:_MAX_MATCHES]
    return alone._replace(
        outcome=Outcome.ANSWERED if len(equal) == 1 else Outcome.AMBIGUOUS,
        confidence=best,
        matches=tuple(matches[:_MAX_MATCHES]),
        offered=tuple(equal) if len(equal) > 1 else (),
        closest=(),
    )
