"""The words and terms of a knowledge base: which are known, what counts as the same, and weights.

A *word* is as `pakaz_cli.text.words` splits a text. A *term* is what all words that count as the
same have in common: their stem, or the first phrase of a group of synonyms.
"""

from __future__ import annotations

from array import array

from pakaz_cli._typing import TYPE_CHECKING, NamedTuple
from pakaz_cli.knowledge.packed import ITEM_BYTES, weights
from pakaz_cli.knowledge.values import MAX_TEXT_BYTES
from pakaz_cli.search.synonyms import Synonyms
from pakaz_cli.search.weights import MAX_DIRECTION, Statistics
from pakaz_cli.text.words import stem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from pakaz_cli.knowledge.database import Database

#: The default number of items that a cache keeps.
_MAX_CACHED = 20_000


#: A counter-example by its owner, as in `Index.counterexamples`, and its number among those.
Key = tuple[int, int]


class _TermRow(NamedTuple):
    """What is stored about a term."""

    weight: float
    entries: int  #: how many contain it
    not_covered: dict[Key, float]


class Vocabulary:
    """The words and terms of a knowledge base, read from its search tables as needed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        _, *statistics, synonyms = database.get("statistics", 0)
        self.statistics = Statistics(*statistics)
        if self.statistics.mean_length <= 0 or self.statistics.longest > MAX_TEXT_BYTES:
            raise database.damaged("the statistics are impossible")
        pairs = [line.split("\t") for line in synonyms.split("\n") if line]
        if any(len(pair) != 2 for pair in pairs):
            raise database.damaged("the synonyms are incomplete")
        self.synonyms = Synonyms({tuple(phrase.split(" ")): term for phrase, term in pairs})
        self._terms: dict[str, _TermRow | None] = {}
        self._words_by_length: dict[int, str] = {}  # each word between line breaks

    def terms(self, words: Sequence[str]) -> list[str]:
        """Return the terms of some words, in order; synonyms of several words become one term."""
        return [term for term, _ in self.spans(words)]

    def spans(self, words: Sequence[str]) -> list[tuple[str, int]]:
        """Return the terms of some words, in order, each with the number of words it covers."""
        return self.synonyms.spans([stem(word) for word in words])

    def knows(self, word: str) -> bool:
        """Tell whether any form of `word` occurs in the knowledge base or in its synonyms."""
        return self._term(stem(word)) is not None

    def count(self, term: str) -> int:
        """Return how many entries contain a term."""
        row = self._term(term)
        return 0 if row is None else row.entries

    def weight(self, term: str) -> float:
        """Return the weight of a term, in (0, 1]: how rare it is; see `Statistics.rarity`."""
        row = self._term(term)
        return self.statistics.rarity(term, 0) if row is None else row.weight

    def not_covered(self, term: str) -> dict[Key, float]:
        """Return the questions of `not_covered` that contain a term, with its weight in each."""
        row = self._term(term)
        return {} if row is None else row.not_covered

    def _term(self, term: str) -> _TermRow | None:
        if term not in self._terms:
            clear_if_full(self._terms)
            self._terms[term] = self._read_term(term)
        return self._terms[term]

    def _read_term(self, term: str) -> _TermRow | None:
        row = self._database.find("term", term)
        if row is None:
            return None
        not_covered = _not_covered(self._database, row["not_covered"])
        found = _TermRow(row["weight"], row["entries"], not_covered)
        if not 0 < found.weight <= 1 or not 0 <= found.entries <= self.statistics.entries:
            raise self._database.damaged(f"the weight or the count of term {term!r} is impossible")
        return found

    def words_of_length(self, length: int, prefix: str = "") -> list[str]:
        """Return the words of a length in letters that start with a prefix, sorted."""
        if length not in self._words_by_length:
            row = self._database.find("words_by_length", length)
            self._words_by_length[length] = f"\n{row['words']}\n" if row else "\n"
        words = self._words_by_length[length]
        first = words.find(f"\n{prefix}")
        after = words.find("\n", words.rfind(f"\n{prefix}", 0, -1) + 1)
        return words[first + 1 : after].split("\n") if 0 <= first < after else []

    def words_with_prefix(self, prefix: str) -> list[str]:
        """Return the words that start with a prefix, shortest first."""
        lengths = range(len(prefix), self.statistics.longest + 1)
        return [word for length in lengths for word in self.words_of_length(length, prefix)]


def _not_covered(database: Database, packed: bytes) -> dict[Key, float]:
    """Return the questions in a row of a term, the inverse of `indexing._not_covered`."""
    column = len(packed) // 3
    values = weights(database, packed[2 * column :], column // ITEM_BYTES, MAX_DIRECTION)
    subjects, numbers = array("I", packed[:column]), array("I", packed[column : 2 * column])
    keys = ((-1 - subject, number) for subject, number in zip(subjects, numbers, strict=True))
    return dict(zip(keys, values, strict=True))


def clear_if_full(cache: dict[Any, Any], limit: int = _MAX_CACHED) -> None:
    """Empty a cache that has reached its limit."""
    if len(cache) >= limit:
        cache.clear()
