"""Tells that the first entry answers another question, though it contains most of this one.

Four things make another question of it: a country of which the entry does not speak, the same names
in other parts (who sold to whom), something asked for of which it does not speak either, and a kind
of question (when, how many …) that none of its phrasings asks.
"""

from __future__ import annotations

from enum import StrEnum

from pakaz_cli._typing import TYPE_CHECKING
from pakaz_cli.search import english, entities, focus
from pakaz_cli.search.profile import is_name, stems_of
from pakaz_cli.text.words import split_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pakaz_cli.search.entities import Mention, Part
    from pakaz_cli.search.index import Index
    from pakaz_cli.search.profile import Profile
    from pakaz_cli.search.query import ParsedQuery

#: In a text of more words than this, names and words of asking stand in passing.
_LONGEST = 18
#: What is asked for is missing only if it is this rare in English, from 0 to 1.
_MIN_RARITY = 0.3


class Mismatch(StrEnum):
    """Why an entry answers another question."""

    COUNTRY = "the entry does not speak of a country in the question"
    PARTS = "the question has the names of the entry in other parts"
    ASKED_FOR = "the entry does not speak of what the question asks for"
    KIND = "no phrasing of the entry asks this kind of question (how, when, who …)"


def find(index: Index, query: ParsedQuery, entry: int) -> Mismatch | None:
    """Return why an entry answers another question than this one, or None if nothing shows it."""
    stems = stems_of(query.sequence)
    if len(stems) > _LONGEST:
        return None
    # What an entry tells is only worked out for a question with something to compare.
    mentions = entities.mentions(stems)
    if mentions and _names_another_country(index, mentions, entry):
        return Mismatch.COUNTRY
    if (mentions or any(map(is_name, stems))) and _has_other_parts(index, stems, entry):
        return Mismatch.PARTS
    if _lacks_what_is_asked(index, query, entry):
        return Mismatch.ASKED_FOR
    if _is_of_another_kind(query, stems, index.profile(entry)):
        return Mismatch.KIND
    return None


def _is_of_another_kind(query: ParsedQuery, stems: Sequence[str], known: Profile) -> bool:
    """Tell whether no phrasing of an entry asks a question of this kind.

    A misspelt beginning (*how mnay*) may be read as another kind.
    """
    kinds = focus.kinds_at_beginning(stems)
    is_misspelt = any(typed in query.readings for typed in query.typed[: focus.BEGINNING])
    if not kinds or is_misspelt or known.kinds is None:
        return False
    return kinds.isdisjoint(known.kinds)


def _names_another_country(index: Index, mentions: Sequence[Mention], entry: int) -> bool:
    """Tell whether a question names a country that no field of an entry does.

    Where an entry is about no country, any may be meant.
    """
    own = index.profile(entry).countries
    if not own:
        return False
    contained = index.entry_terms(entry)
    return any(
        country not in own
        and not any(all(one in contained for one in name) for name in entities.names(country))
        for country, *_ in mentions
    )


def _has_other_parts(index: Index, stems: Sequence[str], entry: int) -> bool:
    """Tell whether a name has a part in a question that an entry gives to another name there.

    If the entry has any of the parts in the question, they are not swapped. Its answer is only read
    if its phrasings have none.
    """
    known = index.profile(entry)
    parts = set(entities.parts(stems, known.names))
    if not parts or not parts.isdisjoint(known.parts):
        return False
    told = known.parts.union(_parts_of_answer(index, entry, known))
    present = {mention.country for mention in entities.mentions(stems)}.union(stems)
    given_to_another = {part.word for part in told if part.name in present}
    return parts.isdisjoint(told) and any(part.word in given_to_another for part in parts)


def _parts_of_answer(index: Index, entry: int, known: Profile) -> Iterator[Part]:
    for sentence in index.entries[entry].answer.replace("\n", ". ").split(". "):
        terms = index.vocabulary.terms(split_words(sentence))
        yield from entities.parts(stems_of(terms), known.names)


def _lacks_what_is_asked(index: Index, query: ParsedQuery, entry: int) -> bool:
    """Tell whether a question asks for something that no field of an entry has."""
    contained = index.entry_terms(entry)
    asked = focus.asked(query.sequence)
    return any(
        term.name in asked
        and typed not in query.readings
        and (english.rarity(term.name) or 1.0) > _MIN_RARITY
        and not any(name in contained for name, _ in term.expansions)
        and not entities.mentions(stems_of([term.name]))
        for term, typed in zip(query.terms, query.typed, strict=True)
    )
