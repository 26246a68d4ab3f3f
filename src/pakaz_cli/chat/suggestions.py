"""Completions of a line as it is typed: questions, and commands with their names and ids.

The last word may be the prefix of a word, or a misspelt prefix.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from pakaz_cli.chat.commands import COMMANDS
from pakaz_cli.search import ranking
from pakaz_cli.search.english import STOP_WORDS
from pakaz_cli.search.query import Term
from pakaz_cli.search.similarity import within_edits
from pakaz_cli.text.words import is_number, split_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pakaz_cli.model import KnowledgeBase
    from pakaz_cli.search.index import Index

#: The maximum number of questions, and the share of the best score that each needs.
MAX_QUESTIONS = 6
_SCORE_SHARE = 0.5
#: The maximum number of ids.
MAX_IDS = 20
#: How many letters are typed before questions are suggested, and how many characters are read.
MIN_LETTERS = 2
MAX_READ = 200
#: How many of the words with a prefix are looked up, the shortest first.
_MAX_COMPLETIONS = 20
#: The weight of a prefix relative to the whole word, which may turn out to be another.
_PREFIX_WEIGHT = 0.9
#: The letters from which a misspelt prefix is corrected, and from which it may have two edits.
_CORRECTED_FROM, _TWO_EDITS_FROM = 3, 7


class Suggestion(NamedTuple):
    """A completion of a line."""

    text: str  #: replaces the last characters of the line
    start: int  #: the number of characters it replaces
    shown: str
    meaning: str = ""


def suggest(index: Index, line: str) -> list[Suggestion]:
    """Return the completions of a line, best first."""
    if not line.startswith("/"):
        return list(_questions(index, line))
    name, blank, argument = line.partition(" ")
    if not blank:
        return list(_commands(name))
    started = argument.rpartition(" ")[2]
    return list(_ids(index, _completed(name), started))


def path_in(line: str) -> str | None:
    """Return the path typed as the argument of a command that takes one, or None."""
    name, blank, argument = line.partition(" ")
    return argument.lstrip() if blank and _completed(name) == "path" else None


def _completed(name: str) -> str:
    """Return the kind of argument that a command takes, or an empty string."""
    return next((each.completes for each in COMMANDS if each.name == name.lower()), "")


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
        known = ((name, _question(index.base, name)) for name in index.base.ids(started))
    fitting = (pair for pair in known if pair[0].startswith(started) and pair[0] != started)
    for name, meaning in islice(fitting, MAX_IDS):
        yield Suggestion(name, len(started), name, meaning)


def _question(base: KnowledgeBase, identifier: str) -> str:
    entry = base.entry(identifier)
    return _one_line(entry.question) if entry else ""


def _questions(index: Index, line: str) -> Iterator[Suggestion]:
    terms = _terms(index, line[:MAX_READ])
    if sum(map(str.isalnum, line)) < MIN_LETTERS or not terms:
        return
    ranked = ranking.rank(index, terms)
    for entry in ranked.order[:MAX_QUESTIONS]:
        question = _one_line(index.entries[entry].question)
        is_good = ranked.scores[entry] >= _SCORE_SHARE * ranked.scores[ranked.order[0]]
        if is_good and question != line:
            yield Suggestion(question, len(line), question)


def _one_line(question: str) -> str:
    return " ".join(question.split())


def _terms(index: Index, typed: str) -> list[Term]:
    """Return the terms of what was typed; the last word may add a term for its completions."""
    words = split_words(typed)
    if not words or typed[-1].isspace():
        return index.reader.read(words).terms
    *whole, last = words
    completions = index.vocabulary.words_with_prefix(last)[:_MAX_COMPLETIONS]
    is_word = index.vocabulary.knows(last) or not completions
    terms = index.reader.read(words if is_word else whole).terms
    completions = completions or _corrected_completions(index, last)
    others = [word for word in completions if word != last]
    return [*terms, _prefix_term(index, last, others)] if others else terms


def _prefix_term(index: Index, prefix: str, words: list[str]) -> Term:
    """Return a term that is expanded to the terms of some words.

    The more words, the less each weighs, or an entry with many of them would come first.
    """
    weights: dict[str, float] = {}
    name = prefix
    for word in words:
        for term in index.reader.read([word]).terms:
            weights[term.name] = _PREFIX_WEIGHT * term.weight / len(words) ** 0.5
            if name in STOP_WORDS and term.is_content:
                name = term.name
    largest = max(weights.values(), default=0.0)
    largest_first = sorted(weights.items(), key=lambda pair: (-pair[1], pair[0]))
    shares = tuple((term, weight / largest) for term, weight in largest_first)
    return Term(name, largest, shares, frozenset())


def _corrected_completions(index: Index, prefix: str) -> list[str]:
    """Return the known words whose prefix is within a few edits of a misspelt one, nearest first.

    People seldom mistype the first letter, but may swap the first two.
    """
    if len(prefix) < _CORRECTED_FROM or is_number(prefix):
        return []
    limit = 1 if len(prefix) < _TWO_EDITS_FROM else 2
    starts = (prefix[0], prefix[1::-1])
    known = dict.fromkeys(
        word for start in starts for word in index.vocabulary.words_with_prefix(start)
    )
    nearest: dict[str, int] = {}
    for length in range(len(prefix) - 1, len(prefix) + 2):
        by_prefix: dict[str, list[str]] = {}
        for word in known:
            if len(word) >= length:
                by_prefix.setdefault(word[:length], []).append(word)
        for other, edits in within_edits(prefix, list(by_prefix), limit):
            for word in by_prefix[other]:
                nearest[word] = min(edits, nearest.get(word, edits))
    return sorted(nearest, key=nearest.__getitem__)[:_MAX_COMPLETIONS]
