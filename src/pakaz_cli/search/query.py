"""Reads a question: splits it into terms of the knowledge base, and corrects misspelt words."""

from __future__ import annotations

from pakaz_cli._typing import TYPE_CHECKING, NamedTuple
from pakaz_cli.search import english
from pakaz_cli.search.english import STOP_WORDS
from pakaz_cli.search.similarity import within_edits
from pakaz_cli.search.vocabulary import clear_if_full
from pakaz_cli.text.words import is_number, stem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pakaz_cli.search.vocabulary import Vocabulary

#: How many unknown words of a question are looked up; text with more is not a question.
MAX_CORRECTED = 40
#: Longer words, in letters, are not corrected.
_MAX_LENGTH = 80
#: How many readings an unknown word may have, and how many edits they may be farther than the
#: nearest one.
_MAX_READINGS = 5
_MAX_FARTHER = 0.3
#: Length in letters and edits allowed in a word of up to that length; and the edits in longer ones.
_EDITS_BY_LENGTH = ((2, 0), (4, 1), (6, 2))
_MAX_EDITS = 3
#: With a vocabulary of more words than this, an unknown word is compared only with those that start
#: with its first or second letter.
_MAX_COMPARED = 10_000
#: How many edits a different first letter adds; people seldom mistype it.
_FIRST_LETTER_EDITS = 0.5
#: The share of a related word is its similarity times this.
KIN_WEIGHT = 0.65


class Reading(NamedTuple):
    """What an unknown word may mean."""

    text: str  #: a known word, or two with a space between them
    share: float  #: how similar they are, in (0, 1]


class Term(NamedTuple):
    """A term of a question, and the terms of the knowledge base that it is expanded to.

    Each of these has a share in (0, 1] of the weight of the term; the largest share comes first.
    """

    name: str
    weight: float
    expansions: tuple[tuple[str, float], ...]
    kin: frozenset[tuple[str, float]]  #: the expansions that are related words

    @property
    def is_content(self) -> bool:
        """Whether it can find an entry; a stop word or a bare number alone cannot."""
        return self.name not in STOP_WORDS and not self.name.replace(".", "").isdigit()


class ParsedQuery(NamedTuple):
    """A question as it was read."""

    terms: list[Term]
    typed: list[str]  #: for each term, the words that were typed for its first occurrence
    readings: dict[str, tuple[Reading, ...]]  #: of each misspelt word, nearest first


class QueryReader:
    """Reads questions in the terms of a vocabulary; caches what it has looked up."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._readings: dict[str, tuple[Reading, ...]] = {}
        self._terms: dict[str, Term] = {}

    def read(self, words: list[str]) -> ParsedQuery:
        """Return the terms of a question, and the readings of its misspelt words."""
        typed: list[str] = []
        nearest: list[str] = []
        shares: dict[str, dict[str, float]] = {}
        corrected: dict[str, tuple[Reading, ...]] = {}
        for word, readings in self._looked_up(words):
            best = readings[0].text.split(" ") if readings else [word]
            nearest += best
            typed += [word] * len(best)
            if readings:
                corrected[word] = readings
                alternatives = shares.setdefault(self._vocabulary.terms(best)[0], {})
                for text, share in readings:
                    for term in self._vocabulary.terms(text.split(" ")):
                        alternatives.setdefault(term, share)
        sources: dict[str, str] = {}
        position = 0
        for name, length in self._vocabulary.spans(nearest):
            if name not in sources:
                sources[name] = " ".join(dict.fromkeys(typed[position : position + length]))
            position += length
        terms = [
            self._new_term(name, shares[name]) if name in shares else self._term(name)
            for name in sources
        ]
        return ParsedQuery(terms, list(sources.values()), corrected)

    def _term(self, name: str) -> Term:
        """Return a term that was typed correctly."""
        term = self._terms.get(name)
        if term is None:
            clear_if_full(self._terms)
            term = self._terms[name] = self._new_term(name, {name: 1.0})
        return term

    def _new_term(self, name: str, shares: Mapping[str, float]) -> Term:
        kin: list[tuple[str, float]] = []
        if name not in STOP_WORDS and not is_number(name):
            kin = [
                (other, KIN_WEIGHT * similarity)
                for other, similarity in english.kin(name)
                if other not in shares and self._vocabulary.count(other)
            ]
        largest_first = sorted([*shares.items(), *kin], key=lambda pair: (-pair[1], pair[0]))
        weight = self._vocabulary.weight(name)
        return Term(name, weight, tuple(largest_first), frozenset(kin))

    def _looked_up(self, words: list[str]) -> Iterator[tuple[str, tuple[Reading, ...]]]:
        """Yield what was typed, word by word, with the readings of each unknown word.

        Two words that the knowledge base writes as one are yielded together.
        """
        left = MAX_CORRECTED
        position = 0
        while position < len(words):
            word = words[position]
            position += 1
            if self._vocabulary.knows(word):
                yield word, ()
                continue
            if position < len(words) and self._vocabulary.knows(word + words[position]):
                yield f"{word} {words[position]}", (Reading(word + words[position], 1.0),)
                position += 1
                continue
            readings = self._readings.get(word)
            if readings is None and left:
                left -= 1
                clear_if_full(self._readings)
                readings = self._readings[word] = self._near(word)
            yield word, readings or ()

    def _near(self, word: str) -> tuple[Reading, ...]:
        """Return the readings of an unknown word: known words within a few edits, or two words.

        Ordinary English words and numbers have none.
        """
        if len(word) > _MAX_LENGTH:
            return ()
        if english.rarity(stem(word)) is not None or stem(word) in STOP_WORDS:
            return ()
        near = () if is_number(word) else tuple(self._within_edits(word))
        return near or tuple(self._split(word))

    def _within_edits(self, word: str) -> Iterator[Reading]:
        """Yield the known words within the edits allowed in an unknown one, nearest first.

        Among equally near ones, the more common comes first.
        """
        budget = next((edits for size, edits in _EDITS_BY_LENGTH if len(word) <= size), _MAX_EDITS)
        if not budget:
            return
        near = sorted(
            (
                edits + _first_letter_edits(word, known),
                english.rarity(stem(known)) or 1.0,
                known,
            )
            for length in range(max(len(word) - budget, min(budget, 2) + 1), len(word) + budget + 1)
            for known, edits in within_edits(word, self._candidates(word, length), budget)
            if not is_number(known)
        )
        for edits, _, known in near[:_MAX_READINGS]:
            if edits <= min(budget, near[0][0] + _MAX_FARTHER):
                yield Reading(known, 1 - edits / max(len(word), len(known)))

    def _candidates(self, word: str, length: int) -> list[str]:
        """Return the known words of a length that an unknown one is compared with."""
        of_length = self._vocabulary.words_of_length
        if self._vocabulary.statistics.words <= _MAX_COMPARED:
            return of_length(length)
        return [known for letter in sorted({*word[:2]}) for known in of_length(length, letter)]

    def _split(self, word: str) -> Iterator[Reading]:
        """Yield an unknown word as two known ones, if it is; the most even split is preferred."""
        knows = self._vocabulary.knows
        cuts = range(1, len(word))
        for cut in sorted(cuts, key=lambda cut: abs(len(word) - 2 * cut)):
            first, second = word[:cut], word[cut:]
            if knows(first) and knows(second) and max(len(first), len(second)) > 2:
                yield Reading(f"{first} {second}", 1.0)
                return


def _first_letter_edits(word: str, known: str) -> float:
    """Return the edits added for a different first letter, unless the first two are swapped."""
    is_different = word[0] != known[0] and word[1::-1] != known[:2]
    return _FIRST_LETTER_EDITS if is_different else 0.0
