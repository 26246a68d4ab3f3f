"""The pages of the chat views, compared whole, on the small knowledge base."""

from __future__ import annotations

import sys
from datetime import date

import pytest

from pakaz_cli.knowledge.load import load_base
from pakaz_cli.knowledge.loaded import LoadedBase
from pakaz_cli.model import Entry, Source
from pakaz_cli.search.engine import search
from pakaz_cli.search.index import Index
from pakaz_cli.terminal.screen import Colour, Format, Screen
from pakaz_cli.views.labelled import TextView
from pakaz_cli.views.panels import RichView
from pakaz_cli.views.sentences import command
from pakaz_cli.views.view import ChatView, Settings
from tests.conftest import SMALL
from tests.terminal.test_streams import assert_clean, without_colour

BASE = load_base(str(SMALL))
INDEX = Index(BASE)
#: In a chat no command repeats the knowledge base.
CHAT = Settings(date(2026, 2, 1), "small.yaml", in_chat=True)
NARROW: ChatView = RichView(40, CHAT, colour=False, unicode=False)
WIDE: ChatView = RichView(80, CHAT, colour=False, unicode=True)
COLOURED: ChatView = RichView(80, CHAT, colour=True, unicode=True)
TEXT: ChatView = TextView(CHAT)
VIEWS = {"narrow": NARROW, "wide": WIDE, "coloured": COLOURED, "text": TEXT}
ROWS = [
    ("/help, ?", "list the commands"),
    ("/sector ID", "one sector's note, and its questions by number"),
    ("/quit, exit, quit", "leave, as Ctrl-D does"),
]


def asked(view: ChatView, question: str) -> str:
    return view.reply(search(INDEX, question), BASE).out


def after(shown: str, line: str) -> str:
    """The lines that follow one."""
    _, found, rest = shown.partition(line + "\n")
    assert found
    return rest


@pytest.mark.parametrize(
    ("words", "typed"),
    [
        ("show gas-deal", "/show gas-deal"),
        ("sectors", "/sectors"),
        ("sectors energy", "/sector energy"),
        ("list", "/list"),
    ],
)
def test_commands_have_the_form_of_the_chat(words: str, typed: str) -> None:
    assert command(words, CHAT) == typed


def test_a_choice_has_its_number_and_no_command() -> None:
    assert (
        asked(NARROW, "gas")
        == """\
+--------------------------------------+
| Several questions fit. Which one do  |
| you mean?                            |
|                                      |
| 1. How is a cargo priced?            |
| 2. What was agreed about liquefied   |
|    natural gas?                      |
+--------------------------------------+
"""
    )
    assert (
        asked(TEXT, "gas")
        == """\
Several questions fit. Which one do you mean?
Choice 1 of 2: How is a cargo priced?
Choice 2 of 2: What was agreed about liquefied natural gas?
"""
    )


def test_a_related_question_has_its_number_and_no_command() -> None:
    assert (
        after(asked(NARROW, "gas deal"), "  Related:")
        == """\
  1. How is a cargo priced?
  2. Is rice free of duty until 2027?
"""
    )
    assert (
        after(asked(TEXT, "gas deal"), "Source 2 of 2: undated, Beta report")
        == """\
Related 1 of 2: How is a cargo priced?
Related 2 of 2: Is rice free of duty until 2027?
"""
    )


def test_the_reply_to_an_unknown_question_lists_the_closest_or_names_a_command() -> None:
    near = "is one shipment of rice from the old harbour taxed"
    assert (
        asked(NARROW, near)
        == """\
+- I don't know. Closest questions: ---+
| 1. How is a cargo priced?            |
| 2. Is rice free of duty until 2027?  |
+--------------------------------------+
"""
    )
    assert (
        asked(TEXT, near)
        == """\
I don't know. Closest questions:
Question 1 of 2: How is a cargo priced?
Question 2 of 2: Is rice free of duty until 2027?
"""
    )
    assert asked(TEXT, "oil cargo drilling").startswith("I don't know. Closest question:\n")
    for question in (near, "weather tomorrow"):
        assert "\x1b[31m" not in asked(COLOURED, question)  # red is for errors
    assert asked(TEXT, "weather tomorrow") == "I don't know. To see what can be asked: /sectors\n"
    alone = LoadedBase(BASE.entries)
    assert (
        TEXT.reply(search(Index(alone), "weather tomorrow"), alone).out
        == "I don't know. To see what can be asked: /list\n"
    )


def test_questions_are_numbered_with_a_hanging_indent_at_every_width() -> None:
    many = [Entry(f"e{number}", "What was agreed, and when?", "This.") for number in range(10)]
    for view in (NARROW, WIDE):
        assert view.questions(many).out.splitlines()[8:] == [
            "   9. What was agreed, and when?",
            "  10. What was agreed, and when?",
        ]
    assert WIDE.questions(BASE.entries).out.startswith("  1. What was agreed about liquefied nat")


def test_a_sector_shows_its_note_and_its_numbered_questions() -> None:
    assert (
        NARROW.sector(BASE.sectors[0], BASE).out
        == """\
+- Energy -----------------------------+
| Gas and oil. Two cargoes came.       |
+--------------------------------------+
  1. What was agreed about liquefied
     natural gas?
  2. How is a cargo priced?
"""
    )
    assert (
        TEXT.sector(BASE.sectors[0], BASE).out
        == """\
Sector: Energy
Note: Gas and oil. Two cargoes came.
Question 1 of 2: What was agreed about liquefied natural gas?
Question 2 of 2: How is a cargo priced?
"""
    )


def test_the_list_of_sectors_names_the_command_for_one() -> None:
    hint = WIDE.sectors(BASE).out.splitlines()[-1]
    assert hint == "  A sector's note and questions: /sector ID"
    assert (
        TEXT.sectors(BASE).out
        == """\
Energy: 2 questions. Command: /sector energy
Trade: 1 question. Command: /sector trade
Nothing yet: 0 questions. Command: /sector empty
"""
    )


def test_the_meaning_is_beside_its_command_or_under_a_long_one() -> None:
    assert (
        NARROW.commands(ROWS).out
        == """\
  /help, ?       list the commands
  /sector ID     one sector's note, and
                 its questions by number
  /quit, exit, quit
                 leave, as Ctrl-D does
"""
    )
    assert (
        WIDE.commands(ROWS).out
        == """\
  /help, ?           list the commands
  /sector ID         one sector's note, and its questions by number
  /quit, exit, quit  leave, as Ctrl-D does
"""
    )
    assert (
        TEXT.commands(ROWS).out
        == """\
/help, ?: list the commands
/sector ID: one sector's note, and its questions by number
/quit, exit, quit: leave, as Ctrl-D does
"""
    )


def test_messages_are_dimmed_or_bare_sentences() -> None:
    lines = ["4 questions in 3 sectors, /help.", "No history is kept."]
    assert TEXT.message(lines).out == "".join(f"{line}\n" for line in lines)
    assert WIDE.message(lines).out == "".join(f"  {line}\n" for line in lines)
    assert COLOURED.message(lines[1:]).out == "\x1b[2m  No history is kept.\x1b[0m\n"


def test_the_sources_of_an_entry_are_listed_or_their_absence_stated() -> None:
    page = "https://example.org/page"
    entry = Entry("a", "Q?", "A.", sources=(Source("s", "On gas", "Alpha", "2026-01-22", page),))
    assert WIDE.sources(entry).out == f"  [1] 22 Jan 2026, Alpha: On gas\n      {page}\n"
    assert TEXT.sources(entry).out == f"Source 1 of 1: 22 Jan 2026, Alpha: On gas, {page}\n"
    for view, indent in ((NARROW, "  "), (TEXT, "")):
        assert view.sources(BASE.entries[1]).out == f"{indent}Where to look: Ask the seller.\n"
        assert view.sources(BASE.entries[2]).out == f"{indent}No source is given for this answer.\n"


@pytest.mark.parametrize("look", VIEWS)
def test_no_text_in_the_chat_controls_the_terminal(look: str) -> None:
    view, hostile = VIEWS[look], "\x1b]0;x\a\u202e\r\nerror: [bold]x[/bold] :smile:"
    entry = Entry(
        "a", hostile, "A.", where=hostile, sources=(Source("s", hostile, None, None, None),)
    )
    for page in (
        view.message([hostile]),
        view.commands([(hostile, hostile)]),
        view.sources(entry),
        view.questions([entry]),
    ):
        shown = without_colour(page.out) if look == "coloured" else page.out
        assert_clean(shown)
        assert "[bold]x[/bold]" in shown.replace("\n", "").replace(" ", "")


@pytest.mark.parametrize(
    ("fmt", "environ", "drawn"),
    [
        (Format.RICH, {"COLUMNS": "40"}, True),
        (Format.RICH, {"COLUMNS": "39"}, False),
        (Format.RICH, {"COLUMNS": "80", "TERM": "dumb"}, False),
        (Format.AUTO, {"COLUMNS": "80"}, False),
        (Format.TEXT, {"COLUMNS": "80"}, False),
        (Format.PLAIN, {"COLUMNS": "80"}, False),
    ],
)
def test_the_chat_draws_only_if_format_and_terminal_allow_it(
    fmt: Format, environ: dict[str, str], drawn: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TERM", raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    screen = Screen(fmt, Colour.NEVER, None, CHAT._replace(in_chat=False), quiet=False)
    assert screen.is_drawn == drawn
    if "TERM" not in environ:
        assert isinstance(screen.chat_view(), RichView if drawn else TextView)


def test_the_chat_view_follows_the_window_size(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert not sys.stdout.isatty()
    screen = Screen(Format.RICH, Colour.NEVER, None, CHAT._replace(in_chat=False), quiet=False)
    first_lines = []
    for columns in ("40", "80", "39"):
        monkeypatch.setenv("COLUMNS", columns)
        first_lines.append(asked(screen.chat_view(), "rice duty").splitlines()[0])
    assert list(map(len, first_lines[:2])) == [40, 80]
    assert first_lines[2] == "Question: Is rice free of duty until 2027?"
