"""A question that leaves out its subject, understood from the entry that was answered before it.

What it names must stand in how an entry near to that one is asked for: what names something else is
no follow-up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pakaz_cli.model import Match, Outcome
from pakaz_cli.search import ranking
from pakaz_cli.search.engine import MAX_QUESTION, MIN_LEAD
from pakaz_cli.search.query import read
from pakaz_cli.search.ranking import Changed
from pakaz_cli.search.stopwords import STOP_WORDS
from pakaz_cli.text.words import split_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pakaz_cli.model import Entry, Reply
    from pakaz_cli.search.index import Index
    from pakaz_cli.search.query import Term

#: Longer questions say what they are about.
_MOST_WORDS = 12
_OPENINGS = (("and",), ("aur",), ("what", "about"), ("how", "about"))
_POINTING = "he her him his it its she that their them there these they this those"
#: What asks about a subject without naming one. "Since when?" and "why?" do, "thanks" does not.
_ASKING = """
ago how kab kahan kaise kitna kyun long often since soon till until what when where which who whom
whose why
"""
#: Who names nothing and says these talks to the program.
_TALKING = "you your yours yourself"
#: With these a question is none.
_MANNERS = "bye hello hi ok okay salam shukria thank thanks"
_PRONOUNS, _ASKS, _TALKS, _GREETS = (
    frozenset(words.split()) for words in (_POINTING, _ASKING, _TALKING, _MANNERS)
)
#: Entries of the same sector are on the same subject when they hold this share of its question.
_SAME_SUBJECT = 0.3
#: At most so many entries are offered, and ranked.
_MOST = 5
#: An entry must score this for what the question names, or it only happens to hold the word.
_LEAST = 0.4


def understand(index: Index, question: str, alone: Reply, last: Entry) -> Reply | None:
    """Return the reply to a question as one on the entry `last`, or None where it is none.

    `alone` is its reply without that. It answers, or offers entries that fit it equally well.
    """
    words = split_words(question[:MAX_QUESTION])[: _MOST_WORDS + 1]
    if len(words) > _MOST_WORDS or alone.outcome is Outcome.ANSWERED:
        return None
    reading = read(index, words)
    naming = [term for term in reading.terms if _names(term)]
    if not _may_follow(words, naming, alone):
        return None
    subject = [term for term in read(index, split_words(last.question)).terms if _names(term)]
    near = _near(index, last, subject if naming else [])
    among = {one for one in near if all(_holds(index, one, term) for term in naming)}
    matches = _ranked(index, reading.terms, subject, among)
    if not matches or (naming and matches[0].score < _LEAST):
        return None
    return _reply(alone, matches)


def _may_follow(words: list[str], naming: list[Term], alone: Reply) -> bool:
    """Tell whether a question may be one that goes on, by its form."""
    if alone.corrections or not _GREETS.isdisjoint(words):
        return False
    if not naming:
        return _asks(words)
    needs_lean = alone.outcome is Outcome.AMBIGUOUS or not any(term.is_content for term in naming)
    return _leans(words) or not needs_lean


def _names(term: Term) -> bool:
    """Tell whether a term names something; stop words do not, nor does what only asks."""
    return any(word not in STOP_WORDS | _ASKS for word in term.name.split(" "))


def _asks(words: list[str]) -> bool:
    return not _ASKS.isdisjoint(words) and _TALKS.isdisjoint(words)


def _leans(words: list[str]) -> bool:
    """Tell whether a question opens as one that goes on, or points to what was said."""
    opens = any(tuple(words[: len(opening)]) == opening for opening in _OPENINGS)
    return opens or not _PRONOUNS.isdisjoint(words)


def _near(index: Index, last: Entry, subject: list[Term]) -> Iterator[int]:
    """Yield the last entry, those it names as related, and those of its sector on its subject."""
    numbers = map(index.base.number, (last.id, *last.related))
    yield from (number for number in numbers if number is not None)
    if not subject or last.sector is None:
        return
    weight = sum(term.weight for term in subject)
    sharing = ranking.rank(index, subject, set(), Changed(index.in_sector(last.sector)))
    for number in sharing.order:
        shared = sum(term.weight for term in subject if _holds(index, number, term))
        if shared / weight >= _SAME_SUBJECT:
            yield number


def _holds(index: Index, entry: int, term: Term) -> bool:
    """Tell whether an entry is asked for, in its phrasings or keywords, with a term."""
    return index.held(entry).get(term.name, (0.0, 0.0))[1] > 0


def _ranked(index: Index, asked: list[Term], subject: list[Term], among: set[int]) -> list[Match]:
    """Return some entries, best first. What was asked now says as much as with the subject."""
    own = {term.name for term in asked}
    whole = [*asked, *(term for term in subject if term.name not in own)]
    scores = dict.fromkeys(among, 0.0)
    for terms in (asked, whole):
        for entry, score in ranking.rank(index, terms, set(), Changed(among)).scores.items():
            scores[entry] += score / 2
    order = sorted(scores, key=lambda entry: (-scores[entry], index.entries[entry].id))
    return [Match(index.entries[entry], round(scores[entry], 4)) for entry in order]


def _reply(alone: Reply, matches: list[Match]) -> Reply:
    """Return a reply that gives the best entry, or offers those that are as good.

    How often follow-ups are right was not measured: the confidence is the score, which is lower.
    """
    best = matches[0].score
    equal = [match for match in matches if best - match.score < MIN_LEAD][:_MOST]
    return alone._replace(
        outcome=Outcome.ANSWERED if len(equal) == 1 else Outcome.AMBIGUOUS,
        confidence=best,
        matches=tuple(matches[:_MOST]),
        offered=tuple(equal) if len(equal) > 1 else (),
        nearest_sector=None,
    )
