"""A near entry that answers another question: another country, other parts, something else asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pakaz_cli.knowledge.load import load_base
from pakaz_cli.knowledge.loaded import LoadedBase
from pakaz_cli.model import Entry, Outcome
from pakaz_cli.search import entities, focus
from pakaz_cli.search.engine import decide, search
from pakaz_cli.search.index import Index
from pakaz_cli.search.mismatch import Mismatch
from pakaz_cli.text.words import split_words, stem
from tests.conftest import ROOT

BUNDLED = Index(load_base(str(ROOT / "knowledge" / "faq.yaml")))
TABLE = (ROOT / "src" / "pakaz_cli" / "data" / "countries.txt").read_text("utf-8").splitlines()
NORWAY = Index(
    LoadedBase(
        (
            Entry(
                "fee", "What does a visa for Norway cost?", "80 euros.", variants=("visa price",)
            ),
            Entry("students", "How many Norwegian students are there in Chile?", "Some 200."),
            Entry("exports", "How much salmon has Norway sold to Chile?", "Ten tonnes."),
            Entry("tunnel", "When does the Ryfylke tunnel open?", "In 2033.", variants=("tunnel",)),
            Entry("food", "What do people eat?", "Fish."),
        )
    )
)


def stems(text: str) -> list[str]:
    return [stem(word) for word in split_words(text)]


def countries(text: str) -> list[str]:
    return [mention.country for mention in entities.mentions(stems(text))]


@pytest.mark.parametrize(
    ("asked", "entry"),
    [
        ("what does the visa for norway cost", "fee"),
        ("price of a visa", "fee"),
        ("how many norwegian students in chile", "students"),
        ("how much salmon was sold to chile by norway", "exports"),
    ],
)
def test_a_question_about_the_countries_of_an_entry_is_answered(asked: str, entry: str) -> None:
    answer = search(NORWAY, asked).answer
    assert answer is not None
    assert answer.id == entry


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ("What does a visa for Egypt cost?", Mismatch.COUNTRY),
        ("what does a visa for egyptians cost", Mismatch.COUNTRY),
        ("visa price for new delhi", Mismatch.COUNTRY),
        ("How many Chilean students are there in Norway?", Mismatch.PARTS),
        ("How much salmon has Chile sold to Norway?", Mismatch.PARTS),
        ("How many lanes does the Ryfylke tunnel have?", Mismatch.ASKED_FOR),
    ],
)
def test_a_question_that_an_entry_does_not_answer_is_unknown(asked: str, reason: Mismatch) -> None:
    decision = decide(NORWAY, asked)
    assert (decision.outcome, decision.reason) == (Outcome.UNKNOWN, reason)


@pytest.mark.parametrize(
    "asked",
    [
        "Are there direct flights from Delhi to Baku?",
        "Hindistandan Bakiya birbasa ucus var",
        "Türkiyədə Pakistan səfiri kimdir",
        "saudi arab mein pakistani students ke liye scholarship",
        "When does the Pakistan-Russia joint commission meet next?",
        "How many Azerbaijani students are studying in Pakistan?",
        "How much flood aid has Pakistan given to Azerbaijan?",
        "How many welders will the white oil pipeline need?",
        "who is the prime minister of pakistan",
    ],
)
def test_near_questions_of_others_are_neither_answered_nor_offered(asked: str) -> None:
    assert search(BUNDLED, asked).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("country", ["Bolivia", "New Zealand"])
def test_no_phrasing_is_answered_with_a_country_of_which_no_entry_speaks(country: str) -> None:
    asked = []
    for number, entry in enumerate(BUNDLED.entries):
        for phrasing in (entry.question, *entry.variants)[::6]:
            words = split_words(phrasing)
            names = entities.mentions([stem(word) for word in words])
            if names and len(words) < 15 and BUNDLED.profile(number).countries:
                start, end = names[0].start, names[-1].end
                asked.append(" ".join([*words[:start], country, *words[end:]]))
    assert len(asked) > 100
    assert [one for one in asked if search(BUNDLED, one).outcome is Outcome.ANSWERED] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("India Indian indians Delhi hindustani Hindistan", ["IN"] * 6),
        ("from New Delhi to New York", ["IN", "US"]),
        ("United Arab Emirates, United Kingdom, United States", ["AE", "GB", "US"]),
        ("Saudi Arab se Saudi Arabia tak, saudi", ["SA"] * 3),
        ("Türkiyədə Ermənistandan Pakistanla Rusiyanın", ["TR", "AM", "PK", "RU"]),
        ("بھارت اور پاکستان", ["IN", "PK"]),
        ("tell us of the new visa, mali madad, polish", []),
        ("", []),
    ],
)
def test_countries_are_known_by_their_names_peoples_and_cities(
    text: str, expected: list[str]
) -> None:
    assert countries(text) == expected


def test_each_line_of_the_table_is_found_and_they_are_sorted() -> None:
    keys = [line.split(" ")[0] for line in TABLE]
    assert [key.encode() for key in keys] == sorted({key.encode() for key in keys})
    for line in TABLE:
        first, *names = line.split(" ")
        if first.startswith("="):
            assert entities.names(first[1:]) == tuple(tuple(name.split("_")) for name in names)
            continue
        for name in names:
            country, _, rest = name.partition(":")
            found = entities.mentions([first, *rest.split("_")] if rest else [first])
            assert [one.country for one in found] == [country], line


def test_a_country_is_never_read_as_another_word() -> None:
    base = LoadedBase((Entry("oil", "Olivia sells oil", "Yes."), Entry("b", "Bolivien", "B.")))
    assert search(Index(base), "bolivia").corrections == ()
    assert search(Index(base), "xolivia").corrections != ()


@given(st.lists(st.sampled_from([*"abcd", "new", "delhi", "unit", "how", "many", "of", "xé", ""])))
def test_any_words_can_be_looked_at(words: list[str]) -> None:
    covered = [at for one in entities.mentions(words) for at in range(one.start, one.end)]
    assert covered == sorted(set(covered))
    assert all(0 <= at < len(words) for at in covered)
    assert set(focus.asked(words)) <= set(words)
    assert focus.kinds_at_beginning(words) <= focus.kinds(words)
    list(entities.parts(words, {"xé"}))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("How many lanes will the M-6 have?", "lanes"),
        ("how heavy is the jet", "heavy"),
        ("what is the pipe diameter of the line", "pipe diameter"),
        ("address of the embassy in Baku", "address"),
        ("kitne pul hain", "pul"),
        ("what does zesty mean", ""),
        ("how many times have they met", ""),
        ("how do I get a visa", ""),
        ("what kind of visa", ""),
        ("four of us want to go", ""),
        ("", ""),
    ],
)
def test_what_is_asked_for_stands_after_the_words_of_asking(text: str, expected: str) -> None:
    assert focus.asked(stems(text)) == stems(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("when was it signed", {"when"}),
        ("how do I get there", {"how"}),
        ("how much is it, and how many are there", {"how much", "how many"}),
        ("how many days does it take", set()),
        ("safeer kaun hai", {"who"}),
        ("what is the fee", set()),
    ],
)
def test_the_kind_of_a_question_follows_from_its_words(text: str, expected: set[str]) -> None:
    assert focus.kinds(stems(text)) == expected


def test_an_entry_with_many_phrasings_is_asked_only_in_their_kinds() -> None:
    variants = tuple(
        f"how does the {word} ferry run" for word in ["red", "old", "blue", "new", "big", "far"]
    )
    ferry = Entry(
        "ferry", "How does the ferry run?", "By night.", variants=(*variants, "ferry run")
    )
    few = ferry._replace(variants=variants[:2])
    other = Entry("food", "What do people eat?", "Fish.")
    reason = decide(Index(LoadedBase((ferry, other))), "who does the ferry run").reason
    assert reason is Mismatch.KIND
    assert decide(Index(LoadedBase((few, other))), "who does the ferry run").reason is None


def test_in_a_long_question_other_countries_are_named_in_passing() -> None:
    told = "my brother who once lived in Egypt and never liked the food there now wants to know"
    assert search(NORWAY, f"{told} what does a visa for norway cost").outcome is Outcome.ANSWERED


@pytest.mark.parametrize(
    "asked",
    [
        "ok",
        "salam",
        "aap ka naam kya hai",
        "hello there",
        "what is your name",
        "help",
        "thanks a lot",
        "salam, necəsən?",
        "khuda hafiz",
        "آپ کیسے ہیں؟",
        "ok thanks bye",
    ],
)
def test_small_talk_is_neither_answered_nor_offered(asked: str) -> None:
    reply = search(BUNDLED, asked)
    assert (reply.outcome, reply.confidence, reply.offered) == (Outcome.UNKNOWN, 0, ())


def test_small_talk_is_answered_where_the_knowledge_base_has_it() -> None:
    base = LoadedBase(
        (Entry("hi", "hello there", "Hi.", variants=("hello",)), Entry("fee", "visa fee", "80."))
    )
    for asked in ("hello", "hello friend"):
        answer = search(Index(base), asked).answer
        assert answer is not None
        assert answer.id == "hi"
