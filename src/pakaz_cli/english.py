"""What English itself tells of a word, whatever the knowledge base: how rare it is, and its kin.

The table is data/english.txt; tools/english.py made it and says from what.
"""

from __future__ import annotations

import functools
from pathlib import Path

_TABLE = Path(__file__).parent / "data" / "english.txt"
#: A word that stands this often in a billion words (as a decimal logarithm) says nothing, and one
#: that stands so much less often says all it can.
_COMMONEST, _SPAN = 8.0, 5.0
#: Stands after how common the name of a country is.
_COUNTRY = "!"


@functools.cache
def _lines() -> dict[str, str]:
    """Return the line of each stem: how common it is, and its kin."""
    lines = _TABLE.read_text("ascii").splitlines()
    return dict(line.split(" ", 1) for line in lines if " " in line)


def rarity(stem: str) -> float | None:
    """Return how much a stem says, in [0.06, 1], 1 being the rarest; None for an unknown one."""
    line = _lines().get(stem)
    if line is None:
        return None
    return max(0.06, min(1.0, (_COMMONEST - int(line[:2]) / 10) / _SPAN))


def kin(stem: str) -> list[tuple[str, float]]:
    """Return the stems akin to one, nearest first, each with how much of it they say, in (0, 1]."""
    _, *others = _lines().get(stem, "").split(" ")
    return [(other[:-1], int(other[-1]) / 10) for other in others if other != _COUNTRY]


def is_country(stem: str) -> bool:
    """Tell whether a stem is the name of a country."""
    return _lines().get(stem, "")[3:4] == _COUNTRY
