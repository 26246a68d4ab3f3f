"""Questions with words of Roman Urdu, Azerbaijani and Urdu, over entries in English."""

from __future__ import annotations

import pytest

from pakaz_cli.knowledge.loaded import LoadedBase
from pakaz_cli.model import Entry, Outcome
from pakaz_cli.search import lexicon
from pakaz_cli.search.engine import search
from pakaz_cli.search.index import Index
from tests.conftest import Pakaz

QUESTIONS = {
    "fee": "How much is the visa fee?",
    "days": "How many days does the visa take?",
    "flight": "Is there a direct flight from Lahore?",
    "rice": "What is the customs duty on rice?",
    "gun": "May I own a gun?",
    "sale": "Which salad is on sale?",
}
INDEX = Index(LoadedBase(tuple(Entry(name, asked, "A.") for name, asked in QUESTIONS.items())))


@pytest.mark.parametrize(
    ("asked", "entry"),
    [
        ("kitne din lagte hain", "days"),
        ("viza qiyməti neçədir", "fee"),
        ("viza qiymeti necedir?", "fee"),
        ("ویزا فیس", "fee"),
        ("chawal par mehsool kitna hai", "rice"),
        ("Lahordan birbaşa uçuş varmı?", "flight"),
    ],
)
def test_a_question_in_another_language_finds_the_english_entry(asked: str, entry: str) -> None:
    reply = search(INDEX, asked)
    assert reply.matches[0].entry.id == entry
    assert reply.corrections == ()


def test_words_that_say_nothing_change_nothing() -> None:
    plain, mixed = (search(INDEX, asked) for asked in ("visa fee", "visa ke liye fee hai üçün"))
    assert (mixed.confidence, mixed.matches) == (plain.confidence, plain.matches)


def test_a_word_that_is_english_too_is_foreign_beside_others_of_its_language_only() -> None:
    assert search(INDEX, "gun").matches[0].entry.id == "gun"
    assert search(INDEX, "viza neçə gün").matches[0].entry.id == "days"


def test_azerbaijani_may_be_spelt_with_sh_and_ch() -> None:
    spelt, folded = (search(INDEX, asked) for asked in ("viza uchush necedir", "viza ucus necedir"))
    assert spelt.matches == folded.matches
    assert "flight" in [match.entry.id for match in spelt.matches]


def test_a_question_of_english_words_reads_no_lexicon(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: str) -> None:
        raise AssertionError

    lexicon._surely.cache_clear()
    monkeypatch.setattr(lexicon, "lookup", refuse)
    assert search(INDEX, "how much is the visa fee from here").matches
    with pytest.raises(AssertionError):
        search(INDEX, "ویزا")


@pytest.mark.parametrize("asked", ["salam", "salam, what is the visa fee", "shukria", "سلام"])
def test_a_greeting_is_never_corrected(asked: str) -> None:
    assert search(INDEX, asked).corrections == ()


def test_a_foreign_word_in_an_english_question_may_be_a_misspelt_one() -> None:
    """Among English words, *emali* (processing) may be *email* with a typing error."""
    index = Index(
        LoadedBase((Entry("a", "How do I email a form?", "A."), Entry("b", "Who?", "B.")))
    )
    asked = search(index, "how do I emali a big red form")
    assert [tuple(correction) for correction in asked.corrections] == [("emali", "email")]
    assert search(index, "emali").corrections == ()


@pytest.mark.parametrize("asked", ["salx", "what is on salx", "flaght"])
def test_a_doubtful_reading_that_alone_finds_an_entry_is_no_answer(asked: str) -> None:
    index = Index(LoadedBase((Entry("a", "sale", "A."), Entry("b", "Who is in flat?", "B."))))
    assert search(index, asked).outcome is not Outcome.ANSWERED


def test_an_explanation_shows_the_english_words_of_a_foreign_one(pakaz: Pakaz) -> None:
    why = pakaz("ask", "--json", "--explain", "chawal ki qeemat").json["explain"]
    read = {word["typed"]: (word["read"], word["how"]) for word in why["words"]}
    assert read == {
        "chawal": ("rice", "foreign"),
        "qeemat": ("pric, cost", "foreign"),
        "ki": ("", "foreign"),
    }
    assert "foreign" in {word["how"] for entry in why["entries"] for word in entry["matched"]}
