"""What is known about English words in any knowledge base: stop words, rarity, related words.

The rarities and the related words come from two tables, data/english.txt and data/kin.txt, made by
tools/english.py, which names its sources.
"""

from __future__ import annotations

import functools

from pakaz_cli.search.tables import lookup, table
from pakaz_cli.text.words import stem

#: Frequencies are Zipf values: the decimal logarithm of occurrences per billion words. A word of
#: the highest one says nothing, and one that is lower by the span says all that a word can.
_COMMONEST, _SPAN = 8.0, 5.0
#: The table of frequencies once it is loaded: stem → ten times its Zipf value.
_frequencies: dict[str, str] = {}

_ENGLISH = """
a about after all also am an and any are as at be because been before being both but by can cannot
could did do does doing dont for from get gets getting give got had has have having he her here him
his how i if im in into is isnt it its ive just kindly know let like many may me might more most
much must my need no not now of on one only or other our out over per please pls really regarding
say shall she should since so some such take tell than thank thanks that the their them then there
these they thing this those to too under up us use very want was we were what whats when where which
while who whom whose why will with would yes you your
"""
# Roman Urdu is often mixed into English questions.
_ROMAN_URDU = """
aap aur bata batao bataye hai hain ho hoga hogi hota ka kab kahan kaise kar karna ke ki kis kisi ko
koi kon kya kyun kyu main mein mera mujhe ne nahi nahin par phir raha rahi rahe se tha thi wala wali
"""
#: The stems of the Roman Urdu ones of the stop words.
ROMAN_URDU = frozenset(map(stem, _ROMAN_URDU.split()))
#: The stems of words that occur in questions of any kind. They weigh little, and alone they find no
#: entry.
STOP_WORDS = frozenset(map(stem, _ENGLISH.split())) | ROMAN_URDU


def load_frequencies() -> None:
    """Load the whole table of frequencies, which pays off for thousands of lookups."""
    if not _frequencies:
        fields = table("english.txt")[:].decode().split()
        _frequencies.update(zip(fields[::2], fields[1::2], strict=True))


def rarity(stem: str) -> float | None:
    """Return how rare a stem is in English, from 0.06 to 1 (rarest), or None if it is unknown."""
    frequency = _frequency(stem)
    if not frequency:
        return None
    return max(0.06, min(1.0, (_COMMONEST - int(frequency) / 10) / _SPAN))


def kin(stem: str) -> list[tuple[str, float]]:
    """Return the stems related to a stem, closest first, each with its similarity in (0, 1)."""
    related = lookup("kin.txt", stem)
    return [(other[:-1], int(other[-1]) / 10) for other in related]


@functools.lru_cache(maxsize=20_000)
def _frequency(stem: str) -> str:
    if _frequencies:
        return _frequencies.get(stem, "")
    return "".join(lookup("english.txt", stem))
