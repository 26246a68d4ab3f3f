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
from typing import TYPE_CHECKING, NamedTuple

from pakaz_cli.index import COMMON
from pakaz_cli.likeness import likeness

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable

    from pakaz_cli.index import Content, Index
    from pakaz_cli.reading import Term

#: So many entries, the best by the first two parts, are compared phrasing by phrasing.
COMPARED = 10
#: Looking an entry up costs as much as passing over so many.
_SCANNED = 3
#: How an entry is asked for counts in full where that holds this share of what all fields hold.
_ASKED_SHARE = 0.55


class Parts(NamedTuple):
    """What an entry gets for a question, each part in [0, 1]."""

    words: float
    direction: float
    phrasing: float = 0.0
    letters: float = 0.0
    nearest: int | None = None  #: position of the nearest phrasing, where they were compared
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
    without: int | None = None  #: the phrasing at this position does not


class _Searched(NamedTuple):
    """An index as it is searched: but for a phrasing, maybe."""

    whole: Index
    without: int | None
    owner: int | None  #: the entry of that phrasing
    content: Content | None  #: what that entry holds without it

    def content_of(self, entry: int) -> Content:
        """Return what an entry holds."""
        if entry == self.owner and self.content is not None:
            return self.content
        return self.whole.contents[entry]


def rank(index: Index, terms: list[Term], exact: set[int], changed: Changed) -> Ranking:
    """Return the entries that share a term with a question, ranked.

    `exact` are entries that have the question as a phrasing: these get the best score. A question
    of stop words and numbers alone finds only these.
    """
    without = changed.without
    left = (None, None) if without is None else index.without(without)
    searched = _Searched(index, without, *left)
    direction = Direction.of(terms)
    found = _found(searched, direction, exact, changed.among)
    best = heapq.nlargest(COMPARED, found, key=lambda one: (sum(found[one]), -one))
    best += sorted(exact & found.keys() - set(best))
    parts = {entry: _compared(searched, direction, entry, found[entry]) for entry in best}
    counted = _counted(parts.values())
    scores = _scores(found, parts, exact, counted)
    ids = index.ids
    order = sorted(scores, key=lambda one: (one not in parts, -scores[one], ids[one]))
    return Ranking(order, scores, parts, counted)


def _found(
    searched: _Searched, direction: Direction, exact: set[int], among: Container[int] | None
) -> dict[int, tuple[float, float]]:
    """Return the entries that share a term with a question, with their words and direction."""
    words, directions = _accumulate(searched.whole, direction)
    if searched.owner is not None and searched.content is not None:
        owned = _of_content(searched.whole, direction, searched.content)
        words[searched.owner], directions[searched.owner] = owned
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

    The rarest terms choose the entries; a term of very many entries only adds to these.
    """
    words: dict[int, float] = {}
    directions: dict[int, float] = {}
    found = [
        (len(postings.entries), name, postings)
        for name in direction.weights
        if (postings := index.postings.get(name)) is not None
    ]
    found.sort(key=lambda one: one[:2])
    for count, name, postings in found:
        said = direction.weights[name]
        rows: Iterable[tuple[int, float, float]] = zip(*postings, strict=True)
        if count > COMMON and words:
            rows = _of_chosen(index, name, words)
        for entry, frequency, towards in rows:
            words[entry] = words.get(entry, 0.0) + said * frequency
            if towards:
                directions[entry] = directions.get(entry, 0.0) + said * towards
    return words, directions


def _of_chosen(index: Index, name: str, chosen: dict[int, float]) -> list[tuple[int, float, float]]:
    """Return the postings of a term in some entries, the shorter way: through either of them."""
    postings = index.postings[name]
    if len(postings.entries) < _SCANNED * len(chosen):
        return [row for row in zip(*postings, strict=True) if row[0] in chosen]
    return [
        (entry, postings.frequency[place], postings.direction[place])
        for entry in chosen
        if (place := index.place(name, entry)) is not None
    ]


def _of_content(index: Index, direction: Direction, content: Content) -> tuple[float, float]:
    worth = index.worth(content)
    shared = [(said, worth[name]) for name, said in direction.weights.items() if name in worth]
    return sum(said * one[0] for said, one in shared), sum(said * one[1] for said, one in shared)


def _compared(
    searched: _Searched, direction: Direction, entry: int, parts: tuple[float, float]
) -> Parts:
    """Return the parts of an entry, whose first two are known, and what it holds."""
    index = searched.whole
    asked, held = _held(direction.terms, searched.content_of(entry))
    words, towards = parts
    nearest, product = _nearest(index, direction.weights, entry, searched.without)
    phrasing = alike = 0.0
    if nearest is not None:
        phrasing = min(1.0, product / direction.length)
        alike = likeness(direction.letters, index.phrasings[nearest].letters)
    return Parts(words, min(1.0, towards), phrasing, alike, nearest, asked, held)


def _held(terms: Iterable[Term], content: Content) -> tuple[float, float]:
    """Return how much of a question an entry's phrasings and keywords hold, and all its fields."""
    frequencies, sums = content
    asked = held = 0.0
    for _, weight, stands_for, _ in terms:
        most = 0.0
        for name, share in stands_for:
            if name in frequencies:
                most = most or share
                if name in sums:
                    asked += weight * share
                    break
        held += weight * most
    return asked, held


def _nearest(
    index: Index, weights: dict[str, float], entry: int, without: int | None
) -> tuple[int | None, float]:
    """Return the phrasing of an entry that is nearest, and its product with the question."""
    nearest, most = None, -1.0
    for number in range(index.starts[entry], index.starts[entry + 1]):
        if number != without:
            product = 0.0
            for name, value in index.phrasings[number].vector.items():
                if name in weights:
                    product += weights[name] * value
            if product > most:
                nearest, most = number, product
    return nearest, most
