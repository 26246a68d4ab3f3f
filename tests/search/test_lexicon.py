"""The words of Roman Urdu, Azerbaijani and Urdu: the sources keep their rules, the table is theirs."""

from __future__ import annotations

import runpy
from typing import Any

import pytest

from pakaz_cli.search import english
from pakaz_cli.text.words import fold, split_words, stem
from tests.conftest import ROOT

TOOL: dict[str, Any] = runpy.run_path(str(ROOT / "tools" / "lexicon.py"))
LANGUAGES = TOOL["LANGUAGES"]
LEAST = {"roman-urdu": 1_200, "azerbaijani": 1_200, "urdu": 600}
#: Each line of the table: the languages of its word, and the stems of what it means.
TABLE = {
    word: (letters, tuple(terms))
    for word, letters, *terms in map(str.split, TOOL["TABLE"].read_text("utf-8").splitlines())
}


@pytest.fixture(autouse=True, scope="module")
def _load_frequencies() -> None:
    english.load_frequencies()


@pytest.fixture(params=LANGUAGES, ids=lambda language: language.name)
def language(request: pytest.FixtureRequest) -> Any:
    return request.param


def means(question: str) -> list[str]:
    """The stems that a question's words mean, as the table has them; other words stay."""
    found: list[str] = []
    for word in map(stem, split_words(question)):
        _, terms = TABLE.get(word, ("", (word,)))
        found += [one for term in terms if term != "-" for one in term.split("_")]
    return found


def test_a_language_keeps_the_rules_and_has_enough_words(language: Any) -> None:
    found = TOOL["source"](language)
    assert TOOL["faults"](language, found) == []
    assert len(found) >= LEAST[language.name]
    assert len({fold(form) for entry in found for form in entry.forms}) >= LEAST[language.name]


def test_the_table_is_what_the_sources_compile_to() -> None:
    assert TOOL["main"](["--check"]) == 0, "run tools/lexicon.py"


def test_the_lines_are_sorted_by_the_bytes_of_their_words() -> None:
    words = [line.split(b" ")[0] for line in TOOL["TABLE"].read_bytes().splitlines()]
    assert words == sorted(set(words))


def test_every_line_has_languages_in_order_and_terms_that_a_search_can_meet() -> None:
    for word, (letters, terms) in TABLE.items():
        assert fold(word) == word
        assert letters in ("r", "a", "u", "ra", "ru", "au", "rau"), word
        assert terms == ("-",) or (terms and word not in terms and "-" not in terms), word
        assert len(set(terms)) == len(terms), word


def test_no_word_is_english_unless_its_source_says_so() -> None:
    marked = {
        TOOL["key"](form)
        for language in LANGUAGES
        for entry in TOOL["source"](language)
        for form in entry.marked
    }
    assert {word for word in TABLE if english.rarity(word) is not None} == marked
    assert len(marked) < 100


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("kitne din lagte hain", "how many day take"),
        ("Viza qiyməti neçədir?", "visa price how much"),
        ("viza qiymeti necedir", "visa price how much"),
        ("ویزا فیس", "visa fee"),
        ("Lahore se Baku ki flight kitne ki hai", "Lahore Baku flight how much"),
        ("chawal bhejna sasta hai", "rice send cheap"),
        ("Bakıya birbaşa uçuş varmı", "Baku direct flight"),
        ("düyü idxalında gömrük rüsumu", "rice import customs duty"),
        ("tələbələr üçün təqaüd", "student scholarship"),
        ("پاکستان سے باکو کی براہ راست پرواز", "Pakistan Baku direct flight"),
        ("طلبہ کے لیے وظائف", "student scholarship"),
    ],
)
def test_a_question_means_what_it_asks(question: str, words: str) -> None:
    assert {stem(word) for word in split_words(words)} <= set(means(question))


@pytest.mark.parametrize("word", ["hai", "ka", "se", "aur", "və", "ilə", "üçün", "ہے", "کا", "اور"])
def test_function_words_say_nothing(word: str) -> None:
    assert means(word) == []


@pytest.mark.parametrize(
    "word", ["main", "bus", "log", "men", "son", "pay", "bank", "Qatar", "today", "banana", "gas"]
)
def test_english_words_with_another_sense_are_left_out(word: str) -> None:
    assert stem(fold(word)) not in TABLE


def test_a_word_of_two_languages_means_what_it_means_in_both() -> None:
    assert TABLE["dil"] == ("ra", ("heart", "languag"))
    assert TABLE["ki"] == ("ra", ("-",))


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("do lafz-hain = two", "is no single word"),
        ("mango = mango", "means itself"),
        ("price = cost", 'is English, too, and has no "!"'),
        ("!xqzt = cost", 'has a "!" but is no common English word'),
        ("xqzt = qwrtp", "is no common English word and not in RARER"),
        ("xqzt = -, price", "stands beside other words"),
        ("xqzt xqzt = price", "has a form twice"),
        ("xqzt = price\nxqzté xqzte = cost", "is in line 1, too"),
        ("xqzt = price\naqzt = cost", "not sorted"),
        ("xqzt = price", "too few"),
    ],
)
def test_a_source_that_breaks_a_rule_is_refused(line: str, fault: str) -> None:
    found = TOOL["entries"](line)
    assert any(fault in wrong for wrong in TOOL["faults"](LANGUAGES[0], found))
