"""What the phrasings of an entry tell of it: countries, names, their parts, how it is asked for."""

from __future__ import annotations

from collections import Counter

from pakaz_cli._typing import TYPE_CHECKING, NamedTuple
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


class Profile(NamedTuple):
    """What the phrasings of an entry tell of it."""

    countries: frozenset[str]  #: that the entry is about
    names: frozenset[str]  #: stems that English does not know
    parts: frozenset[Part]  #: of the countries and the names
    kinds: frozenset[str] | None  #: of questions; None for too few phrasings

    @classmethod
    def of(cls, phrasings: Sequence[Sequence[str]]) -> Profile:
        """Return the profile of an entry with these phrasings, each as its terms in order."""
        texts = [stems_of(terms) for terms in phrasings]
        names = frozenset(name for stems in texts for name in stems if _is_name(name))
        kinds = frozenset(kind for stems in texts for kind in focus.kinds(stems))
        return cls(
            _own_countries(texts),
            names,
            frozenset(part for stems in texts for part in entities.parts(stems, names)),
            kinds if len(texts) >= _MIN_PHRASINGS else None,
        )


def stems_of(terms: Sequence[str]) -> list[str]:
    """Return the stems of some terms: a term that synonyms share may have several."""
    return [stem for term in terms for stem in term.split(" ")]


def _is_name(stem: str) -> bool:
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
