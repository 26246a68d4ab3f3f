"""What a question asks for: the words that name it, and the kind of question.

*How many lanes will the M-6 have?* asks for lanes, and for a number. An entry that speaks of the
M-6 but of no lanes, or that nobody asks with *how many*, does not answer it, though it may contain
most of the question.
"""

from __future__ import annotations

from pakaz_cli._typing import TYPE_CHECKING
from pakaz_cli.search.english import STOP_WORDS
from pakaz_cli.text.words import is_number, stem

if TYPE_CHECKING:
    from collections.abc import Sequence


def _stems(words: str) -> frozenset[str]:
    return frozenset(map(stem, words.split()))


#: Words after which what is asked for is named, in English, Roman Urdu and Azerbaijani.
_ASKING = _stems("what whats which whose kitne kitna kitni kis kin kaunsa kaunsi hansi nece")
#: Words that name nothing after *what*: what did they say, what if.
_DOING = _stems("do does did has have had should can could would will if i we you to came")
#: How many words of the beginning tell what is asked for. Later in a text, such words are often
#: part of a clause.
BEGINNING = 4
#: How many words of the beginning tell the kind of a question.
_KIND_WITHIN = 3
#: How many words name what is asked for, at most.
_LONGEST = 3
#: Words too general to tell whether an entry speaks of what is asked for: any answer has a reason,
#: a time or an amount.
_GENERAL = _stems(
    """
    kind kinds sort type name names amount total figure figures number thing things way ways
    part parts role body bodies story country countries place happen exact exactly long old far
    soon often big come came comes coming go goes gone new latest current next actual main whole
    different other rest reason point status situation news word words idea best better good
    easiest fastest cheapest quickest right correct process step steps procedure deal rate level
    proper result results information method purpose logic principle basis fact facts detail
    details set list year years month months week weeks day days hour hours date time times km
    kilometres kilometers miles dollar dollars rupees people persons person money sa si se hy h
    baar dafa paise paisay paisa arab log logon hafte saal din mahine cheez
    """
)
#: Kinds of questions by the words that begin them.
_KINDS = {
    word: kind
    for kind, words in (
        ("when", "when kab vaxt"),
        ("where", "where kahan kidhar harada haraya"),
        ("why", "why kyun kyu kiun niye"),
        ("who", "who whom whose kaun kon kim"),
        ("how", "kaise kese"),
    )
    for word in map(stem, words.split())
}


def asked(stems: Sequence[str]) -> list[str]:
    """Return the stems that name what a question asks for at its beginning; often there are none.

    They stand after *how many*, *how*, *what* or *which*, or before *of* (address of the embassy).
    """
    for position, word in enumerate(stems[:BEGINNING]):
        after = stems[position + 1] if position + 1 < len(stems) else ""
        if word == "how" and after in ("many", "much"):
            return _named(stems, position + 2)
        if word == "how" and after not in STOP_WORDS:
            return _named(stems[: position + 2], position + 1)
        if word == "how much" or (word in _ASKING and after not in _DOING):
            return _named(stems, position + 1)
    if "of" in stems[1:BEGINNING] and stems[0] not in STOP_WORDS:
        of = stems.index("of")
        is_of_people = stems[of + 1 : of + 2] in (["us"], ["them"], ["you"])  # four of us
        return [] if is_of_people else _named(stems[:of], 0)
    return []


def _named(stems: Sequence[str], start: int) -> list[str]:
    """Return the content words from a position on, after its function words."""
    while start < len(stems) and stems[start] in STOP_WORDS:
        start += 1
    if start < len(stems) and stems[start] in _GENERAL:
        return []
    end = start
    while end < len(stems) and end - start < _LONGEST and stems[end] not in STOP_WORDS:
        end += 1
    return [one for one in stems[start:end] if one not in _GENERAL and not is_number(one)]


def kinds(stems: Sequence[str]) -> set[str]:
    """Return the kinds of a question: when, where, why, who, how, how many, how much.

    *What* and *which* may ask for any of these, and so may a question without such a word.
    """
    found: set[str] = set()
    for position, word in enumerate(stems):
        if word in _KINDS:
            found.add(_KINDS[word])
        elif word == "how":
            after, of_what = [*stems[position + 1 : position + 3], "", ""][:2]
            if after in ("many", "much"):
                # How many times may be asked as how often, how many days as when.
                if of_what not in _GENERAL:
                    found.add(f"how {after}")
            elif after in STOP_WORDS:
                found.add("how")
        elif word in ("how much", "kitna", "kitni", "kitn"):
            found.update(("how many", "how much"))
    return found


def kinds_at_beginning(stems: Sequence[str]) -> set[str]:
    """Return the kinds of a question by its first words alone."""
    return kinds(stems[:_KIND_WITHIN])
