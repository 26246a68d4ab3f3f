"""What is known about English words in any knowledge base: stop words, rarity, related words.

The rarities and the related words come from two tables, data/english.txt and data/kin.txt, made by
tools/english.py, which names its sources. Their lines are sorted by stem, so that a lookup is a
binary search in the bytes of the file, and a few lookups need not split all of it.
"""

from __future__ import annotations

import functools
import mmap
import os

from pakaz_cli.text.words import stem

# pathlib is slow to import
_PACKAGE = os.path.dirname(os.path.dirname(__file__))  # noqa: PTH120
_DATA = os.path.join(_PACKAGE, "data")  # noqa: PTH118
#: Frequencies are Zipf values: the decimal logarithm of occurrences per billion words. A word of
#: the highest one says nothing, and one that is lower by the span says all that a word can.
_COMMONEST, _SPAN = 8.0, 5.0
#: The table of frequencies once it is loaded: stem → ten times its Zipf value in two digits, with
#: an exclamation mark after that of a country.
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
#: The stems of words that occur in questions of any kind. They weigh little, and alone they find no
#: entry.
STOP_WORDS = frozenset(stem(word) for word in (_ENGLISH + _ROMAN_URDU).split())


def load_frequencies() -> None:
    """Load the whole table of frequencies, which pays off for thousands of lookups."""
    if not _frequencies:
        fields = _table("english.txt")[:].decode().split()
        _frequencies.update(zip(fields[::2], fields[1::2], strict=True))


def rarity(stem: str) -> float | None:
    """Return how rare a stem is in English, from 0.06 to 1 (rarest), or None if it is unknown."""
    frequency = _frequency(stem)
    if not frequency:
        return None
    return max(0.06, min(1.0, (_COMMONEST - int(frequency[:2]) / 10) / _SPAN))


def is_country(stem: str) -> bool:
    """Tell whether a stem is the name of a country."""
    return _frequency(stem).endswith("!")


def kin(stem: str) -> list[tuple[str, float]]:
    """Return the stems related to a stem, closest first, each with its similarity in (0, 1)."""
    _, *related = _lookup("kin.txt", stem).split(" ")
    return [(other[:-1], int(other[-1]) / 10) for other in related]


@functools.lru_cache(maxsize=20_000)
def _frequency(stem: str) -> str:
    if _frequencies:
        return _frequencies.get(stem, "")
    return _lookup("english.txt", stem).partition(" ")[2]


@functools.cache
def _table(name: str) -> mmap.mmap:
    # Reading the two files whole would take 0.6 ms, or 2 % of a plain `ask`.
    with open(os.path.join(_DATA, name), "rb") as file:  # noqa: PTH118, PTH123
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _lookup(name: str, stem: str) -> str:
    """Return the line of a table for a stem, or an empty string."""
    return _find_line(_table(name), stem.encode("utf-8", "surrogatepass")).decode()


def _find_line(table: mmap.mmap, stem: bytes) -> bytes:
    """Return the line that starts with a stem, or nothing, by binary search."""
    low, high = 0, len(table)
    while low < high:
        start = table.rfind(b"\n", 0, (low + high) // 2 + 1) + 1
        end = table.find(b"\n", start)
        found = table[start : table.find(b" ", start)]
        if found == stem:
            return table[start:end]
        if found < stem:
            low = end + 1
        else:
            high = start - 1
    return b""
