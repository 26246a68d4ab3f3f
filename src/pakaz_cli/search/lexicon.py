"""Words of Roman Urdu, Azerbaijani and Urdu, and the English words that they stand for.

They come from data/lexicon.txt, which tools/lexicon.py compiles.
"""

from __future__ import annotations

import functools

from pakaz_cli._typing import TYPE_CHECKING, NamedTuple
from pakaz_cli.search import english
from pakaz_cli.search.tables import lookup
from pakaz_cli.text.words import stem

if TYPE_CHECKING:
    from collections.abc import Sequence

_TABLE = "lexicon.txt"
#: What the table has in place of English words if a word says nothing.
_SILENT = "-"
#: The letter of Azerbaijani in the table, and how its letters ş, ç and ğ are spelt in English and
#: folded.
_AZERBAIJANI = "a"
#: Latin words of up to this many letters may be abbreviations.
_SHORT = 2
_MAX_CACHED = 20_000
_DIGRAPHS = (("sh", "s"), ("ch", "c"), ("gh", "g"))


class Meaning(NamedTuple):
    """What a word stands for in English."""

    languages: str  #: of the word, a letter each: Azerbaijani, Roman Urdu, Urdu
    phrases: tuple[tuple[str, ...], ...]  #: as stems, nearest first; none if the word says nothing


def meanings(words: Sequence[str]) -> dict[str, Meaning]:
    """Return which words of a question are foreign, and what they stand for.

    A word that is English too, very short, or foreign only in another spelling counts beside
    another of its language: *gun* is a day in *neçə gün*.
    """
    found = {word: known for word in words if (known := _surely(word)) is not None}
    if not found:
        return {}
    spoken = {letter for known in found.values() for letter in known.languages}
    for word in words:
        known = None if word in found else _perhaps(word)
        if known is not None and not spoken.isdisjoint(known.languages):
            found[word] = known
    return found


@functools.lru_cache(maxsize=_MAX_CACHED)
def _surely(word: str) -> Meaning | None:
    """Return what a word stands for that is foreign in any question, or None."""
    own = stem(word)
    is_short = word.isascii() and len(word) <= _SHORT
    is_foreign = own in english.ROMAN_URDU or (not is_short and english.rarity(own) is None)
    return _meaning(own) if is_foreign else None


@functools.lru_cache(maxsize=_MAX_CACHED)
def _perhaps(word: str) -> Meaning | None:
    """Return what a word stands for that is foreign in a foreign question only, or None."""
    known = _meaning(stem(word))
    if known is not None:
        return known
    respelt = word
    for typed, folded in _DIGRAPHS:
        respelt = respelt.replace(typed, folded)
    known = None if respelt == word else _meaning(stem(respelt))
    return known if known is not None and _AZERBAIJANI in known.languages else None


def _meaning(stem: str) -> Meaning | None:
    found = lookup(_TABLE, stem)
    if not found:
        return None
    languages, *phrases = found
    if phrases == [_SILENT]:
        return Meaning(languages, ())
    return Meaning(languages, tuple(tuple(phrase.split("_")) for phrase in phrases))
