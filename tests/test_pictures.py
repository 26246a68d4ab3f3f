"""The pictures in the documents show what the command prints now, and load nothing from elsewhere."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tests.conftest import ROOT

SCREENS = ROOT / "docs" / "screens"
TOOL: dict[str, Any] = runpy.run_path(str(ROOT / "tools" / "screens.py"))
#: The chat is several pictures, made at once.
MAKERS = TOOL["MAKERS"]
PICTURES = sorted(SCREENS.glob("*.svg"))
SVG = "{http://www.w3.org/2000/svg}"


def text_of(drawn: str) -> list[str]:
    """Return every text node in reading order."""
    nodes = ET.fromstring(drawn).iter(f"{SVG}text")
    return [(node.text or "").replace("\xa0", " ") for node in nodes]


@pytest.mark.parametrize("maker", MAKERS)
def test_a_picture_shows_what_the_command_writes_now(maker: str) -> None:
    made: dict[str, str] = MAKERS[maker]()
    assert made
    for name, drawn in made.items():
        path = SCREENS / f"{name}.svg"
        assert text_of(path.read_text("utf-8")) == text_of(drawn), "run tools/screens.py"
        assert len(text_of(drawn)) > 6


def test_every_picture_is_made_by_the_tool() -> None:
    expected = {*TOOL["COMMAND_LINES"], *TOOL["TYPED"], "chat-suggestions"}
    assert {path.stem for path in PICTURES} == expected


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.stem)
def test_a_picture_is_well_formed_and_loads_nothing_from_elsewhere(path: Path) -> None:
    source = path.read_text("utf-8")
    root = ET.fromstring(source)
    assert root.tag == f"{SVG}svg"
    assert {node.tag.partition("}")[2] for node in root.iter()} <= {
        *("svg", "style", "rect", "circle", "g", "text")
    }
    for node in root.iter():
        assert not {name for name in node.attrib if name.rpartition("}")[2] in ("href", "src")}
        assert not any("http" in value for value in node.attrib.values())
    style = "".join(node.text or "" for node in root.iter(f"{SVG}style"))
    assert not re.search(r"http|@import|@font-face|url\(", style)
    assert "url(" not in source
    assert not source.startswith("<?")


def test_every_picture_of_a_page_exists_and_has_a_text_alternative() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    shown: set[Path] = set()
    for page in pages:
        for words, target in re.findall(r"!\[(.*?)\]\((.*?)\)", page.read_text("utf-8")):
            assert len(words) > 20, target
            assert (page.parent / target).is_file(), target
            shown.add((page.parent / target).resolve())
    assert {path.resolve() for path in PICTURES} <= shown
