"""The tables of English words: every line is found, and means what it says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pakaz_cli.search import english
from pakaz_cli.search.tables import lookup
from pakaz_cli.text.words import stem
from tests.conftest import ROOT

DATA = ROOT / "src" / "pakaz_cli" / "data"
FREQUENCIES, KIN = (
    (DATA / name).read_text("ascii").splitlines() for name in ("english.txt", "kin.txt")
)


@pytest.mark.parametrize("table", [FREQUENCIES, KIN], ids=["english.txt", "kin.txt"])
def test_the_lines_of_a_table_are_sorted_by_stem(table: list[str]) -> None:
    stems = [line.split(" ")[0] for line in table]
    assert stems == sorted(set(stems))


def test_the_kin_of_every_stem_in_the_table_is_found() -> None:
    for line in KIN:
        stem, *others = line.split(" ")
        assert [f"{other}{round(share * 10)}" for other, share in english.kin(stem)] == others


@pytest.mark.parametrize("stem", ["", " ", "a", "zzzz", "0", "\n", "é", "pric cost"])
def test_a_word_without_kin_has_none(stem: str) -> None:
    assert english.kin(stem) == []


def test_every_common_word_has_a_rarity_and_the_more_common_has_the_lower() -> None:
    for line in FREQUENCIES:
        rarity = english.rarity(line.split(" ")[0])
        assert rarity is not None
        assert 0.06 <= rarity <= 1
    assert (english.rarity("the") or 1) < (english.rarity("pric") or 0) < 1
    assert english.rarity("xqzt") is None


def test_the_loaded_table_and_the_binary_search_agree() -> None:
    english.load_frequencies()
    assert len(FREQUENCIES) == len(english._frequencies)
    for line in FREQUENCIES:
        known = line.split(" ")[0]
        for word in (known, known[:-1], f"{known}a", f"{known}~"):
            found = "".join(lookup("english.txt", word))
            assert found == english._frequencies.get(word, ""), word


@given(st.text(max_size=12))
def test_any_text_can_be_looked_up(text: str) -> None:
    english.load_frequencies()
    word = stem(text)
    found = "".join(lookup("english.txt", word))
    if word.strip() == word and " " not in word:
        assert found == english._frequencies.get(word, "")
    english.kin(word)


def test_opposites_are_not_kin() -> None:
    assert "export" not in dict(english.kin("import"))
