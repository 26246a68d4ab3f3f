"""What the phrasings of an entry tell of it: countries, names, their parts, how it is asked for."""

from __future__ import annotations

import functools
from collections import Counter

from pakaz_cli._typing import TYPE_CHECKING
from pakaz_cli.search import english, entities, focus
from pakaz_cli.search.english import STOP_WORDS
from pakaz_cli.text.words import is_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pakaz_cli.search.entities import Part

#: An entry is about the countries that so many of its phrasings name.
_MIN_NAMED = 2
#: Fewer phrasings do not show which kinds of questions are asked of an entry.
_MIN_PHRASINGS = 8


class Profile:
    """What the phrasings of an entry tell of it; each is worked out when it is first asked for."""

    def __init__(self, phrasings: Sequence[Sequence[str]]) -> None:
        """Take the phrasings of an entry, each as its terms in order."""
        self._texts = [stems_of(terms) for terms in phrasings]

    @functools.cached_property
    def countries(self) -> frozenset[str]:
        """The countries that the entry is about."""
        return _own_countries(self._texts)

    @functools.cached_property
    def names(self) -> frozenset[str]:
        """The stems that English does not know."""
        return frozenset(name for stems in self._texts for name in stems if is_name(name))

    @functools.cached_property
    def parts(self) -> frozenset[Part]:
        """The parts of the countries and the names."""
        found = (entities.parts(stems, self.names) for stems in self._texts)
        return frozenset(part for parts in found for part in parts)

    @functools.cached_property
    def kinds(self) -> frozenset[str] | None:
        """The kinds of questions; None for too few phrasings."""
        if len(self._texts) < _MIN_PHRASINGS:
            return None
        return frozenset(kind for stems in self._texts for kind in focus.kinds(stems))


def stems_of(terms: Sequence[str]) -> list[str]:
    """Return the stems of some terms: a term that synonyms share may have several."""
    return [stem for term in terms for stem in term.split(" ")]


def is_name(stem: str) -> bool:
    """Tell whether a stem is none that English knows."""
    return stem not in STOP_WORDS and not is_number(stem) and english.rarity(stem) is None


def _own_countries(texts: Sequence[Sequence[str]]) -> frozenset[str]:
    """Return the countries that an entry is about, by the stems of its phrasings.

    Several phrasings name them, or the question, and no phrasing another: a country that a single
    phrasing names may be an example.
    """
    named = [{mention.country for mention in entities.mentions(stems)} for stems in texts]
    counts = Counter(country for countries in named for country in countries)
    if named and counts.keys() == named[0]:
        return frozenset(named[0])
    return frozenset(country for country, count in counts.items() if count >= _MIN_NAMED)
