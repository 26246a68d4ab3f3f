"""What English itself tells of a word, whatever the knowledge base: how rare it is, and its kin.

It is in two tables, data/english.txt and data/kin.txt; tools/english.py made them and says from
what. The first is split as a whole, because every word of a knowledge base is looked up in it; of
the second, larger one only the lines of the words of a question are.
"""

from __future__ import annotations

import functools
from pathlib import Path

_DATA = Path(__file__).parent / "data"
#: A word that stands this often in a billion words (as a decimal logarithm) says nothing, and one
#: that stands so much less often says all it can.
_COMMONEST, _SPAN = 8.0, 5.0


@functools.cache
def _common() -> dict[str, str]:
    """Return of each common stem ten times that logarithm; a country has an exclamation mark."""
    fields = (_DATA / "english.txt").read_text("ascii").split()
    return dict(zip(fields[::2], fields[1::2], strict=True))


@functools.cache
def _kin() -> bytes:
    return b"\n" + (_DATA / "kin.txt").read_bytes()


def rarity(stem: str) -> float | None:
    """Return how much a stem says, in [0.06, 1], 1 being the rarest; None for an unknown one."""
    common = _common().get(stem)
    if common is None:
        return None
    return max(0.06, min(1.0, (_COMMONEST - int(common[:2]) / 10) / _SPAN))


def is_country(stem: str) -> bool:
    """Tell whether a stem is the name of a country."""
    return _common().get(stem, "").endswith("!")


def kin(stem: str) -> list[tuple[str, float]]:
    """Return the stems akin to one, nearest first, each with how much of it they say, in (0, 1)."""
    if stem not in _common():
        return []
    others = _line(_kin(), stem.encode()).decode().split(" ")[1:]
    return [(other[:-1], int(other[-1]) / 10) for other in others]


def _line(lines: bytes, stem: bytes) -> bytes:
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
