"""Golden screens: the output of commands in each width and format, compared byte for byte.

After an intended change, ``PAKAZ_UPDATE_SCREENS=1 python -m pytest tests/views/test_screens.py``
rewrites the files; review the difference.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.conftest import Pakaz

SCREENS = Path(__file__).parent / "screens"
SHOWN = {
    "answer": ["show", "gas-deal"],
    "where-to-look": ["show", "gas-price"],
    "ambiguous": ["ask", "gas"],
    "corrected": ["ask", "rice", "customs", "exemtion"],
    "unknown": ["ask", "weather", "tomorrow"],
    "closest": ["ask", "is one shipment of rice from the old harbour taxed"],
    "sectors": ["sectors"],
    "sector": ["sectors", "energy"],
    "list": ["list"],
}


@pytest.mark.parametrize("look", ["rich-40", "rich-80", "rich-120", "text", "plain"])
@pytest.mark.parametrize("name", SHOWN)
def test_a_screen_equals_its_golden_file(pakaz: Pakaz, name: str, look: str) -> None:
    fmt, _, width = look.partition("-")
    result = pakaz(*SHOWN[name], "--format", fmt, COLUMNS=width or "80", PAKAZ_TODAY="2026-11-23")
    shown = result.out + (f"--- stderr\n{result.err}" if result.err else "")
    path = SCREENS / f"{name}.{look}.txt"
    if os.environ.get("PAKAZ_UPDATE_SCREENS"):
        path.write_text(shown, "utf-8")
    assert shown == path.read_text("utf-8")


def test_every_golden_file_belongs_to_a_screen() -> None:
    assert len(list(SCREENS.iterdir())) == len(SHOWN) * 5
