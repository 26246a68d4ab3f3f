"""The tables of English: every line can be found, and means what it says."""

from __future__ import annotations

import pytest

from pakaz_cli.search import english
from pakaz_cli.text.words import fold, stem
from tests.conftest import ROOT

DATA = ROOT / "src" / "pakaz_cli" / "data"
KIN = (DATA / "kin.txt").read_text("ascii").splitlines()


def test_the_kin_of_every_stem_in_the_table_is_found() -> None:
    stems = [line.split(" ")[0] for line in KIN]
    assert stems == sorted(stems)
    for line in KIN:
        stem, *others = line.split(" ")
        assert [f"{other}{round(share * 10)}" for other, share in english.kin(stem)] == others


@pytest.mark.parametrize("stem", ["", " ", "a", "zzzz", "0", "\n", "é", "pric cost"])
def test_a_word_without_kin_has_none(stem: str) -> None:
    assert english.kin(stem) == []


def test_every_common_word_has_a_rarity_and_the_more_common_says_less() -> None:
    for line in (DATA / "english.txt").read_text("ascii").splitlines():
        rarity = english.rarity(line.split(" ")[0])
        assert rarity is not None
        assert 0.06 <= rarity <= 1
    assert (english.rarity("the") or 1) < (english.rarity("pric") or 0) < 1
    assert english.rarity("xqzt") is None


@pytest.mark.parametrize("country", ["Pakistan", "Turkey", "China", "UK", "Azerbaijan"])
def test_countries_are_known_and_have_no_kin(country: str) -> None:
    stemmed = stem(fold(country))
    assert english.is_country(stemmed)
    assert english.kin(stemmed) == []


@pytest.mark.parametrize("word", ["us", "polish", "river", "xqzt", ""])
def test_other_words_are_no_countries(word: str) -> None:
    assert not english.is_country(stem(word))


def test_opposites_are_not_akin() -> None:
    assert "export" not in dict(english.kin("import"))
