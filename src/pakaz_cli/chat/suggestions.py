"""What may be meant while it is typed: questions, and in the chat's commands names and ids.

The last word may still be the beginning of one, and a misspelt one at that.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from pakaz_cli.chat.commands import COMMANDS
from pakaz_cli.search import ranking
from pakaz_cli.search.query import Term, read
from pakaz_cli.search.ranking import Changed
from pakaz_cli.search.similarity import within_edits
from pakaz_cli.search.stopwords import STOP_WORDS
from pakaz_cli.text.words import is_number, split_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pakaz_cli.model import KnowledgeBase
    from pakaz_cli.search.index import Index

#: At most so many questions, and those that score this share of the best.
MOST_QUESTIONS = 6
_SCORE_SHARE = 0.5
#: At most so many ids.
MOST_IDS = 20
#: Letters that are typed before questions are suggested, and characters that are read.
FEWEST_LETTERS = 2
MOST_READ = 200
#: So many words that begin as typed are looked for, the commonest.
_MOST_BEGUN = 20
#: What is only begun may be another word: it says this much of what the whole word would.
_BEGUN = 0.9
#: A misspelt beginning has so many letters at least, and two edits from the second number on.
_CORRECTED_FROM, _TWO_EDITS_FROM = 3, 7


class Suggestion(NamedTuple):
    """What may be meant by a line."""

    text: str  #: what takes the place of the last characters of the line
    start: int  #: how many of these
    shown: str
    told: str = ""  #: what it means


def suggest(index: Index, line: str) -> list[Suggestion]:
    """Return what may be meant by what was typed so far, best first."""
    if not line.startswith("/"):
        return list(_questions(index, line))
    name, blank, argument = line.partition(" ")
    if not blank:
        return list(_commands(name))
    started = argument.rpartition(" ")[2]
    return list(_ids(index, _completed(name), started))


def path_in(line: str) -> str | None:
    """Return the path that is typed where a command takes one, or None."""
    name, blank, argument = line.partition(" ")
    return argument.lstrip() if blank and _completed(name) == "path" else None


def _completed(name: str) -> str:
    """Return what the argument of a command is one of."""
    return next((one.completes for one in COMMANDS if one.name == name.lower()), "")


def _commands(typed: str) -> Iterator[Suggestion]:
    for command in COMMANDS:
        if command.name.startswith(typed.lower()):
            whole = f"{command.name} " if command.argument else command.name
            if whole != typed:
                yield Suggestion(whole, len(typed), command.usage, command.meaning)


def _ids(index: Index, kind: str, started: str) -> Iterator[Suggestion]:
    known: Iterable[tuple[str, str]] = ()
    if kind == "sectors":
        known = ((sector.id, sector.name) for sector in index.base.sectors)
    elif kind == "entries":
        known = ((one, _question(index.base, one)) for one in index.base.ids(started))
    fitting = (pair for pair in known if pair[0].startswith(started) and pair[0] != started)
    for name, meaning in islice(fitting, MOST_IDS):
        yield Suggestion(name, len(started), name, meaning)


def _question(base: KnowledgeBase, identifier: str) -> str:
    entry = base.entry(identifier)
    return _one_line(entry.question) if entry else ""


def _questions(index: Index, line: str) -> Iterator[Suggestion]:
    terms = _terms(index, line[:MOST_READ])
    if sum(map(str.isalnum, line)) < FEWEST_LETTERS or not terms:
        return
    ranked = ranking.rank(index, terms, set(), Changed())
    for number in ranked.order[:MOST_QUESTIONS]:
        question = _one_line(index.entries[number].question)
        good_enough = ranked.scores[number] >= _SCORE_SHARE * ranked.scores[ranked.order[0]]
        if good_enough and question != line:
            yield Suggestion(question, len(line), question)


def _one_line(question: str) -> str:
    return " ".join(question.split())


def _terms(index: Index, typed: str) -> list[Term]:
    """Return the terms of what was typed, the last of them being what its last word may become."""
    words = split_words(typed)
    if not words or typed[-1].isspace():
        return read(index, words).terms
    *whole, last = words
    begun = index.beginning(last)[:_MOST_BEGUN]
    is_word = index.knows(last) or not begun
    terms = read(index, words if is_word else whole).terms
    begun = begun or _nearly_beginning(index, last)
    others = [word for word in begun if word != last]
    return [*terms, _begun_term(index, last, others)] if others else terms


def _begun_term(index: Index, typed: str, words: list[str]) -> Term:
    """Return a term that stands for what these known words stand for.

    The more they are, the less each says, or an entry that has many of them would come first.
    """
    said: dict[str, float] = {}
    name = typed
    for word in words:
        for term in read(index, [word]).terms:
            said[term.name] = _BEGUN * term.weight / len(words) ** 0.5
            if name in STOP_WORDS and term.is_content:
                name = term.name
    most = max(said.values())
    shares = sorted(said.items(), key=lambda pair: (-pair[1], pair[0]))
    return Term(name, most, tuple((one, value / most) for one, value in shares), frozenset())


def _nearly_beginning(index: Index, typed: str) -> list[str]:
    """Return the known words that nearly begin as typed, nearest first.

    People seldom miss the first letter, but may swap the first two.
    """
    if len(typed) < _CORRECTED_FROM or is_number(typed):
        return []
    most = 1 if len(typed) < _TWO_EDITS_FROM else 2
    starts = (typed[0], typed[1::-1])
    known = dict.fromkeys(word for start in starts for word in index.beginning(start))
    near: dict[str, int] = {}
    for length in range(len(typed) - 1, len(typed) + 2):
        beginnings: dict[str, list[str]] = {}
        for word in known:
            if len(word) >= length:
                beginnings.setdefault(word[:length], []).append(word)
        for beginning, edits in within_edits(typed, list(beginnings), most):
            for word in beginnings[beginning]:
                near[word] = min(edits, near.get(word, edits))
    return sorted(near, key=lambda word: near[word])[:_MOST_BEGUN]
