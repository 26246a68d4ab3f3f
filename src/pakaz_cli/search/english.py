"""What English itself tells of a word, whatever the knowledge base: how rare it is, and its kin.

It is in two tables, data/english.txt and data/kin.txt; tools/english.py made them and says from
what. Their lines are sorted, and those of a few words are found without splitting the rest.
"""

from __future__ import annotations

import functools
import mmap
import os

# pathlib is slow to import
_PACKAGE = os.path.dirname(os.path.dirname(__file__))  # noqa: PTH120
_DATA = os.path.join(_PACKAGE, "data")  # noqa: PTH118
#: A word that stands this often in a billion words (as a decimal logarithm) says nothing, and one
#: that stands so much less often says all it can.
_COMMONEST, _SPAN = 8.0, 5.0
#: The first table once it is split: of each common stem ten times that logarithm; a country has an
#: exclamation mark.
_split: dict[str, str] = {}


def split() -> None:
    """Split the table of common words, which pays for who looks up thousands."""
    if not _split:
        fields = _lines("english.txt")[:].decode().split()
        _split.update(zip(fields[::2], fields[1::2], strict=True))


def rarity(stem: str) -> float | None:
    """Return how much a stem says, in [0.06, 1], 1 being the rarest; None for an unknown one."""
    common = _common(stem)
    if not common:
        return None
    return max(0.06, min(1.0, (_COMMONEST - int(common[:2]) / 10) / _SPAN))


def is_country(stem: str) -> bool:
    """Tell whether a stem is the name of a country."""
    return _common(stem).endswith("!")


def kin(stem: str) -> list[tuple[str, float]]:
    """Return the stems akin to one, nearest first, each with how much of it they say, in (0, 1)."""
    others = _found("kin.txt", stem).split(" ")[1:]
    return [(other[:-1], int(other[-1]) / 10) for other in others]


@functools.lru_cache(maxsize=20_000)
def _common(stem: str) -> str:
    if _split:
        return _split.get(stem, "")
    return _found("english.txt", stem).partition(" ")[2]


@functools.cache
def _lines(name: str) -> mmap.mmap:
    with open(os.path.join(_DATA, name), "rb") as file:  # noqa: PTH118, PTH123
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _found(name: str, stem: str) -> str:
    """Return the line of a table that begins with a stem, or nothing."""
    return _line(_lines(name), stem.encode("utf-8", "surrogatepass")).decode()


def _line(lines: mmap.mmap, stem: bytes) -> bytes:
    """Return the line that begins with a stem, or nothing; the lines are sorted by their stems."""
    low, high = 0, len(lines)
    while low < high:
        start = lines.rfind(b"\n", 0, (low + high) // 2 + 1) + 1
        end = lines.find(b"\n", start)
        found = lines[start : lines.find(b" ", start)]
        if found == stem:
            return lines[start:end]
        if found < stem:
            low = end + 1
        else:
            high = start - 1
    return b""
