"""Conversations: lines in and whole pages out, and what must not end one."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pakaz_cli.chat import loop
from pakaz_cli.chat.commands import ALIASES, COMMANDS
from pakaz_cli.chat.conversation import Conversation, Turn
from pakaz_cli.chat.history import History
from pakaz_cli.errors import InputMissingError, OutputLostError
from pakaz_cli.knowledge.load import load_base
from pakaz_cli.terminal import guard
from pakaz_cli.terminal.screen import Colour, Format, Screen
from pakaz_cli.views.labelled import TextView
from pakaz_cli.views.view import ChatView, Page, Settings
from tests.conftest import SMALL, Pakaz
from tests.terminal.test_streams import HOSTILE, assert_clean

DAY = date(2026, 2, 1)
VIEW = TextView(Settings(DAY, in_chat=True))

GAS_OFFER = """\
Several questions fit. Which one do you mean?
Choice 1 of 2: How is a cargo priced?
Choice 2 of 2: What was agreed about liquefied natural gas?
"""
GAS_PRICE = """\
Question: How is a cargo priced?
Answer: Each cargo has its own price.
Sector: Energy · as of Nov 2025
Where to look: Ask the seller.
"""
GAS_SOURCES = """\
Source 1 of 2: 22 Jan 2026, Alpha Press: Alpha [/x] on gas, https://example.org/a/very/long/path/that/would/not/fit/in/a/narrow/panel/without/being/broken/somewhere.html
Source 2 of 2: undated, Beta report
"""
GAS_DEAL = f"""\
Question: What was agreed about liquefied natural gas?
Answer: A framework was signed on 24 July 2023.
- One cargo a month may be offered, and may be refused.
- See the text (https://example.org/text).
It says [a-z], [1] and :smile: literally.
Sector: Energy · as of 22 Jan 2026
{GAS_SOURCES}\
Related 1 of 2: How is a cargo priced?
Related 2 of 2: Is rice free of duty until 2027?
"""
RICE = """\
Question: Is rice free of duty until 2027?
Answer: Yes, until 31 December 2027.
Sector: Trade
"""
NEAR_MISS = "is one shipment of rice from the old harbour taxed"
NOTHING = "Nothing to choose from yet: ask a question, or type /list.\n"
WHOLE_LIST = """\
Question 1 of 4: What was agreed about liquefied natural gas?
Question 2 of 4: How is a cargo priced?
Question 3 of 4: Is rice free of duty until 2027?
Question 4 of 4: How many JF-17 jets were bought?
"""
HELP = """\
/help, ?: List the commands.
/sectors: List the sectors.
/sector ID: Show a sector and its questions.
/list: List all questions.
/show ID: Show one or more entries by id.
/sources: List the sources of the last answer.
/json: Show the last reply as JSON.
/kb PATH: Switch to another knowledge base.
/reload: Reload the knowledge base.
/clear: Clear the conversation and the screen.
/quit, exit, quit: Quit.
"""


def conversation(path: Path | None = SMALL) -> Conversation:
    place = None if path is None else str(path)
    return Conversation(load_base(place), place, DAY)


@pytest.fixture(scope="module")
def of_the_bundled_base() -> Conversation:
    return conversation(None)


def said(talk: Conversation, *lines: str) -> list[str]:
    """What is shown after each line; none of them ends the conversation."""
    shown = []
    for line in lines:
        turn = talk.answer(line, VIEW)
        assert not turn.is_over
        assert turn.page.err == ""
        shown.append(turn.page.out)
    return shown


def questions_of(page: str) -> list[str]:
    return [line for line in page.splitlines() if line.startswith("Question")]


def test_the_greeting_is_one_line(of_the_bundled_base: Conversation, tmp_path: Path) -> None:
    assert conversation().greeting(VIEW) == Page(
        "4 questions in 3 sectors. Ask a question, or type /help.\n"
    )
    greeting = of_the_bundled_base.greeting(VIEW).out
    assert greeting.endswith("126 questions in 10 sectors. Ask a question, or type /help.\n")
    bare = tmp_path / "bare.yaml"
    bare.write_text('schema: 1\nentries:\n  - {id: a, question: "Why?", answer: So.}\n')
    assert conversation(bare).greeting(VIEW).out == "1 question. Ask a question, or type /help.\n"


def test_a_question_is_answered_and_its_related_ones_open_by_number() -> None:
    assert said(conversation(), "gas deal", "2", "1") == [GAS_DEAL, RICE, NOTHING]


def test_a_number_picks_a_choice_of_an_ambiguous_question() -> None:
    assert said(conversation(), "gas", "2", " 1. ") == [GAS_OFFER, GAS_DEAL, GAS_PRICE]
    for number in ("1", "1.", "1)", "#1", "01", "١"):
        assert said(conversation(), "gas", number) == [GAS_OFFER, GAS_PRICE]


def test_a_number_outside_the_list_is_an_error_of_one_line() -> None:
    assert said(conversation(), "1", "gas", "3", "0", "999", "2") == [
        NOTHING,
        GAS_OFFER,
        *["There are 2 choices.\n"] * 3,
        GAS_DEAL,
    ]
    assert said(conversation(), "/sector trade", "2")[1] == "There is 1 choice.\n"


def test_a_number_of_four_digits_is_a_question() -> None:
    assert said(conversation(), "gas", "2024", "2027") == [
        GAS_OFFER,
        *["I don't know. To see what can be asked: /sectors\n"] * 2,
    ]


def test_every_number_of_a_long_list_is_a_choice(tmp_path: Path) -> None:
    many = crowded(tmp_path, 1200)
    *_, last, beyond = said(conversation(many), "/list", "1200", "/list", "1201")
    assert questions_of(last)[-1] == "Question 1200 of 1200: What of matter 1199?"
    assert not beyond.startswith("There are")
    assert said(conversation(many), "/list", "1200")[1].startswith("Question: What of matter 1199")


def crowded(tmp_path: Path, count: int) -> Path:
    """A knowledge base with one sector of many questions."""
    entries = "".join(
        f"  - {{id: e-{n}, sector: one, question: 'What of matter {n}?', answer: It is {n}.}}\n"
        for n in range(count)
    )
    path = tmp_path / "crowded.yaml"
    path.write_text(f"schema: 1\nsectors:\n  - {{id: one, name: One}}\nentries:\n{entries}")
    return path


def test_a_number_picks_from_the_questions_closest_to_an_unknown_one() -> None:
    page, record, picked, beyond = said(conversation(), NEAR_MISS, "/json", "2", "3")
    assert page.splitlines() == [
        "I don't know. Closest questions:",
        "Question 1 of 2: How is a cargo priced?",
        "Question 2 of 2: Is rice free of duty until 2027?",
    ]
    assert json.loads(record)["closest"] == ["gas-price", "rice-duty"]
    assert picked.splitlines()[0] == "Question: Is rice free of duty until 2027?"
    assert beyond == NOTHING


def test_an_empty_line_does_nothing() -> None:
    assert said(conversation(), "gas", "", "  \t ", "\n\n", "2") == [
        GAS_OFFER,
        "",
        "",
        "",
        GAS_DEAL,
    ]


def test_several_pasted_lines_are_one_question() -> None:
    talk = conversation()
    shown = said(talk, "rice\n\n  customs\r\nexemption\n", "/json")
    assert shown[0] == RICE
    assert json.loads(shown[1])["question"] == "rice customs exemption"


def test_every_command_of_the_table_has_a_method() -> None:
    for command in COMMANDS:
        argument = {"ID": "energy", "PATH": str(SMALL)}.get(command.argument, "")
        turn = conversation().answer(f"{command.name} {argument}", VIEW)
        assert turn.page.out or turn.is_over
        assert "Usage" not in turn.page.out


def test_help_lists_every_command_with_its_aliases() -> None:
    assert said(conversation(), "/help", "?", " /HELP ") == [HELP] * 3


def test_sectors_are_listed_and_shown() -> None:
    shown = said(conversation(), "/sectors", "/sector energy", "2", "/list", "3")
    assert shown == [
        "Energy: 2 questions. Command: /sector energy\n"
        "Trade: 1 question. Command: /sector trade\n"
        "Nothing yet: 0 questions. Command: /sector empty\n",
        "Sector: Energy\n"
        "Note: Gas and oil. Two cargoes came.\n"
        "Question 1 of 2: What was agreed about liquefied natural gas?\n"
        "Question 2 of 2: How is a cargo priced?\n",
        GAS_PRICE,
        WHOLE_LIST,
        RICE,
    ]


def test_entries_are_shown_by_id_and_unknown_ids_reported() -> None:
    assert said(conversation(), "/show gas-price gas-deal", "2", "/show  gas-deel x rice-duty") == [
        f"{GAS_PRICE}\n{GAS_DEAL}",
        RICE,
        f"no entry 'gas-deel'; did you mean gas-deal?\nno entry 'x'\n{RICE}",
    ]
    assert said(conversation(), "/show x", "/sector enrgy", "/sources") == [
        "no entry 'x'\n",
        "no sector 'enrgy'; did you mean energy?\n",
        "No answer yet.\n",
    ]


def test_sources_and_json_refer_to_the_last_entry_and_the_last_question() -> None:
    talk = conversation()
    shown = said(talk, "/sources", "/json", "gas deal", "/sources", "/json", "1", "/sources")
    assert shown[:4] == ["No answer yet.\n", "No question asked yet.\n", GAS_DEAL, GAS_SOURCES]
    assert shown[5:] == [GAS_PRICE, "Where to look: Ask the seller.\n"]
    record = json.loads(shown[4])
    assert (record["question"], record["answer"]["id"]) == ("gas deal", "gas-deal")


def test_the_json_record_equals_that_of_ask(pakaz: Pakaz) -> None:
    for question in ("rice customs exemption", "gas", "weather in paris", HOSTILE):
        shown = said(conversation(), question, "/json")[1]
        assert json.loads(shown) == pakaz("ask", "--json", "--", question).json | {
            "question": " ".join(question.split())
        }


def test_a_mistyped_command_gets_a_suggestion_or_its_usage() -> None:
    assert said(conversation(), "/hlep", "/xyzzy", "/", "/sector", "/kb", "/show", "/list all") == [
        "no command '/hlep'; did you mean /help?\n",
        "no command '/xyzzy'; type /help\n",
        "no command '/'; type /help\n",
        "Usage: /sector ID\n",
        "Usage: /kb PATH\n",
        "Usage: /show ID\n",
        "Usage: /list\n",
    ]


def test_kb_switches_to_another_knowledge_base_only_if_it_is_valid(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = crowded(tmp_path, 3)
    bad = tmp_path / "with a blank.yaml"
    bad.write_text("schema: 1\nentries: 5\n")
    talk = conversation()
    assert said(talk, "gas", f"/kb {other}", "1", "/sources", "/json") == [
        GAS_OFFER,
        f"Now using {other}: 3 questions in 1 sector.\n",
        NOTHING,
        "No answer yet.\n",
        "No question asked yet.\n",
    ]
    asked = talk.index
    turn = talk.answer(f"/kb {bad}", VIEW)
    assert turn.page.out.startswith(f"{bad}:2:")
    assert turn.page.out.endswith("\nThe current knowledge base stays in use.\n")
    assert said(talk, "/kb /nowhere") == [
        "error: cannot read the knowledge base (/nowhere: no such file or directory)\n"
        "The current knowledge base stays in use.\n"
    ]
    assert talk.index is asked
    monkeypatch.setenv("HOME", str(tmp_path))
    assert said(talk, "/kb ~/crowded.yaml")[0].startswith("Now using ")
    assert said(talk, "/kb ~")[0].startswith(f"error: cannot read the knowledge base ({tmp_path}: ")
    assert said(talk, "/kb ~\0")[0].startswith("error: cannot read the knowledge base (~^@: ")


def test_reload_replaces_the_knowledge_base_only_if_it_is_valid(tmp_path: Path) -> None:
    path = crowded(tmp_path, 3)
    talk = conversation(path)
    whole = path.read_text()
    path.write_text(whole + "  - {id: e-3, question: 'New?', answer: Yes.}\n")
    assert said(talk, "/reload", "new?", "1") == [
        "Reloaded: 4 questions in 1 sector.\n",
        "Question: New?\nAnswer: Yes.\n",
        NOTHING,
    ]
    path.write_text(whole + "  - {id: e-1, answer: Yes.}\n")
    turn = talk.answer("/reload", VIEW)
    assert f"{path}:" in turn.page.out
    assert turn.page.out.endswith("The current knowledge base stays in use.\n")
    path.unlink()
    assert said(talk, "/reload", "new?")[1] == "Question: New?\nAnswer: Yes.\n"


def test_clear_resets_choices_sources_and_the_last_reply() -> None:
    talk = conversation()
    said(talk, "gas deal")
    turn = talk.answer("/clear", VIEW)
    assert (turn.page.out, turn.clears, turn.is_over) == ("Conversation cleared.\n", True, False)
    assert said(talk, "1", "/sources", "/json") == [
        NOTHING,
        "No answer yet.\n",
        "No question asked yet.\n",
    ]


@pytest.mark.parametrize("line", ["/quit", "quit", "exit", " Exit\n", "QUIT", "/QUIT"])
def test_a_quit_command_ends_the_conversation(line: str) -> None:
    turn = conversation().answer(line, VIEW)
    assert (turn.page, turn.is_over) == (Page(), True)


def test_errors_are_shown_except_for_lost_output(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(error: Exception) -> None:
        def search(*_: object) -> None:
            raise error

        monkeypatch.setattr("pakaz_cli.search.engine.search", search)

    talk = conversation()
    fail(InputMissingError("table", [("english.bin", "no such file")]))
    assert said(talk, "gas") == ["error: cannot read the table (english.bin: no such file)\n"]
    fail(OutputLostError("disk full"))
    with pytest.raises(OutputLostError):
        talk.answer("gas", VIEW)


LNG, VISA, RICE_DUTY = (
    "what are the terms of the lng deal",
    "how do i get a visa for baku",
    "is rice exempt from duty",
)


@pytest.mark.parametrize(
    ("first", "then", "entry"),
    [
        (LNG, "and the price?", "lng-price"),
        (LNG, "what about the price", "lng-price"),
        (LNG, "since when?", "lng-terms"),
        (LNG, "who signed it?", "lng-deal"),
        (LNG, "is it still needed?", "lng-demand"),
        (VISA, "how long does it take?", "visa-for-pakistanis"),
        (VISA, "what does it cost?", "visa-fee"),
        (VISA, "and by land?", "entering-by-land"),
        (VISA, "how much is it?", "visa-fee"),
        (RICE_DUTY, "until when?", "rice-duty-free"),
        (RICE_DUTY, "and the other goods?", "traded-goods"),
        ("who pays for the motorway", "has it been signed?", "investment-status"),
        ("how many jf-17 jets did azerbaijan buy", "have they been delivered?", "jf17-delivery"),
    ],
)
def test_a_follow_up_is_understood_from_the_last_answer(
    of_the_bundled_base: Conversation, first: str, then: str, entry: str
) -> None:
    said(of_the_bundled_base, "/clear", first)
    before = json.loads(said(of_the_bundled_base, "/json")[0])["answer"]
    page, record = said(of_the_bundled_base, then, "/json")
    shown = json.loads(record)
    assert (shown["outcome"], shown["answer"]["id"]) == ("answered", entry)
    assert page.splitlines()[:2] == [
        f'Understood as a follow-up to "{before["question"]}"',
        f"Question: {shown['answer']['question']}",
    ]


def test_a_question_with_an_answer_of_its_own_is_no_follow_up(
    of_the_bundled_base: Conversation,
) -> None:
    page = said(of_the_bundled_base, "/clear", VISA, "and the fee?")[-1]
    assert page.startswith("Question: How much does the Azerbaijan visa cost for Pakistanis?")


def test_without_an_answer_before_it_there_is_no_follow_up(
    of_the_bundled_base: Conversation,
) -> None:
    assert said(of_the_bundled_base, "/clear", "since when?")[-1].startswith("I don't know.")


@pytest.mark.parametrize("first", [LNG, VISA, RICE_DUTY])
@pytest.mark.parametrize(
    "then",
    [
        *("what is the capital of France", "who won the world cup", "what time is it"),
        *("how are you?", "who are you?", "thank you", "ok thanks", "hello", "tell me a joke"),
        *("what is the price of bitcoin", "and the price of gold?", "what about cricket?"),
        *("what is 2 + 2", "is there life on mars", "how old is the pope", "yes", "and"),
        *("who signed the treaty of versailles", "is it raining there?", "why is the sky blue"),
    ],
)
def test_a_question_on_another_subject_is_no_follow_up(
    of_the_bundled_base: Conversation, first: str, then: str
) -> None:
    page = said(of_the_bundled_base, "/clear", first, then)[-1]
    assert page.startswith("I don't know.")


def test_a_follow_up_that_fits_two_entries_equally_offers_both(tmp_path: Path) -> None:
    path = tmp_path / "twins.yaml"
    path.write_text(
        "schema: 1\nentries:\n"
        "  - {id: a, question: 'What is the harbour?', answer: A., related: [b, c]}\n"
        "  - {id: b, question: 'Which fee has harbour north?', answer: B.}\n"
        "  - {id: c, question: 'Which fee has harbour south?', answer: C.}\n"
    )
    assert said(conversation(path), "what is the harbour", "and the fee", "2")[1:] == [
        'Understood as a follow-up to "What is the harbour?"\n'
        "Several questions fit. Which one do you mean?\n"
        "Choice 1 of 2: Which fee has harbour south?\n"
        "Choice 2 of 2: Which fee has harbour north?\n",
        "Question: Which fee has harbour north?\nAnswer: B.\n",
    ]


#: Lines, commands and arguments of every kind, some with control characters.
WORDS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [HOSTILE, "gas", "gas deal", "it", "since when", "energy", "rice-duty", "2", "99"]
    ),
    st.sampled_from([str(SMALL), "/dev/null", "/", "~/x", "~/\0", "\ud800", "\udcff", "\u202e"]),
)
NAMES = st.sampled_from([*(command.name for command in COMMANDS), *ALIASES, "/", "/qiut", "#"])
LINES = st.one_of(
    WORDS,
    st.lists(WORDS, max_size=4).map(" ".join),
    st.tuples(NAMES, WORDS).map(" ".join),
    NAMES.filter(lambda name: ALIASES.get(name, name) != "/quit"),
)
QUITS = {"/quit", "quit", "exit"}


@settings(max_examples=80, deadline=None)
@given(lines=st.lists(LINES, max_size=6))
def test_no_line_except_a_quit_command_ends_the_chat_or_controls_the_terminal(
    lines: Sequence[str],
) -> None:
    talk = conversation()
    for line in lines:
        turn = talk.answer(line, VIEW)
        assert turn.is_over == (line.strip().lower() in QUITS)
        assert_clean(turn.page.out + turn.page.err)


class Typed:
    """A prompt that returns these lines."""

    def __init__(self, *lines: str | BaseException) -> None:
        self._left = list(lines)

    def read(self) -> str:
        line = self._left.pop(0) if self._left else EOFError()
        if isinstance(line, BaseException):
            raise line
        return line


@pytest.fixture
def _streams() -> Iterator[None]:
    before = sys.stdout, sys.stderr
    yield
    sys.stdout, sys.stderr = before


def converse(*lines: str | BaseException, talk: Conversation | None = None) -> int:
    """Hold a conversation on the standard streams and return the exit code."""

    def work() -> None:
        screen = Screen(Format.TEXT, Colour.NEVER, 80, Settings(DAY), quiet=False)
        history = History()
        history.notice = "History is not saved."
        loop.converse(screen, talk or conversation(), Typed(*lines), history, debug=False)

    return guard.guard(work, debug=False)


GREETING = "4 questions in 3 sectors. Ask a question, or type /help.\nHistory is not saved.\n"


@pytest.mark.usefixtures("_streams")
def test_ctrl_c_continues_and_ctrl_d_leaves(capsys: pytest.CaptureFixture[str]) -> None:
    assert converse("gas", KeyboardInterrupt(), "1") == 0
    assert capsys.readouterr() == (f"{GREETING}{GAS_OFFER}{GAS_PRICE}", "")


def interrupted_when_slow(monkeypatch: pytest.MonkeyPatch) -> Conversation:
    """A conversation in which the line "slow" is answered only after a SIGINT."""
    talk = conversation()
    whole = talk.answer

    def interrupted(line: str, view: ChatView) -> Turn:
        if line == "slow":
            signal.raise_signal(signal.SIGINT)
        return whole(line, view)

    monkeypatch.setattr(talk, "answer", interrupted)
    return talk


@pytest.mark.usefixtures("_streams")
def test_an_interrupt_ends_only_the_current_turn(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = interrupted_when_slow(monkeypatch)
    before = signal.signal(signal.SIGINT, lambda *_: pytest.fail("it would exit with 130"))
    try:
        assert converse("slow", "gas", talk=talk) == 0
        assert signal.getsignal(signal.SIGINT) not in (before, signal.default_int_handler)
    finally:
        signal.signal(signal.SIGINT, before)
    assert capsys.readouterr() == (f"{GREETING}\n{GAS_OFFER}", "")


@pytest.mark.usefixtures("_streams")
def test_an_interrupt_while_another_is_handled_does_not_end_the_chat(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = interrupted_when_slow(monkeypatch)
    at = seen = 0

    def interrupt_again(frame: FrameType, event: str, _: object) -> Any:
        nonlocal seen
        if frame.f_code is not loop.converse.__code__:
            return None
        seen += event == "line"
        if event == "line" and seen == at:
            signal.raise_signal(signal.SIGINT)
        return interrupt_again

    before = signal.signal(signal.SIGINT, lambda *_: None), sys.gettrace()
    try:
        while seen >= at:
            at, seen = at + 1, 0
            sys.settrace(interrupt_again)
            assert converse("slow", "gas", talk=talk) == 0
            assert GAS_OFFER in capsys.readouterr().out, at
    except KeyboardInterrupt:
        pytest.fail(f"the interrupt at step {at} ends the chat")
    finally:
        signal.signal(signal.SIGINT, before[0])
        sys.settrace(before[1])
    assert at > 20


@pytest.mark.usefixtures("_streams")
def test_no_line_is_read_after_a_quit_command(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert converse("gas", "/clear", "quit", "gas") == 0
    assert capsys.readouterr() == (f"{GREETING}{GAS_OFFER}Conversation cleared.\n", "")


@pytest.mark.usefixtures("_streams")
def test_a_bug_is_reported_and_the_conversation_continues(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert converse(RuntimeError("a\x1b\nb"), MemoryError(), "gas deal") == 0
    out, err = capsys.readouterr()
    assert out == f"{GREETING}{GAS_DEAL}"
    assert err == (
        "pakaz: a bug in pakaz, please report it: RuntimeError: a^[ b (--debug shows where)\n"
        "pakaz: error: out of memory\n"
    )


@pytest.mark.usefixtures("_streams")
def test_lost_output_ends_the_conversation(capsys: pytest.CaptureFixture[str]) -> None:
    assert converse(OutputLostError("disk full"), "gas") == 74
    assert capsys.readouterr() == (
        GREETING,
        "pakaz: error: output could not be written: disk full\n",
    )


def test_json_is_refused(pakaz: Pakaz) -> None:
    refused = "pakaz: error: chat has no JSON output; use pakaz batch\n"
    for words in (["--json"], ["--format", "json"]):
        assert pakaz("chat", *words) == ("", refused, 2)
    assert pakaz("chat", PAKAZ_FORMAT="json") == ("", refused, 2)
