"""Which countries a text speaks of, and the part that each has in it.

A country is known by its code, whichever of its names stands there: Indian, Delhi and Hindustan are
all IN. The names come from data/countries.txt, which tools/countries.py made.
"""

from __future__ import annotations

import functools

from pakaz_cli._typing import TYPE_CHECKING, NamedTuple
from pakaz_cli.search.english import STOP_WORDS
from pakaz_cli.search.tables import lookup
from pakaz_cli.text.words import stem

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

_TABLE = "countries.txt"
#: Endings that Azerbaijani and Turkish add to a name (of, in, from, with, to …), longest first, as
#: `stem` leaves them, and the shortest name they are taken off.
_ENDINGS = (
    *("lilar", "liler", "nin", "nun", "yla", "dan", "den", "lar", "ler"),
    *("in", "un", "da", "la", "ya", "ni", "li", "d", "l", "a", "i", "y"),
)
_SHORTEST_NAME = 4
#: Prepositions, and those of them that tell the part of the name after them: *with* and *between*
#: do not, as the names around them may change places.
_DIRECTIONS = frozenset(("to", "from", "in", "of", "by", "into", "against", "for"))
_PREPOSITIONS = _DIRECTIONS | {"with", "at", "on", "under", "via", "between"}
#: Words that may stand between a name and the preposition before it, or the noun or verb after it.
_SKIPPED_BEFORE = STOP_WORDS - _PREPOSITIONS
_SKIPPED_AFTER = frozenset(("s", "own", "ever", "also", "itself", "still", "now", "really"))
#: Roman Urdu has the words that tell a part after the name. A text with some of them is not read in
#: the English way.
_POSTPOSITIONS = frozenset(("ne", "ke", "ka", "ki", "ko", "se", "mein", "hai", "aur"))
_ROMAN_URDU_FROM = 2


class Mention(NamedTuple):
    """A country in a list of stems: its code, and the positions of its name."""

    country: str
    start: int
    end: int


class Part(NamedTuple):
    """What a text says of a country, or of another name: the word that tells its part."""

    name: str
    word: str  #: a preposition before the name, or the content word after it


def mentions(stems: Sequence[str]) -> list[Mention]:
    """Return the countries that some stems name, in order."""
    found: list[Mention] = []
    position = 0
    while position < len(stems):
        country, length = _name_at(stems, position)
        if country:
            found.append(Mention(country, position, position + length))
        position += length
    return found


def _name_at(stems: Sequence[str], position: int) -> tuple[str, int]:
    """Return the country of the longest name at a position, or "", and the length of the name."""
    best, longest = "", 0
    for name in _names_from(stems[position]):
        country, _, others = name.partition(":")
        rest = others.split("_") if others else []
        following = list(stems[position + 1 : position + 1 + len(rest)])
        if following == rest and len(rest) >= longest:
            best, longest = country, len(rest)
    return best, 1 + longest


@functools.lru_cache(maxsize=20_000)
def _names_from(first: str) -> tuple[str, ...]:
    """Return the names that start with a stem, as in the table; see tools/countries.py."""
    found = lookup(_TABLE, first)
    if found:
        return tuple(found)
    for ending in _ENDINGS:
        name = first.removesuffix(ending)
        if len(name) < len(first) and len(name) >= _SHORTEST_NAME:
            found = [each for each in lookup(_TABLE, stem(name)) if ":" not in each]
            if found:
                return tuple(found)
    return ()


@functools.cache
def names(country: str) -> tuple[tuple[str, ...], ...]:
    """Return the names of a country, each as stems."""
    return tuple(tuple(name.split("_")) for name in lookup(_TABLE, f"={country}"))


def parts(stems: Sequence[str], others: Container[str] = ()) -> Iterator[Part]:
    """Yield the part of each country in some stems, and of each of the `others`, names of one stem.

    In *did Armenia buy arms from Pakistan* they are (AM, buy) and (PK, from).
    """
    if sum(one in _POSTPOSITIONS for one in stems) >= _ROMAN_URDU_FROM:
        return
    countries = mentions(stems)
    taken = {at for mention in countries for at in range(mention.start, mention.end)}
    for country, start, end in countries:
        before = _preposition(stems, start)
        after = "" if before else _word_after(stems, end)
        if before in _DIRECTIONS:
            yield Part(country, before)
        elif after and end not in taken:
            yield Part(country, f"… {after}")
    for position, name in enumerate(stems):
        if name in others and position not in taken:
            before = _preposition(stems, position)
            if before in _DIRECTIONS:
                yield Part(name, before)


def _preposition(stems: Sequence[str], position: int) -> str:
    """Return the preposition before a position, articles and the like between them, or ""."""
    position -= 1
    while position >= 0 and stems[position] in _SKIPPED_BEFORE:
        position -= 1
    return stems[position] if position >= 0 and stems[position] in _PREPOSITIONS else ""


def _word_after(stems: Sequence[str], position: int) -> str:
    """Return the content word after a position, or ""."""
    while position < len(stems) and stems[position] in _SKIPPED_AFTER:
        position += 1
    is_content = position < len(stems) and stems[position] not in STOP_WORDS | _PREPOSITIONS
    return stems[position] if is_content else ""
