"""The synonyms of a knowledge base: every phrase of a group counts as the first of the group."""

from __future__ import annotations

from pakaz_cli._typing import TYPE_CHECKING
from pakaz_cli.text.words import split_words, stem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: Phrases of more words are ignored: searching for them at every position would take too long.
_MAX_WORDS = 10


class Synonyms:
    """Replaces each phrase of a group of synonyms by the term of the group, longest first."""

    def __init__(self, terms: Mapping[tuple[str, ...], str]) -> None:
        #: phrase, as stems, → the term of its group
        self.terms = terms
        #: first stem of a phrase → length of the longest such phrase
        self._longest: dict[str, int] = {}
        for phrase in terms:
            self._longest[phrase[0]] = max(len(phrase), self._longest.get(phrase[0], 0))

    @classmethod
    def of(cls, groups: Sequence[Sequence[str]]) -> Synonyms:
        """Return the synonyms of some groups of phrases."""
        terms: dict[tuple[str, ...], str] = {}
        for group in groups:
            stems = (tuple(stem(word) for word in split_words(phrase)) for phrase in group)
            phrases = [phrase for phrase in stems if 0 < len(phrase) <= _MAX_WORDS]
            for phrase in phrases:
                terms.setdefault(phrase, " ".join(phrases[0]))
        return cls(terms)

    def spans(self, stems: list[str]) -> list[tuple[str, int]]:
        """Return the terms of some stems, in order, each with the number of stems it covers."""
        if not self.terms:
            return [(stem, 1) for stem in stems]
        spans: list[tuple[str, int]] = []
        position = 0
        while position < len(stems):
            stem = stems[position]
            longest = self._longest.get(stem)
            term, length = (
                (stem, 1) if longest is None else self._phrase_at(stems, position, longest)
            )
            spans.append((term, length))
            position += length
        return spans

    def _phrase_at(self, stems: list[str], position: int, longest: int) -> tuple[str, int]:
        """Return the term and the length of the longest phrase there, or of the single stem."""
        for length in range(longest, 0, -1):
            term = self.terms.get(tuple(stems[position : position + length]))
            if term is not None:
                return term, length
        return stems[position], 1
