"""Ranks the entries for a question. A score is the weighted mean of four parts, each in [0, 1].

- *words*: how much the words of the question say about the entry (BM25F over all fields), relative
  to the best entry;
- *direction*: the cosine of the question with the mean direction of the entry's phrasings;
- *phrasing*: the cosine of the question with the nearest phrasing;
- *letters*: the Indel similarity of the question and that phrasing, with their words sorted.

The last three compare the question with how people ask for the entry. If many words of the question
occur only in answers, they say little and weigh less.
"""

from __future__ import annotations

import heapq
import math

from pakaz_cli._typing import TYPE_CHECKING, NamedTuple
from pakaz_cli.search.similarity import indel_similarity

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable
    from collections.abc import Set as AbstractSet

    from pakaz_cli.search.index import Index
    from pakaz_cli.search.query import Term
    from pakaz_cli.search.weights import EntryTerms, Posting

#: How many entries, the best by the first two parts, are compared phrasing by phrasing.
COMPARED = 10
#: How many rows of postings may choose entries, and how many more may add to those chosen. Further
#: terms are looked up in this many of the best entries so far.
_MAX_CHOOSING, _MAX_ADDING, _MAX_COMPLETED = 3_000, 12_000, 100
#: How many entries are then kept, which is as many as `--top` can ask for.
_MAX_KEPT = 1_000
#: Similarity has its full weight if phrasings contain this share of what all fields contain of a
#: question.
_FULL_WEIGHT_SHARE = 0.55


class Parts(NamedTuple):
    """The parts of an entry's score, each in [0, 1], and the weights of what matched."""

    words: float
    direction: float
    phrasing: float = 0.0
    letters: float = 0.0
    nearest: int | None = None  #: number of the nearest phrasing, 0 for the question
    phrasing_weight: float = 0.0  #: of the question's terms in its phrasings and keywords
    matched_weight: float = 0.0  #: of the question's terms in any field

    @property
    def similarity(self) -> float:
        """How similar the question is to the phrasings of the entry, in [0, 1]."""
        return (self.direction + self.phrasing + self.letters) / 3


class QueryVector(NamedTuple):
    """A question as a vector of terms of the knowledge base."""

    terms: list[Term]
    weights: dict[str, float]  #: term of the knowledge base → weight
    length: float
    letters: str  #: its terms in alphabetical order

    @classmethod
    def of(cls, terms: list[Term]) -> QueryVector:
        """Return the vector of some terms; an expansion that several have counts once."""
        weights: dict[str, float] = {}
        for term in terms:
            for name, share in term.expansions:
                weight = term.weight * share
                if weight > weights.get(name, 0.0):
                    weights[name] = weight
        length = math.hypot(*(term.weight for term in terms)) or 1.0
        letters = " ".join(sorted(" ".join(term.name for term in terms).split(" ")))
        return cls(terms, weights, length, letters)


class Ranking(NamedTuple):
    """The entries that share a term with a question."""

    query: QueryVector
    order: list[int]  #: best first
    scores: dict[int, float]  #: of each entry, in [0, 1]
    parts: dict[int, Parts]  #: of the entries that were compared phrasing by phrasing
    similarity_weight: float = 1.0  #: of each of the last three parts; words weigh 1

    @property
    def lead(self) -> float:
        """The difference between the two best scores, or the only score."""
        first, *others = (self.scores[entry] for entry in self.order[:2])
        return first - (others[0] if others else 0.0)


def rank(
    index: Index,
    terms: list[Term],
    exact: AbstractSet[int] = frozenset(),
    among: Container[int] | None = None,
) -> Ranking:
    """Return the entries that share a term with a question, ranked; all, or some `among` them.

    `exact` are the entries that have the question as a phrasing: they come first, with a score of
    1. A question of only stop words and numbers finds no others.
    """
    query = QueryVector.of(terms)
    candidates = _candidates(index, query, exact, among)
    best = heapq.nlargest(COMPARED, candidates, key=lambda entry: (sum(candidates[entry]), -entry))
    best += sorted(exact & candidates.keys() - set(best))
    parts = {entry: _parts(index, query, entry, candidates[entry]) for entry in best}
    weight = _similarity_weight(parts.values())
    scores = _scores(candidates, parts, exact, weight)
    # An exact phrasing comes before one that is as similar as can be.
    groups = exact & parts.keys(), parts.keys() - exact, scores.keys() - parts.keys()
    order = [entry for group in groups for entry in _sorted(index, scores, group)]
    return Ranking(query, order, scores, parts, weight)


def _sorted(index: Index, scores: dict[int, float], entries: Iterable[int]) -> list[int]:
    """Return entries by their scores, best first, and equal ones by id.

    An id may have to be read from a file, so that only those of equal entries are looked at.
    """
    order = sorted(entries, key=scores.__getitem__, reverse=True)
    first = 0
    for after in range(1, len(order) + 1):
        if after == len(order) or scores[order[after]] < scores[order[first]]:
            if after > first + 1:
                equal = order[first:after]
                order[first:after] = sorted(equal, key=lambda entry: index.entries[entry].id)
            first = after
    return order


def _candidates(
    index: Index, query: QueryVector, exact: AbstractSet[int], among: Container[int] | None
) -> dict[int, tuple[float, float]]:
    """Return the entries that share a term with a question, with their first two parts."""
    words, directions = _accumulate(index, query)
    if not any(term.is_content for term in query.terms):
        words = {entry: value for entry, value in words.items() if entry in exact}
    # Relative to the best of all entries: the best of a sector may have little in common with the
    # question.
    best = max(words.values(), default=0.0)
    return {
        entry: (value / best, directions.get(entry, 0.0) / query.length)
        for entry, value in words.items()
        if value > 0 and (among is None or entry in among)
    }


def _scores(
    candidates: dict[int, tuple[float, float]],
    parts: dict[int, Parts],
    exact: AbstractSet[int],
    weight: float,
) -> dict[int, float]:
    """Return the score of each entry; those that were not compared never lead the others.

    `weight` is the weight of each of the last three parts.
    """
    compared = {
        entry: (each.words + 3 * weight * each.similarity) / (1 + 3 * weight)
        for entry, each in parts.items()
    }
    compared.update(dict.fromkeys(exact & compared.keys(), 1.0))
    lowest = min(compared.values(), default=0.0)
    scores = {
        entry: min(lowest, (words + weight * direction) / (1 + 3 * weight))
        for entry, (words, direction) in candidates.items()
    }
    return scores | compared


def _similarity_weight(compared: Collection[Parts]) -> float:
    """Return the weight of similarity: less if answers contain much that phrasings do not."""
    in_phrasings = max((each.phrasing_weight for each in compared), default=0.0)
    matched = max((each.matched_weight for each in compared), default=0.0)
    return min(1.0, in_phrasings / matched / _FULL_WEIGHT_SHARE) if matched else 1.0


def _accumulate(index: Index, query: QueryVector) -> tuple[dict[int, float], dict[int, float]]:
    """Return the sums for words and for direction of each entry that shares a term.

    If very many do, the rarest terms choose the entries, terms of the question itself before their
    expansions. Then rare terms add to all entries chosen, and common ones only to the best of them.
    """
    words: dict[int, float] = {}
    directions: dict[int, float] = {}
    own = {term.name for term in query.terms}
    counts = ((name not in own, index.vocabulary.count(name), name) for name in query.weights)
    choosing = adding = 0
    is_choosing, left = True, []
    for _, count, name in sorted(row for row in counts if row[1]):
        weight = query.weights[name]
        is_choosing = is_choosing and (not words or choosing + count <= _MAX_CHOOSING)
        if is_choosing:
            choosing += count
            _add(index.postings(name), weight, words, directions)
        elif adding + count <= _MAX_ADDING:
            adding += count
            chosen = (row for row in index.postings(name) if row[0] in words)
            _add(chosen, weight, words, directions)
        else:
            left.append(name)
    if left:
        _complete(index, query, left, words, directions)
    return words, directions


def _add(
    postings: Iterable[Posting],
    weight: float,
    words: dict[int, float],
    directions: dict[int, float],
) -> None:
    """Add the postings of a term to the sums of their entries."""
    for entry, frequency, direction in postings:
        words[entry] = words.get(entry, 0.0) + weight * frequency
        if direction:
            directions[entry] = directions.get(entry, 0.0) + weight * direction


def _complete(
    index: Index,
    query: QueryVector,
    names: list[str],
    words: dict[int, float],
    directions: dict[int, float],
) -> None:
    """Add common terms to the sums of the best entries, and drop all but the best."""
    best = sorted(words, key=words.__getitem__, reverse=True)[:_MAX_KEPT]
    kept = {entry: words[entry] for entry in best}
    words.clear()
    words.update(kept)
    for entry in best[:_MAX_COMPLETED]:
        terms = index.entry_terms(entry)
        for name in names:
            if name in terms:
                _add([(entry, *terms[name])], query.weights[name], words, directions)


def _parts(index: Index, query: QueryVector, entry: int, candidate: tuple[float, float]) -> Parts:
    """Return all parts of the score of an entry, the first two being known."""
    words, direction = candidate
    in_phrasings, matched = matched_weights(query.terms, index.entry_terms(entry))
    nearest, product = _nearest(index, query.weights, entry)
    phrasing = letters = 0.0
    if nearest is not None:
        phrasing = min(1.0, product / query.length)
        letters = indel_similarity(query.letters, index.phrasings(entry)[nearest].letters)
    return Parts(words, min(1.0, direction), phrasing, letters, nearest, in_phrasings, matched)


def matched_weights(terms: Iterable[Term], entry_terms: EntryTerms) -> tuple[float, float]:
    """Return the weight of the terms that an entry has in phrasings or keywords, and in all."""
    in_phrasings = matched = 0.0
    for _, weight, expansions, _ in terms:
        largest = 0.0
        for name, share in expansions:
            if name in entry_terms:
                _, direction = entry_terms[name]
                largest = largest or share
                if direction:
                    in_phrasings += weight * share
                    break
        matched += weight * largest
    return in_phrasings, matched


def _nearest(index: Index, weights: dict[str, float], entry: int) -> tuple[int | None, float]:
    """Return the phrasing of an entry nearest to a question, and the product of their vectors."""
    nearest, largest = None, -1.0
    for number, phrasing in enumerate(index.phrasings(entry)):
        product = 0.0
        for name, value in zip(phrasing.terms, phrasing.weights, strict=True):
            if name in weights:
                product += weights[name] * value
        if product > largest:
            nearest, largest = number, product
    return nearest, largest
