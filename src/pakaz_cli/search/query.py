"""Reads a question as terms of the knowledge base; corrects and translates its words."""

from __future__ import annotations

from pakaz_cli._typing import TYPE_CHECKING, NamedTuple
from pakaz_cli.search import english, lexicon
from pakaz_cli.search.english import STOP_WORDS
from pakaz_cli.search.similarity import within_edits
from pakaz_cli.search.vocabulary import clear_if_full
from pakaz_cli.text.words import is_number, stem

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterator, Mapping

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
#: The share of each meaning of a foreign word after the first that the knowledge base knows.
_OTHER_MEANING = 0.8
#: What a foreign word that says nothing weighs, relative to another as rare.
_SILENT_WEIGHT = 0.3
#: A foreign word may be misspelt English if the question has this many English words for each
#: foreign one, but a greeting never is.
_ENGLISH_WORDS = 3
_GREETINGS = frozenset(("hello", "thank"))
#: A reading with this share is not a mere guess: one edit in five letters.
_SURE_SHARE = 0.8


class Reading(NamedTuple):
    """What a misspelt word may mean."""

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
        return is_content(self.name)


def is_content(term: str) -> bool:
    """Tell whether a term is neither a stop word nor a bare number."""
    return term not in STOP_WORDS and not term.replace(".", "").isdigit()


class ParsedQuery(NamedTuple):
    """A question as it was read."""

    terms: list[Term]
    typed: list[str]  #: for each term, the words that were typed for its first occurrence
    readings: dict[str, tuple[Reading, ...]]  #: of each misspelt word, nearest first
    foreign: dict[str, tuple[str, ...]]  #: the English terms of each foreign word, nearest first
    sequence: list[str]  #: the names of the terms as they follow each other, repeated ones too

    def is_guess(self, contained: Container[str]) -> bool:
        """Tell whether all that an entry contains of a question are doubtful readings.

        `contained` are the terms of the entry.
        """
        return bool(self.readings) and not any(
            share >= _SURE_SHARE and name in contained
            for term in self.terms
            if term.is_content
            for name, share in term.expansions
        )


class QueryReader:
    """Reads questions in the terms of a vocabulary; caches what it has looked up."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._readings: dict[str, tuple[Reading, ...]] = {}
        self._terms: dict[tuple[object, ...], Term] = {}
        self._meanings: dict[str, tuple[str, ...]] = {}

    def read(self, words: list[str]) -> ParsedQuery:
        """Return the terms of a question, and what its misspelt and its foreign words mean."""
        foreign = self._foreign(words)
        corrected: dict[str, tuple[Reading, ...]] = {}
        typed: list[str] = []
        stems: list[str] = []
        shares: dict[str, dict[str, float]] = {}
        for word, readings in self._looked_up(words, foreign):
            if readings:
                corrected[word] = readings
            read_as, expansions = self._read_as(word, readings, foreign.get(word))
            if expansions:
                name, _ = self._vocabulary.synonyms.spans(read_as)[0]
                shares[name] = expansions | shares.get(name, {})
            stems += read_as
            typed += [word] * len(read_as)
        sources: dict[str, str] = {}
        spans = self._vocabulary.synonyms.spans(stems)
        position = 0
        for name, length in spans:
            if name not in sources:
                sources[name] = " ".join(dict.fromkeys(typed[position : position + length]))
            position += length
        terms = [
            self._term(
                name,
                shares.get(name, {name: 1.0}),
                None if word in corrected else foreign.get(word),
            )
            for name, word in sources.items()
        ]
        sequence = [name for name, _ in spans]
        return ParsedQuery(terms, list(sources.values()), corrected, foreign, sequence)

    def _foreign(self, words: list[str]) -> dict[str, tuple[str, ...]]:
        """Return the English terms of each foreign word, nearest first; none if it says nothing."""
        found = lexicon.meanings(words)
        clear_if_full(self._meanings)
        for word in found.keys() - self._meanings.keys():
            phrases = map(self._vocabulary.synonyms.spans, map(list, found[word].phrases))
            names = (name for spans in phrases for name, _ in spans)
            self._meanings[word] = tuple(dict.fromkeys(names))
        return {word: self._meanings[word] for word in found}

    def _read_as(
        self, word: str, readings: tuple[Reading, ...], meanings: tuple[str, ...] | None
    ) -> tuple[list[str], dict[str, float]]:
        """Return the stems that a word is read as, and the expansions of the first of their terms.

        `meanings` are its English terms, or None if it is not foreign. A word that is typed
        correctly has no expansions but its term. One that says nothing has stems only if the
        knowledge base knows it.
        """
        if readings:
            shares: dict[str, float] = {}
            for text, share in readings:
                for name in self._vocabulary.terms(text.split(" ")):
                    shares.setdefault(name, share)
            for name in meanings or ():
                shares.setdefault(name, _OTHER_MEANING)
            return [stem(part) for part in readings[0].text.split(" ")], shares
        if meanings is None:
            return [stem(word)], {}
        if not meanings and not self._vocabulary.knows(word):
            return [], {}
        known = [name for name in meanings if self._vocabulary.count(name)]
        if self._vocabulary.knows(word):
            read_as, own = [stem(word)], self._vocabulary.terms([word])[0]
        else:
            own = known[0] if known else meanings[0]
            read_as = own.split(" ")
        shares = dict.fromkeys(known, _OTHER_MEANING) | dict.fromkeys((own, *known[:1]), 1.0)
        return read_as, shares

    def _term(
        self, name: str, shares: Mapping[str, float], meanings: tuple[str, ...] | None
    ) -> Term:
        """Return a term with its expansions, and the words related to it or to its meanings.

        `meanings` are the English terms of a foreign word, which weighs no more than they do, or
        None.
        """
        key = (name, *shares.items(), meanings)
        term = self._terms.get(key)
        if term is None:
            clear_if_full(self._terms)
            term = self._terms[key] = self._new_term(name, shares, meanings)
        return term

    def _new_term(
        self, name: str, shares: Mapping[str, float], meanings: tuple[str, ...] | None
    ) -> Term:
        kin: dict[str, float] = {}
        for meaning in meanings or (name,):
            if meaning not in STOP_WORDS and not is_number(meaning):
                for other, similarity in english.kin(meaning):
                    if other not in shares and self._vocabulary.count(other):
                        kin[other] = max(kin.get(other, 0.0), KIN_WEIGHT * similarity)
        expansions = sorted({**shares, **kin}.items(), key=lambda pair: (-pair[1], pair[0]))
        weight = self._vocabulary.weight(name)
        if meanings:
            weight = min(weight, max(map(self._vocabulary.weight, meanings)))
        elif meanings is not None:
            weight *= _SILENT_WEIGHT
        return Term(name, weight, tuple(expansions), frozenset(kin.items()))

    def _looked_up(
        self, words: list[str], foreign: Mapping[str, Collection[str]]
    ) -> Iterator[tuple[str, tuple[Reading, ...]]]:
        """Yield what was typed, word by word, with the readings of each unknown word.

        Two words that the knowledge base writes as one are yielded together.
        """
        knows = self._vocabulary.knows
        is_english = _is_english(words, foreign)
        left = MAX_CORRECTED
        position = 0
        while position < len(words):
            word = words[position]
            position += 1
            meanings = foreign.get(word)
            if knows(word) or (
                meanings is not None and not (is_english and _GREETINGS.isdisjoint(meanings))
            ):
                yield word, ()
                continue
            if position < len(words) and meanings is None and knows(word + words[position]):
                yield f"{word} {words[position]}", (Reading(word + words[position], 1.0),)
                position += 1
                continue
            readings = self._readings.get(word)
            if readings is None and left:
                left -= 1
                clear_if_full(self._readings)
                readings = self._readings[word] = self._near(word)
            if readings and meanings is not None:
                readings = tuple(each for each in readings if each.share >= _SURE_SHARE)
            yield word, readings or ()

    def _near(self, word: str) -> tuple[Reading, ...]:
        """Return the readings of an unknown word: known words within a few edits, or two words.

        Ordinary English words and numbers have none, and the name of a country is only read as
        another of its names.
        """
        if len(word) > _MAX_LENGTH:
            return ()
        if english.rarity(stem(word)) is not None or stem(word) in STOP_WORDS:
            return ()
        near = () if is_number(word) else tuple(self._within_edits(word))
        if near:
            near = _of_same_country(word, near)
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


def _is_english(words: list[str], foreign: Collection[str]) -> bool:
    """Tell whether a question with foreign words is English."""
    count = sum(english.rarity(stem(word)) is not None for word in words if word not in foreign)
    return count >= _ENGLISH_WORDS * len(foreign)


def _first_letter_edits(word: str, known: str) -> float:
    """Return the edits added for a different first letter, unless the first two are swapped."""
    is_different = word[0] != known[0] and word[1::-1] != known[:2]
    return _FIRST_LETTER_EDITS if is_different else 0.0


def _of_same_country(word: str, readings: tuple[Reading, ...]) -> tuple[Reading, ...]:
    """Return the readings of a word that name the same country, or all if it names none."""
    from pakaz_cli.search.entities import mentions

    named = {mention.country for mention in mentions([stem(word)])}
    if not named:
        return readings
    return tuple(
        reading
        for reading in readings
        if named == {mention.country for mention in mentions([stem(reading.text)])}
    )
