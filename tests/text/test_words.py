"""Normalization, tokenization and stemming; safe display."""

from __future__ import annotations

import doctest
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pakaz_cli.text import dates
from pakaz_cli.text import words as words_module
from pakaz_cli.text.display import as_typed, visible
from pakaz_cli.text.words import fold, split_words, stem
from pakaz_cli.views import sentences

SAME = [
    ["BAKI", "Bakı", "baki", "BAKİ"],
    ["Gəncə", "gence", "GƏNCƏ"],
    ["Xankəndi", "xankendi"],
    ["Naxçıvan", "naxcivan", "NAXÇIVAN"],
    ["café", "cafe\u0301", "CAFE"],
    ["عالمي", "عالمی"],
    ["كراچی", "کراچی"],
    ["مُحَمَّد", "محمد"],
    ["vi\u200bsa", "ｖｉｓａ", "visa", "v\u00adisa"],
    ["ﬁnance", "finance"],
    ["straße", "STRASSE"],
    ["۲۰۲۵", "٢٠٢٥", "2025"],
]


@pytest.mark.parametrize("spellings", SAME, ids=lambda spellings: spellings[0])
def test_spellings_people_mix_fold_equal(spellings: list[str]) -> None:
    assert len({fold(spelling) for spelling in spellings}) == 1


def test_folding_does_not_merge_names_such_as_baku_and_baki() -> None:
    assert fold("Baku") != fold("Baki")


def test_vowel_signs_of_indic_scripts_are_kept_within_words() -> None:
    assert split_words("हिन्दी में कितने वीज़ा?") == [
        unicodedata.normalize("NFKC", word) for word in ("हिन्दी", "में", "कितने", "वीज़ा")
    ]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("What's the e-visa fee?!", ["whats", "the", "e", "visa", "fee"]),
        ("$1.8bn, 3,680 km; 1,000,000", ["1.8bn", "3680", "km", "1000000"]),
        ("end. Next,one 1, 2", ["end", "next", "one", "1", "2"]),
        ("24,25 3,6801", ["24", "25", "3", "6801"]),
        ("1,00,000 or 12,34,567.5", ["100000", "or", "1234567.5"]),
        ("(JF-17)", ["jf", "17"]),
        ("a\u2028b\tc\n d", ["a", "b", "c", "d"]),
        ("?!… — ", []),
        ("", []),
    ],
)
def test_words_are_runs_of_letters_marks_and_digits(typed: str, words: list[str]) -> None:
    assert split_words(typed) == words


@given(st.text())
def test_folding_is_idempotent(typed: str) -> None:
    assert fold(fold(typed)) == fold(typed)


@given(st.text())
def test_words_do_not_depend_on_case_or_normal_form(typed: str) -> None:
    folded = split_words(typed)
    assert split_words(unicodedata.normalize("NFD", typed)) == folded
    assert split_words(unicodedata.normalize("NFC", typed)) == folded


@given(st.text(st.characters(max_codepoint=0x24F)))
def test_words_of_latin_text_do_not_depend_on_case(typed: str) -> None:
    assert split_words(typed.upper()) == split_words(typed.lower())


@pytest.mark.parametrize(
    "forms",
    [
        ("cargo", "cargoes"),
        ("ship", "ships", "shipping"),
        ("trade", "trades", "traded", "trading"),
        ("country", "countries"),
        ("fee", "fees"),
        ("agreement", "agreements"),
        ("cooperation", "cooperate", "cooperating"),
    ],
)
def test_regular_english_forms_share_a_stem(forms: tuple[str, ...]) -> None:
    assert len({stem(form) for form in forms}) == 1


@pytest.mark.parametrize(
    "word", ["gas", "visa", "bus", "2024s", "кредитs", "वीज़ा", "qərar", "this"]
)
def test_short_words_and_other_scripts_are_not_stemmed(word: str) -> None:
    assert stem(word) == word


@given(st.text())
def test_visible_text_holds_nothing_that_acts_on_a_terminal(shown: str) -> None:
    for character in visible(shown):
        category = unicodedata.category(character)
        assert character in "\n\u200c\u200d" or category not in ("Cc", "Cf", "Cs", "Zl", "Zp")


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\x1b[2J", "^[[2J"),
        ("a\tb\rc\x7f", "a^Ib^Mc^?"),
        ("\x9b31m", "\\u009b31m"),
        ("\u202eabc\u2066", "\\u202eabc\\u2066"),
        ("\ud83d", "\\ud83d"),
        ("\U000e0041", "\\U000e0041"),
        ("two\nlines", "two\nlines"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d👩\u200d👧", "👩\u200d👩\u200d👧"),
        ("Bakı – ə [x]", "Bakı – ə [x]"),
    ],
)
def test_control_and_invisible_characters_are_made_visible(raw: str, shown: str) -> None:
    assert visible(raw) == shown


def test_invalid_bytes_become_replacement_characters() -> None:
    assert as_typed("caf\udce9") == "caf\ufffd"
    assert as_typed("Bakı") == "Bakı"
    assert "\ud83d" not in as_typed("\ud83d")


@pytest.mark.parametrize("module", [words_module, dates, sentences])
def test_examples_in_docstrings_are_true(module: object) -> None:
    failed, tried = doctest.testmod(module)  # type: ignore[arg-type]
    assert tried
    assert not failed
