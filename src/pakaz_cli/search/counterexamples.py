"""Counter-examples: questions that look like those of an entry but have another answer, or none.

The author gives them, as ``not:`` of an entry or as the questions of ``not_covered:``. They compete
with the phrasings of the first entry: a question nearer to a counter-example is not answered.
"""

from __future__ import annotations

import heapq

from pakaz_cli._typing import TYPE_CHECKING, NamedTuple
from pakaz_cli.search.query import is_content
from pakaz_cli.search.similarity import indel_similarity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pakaz_cli.model import NotCovered
    from pakaz_cli.search.index import Index, Phrasing
    from pakaz_cli.search.query import ParsedQuery
    from pakaz_cli.search.ranking import QueryVector, Ranking
    from pakaz_cli.search.vocabulary import Key
    from pakaz_cli.search.weights import EntryTerms

#: How similar a question must be to a counter-example that is nearer than all phrasings, and what
#: the cosine of the two must be.
MIN_SIMILARITY = 0.6
MIN_COSINE = 0.4
#: The share that it must have of what sets the counter-example apart from the first entry.
MEANT_SHARE = 0.6
#: How many counter-examples, the nearest by their terms, are compared letter by letter.
_COMPARED = 5
#: A cosine this close to 1 may be 1: stored weights are rounded.
_ROUNDING = 1e-4


class Counterexample(NamedTuple):
    """A counter-example that a question is near to."""

    owner: int  #: the entry that it belongs to, or -1 - the number of a subject
    number: int  #: among those of its owner
    similarity: float  #: in [0, 1], see `_Question.similarity`
    is_exact: bool  #: whether the question has exactly its terms

    def subject(self, index: Index) -> NotCovered | None:
        """Return the subject that it belongs to, or None if it belongs to an entry."""
        return index.subject(-1 - self.owner) if self.owner < 0 else None

    def reason(self, index: Index) -> str:
        """Return why the question is not answered."""
        subject = self.subject(index)
        if subject is not None:
            owner, texts = f'"{subject.subject}"', subject.questions
        else:
            entry = index.entries[self.owner]
            owner, texts = entry.id, entry.counterexamples
        text = next(iter(texts[self.number :]), "")  # a damaged file may lack it
        return f'nearest to a counter-example of {owner}: "{text}" ({self.similarity:.2f})'


def without_denied(index: Index, query: ParsedQuery, exact: set[int]) -> set[int]:
    """Return the entries of `exact` that do not have the question as a counter-example."""
    names = [term.name for term in query.terms]
    return {entry for entry in exact if not any(_is(one, names) for one in _of(index, entry))}


def nearest(index: Index, ranked: Ranking, *, is_phrasing: bool) -> Counterexample | None:
    """Return the counter-example that keeps a question from being answered, or None.

    It is one of the first entry or of a subject, and nearer than all phrasings of the first entry.
    If the question `is_phrasing`, exactly one of an entry, only an exact counter-example counts.
    """
    first = ranked.order[0] if ranked.order else None
    if not index.has_not_covered and (first is None or not _of(index, first)):
        return None
    question = _Question(ranked.query)
    near = max(_compared(index, question, first), key=_rank, default=None)
    if near is None or near.is_exact:
        return near
    if is_phrasing or near.similarity < MIN_SIMILARITY:
        return None
    parts = None if first is None else ranked.parts[first]
    known = 0.0 if parts is None else (parts.phrasing + parts.letters) / 2
    return near if near.similarity >= known else None


class _Question:
    """A question, to be compared with phrasings."""

    def __init__(self, query: QueryVector) -> None:
        self.vector = query
        self.names = [term.name for term in query.terms]
        #: its content terms, with all readings of those that were misspelt
        self.content = {
            name
            for term in query.terms
            if term.is_content
            for name, share in term.expansions
            if (name, share) not in term.kin
        }

    def cosine(self, phrasing: Phrasing) -> float:
        """Return the part *phrasing* of a score."""
        pairs = zip(phrasing.terms, phrasing.weights, strict=True)
        product = sum(self.vector.weights.get(name, 0.0) * value for name, value in pairs)
        return min(1.0, product / self.vector.length)

    def similarity(self, phrasing: Phrasing) -> float:
        """Return the mean of the parts *phrasing* and *letters* of a score."""
        return (self.cosine(phrasing) + indel_similarity(self.vector.letters, phrasing.letters)) / 2


def _compared(index: Index, question: _Question, first: int | None) -> Iterator[Counterexample]:
    """Yield the counter-examples that are nearest by their terms, and any that are exact."""
    cosines = _of_subjects(index, question)
    if first is not None:
        own = question.content or question.names
        for number, phrasing in enumerate(_of(index, first)):
            if any(name in phrasing.terms for name in own):
                cosines[first, number] = question.cosine(phrasing)
    near = [key for key, cosine in cosines.items() if cosine >= MIN_COSINE]
    nearest = heapq.nsmallest(_COMPARED, near, key=lambda key: (-cosines[key], key))
    equal = {key for key, cosine in cosines.items() if cosine > 1 - _ROUNDING}
    for owner, number in equal.union(nearest):
        phrasing = index.counterexample(owner, number)
        is_exact = _is(phrasing, question.names)
        if is_exact or (question.content and _is_meant(index, question, phrasing, first)):
            yield Counterexample(owner, number, question.similarity(phrasing), is_exact)


def _of_subjects(index: Index, question: _Question) -> dict[Key, float]:
    """Return the questions of subjects that contain a term of the question, with their cosines."""
    containing = index.vocabulary.not_covered
    own = question.content or question.names
    cosines = dict.fromkeys((key for name in own for key in containing(name)), 0.0)
    for name, weight in question.vector.weights.items() if cosines else ():
        share = weight / question.vector.length
        for key, value in containing(name).items():
            if key in cosines:
                cosines[key] += share * value
    return cosines


def _is_meant(index: Index, question: _Question, phrasing: Phrasing, first: int | None) -> bool:
    """Tell whether a question has most of what sets a counter-example apart from the first entry.

    Those are the content words that no phrasing or keyword of the entry has, by their weights. If
    there are none, only the order of the words does: aid to Pakistan is not aid by Pakistan.
    """
    known = {} if first is None else index.entry_terms(first)
    apart = meant = 0.0
    for name, weight in zip(phrasing.terms, phrasing.weights, strict=True):
        if is_content(name) and not _asks_with(known, name):
            apart += weight
            meant += weight if name in question.content else 0.0
    if apart:
        return meant >= MEANT_SHARE * apart
    shared = [name for name in question.names if name in question.content & {*phrasing.terms}]
    return [name for name in dict.fromkeys(phrasing.terms) if name in shared] == shared


def _asks_with(known: EntryTerms, name: str) -> bool:
    _, direction = known.get(name, (0.0, 0.0))
    return direction > 0


def _of(index: Index, entry: int) -> list[Phrasing]:
    return index.counterexamples(entry) if index.entries[entry].counterexamples else []


def _is(phrasing: Phrasing, names: list[str]) -> bool:
    """Tell whether a phrasing has exactly these terms; repeated ones are left out."""
    return list(dict.fromkeys(phrasing.terms)) == names


def _rank(one: Counterexample) -> tuple[bool, float, int, int]:
    return one.is_exact, one.similarity, one.owner, -one.number
