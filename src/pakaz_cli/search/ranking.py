"""Which entries a question is about: four parts, each in [0, 1], and their mean.

- *words*: how much the words of the question say of the entry (BM25F over all fields), as a share
  of the best entry's;
- *direction*: the cosine of the question with the mean direction of the entry's phrasings;
- *phrasing*: the cosine with its nearest phrasing;
- *letters*: how alike the letters of that phrasing are, in any order of the words.

The last three are about how an entry is asked for. Where the question has many words that only
answers hold, they know little and count less.
"""

from __future__ import annotations

import heapq
import math

from pakaz_cli._typing import TYPE_CHECKING, NamedTuple
from pakaz_cli.search.similarity import likeness

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable

    from pakaz_cli.search.index import Index, Place
    from pakaz_cli.search.query import Term
    from pakaz_cli.search.weights import Held, Posting

#: So many entries, the best by the first two parts, are compared phrasing by phrasing.
COMPARED = 10
#: So many rows of postings choose entries, and so many more add to those chosen. What is left is
#: looked up for so many of the best by then; so many are kept, which `--top` never exceeds.
_MOST_CHOOSING, _MOST_ADDING, _MOST_COMPLETED, _MOST_KEPT = 3_000, 12_000, 100, 1_000
#: How an entry is asked for counts in full where that holds this share of what all fields hold.
_ASKED_SHARE = 0.55


class Parts(NamedTuple):
    """What an entry gets for a question, each part in [0, 1]."""

    words: float
    direction: float
    phrasing: float = 0.0
    letters: float = 0.0
    nearest: int | None = None  #: number of its nearest phrasing, where they were compared
    asked: float = 0.0  #: weight of the question's terms that its phrasings and keywords hold
    held: float = 0.0  #: weight of those that any of its fields holds

    @property
    def likeness(self) -> float:
        """How much the question is like the way the entry is asked for, in [0, 1]."""
        return (self.direction + self.phrasing + self.letters) / 3


class Ranking(NamedTuple):
    """The entries that share something with a question."""

    order: list[int]  #: positions of entries, best first
    scores: dict[int, float]  #: of each of them, in [0, 1]: the mean of the parts
    parts: dict[int, Parts]  #: of those that were compared phrasing by phrasing
    counted: float = 1.0  #: what likeness counts, in [0, 1]; words count 1, likeness 3 times this

    @property
    def lead(self) -> float:
        """How far the second entry's score is behind the first's; the first's where it is alone."""
        first, *others = (self.scores[entry] for entry in self.order[:2])
        return first - (others[0] if others else 0.0)


class Direction(NamedTuple):
    """A question as a direction among the terms of the knowledge base."""

    terms: list[Term]
    weights: dict[str, float]  #: term of the knowledge base → what the question says by it
    length: float
    letters: str  #: its terms in alphabetical order

    @classmethod
    def of(cls, terms: list[Term]) -> Direction:
        """Return the direction of some terms; what several of them stand for counts once."""
        weights: dict[str, float] = {}
        for term in terms:
            for name, share in term.stands_for:
                said = term.weight * share
                if said > weights.get(name, 0.0):
                    weights[name] = said
        length = math.hypot(*(term.weight for term in terms)) or 1.0
        letters = " ".join(sorted(" ".join(term.name for term in terms).split(" ")))
        return cls(terms, weights, length, letters)


class Changed(NamedTuple):
    """What takes part in a search otherwise than the index has it."""

    among: Container[int] | None = None  #: these entries alone
    without: Place | None = None  #: the phrasing at this place does not


class _Searched(NamedTuple):
    """An index as it is searched: but for a phrasing, maybe."""

    whole: Index
    without: Place | None
    left: Held  #: what the entry of that phrasing holds without it

    def held(self, entry: int) -> Held:
        """Return what an entry holds."""
        is_owner = self.without is not None and self.without.entry == entry
        return self.left if is_owner else self.whole.held(entry)


def rank(index: Index, terms: list[Term], exact: set[int], changed: Changed) -> Ranking:
    """Return the entries that share a term with a question, ranked.

    `exact` are entries that have the question as a phrasing: these get the best score. A question
    of stop words and numbers alone finds only these.
    """
    without = changed.without
    searched = _Searched(index, without, {} if without is None else index.without(without))
    direction = Direction.of(terms)
    found = _found(searched, direction, exact, changed.among)
    best = heapq.nlargest(COMPARED, found, key=lambda one: (sum(found[one]), -one))
    best += sorted(exact & found.keys() - set(best))
    parts = {entry: _compared(searched, direction, entry, found[entry]) for entry in best}
    counted = _counted(parts.values())
    scores = _scores(found, parts, exact, counted)
    # What is word for word the question comes before what is as like it as can be.
    groups = exact & parts.keys(), parts.keys() - exact, scores.keys() - parts.keys()
    order = [entry for group in groups for entry in _sorted(index, scores, group)]
    return Ranking(order, scores, parts, counted)


def _sorted(index: Index, scores: dict[int, float], entries: Iterable[int]) -> list[int]:
    """Return entries with the best first, equals by their ids, which may have to be read."""
    order = sorted(entries, key=scores.__getitem__, reverse=True)
    first = 0
    for last in range(1, len(order) + 1):
        if last == len(order) or scores[order[last]] < scores[order[first]]:
            if last > first + 1:
                order[first:last] = sorted(order[first:last], key=lambda one: index.entries[one].id)
            first = last
    return order


def _found(
    searched: _Searched, direction: Direction, exact: set[int], among: Container[int] | None
) -> dict[int, tuple[float, float]]:
    """Return the entries that share a term with a question, with their words and direction."""
    words, directions = _accumulate(searched.whole, direction)
    if searched.without is not None:
        _revise(words, directions, direction, searched)
    if not any(term.is_content for term in direction.terms):
        words = {entry: value for entry, value in words.items() if entry in exact}
    # The words are measured against the best of all entries that share something: an entry that is
    # the best of its sector alone has not much to say.
    most = max(words.values(), default=0.0)
    return {
        entry: (value / most, directions.get(entry, 0.0) / direction.length)
        for entry, value in words.items()
        if value > 0 and (among is None or entry in among)
    }


def _scores(
    found: dict[int, tuple[float, float]],
    parts: dict[int, Parts],
    exact: set[int],
    counted: float,
) -> dict[int, float]:
    """Return the score of each entry; those that were not compared are behind those that were."""
    compared = {
        entry: (one.words + 3 * counted * one.likeness) / (1 + 3 * counted)
        for entry, one in parts.items()
    }
    compared.update(dict.fromkeys(exact & compared.keys(), 1.0))
    least = min(compared.values(), default=0.0)
    scores = {
        entry: min(least, (words + counted * towards) / (1 + 3 * counted))
        for entry, (words, towards) in found.items()
    }
    return scores | compared


def _counted(compared: Collection[Parts]) -> float:
    """Return what likeness counts: less where answers hold much that no phrasing does."""
    asked = max((parts.asked for parts in compared), default=0.0)
    held = max((parts.held for parts in compared), default=0.0)
    return min(1.0, asked / held / _ASKED_SHARE) if held else 1.0


def _accumulate(index: Index, direction: Direction) -> tuple[dict[int, float], dict[int, float]]:
    """Return, of each entry that shares a term, what its words say and its direction.

    Where very many share something, the rarest terms choose the entries, those of the question
    before what they may stand for; then rare ones add to all that were chosen, and common ones to
    the best of these.
    """
    words: dict[int, float] = {}
    directions: dict[int, float] = {}
    own = {term.name for term in direction.terms}
    counts = ((name not in own, index.count(name), name) for name in direction.weights)
    choosing = adding = 0
    is_choosing, left = True, []
    for _, count, name in sorted(one for one in counts if one[1]):
        said = direction.weights[name]
        is_choosing = is_choosing and (not words or choosing + count <= _MOST_CHOOSING)
        if is_choosing:
            choosing += count
            _add(index.postings(name), said, words, directions)
        elif adding + count <= _MOST_ADDING:
            adding += count
            _add((row for row in index.postings(name) if row[0] in words), said, words, directions)
        else:
            left.append(name)
    if left:
        _complete(index, direction, left, words, directions)
    return words, directions


def _add(
    rows: Iterable[Posting], said: float, words: dict[int, float], directions: dict[int, float]
) -> None:
    """Add what a term of a question says of some entries."""
    for entry, frequency, towards in rows:
        words[entry] = words.get(entry, 0.0) + said * frequency
        if towards:
            directions[entry] = directions.get(entry, 0.0) + said * towards


def _complete(
    index: Index,
    direction: Direction,
    names: list[str],
    words: dict[int, float],
    directions: dict[int, float],
) -> None:
    """Add what common terms say of the best entries, and forget those that come far behind."""
    best = sorted(words, key=words.__getitem__, reverse=True)[:_MOST_KEPT]
    kept = {entry: words[entry] for entry in best}
    words.clear()
    words.update(kept)
    for entry in best[:_MOST_COMPLETED]:
        held = index.held(entry)
        for name in names:
            if name in held:
                said = direction.weights[name]
                frequency, towards = held[name]
                words[entry] += said * frequency
                directions[entry] = directions.get(entry, 0.0) + said * towards


def _revise(
    words: dict[int, float], directions: dict[int, float], direction: Direction, searched: _Searched
) -> None:
    """Put right what was found of the entry that has one phrasing less."""
    assert searched.without is not None  # noqa: S101 - for mypy
    owner, left = searched.without.entry, searched.left
    shared = [(said, left[name]) for name, said in direction.weights.items() if name in left]
    words[owner] = sum(said * one[0] for said, one in shared)
    directions[owner] = sum(said * one[1] for said, one in shared)


def _compared(
    searched: _Searched, direction: Direction, entry: int, parts: tuple[float, float]
) -> Parts:
    """Return the parts of an entry, whose first two are known, and what it holds."""
    index = searched.whole
    asked, held = _held(direction.terms, searched.held(entry))
    words, towards = parts
    phrasings = index.phrasings(entry)
    nearest, product = _nearest(searched, direction.weights, entry)
    phrasing = alike = 0.0
    if nearest is not None:
        phrasing = min(1.0, product / direction.length)
        alike = likeness(direction.letters, phrasings[nearest].letters)
    return Parts(words, min(1.0, towards), phrasing, alike, nearest, asked, held)


def _held(terms: Iterable[Term], held_by_entry: Held) -> tuple[float, float]:
    """Return how much of a question an entry's phrasings and keywords hold, and all its fields."""
    asked = held = 0.0
    for _, weight, stands_for, _ in terms:
        most = 0.0
        for name, share in stands_for:
            if name in held_by_entry:
                most = most or share
                if held_by_entry[name][1]:
                    asked += weight * share
                    break
        held += weight * most
    return asked, held


def _nearest(
    searched: _Searched, weights: dict[str, float], entry: int
) -> tuple[int | None, float]:
    """Return the phrasing of an entry that is nearest, and its product with the question."""
    nearest, most = None, -1.0
    for number, phrasing in enumerate(searched.whole.phrasings(entry)):
        if (entry, number) != searched.without:
            product = 0.0
            for name, value in zip(phrasing.terms, phrasing.weights, strict=True):
                if name in weights:
                    product += weights[name] * value
            if product > most:
                nearest, most = number, product
    return nearest, most
