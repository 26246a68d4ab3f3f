"""The completions of a line as it is typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pakaz_cli.chat.commands import COMMANDS
from pakaz_cli.chat.suggestions import MAX_IDS, MAX_QUESTIONS, path_in, suggest
from pakaz_cli.knowledge.load import load_base
from pakaz_cli.knowledge.loaded import LoadedBase
from pakaz_cli.model import Entry
from pakaz_cli.search.index import Index
from tests.conftest import ROOT

BASE = load_base(str(ROOT / "knowledge" / "faq.yaml"))
INDEX = Index(BASE)
QUESTIONS = {entry.question: entry.id for entry in BASE.entries}
WORDS = sorted({word for entry in BASE.entries for word in entry.question.split()})


def ids(line: str) -> list[str]:
    """The entries whose questions are suggested."""
    return [QUESTIONS[one.text] for one in suggest(INDEX, line)]


@pytest.mark.parametrize(
    ("line", "entry"),
    [
        ("visa o", "visa-on-arrival"),
        ("viza on ariv", "visa-on-arrival"),
        ("what price does pak", "lng-price"),
        ("embasy in bak", "ambassadors"),
        ("defnc coop", "defence-cooperation"),
        ("fli", "islamabad-baku-flights"),
        ("flihgt", "islamabad-baku-flights"),
        ("lfight", "islamabad-baku-flights"),
        ("pirce of ga", "lng-price"),
        ("natrual g", "gas-bills"),
        ("KARA", "karachi-baku-flights"),
        ("azerbaycan e-vis", "visa-for-pakistanis"),
    ],
)
def test_a_prefix_suggests_the_question(line: str, entry: str) -> None:
    assert entry in ids(line)[:3]


@pytest.mark.parametrize("line", ["", " ", "v", "?!", "é", "  v  ", "…", "what is the "])
def test_too_little_suggests_nothing(line: str) -> None:
    assert suggest(INDEX, line) == []


def test_a_suggested_question_replaces_the_whole_line() -> None:
    found = suggest(INDEX, "  visa on")
    assert 1 < len(found) <= MAX_QUESTIONS
    assert {one.start for one in found} == {len("  visa on")}


def test_a_question_that_is_typed_already_is_not_suggested() -> None:
    for question in QUESTIONS:
        assert question not in [one.text for one in suggest(INDEX, question)]


def test_most_questions_are_suggested_before_half_is_typed() -> None:
    found = sum(
        QUESTIONS[question] in ids(question[: len(question) // 2]) for question in QUESTIONS
    )
    assert found >= 0.9 * len(QUESTIONS)


def test_a_question_of_several_lines_is_suggested_on_one_line() -> None:
    index = Index(LoadedBase((Entry("one", "Where is\nthe   tower?", "There."),)))
    assert [one.text for one in suggest(index, "tow")] == ["Where is the tower?"]


def test_an_empty_knowledge_base_suggests_nothing() -> None:
    assert suggest(Index(LoadedBase(())), "tower") == []


def test_commands_are_suggested_with_their_meanings() -> None:
    assert [one.shown for one in suggest(INDEX, "/")] == [one.usage for one in COMMANDS]
    assert suggest(INDEX, "/SEC")[1] == (
        *("/sector ", 4, "/sector ID", "Show a sector and its questions."),
    )
    assert suggest(INDEX, "/quit") == []
    assert suggest(INDEX, "/nothing") == []


def test_ids_are_suggested_after_a_command_that_takes_one() -> None:
    assert suggest(INDEX, "/sector ener") == [("energy", 4, "energy", "Energy")]
    assert suggest(INDEX, "/sector energy") == []
    assert {one.text for one in suggest(INDEX, "/show visa-f")} == {
        "visa-fee",
        "visa-for-pakistanis",
        "visa-for-azerbaijanis",
    }
    assert [one.text for one in suggest(INDEX, "/show visa-fee lng-pri")] == ["lng-price"]
    assert len(suggest(INDEX, "/show ")) == MAX_IDS
    assert suggest(INDEX, "/list visa") == []


@pytest.mark.parametrize(
    ("line", "path"),
    [("/kb ", ""), ("/kb  a b", "a b"), ("/kb", None), ("/show a", None), ("kb a", None)],
)
def test_a_path_is_completed_after_a_command_that_takes_one(line: str, path: str | None) -> None:
    assert path_in(line) == path


@given(
    st.one_of(
        st.text(),
        st.text(st.sampled_from("/ aeikbnst-.'\n")),
        st.builds(
            lambda words, end: " ".join(words)[:end],
            st.lists(st.sampled_from(WORDS)),
            st.integers(0, 60),
        ),
        st.builds(
            lambda name, rest: f"{name} {rest}",
            st.sampled_from([one.name for one in COMMANDS]),
            st.text(),
        ),
    )
)
def test_any_line_suggests_only_what_is_there(line: str) -> None:
    known = {*QUESTIONS, *BASE.ids(), *(sector.id for sector in BASE.sectors)}
    for one in suggest(INDEX, line):
        assert one.text in known or one.text.rstrip() in {command.name for command in COMMANDS}
        assert 0 <= one.start <= len(line)


def test_a_very_long_line_takes_no_longer() -> None:
    assert suggest(INDEX, "visa on arrival " + "word " * 100_000)
