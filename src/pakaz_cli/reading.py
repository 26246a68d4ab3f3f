"""How a question is read: from its words to terms of the knowledge base."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pakaz_cli import text
from pakaz_cli.likeness import within_edits
from pakaz_cli.model import Correction
from pakaz_cli.stopwords import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pakaz_cli.index import Index

#: So many unknown words of a question are looked up; what has more is no question.
MAX_CORRECTED = 40
#: A word that is not known is read as at most so many known ones.
MAX_READINGS = 3
#: Edits allowed in a word of up to that many letters; shorter words than the first are left alone.
_EDITS = ((3, 0), (4, 1), (8, 2))
_MOST_EDITS = 3


class Term(NamedTuple):
    """A term of the question: what it weighs, and what it may stand for, each with a likeness."""

    name: str
    weight: float
    readings: dict[str, float]  #: terms of the knowledge base, with a likeness in (0, 1]

    @property
    def is_content(self) -> bool:
        """Whether it says what the question is about."""
        return self.name not in STOP_WORDS


def read(index: Index, words: list[str]) -> tuple[list[Term], tuple[Correction, ...]]:
    """Return the terms of a question and the corrections that were made to read them."""
    as_read: list[str] = []
    others: dict[str, dict[str, float]] = {}
    corrections: list[Correction] = []
    near: dict[str, dict[str, float]] = {}
    for word in words:
        if word not in near and len(near) < MAX_CORRECTED and not index.knows(word):
            near[word] = dict(_near_words(index, word))
        readings = near.get(word)
        if not readings:
            as_read.append(word)
            continue
        best = next(iter(readings))
        corrections.append(Correction(word, best))
        as_read.append(best)
        alternatives = others.setdefault(index.terms([best])[0], {})
        for reading, likeness in readings.items():
            for term in index.terms([reading]):
                alternatives.setdefault(term, likeness)
    return [
        Term(
            term,
            index.weight(term),
            dict(index.relatives(term)) | {term: 1.0} | others.get(term, {}),
        )
        for term in dict.fromkeys(index.terms(as_read))
    ], tuple(dict.fromkeys(corrections))


def _near_words(index: Index, word: str) -> Iterator[tuple[str, float]]:
    """Yield the known words within the edit budget of an unknown one, nearest first.

    Words with digits and stop words are never changed, and never come out of a change.
    """
    budget = next((edits for length, edits in _EDITS if len(word) <= length), _MOST_EDITS)
    if not budget or text.is_number(word) or text.stem(word) in STOP_WORDS:
        return
    usable = sorted(
        (edits + _first_letter_differs(word, known), known)
        for known, edits in within_edits(word, index.vocabulary, budget)
        if len(known) > budget + 1
        and not text.is_number(known)
        and text.stem(known) not in STOP_WORDS
    )
    for edits, known in usable[:MAX_READINGS]:
        if edits <= budget:
            yield known, 1 - edits / max(len(word), len(known))


def _first_letter_differs(word: str, known: str) -> bool:
    """Tell whether two words start differently, which counts as one edit more.

    People seldom miss a first letter; swapping it with the second is a slip like any other.
    """
    return word[0] != known[0] and word[1::-1] != known[:2]
