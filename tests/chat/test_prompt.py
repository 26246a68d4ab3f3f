"""The two prompts of the chat, on a pseudo-terminal: keys in, drawing and lines out."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chat.typist import Typist
from tests.conftest import environment

LOOP = """
import os, signal, sys, time

from pakaz_cli.terminal.streams import claim_streams
from pakaz_cli.knowledge.load import load_base
from pakaz_cli.errors import OutputLostError
from pakaz_cli.chat.history import History
from pakaz_cli.chat.interrupts import Interruptible, sigint_calls
from pakaz_cli.search.index import Index
from pakaz_cli.chat.line_prompt import LinePrompt
from pakaz_cli.chat.prompt import DrawnPrompt
from pakaz_cli.chat.suggestions import Suggestion, suggest

signal.signal(signal.SIGHUP, signal.SIG_IGN)
claim_streams()
index = Index(load_base(os.environ["PAKAZ_KB"]))
history = History()
history.add("asked before")

def suggested(line):
    if line == "fail":
        raise RuntimeError
    if line == "hostile":
        return [Suggestion("a\\x1b[31m\\u202eb", 7, "a\\x1b[31m\\u202eb")]
    return suggest(index, line)

prompt = LinePrompt()
if sys.argv[1] != "lines":
    prompt = DrawnPrompt(suggested, history, colour=sys.argv[1] == "colour")
def write(text):
    sys.stdout.write(text)
    sys.stdout.flush()

def converse():
    turn = Interruptible()
    with sigint_calls(turn.interrupt):
        while True:
            try:
                with turn:
                    said = ascii(prompt.read())
            except KeyboardInterrupt:
                said = "interrupted"
            except EOFError:
                return
            write(f"got {said}\\n")
            time.sleep(0.3 if "slow" in said else 0)

try:
    converse()
    write("over\\n")
except OutputLostError:
    sys.exit(74)
"""


def at_prompt(kind: str, columns: int = 80, **environ: str) -> Typist:
    words = [sys.executable, "-c", LOOP, kind]
    return Typist(words, environment(TERM="xterm-256color", **environ), columns)


@pytest.fixture(scope="module")
def shared() -> Iterator[Typist]:
    typist = at_prompt("colour")
    typist.sees("›")
    yield typist
    typist.leave()


@pytest.fixture
def drawn(shared: Typist) -> Typist:
    """A prompt with colour, nothing typed yet."""
    shared.waits(lambda: shared.line().startswith("›"))
    shared.type("\x03")
    shared.has_line("›")
    return shared


@pytest.fixture
def lines() -> Iterator[Typist]:
    typist = at_prompt("lines")
    typist.sees(">")
    yield typist
    typist.leave()


def test_the_menu_opens_while_typing_and_tab_completes_the_first_suggestion(drawn: Typist) -> None:
    drawn.type("carg")
    drawn.sees("   How is a cargo priced?")
    assert drawn.line() == "› carg"
    drawn.type("\t")
    drawn.has_line("› How is a cargo priced?")
    drawn.type("\r")
    drawn.gets("'How is a cargo priced?'")


def test_tab_completes_even_before_the_menu_is_open(drawn: Typist) -> None:
    drawn.type("jets\t")
    drawn.has_line("› How many JF-17 jets were bought?")


@pytest.mark.parametrize("keys", ["\x12", "\x13", "\x12asked"])
def test_ctrl_c_ends_a_search_in_the_history(drawn: Typist, keys: str) -> None:
    drawn.type(keys)
    drawn.waits(lambda: "i-search" in drawn.line())
    drawn.type("\x03")
    drawn.has_line("›")
    drawn.type("gas\r")
    drawn.gets("'gas'")


def test_arrows_move_in_an_open_menu_and_otherwise_through_the_history(drawn: Typist) -> None:
    drawn.type("/s")
    drawn.sees("/show ID")
    drawn.type("\x1b[B\x1b[B")
    drawn.has_line("› /sector")
    drawn.type("\x1b[A")
    drawn.has_line("› /sectors")
    drawn.type("\x03")
    drawn.has_line("›")
    drawn.type("first of all\r")
    drawn.gets("'first of all'")
    drawn.type("\x1b[A")
    drawn.has_line("› first of all")
    drawn.type("\x1b[B")
    drawn.has_line("›")


def test_keys_pressed_before_the_prompt_is_ready_are_not_shown_twice(drawn: Typist) -> None:
    drawn.type("too soon\r")
    drawn.sees("got 'too soon'")
    drawn.type("\x1b[A")
    drawn.has_line("› too soon")


@pytest.mark.parametrize("kind", ["colour", "lines"])
@pytest.mark.parametrize("early", ["slow\r", "slow\r\x04", ""])
def test_ctrl_d_is_not_lost_before_the_prompt_is_ready_or_during_an_answer(
    kind: str, early: str
) -> None:
    typist = at_prompt(kind)
    typist.type(early)
    if not early:
        typist.waits(lambda: typist.line() in ("›", ">"))
        typist.type("slow\r")
    typist.sees("got 'slow'")
    if not early.endswith("\x04"):
        typist.type("\x04")
    assert typist.code() == 0
    assert typist.shown().endswith("over")
    typist.leave()


def test_escape_closes_the_menu(drawn: Typist) -> None:
    drawn.type("/s")
    drawn.sees("/show ID")
    drawn.type("\x1b")
    drawn.waits(lambda: "/show ID" not in drawn.shown())
    assert drawn.line() == "› /s"


def test_a_line_of_the_history_is_suggested_in_grey_and_accepted_with_the_right_arrow(
    drawn: Typist,
) -> None:
    drawn.type("asked b")
    drawn.has_line("› asked before")
    assert drawn.screen.buffer[drawn.screen.cursor.y][10].fg == "brightblack"
    drawn.type("\x1b[C\r")
    drawn.gets("'asked before'")


def test_completion_replaces_only_the_text_before_the_cursor(drawn: Typist) -> None:
    drawn.type("rest\x01")
    drawn.type("/sec")
    drawn.sees("/sector ID")
    drawn.type("\t")
    drawn.has_line("› /sectorsrest")


def test_several_pasted_lines_are_one_question(drawn: Typist) -> None:
    drawn.type("\x1b[200~How is\r\na cargo\nпpriced?\x1b[201~")
    drawn.sees("  a cargo\n")
    drawn.type("\r")
    drawn.gets(r"'How is\na cargo\n\u043fpriced?'")


def test_control_characters_are_escaped_and_invalid_bytes_replaced(drawn: Typist) -> None:
    drawn.type(b"a\x11\x1bb\x1b[200~\x1b]0;t\x07\x00\x9b2J\x1b[201~\xff\r")
    drawn.waits(lambda: re.search(r"got 'a.*\]0;t.*2J.*ufffd'", drawn.shown()) is not None)


INVISIBLE = "a\u202eb\u200b\u00ad\U000e0041c"


def test_invisible_characters_are_escaped_in_the_line_and_kept_in_the_question(
    drawn: Typist,
) -> None:
    drawn.type(INVISIBLE)
    drawn.has_line(r"› a\u202eb\u200b\u00ad\U000e0041c")
    drawn.type("\x1b[D\x1b[D\x1b[DX\r")
    drawn.gets(r"'a\u202eb\u200bX\xad\U000e0041c'")
    assert r"› a\u202eb\u200bX\u00ad\U000e0041c" in drawn.shown()
    assert "\u202e".encode() not in drawn.raw


@pytest.mark.parametrize(
    ("recall", "send"), [("\x1b[A", "\r"), ("hid", "\x05\r"), ("\x12\u202e", "\r\r")]
)
def test_invisible_characters_of_the_history_are_escaped(recall: str, send: str) -> None:
    typist = at_prompt("colour")
    typist.has_line("›")
    typist.type("hid\u202eden\r")
    typist.gets(r"'hid\u202eden'")
    typist.type(recall)
    typist.waits(lambda: r"hid\u202eden" in typist.line())
    typist.type(send)
    typist.waits(lambda: typist.shown().count(r"got 'hid\u202eden'") == 2)
    assert "\u202e".encode() not in typist.raw
    typist.leave()


def test_wide_and_joined_characters_stay_and_the_cursor_is_in_its_place(drawn: Typist) -> None:
    drawn.type("漢e\u0301👩\u202e\x1b[D-")
    drawn.has_line(r"› 漢é👩-\u202e")
    assert drawn.screen.cursor.x == 8
    drawn.type("\x03")
    drawn.has_line("›")
    joined = "می\u200cخواهم👩\u200d🌾"
    drawn.type(f"{joined}\r")
    drawn.waits(lambda: f"› {joined}".encode() in re.sub(rb"\x1b\[[\d;]*m", b"", drawn.raw))
    drawn.gets(ascii(joined))


def test_control_characters_in_suggestions_are_escaped(drawn: Typist) -> None:
    drawn.type("hostile")
    drawn.sees("a^[[31m\\u202eb")
    drawn.type("\t\r")
    drawn.gets("'a^[[31m\\\\u202eb'")


def test_an_error_in_the_suggestions_does_not_stop_the_typing(drawn: Typist) -> None:
    drawn.type("fail")
    time.sleep(0.1)
    drawn.type("s\r")
    drawn.gets("'fails'")


def test_paths_are_completed(tmp_path: Path, drawn: Typist) -> None:
    (tmp_path / "kb one.yaml").touch()
    (tmp_path / "kb\x1btwo.yaml").touch()
    drawn.type(f"\x1b[200~/kb {tmp_path}\x1b[201~/kb")
    drawn.sees("kb one.yaml")
    drawn.sees("kb^[two.yaml")


def test_the_prompt_is_redrawn_when_the_window_is_resized(drawn: Typist) -> None:
    drawn.type("carg")
    drawn.sees("   How is a cargo priced?")
    drawn.resize(40)
    drawn.type("o")
    drawn.has_line("› cargo")
    drawn.sees("How is a cargo priced?")
    drawn.type("\x03")
    drawn.resize(80)
    drawn.has_line("›")


def test_a_narrow_menu_without_colour_has_neither_colours_nor_meanings() -> None:
    typist = at_prompt("plain", 40)
    typist.sees("›")
    typist.type("/s")
    shown = typist.sees("/show ID")
    assert "Show a sector" not in shown
    typist.type("\t")
    typist.has_line("› /sectors")
    typist.type("\x03")
    typist.has_line("›")
    typist.type("\x04")
    typist.sees("over")
    assert typist.code() == 0
    codes = {
        code for found in re.findall(rb"\x1b\[([\d;]*)m", typist.raw) for code in found.split(b";")
    }
    assert codes <= {b"", b"0", b"1", b"7"}
    for sequence in (b"\x07", b"\x1b[6n", b"\x1b[?1000h", b"\x1b[?1049h"):
        assert sequence not in typist.raw
    typist.leave()


def test_the_prompt_sign_is_ascii_if_the_encoding_lacks_the_other() -> None:
    typist = at_prompt("plain", PYTHONIOENCODING="ascii")
    typist.has_line(">")
    typist.leave()


def test_the_line_prompt_writes_no_escape_sequence(lines: Typist) -> None:
    lines.type("one\n")
    lines.gets("'one'")
    lines.type("tw\x7fwo \xff".encode("latin-1") + b"\n")
    lines.gets("'two \\ufffd'")
    lines.type("\n")
    lines.gets("''")
    assert b"\x1b" not in lines.raw


def test_the_line_prompt_does_not_load_prompt_toolkit() -> None:
    names = "conversation, line_prompt, loop"
    code = (
        f"import sys; from pakaz_cli.chat import {names}; sys.exit('prompt_toolkit' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_lines_that_arrive_together_at_the_line_prompt_are_one_question(lines: Typist) -> None:
    lines.type("one\ntwo\nthree\n")
    lines.gets("'one\\ntwo\\nthree'")


def test_at_the_line_prompt_ctrl_c_drops_the_line_and_ctrl_d_ends_the_chat(lines: Typist) -> None:
    lines.type("half")
    lines.sees("half")
    lines.type("\x03")
    lines.sees("interrupted\n>")
    lines.type("whole\n")
    lines.gets("'whole'")
    lines.type("\x04")
    lines.sees("\n>\nover")
    assert lines.code() == 0
