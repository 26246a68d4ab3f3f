"""The synonyms of a knowledge base: each phrase of a group counts as the group's first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pakaz_cli import text

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Longer phrases are no synonyms: looking for them everywhere would take for ever.
_MOST_WORDS = 10


class Synonyms:
    """Replaces each phrase of a group of synonyms by the group's first, longest phrases first."""

    def __init__(self, groups: Sequence[Sequence[str]]) -> None:
        #: phrase, as stems, → the term that stands for its group
        self._terms: dict[tuple[str, ...], str] = {}
        #: first stem of a phrase → length of the longest such phrase
        self._longest: dict[str, int] = {}
        for group in groups:
            read = (tuple(text.stem(word) for word in text.words(phrase)) for phrase in group)
            phrases = [phrase for phrase in read if 0 < len(phrase) <= _MOST_WORDS]
            for phrase in phrases:
                self._terms.setdefault(phrase, " ".join(phrases[0]))
                self._longest[phrase[0]] = max(len(phrase), self._longest.get(phrase[0], 0))
        self.stems = {stem for phrase in self._terms for stem in phrase}

    def spans(self, stems: list[str]) -> list[tuple[str, int]]:
        """Return the terms of some stems, in order, each with how many stems it stands for."""
        if not self._terms:
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
            term = self._terms.get(tuple(stems[position : position + length]))
            if term is not None:
                return term, length
        return stems[position], 1
