"""How a question is read: from its words to terms of the knowledge base."""

from __future__ import annotations

from pakaz_cli._typing import TYPE_CHECKING, NamedTuple
from pakaz_cli.model import Correction
from pakaz_cli.search import english
from pakaz_cli.search.index import forget_if_full
from pakaz_cli.search.similarity import within_edits
from pakaz_cli.search.stopwords import STOP_WORDS
from pakaz_cli.text.words import is_number, stem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pakaz_cli.search.index import Index

#: So many unknown words of a question are looked up; what has more is no question.
MAX_CORRECTED = 40
#: Longer words are none, and stay as they are.
_LONGEST = 80
#: A word that is not known is read as at most so many known ones, none of them this many edits
#: farther than the nearest.
_MAX_READINGS = 5
_NEAR_THE_NEAREST = 0.3
#: Edits allowed in a word of up to that many letters.
_EDITS = ((2, 0), (4, 1), (6, 2))
_MOST_EDITS = 3
#: Where there are more words than this, only those are compared with an unknown one that begin with
#: its first letter or its second.
_MOST_WORDS = 10_000
#: A word that starts with another letter is this many edits farther; people seldom miss the first.
_FIRST_LETTER = 0.5
#: What a word says by its kin, of what the kinship is worth.
KIN_WEIGHT = 0.65


class Term(NamedTuple):
    """A term of the question, and the terms of the knowledge base that it may stand for.

    Each of these has a share in (0, 1] of what the term says; those with most come first.
    """

    name: str
    weight: float
    stands_for: tuple[tuple[str, float], ...]
    kin: frozenset[tuple[str, float]]  #: those of them that are words akin

    @property
    def is_content(self) -> bool:
        """Whether it can find an entry: stop words and bare numbers alone do not."""
        return self.name not in STOP_WORDS and not self.name.replace(".", "").isdigit()


class Reading(NamedTuple):
    """A question as it was read."""

    terms: list[Term]
    typed: list[str]  #: of each term, what was typed for it where it first stands
    corrections: tuple[Correction, ...]


def read(index: Index, words: list[str]) -> Reading:
    """Return the terms of a question and the corrections that were made to read them."""
    typed: list[str] = []
    as_read: list[str] = []
    others: dict[str, dict[str, float]] = {}
    corrections: dict[Correction, None] = {}
    for word, readings in _looked_up(index, words):
        best = readings[0][0].split(" ") if readings else [word]
        as_read += best
        typed += [word] * len(best)
        if readings:
            corrections[Correction(word, readings[0][0])] = None
            alternatives = others.setdefault(index.terms(best)[0], {})
            for reading, share in readings:
                for term in index.terms(reading.split(" ")):
                    alternatives.setdefault(term, share)
    first: dict[str, str] = {}
    position = 0
    for name, length in index.spans(as_read):
        if name not in first:
            first[name] = " ".join(dict.fromkeys(typed[position : position + length]))
        position += length
    terms = [
        _term(index, name, others[name]) if name in others else plain_term(index, name)
        for name in first
    ]
    return Reading(terms, list(first.values()), tuple(corrections))


def plain_term(index: Index, name: str) -> Term:
    """Return a term that was read as it was typed."""
    term = index.known.get(name)
    if term is None:
        forget_if_full(index.known)
        term = index.known[name] = _term(index, name, {name: 1.0})
    return term


def _term(index: Index, name: str, readings: dict[str, float]) -> Term:
    kin: list[tuple[str, float]] = []
    if name not in STOP_WORDS and not is_number(name):
        kin = [
            (akin, KIN_WEIGHT * share)
            for akin, share in english.kin(name)
            if akin not in readings and index.count(akin)
        ]
    most_first = sorted([*readings.items(), *kin], key=lambda pair: (-pair[1], pair[0]))
    return Term(name, index.weight(name), tuple(most_first), frozenset(kin))


def _looked_up(
    index: Index, words: list[str]
) -> Iterator[tuple[str, tuple[tuple[str, float], ...]]]:
    """Yield what was typed, word by word, with what it may be where it is not known.

    Two words that the knowledge base writes as one are one.
    """
    left = MAX_CORRECTED
    position = 0
    while position < len(words):
        word = words[position]
        position += 1
        if index.knows(word):
            yield word, ()
            continue
        if position < len(words) and index.knows(word + words[position]):
            yield f"{word} {words[position]}", ((word + words[position], 1.0),)
            position += 1
            continue
        readings = index.readings.get(word)
        if readings is None and left:
            left -= 1
            forget_if_full(index.readings)
            readings = index.readings[word] = _near(index, word)
        yield word, readings or ()


def _near(index: Index, word: str) -> tuple[tuple[str, float], ...]:
    """Return what an unknown word may be: known words within a few edits, or two words in one.

    An ordinary English word is taken as it stands, and so are numbers.
    """
    if len(word) > _LONGEST:
        return ()
    if english.rarity(stem(word)) is not None or stem(word) in STOP_WORDS:
        return ()
    near = () if is_number(word) else tuple(_within_edits(index, word))
    return near or tuple(_parted(index, word))


def _within_edits(index: Index, word: str) -> Iterator[tuple[str, float]]:
    """Yield the known words within the edit budget of an unknown one, nearest first.

    Of equally near ones, the more common first.
    """
    budget = next((edits for length, edits in _EDITS if len(word) <= length), _MOST_EDITS)
    if not budget:
        return
    usable = sorted(
        (
            edits + _first_letter_differs(word, known),
            english.rarity(stem(known)) or 1.0,
            known,
        )
        for length in range(max(len(word) - budget, min(budget, 2) + 1), len(word) + budget + 1)
        for known, edits in within_edits(word, _candidates(index, word, length), budget)
        if not is_number(known)
    )
    for edits, _, known in usable[:_MAX_READINGS]:
        if edits <= min(budget, usable[0][0] + _NEAR_THE_NEAREST):
            yield known, 1 - edits / max(len(word), len(known))


def _candidates(index: Index, word: str, length: int) -> list[str]:
    """Return the known words of a length; of very many, those that begin with either letter."""
    if index.words <= _MOST_WORDS:
        return index.written(length)
    return [known for letter in sorted({*word[:2]}) for known in index.written(length, letter)]


def _first_letter_differs(word: str, known: str) -> float:
    """Return what it costs that two words start differently; swapping two letters is no more."""
    return _FIRST_LETTER if word[0] != known[0] and word[1::-1] != known[:2] else 0.0


def _parted(index: Index, word: str) -> Iterator[tuple[str, float]]:
    """Yield an unknown word as two known ones, the more even the better."""
    cuts = range(1, len(word))
    for cut in sorted(cuts, key=lambda cut: abs(len(word) - 2 * cut)):
        one, other = word[:cut], word[cut:]
        if index.knows(one) and index.knows(other) and max(len(one), len(other)) > 2:
            yield f"{one} {other}", 1.0
            return
