"""The installed chat on a pseudo-terminal: its screens, signals, history and exit codes."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.chat.test_conversation import GAS_DEAL, GAS_OFFER
from tests.chat.typist import Typist
from tests.conftest import COMMAND, PATIENCE, Pakaz, environment
from tests.terminal.test_streams import everything_from

GREETING = "4 questions in 3 sectors. Ask a question, or type /help."
PRICE = "How is a cargo priced?"
RICE = "Yes, until 31 December 2027."
#: The end of the answer to "gas deal".
LAST_OF_DEAL = "Is rice free of duty until 2027?"
CTRL_C, CTRL_D, UP = "\x03", "\x04", "\x1b[A"
REFUSED = "pakaz: error: chat needs a terminal; in scripts, use pakaz batch\n"

Open = Callable[..., Typist]


@pytest.fixture
def opened() -> Iterator[Open]:
    """Open a chat and wait for its prompt."""
    typists = []

    def start(*words: str, columns: int = 80, ignored: bool = False, **environ: str) -> Typist:
        env = environment(**{"TERM": "xterm-256color", **environ})
        typist = Typist([str(COMMAND), *words], env, columns, survives_hangup=ignored)
        typists.append(typist)
        typist.waits(lambda: typist.line() in ("›", ">"))
        return typist

    yield start
    for typist in typists:
        typist.leave()


@pytest.fixture(scope="module")
def shared() -> Iterator[Typist]:
    typist = Typist([str(COMMAND)], environment(TERM="xterm-256color"))
    typist.sees(GREETING)
    yield typist
    typist.leave()


@pytest.fixture
def chat(shared: Typist) -> Typist:
    """A cleared chat with an empty line; its history stays."""
    shared.waits(lambda: shared.line().startswith("›"))
    shared.type(CTRL_C)
    shared.has_line("›")
    shared.type("/clear\r")
    shared.waits(lambda: shared.shown() == "  Conversation cleared.\n›")
    return shared


def sgr(raw: bytes) -> set[int]:
    """The SGR parameters that were sent to the terminal."""
    parts = [part for found in re.findall(rb"\x1b\[([\d;]*)m", raw) for part in found.split(b";")]
    return {int(part or 0) for part in parts}


def text_of(shown: str) -> str:
    """The text of a screen without boxes, line breaks and blanks."""
    return re.sub(r"[\s│╭╮╰╯─]+", "", shown)


def test_pakaz_alone_opens_the_chat_and_greets(opened: Open) -> None:
    chat = opened()
    assert chat.shown() == f"  {GREETING}\n›"
    assert b"\x07" not in chat.raw


def test_a_question_is_answered_in_a_panel(chat: Typist) -> None:
    shown = chat.asks("gas deal", LAST_OF_DEAL)
    assert "24 July 2023" in shown
    assert {"╭", "╮", "╰", "╯"} <= set(shown)


def test_the_ids_of_sectors_are_completed(chat: Typist) -> None:
    chat.type("/sector ")
    shown = chat.sees("empty")
    assert all(f" {one} " in shown for one in ("energy", "trade"))
    chat.type("en")
    chat.waits(lambda: "trade" not in chat.shown())
    chat.type("\t")
    chat.has_line("› /sector energy")
    chat.asks("", "Two cargoes came.")


def test_ctrl_c_clears_a_half_typed_line_and_the_chat_goes_on(chat: Typist) -> None:
    chat.type("half a quest")
    chat.has_line("› half a quest")
    chat.type(CTRL_C)
    chat.has_line("›")
    chat.asks("rice customs exemption", RICE)


@pytest.mark.parametrize("form", ["auto", "text"])
def test_ctrl_c_interrupts_only_the_current_turn(opened: Open, tmp_path: Path, form: str) -> None:
    path = tmp_path / "large.yaml"
    line = "  - {{id: e-{0}, question: 'What of matter {0} here?', answer: It is {0} then.}}\n"
    path.write_text("schema: 1\nentries:\n" + "".join(map(line.format, range(30_000))))
    chat = opened("chat", "--format", form)
    chat.type(f"/kb {path}\r")
    chat.waits(lambda: chat.is_interruptible() and chat.line() == "")
    chat.type(CTRL_C)
    # The terminal drops what was written around Ctrl-C, sometimes the end of a line.
    chat.waits(lambda: chat.line().endswith(("›", ">")))
    chat.asks("rice customs exemption", RICE)
    assert "Now using" not in chat.shown()


def test_a_storm_of_ctrl_c_does_not_end_the_chat(opened: Open) -> None:
    chat = opened()
    for _ in range(50):
        for keys in ("gas\r\x03", CTRL_C, CTRL_C, CTRL_C):
            chat.type(keys)
            time.sleep(0.004)
    chat.waits(lambda: chat.line().endswith("›"))
    chat.asks("rice customs exemption", RICE)


def test_sigint_clears_the_line(opened: Open) -> None:
    chat = opened()
    chat.type("half a quest")
    chat.has_line("› half a quest")
    os.kill(chat.pid, signal.SIGINT)
    chat.has_line("›")
    chat.asks("rice customs exemption", RICE)


def test_sigterm_restores_the_terminal(opened: Open) -> None:
    """Otherwise the shell after `timeout` ended the chat would not echo."""
    left, ended = opened(), opened()
    left.type(CTRL_D)
    ended.type("half a quest")
    ended.has_line("› half a quest")
    os.kill(ended.pid, signal.SIGTERM)
    assert (left.code(), ended.code()) == (0, -signal.SIGTERM)
    assert termios.tcgetattr(ended.terminal) == termios.tcgetattr(left.terminal)
    ended.waits(lambda: ended.raw.rfind(b"\x1b[?2004l") > ended.raw.rfind(b"\x1b[?2004h"))
    assert ended.line() == ""  # for the shell


@pytest.mark.parametrize("term", ["xterm-256color", "dumb", "vt100", ""])
def test_ctrl_d_leaves_with_0(opened: Open, term: str) -> None:
    chat = opened(TERM=term)
    chat.asks("rice customs exemption", RICE)
    chat.type(CTRL_D)
    assert chat.code() == 0
    assert chat.line() == ""  # for the shell


def test_a_quit_command_leaves_with_0(opened: Open) -> None:
    chat = opened()
    chat.type("/quit\r")
    assert chat.code() == 0


def assert_whole(shown: str) -> None:
    """The answer on gas is complete, and every row of its panels has both borders."""
    boxed = [line for line in shown.splitlines() if line.startswith(("╭", "│", "╰"))]
    assert boxed
    assert all(line.endswith(("╮", "│", "╯")) for line in boxed)
    text = text_of(shown)
    for said in ("A framework was signed on 24 July 2023.", "literally.", PRICE, LAST_OF_DEAL):
        assert said.replace(" ", "") in text


def test_after_a_resize_the_next_answer_fits_the_window(opened: Open) -> None:
    chat = opened()
    chat.asks("rice customs exemption", RICE)
    chat.resize(40)
    chat.type("gas deal")
    chat.waits(lambda: chat.line().endswith("› gas deal"))
    chat.screen.resize(60, 40)  # all of the answer is on the screen; the window stays as it is
    chat.type("\r")
    chat.waits(lambda: LAST_OF_DEAL.split()[-1] in chat.shown() and chat.line() == "›")
    assert_whole(chat.shown().partition("› gas deal")[2])


def test_forty_columns_are_enough(opened: Open) -> None:
    chat = opened(columns=40)
    chat.screen.resize(60, 40)
    chat.asks("gas deal", "2027?")
    assert_whole(chat.shown())
    chat.type("carg")
    chat.has_line("› carg")
    chat.sees(f"   {PRICE}")


@pytest.mark.parametrize(
    ("words", "environ"), [((), {"TERM": "dumb"}), (("chat", "--format", "text"), {})]
)
def test_labelled_lines_contain_no_escape_sequence(
    opened: Open, words: tuple[str, ...], environ: dict[str, str]
) -> None:
    chat = opened(*words, **environ)
    chat.asks("gas", "Choice 2 of 2: ")
    chat.asks("2", "Related 2 of 2: ")
    chat.type(CTRL_D)
    assert chat.code() == 0
    assert b"\x1b" not in chat.raw
    text = chat.raw.decode().replace("\r\n", "\n")
    assert text == f"{GREETING}\n> gas\n{GAS_OFFER}> 2\n{GAS_DEAL}> \n"
    assert {"Question:", "Answer:"} <= set(text.split())
    assert "\nSource 1 of 2: " in text


def test_no_color_turns_all_colours_off(opened: Open) -> None:
    chat = opened(NO_COLOR="1")
    chat.asks("gas deal", LAST_OF_DEAL)
    chat.type("carg")
    chat.sees(f"  {PRICE}")
    assert sgr(chat.raw) <= {*range(10), *range(21, 30)}


@pytest.mark.parametrize("form", ["auto", "text"])
@pytest.mark.parametrize("ignored", [False, True])
def test_a_lost_terminal_ends_the_chat(opened: Open, form: str, ignored: bool) -> None:
    chat = opened("chat", "--format", form, ignored=ignored)
    chat.hang_up()
    assert chat.code() == (74 if ignored else -signal.SIGHUP)


def test_a_terminal_lost_while_typing_ends_the_chat(opened: Open) -> None:
    chat = opened("chat", ignored=True)
    chat.type("carg")
    chat.sees(f"  {PRICE}")
    chat.type("o\rgas")
    chat.hang_up()
    assert chat.code() == 74


@pytest.mark.parametrize("environ", [{}, {"PAKAZ_HISTORY": "1"}])
def test_a_history_is_saved_on_request_and_readable_by_its_owner_only(
    opened: Open, tmp_path: Path, environ: dict[str, str]
) -> None:
    words = ["chat"] if environ else ["chat", "--history"]
    for _ in range(2):
        chat = opened(*words, XDG_STATE_HOME=str(tmp_path), HOME=str(tmp_path), **environ)
        chat.asks("rice customs exemption", RICE)
        chat.type(CTRL_D)
        assert chat.code() == 0
    kept = tmp_path / "pakaz" / "history"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [kept]
    assert kept.read_text() == '"rice customs exemption"\n'
    assert kept.stat().st_mode & 0o777 == 0o600
    chat = opened(*words, XDG_STATE_HOME=str(tmp_path), **environ)
    chat.type(UP)
    chat.has_line("› rice customs exemption")


def test_no_history_is_saved_by_default(opened: Open, tmp_path: Path) -> None:
    chat = opened(XDG_STATE_HOME=str(tmp_path), HOME=str(tmp_path))
    chat.asks("rice customs exemption", RICE)
    chat.type(CTRL_D)
    assert chat.code() == 0
    assert list(tmp_path.iterdir()) == []


def test_debug_shows_the_traceback_of_a_bug_and_the_chat_continues(
    opened: Open, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "from pakaz_cli.search import engine as search\n"
        "whole = search.search\n"
        "def broken(*given):\n"
        "    search.search = whole\n"
        "    raise RuntimeError('first one')\n"
        "search.search = broken\n"
    )
    chat = opened("chat", "--debug", PYTHONPATH=str(tmp_path))
    chat.asks("rice customs exemption", "please report it: RuntimeError: first one")
    assert b"Traceback (most recent call last)" in chat.raw
    chat.asks("rice customs exemption", RICE)
    chat.type(CTRL_D)
    assert chat.code() == 0


@pytest.mark.parametrize("words", [("chat",), ("chat", "--history")])
@pytest.mark.parametrize("stream", [0, 1])
def test_chat_is_refused_unless_stdin_and_stdout_are_terminals(
    words: tuple[str, ...], stream: int
) -> None:
    assert half_a_terminal(*words, stream=stream) == ("", REFUSED, 2)


def test_chat_into_a_full_disk_is_refused() -> None:
    shell = ["/bin/sh", "-c", f"{COMMAND} chat >/dev/full"]
    typist = Typist(shell, environment())
    assert typist.code() == 2
    assert typist.raw.decode() == REFUSED.replace("\n", "\r\n")
    typist.leave()


@pytest.mark.parametrize("stream", [0, 1])
def test_pakaz_alone_with_a_pipe_on_one_side_shows_help_on_stderr(stream: int) -> None:
    out, err, code = half_a_terminal(stream=stream)
    assert (out, code) == ("", 2)
    assert err.startswith("Usage: pakaz [OPTIONS] COMMAND")


def test_pakaz_alone_in_pipes_shows_help_on_stderr(pakaz: Pakaz) -> None:
    out, err, code = pakaz()
    assert (out, code) == ("", 2)
    assert err.startswith("Usage: pakaz [OPTIONS] COMMAND")


def half_a_terminal(*words: str, stream: int) -> tuple[str, str, int]:
    """Run the command with one standard stream in a pipe, the other on a terminal."""
    master, slave = pty.openpty()
    done = subprocess.run(
        [COMMAND, *words],
        stdin=subprocess.DEVNULL if stream == 0 else slave,
        stdout=subprocess.PIPE if stream == 1 else slave,
        stderr=subprocess.PIPE,
        env=environment(TERM="xterm-256color"),
        timeout=PATIENCE,
        check=False,
    )
    os.close(slave)
    shown = everything_from(master).decode()
    return (done.stdout or b"").decode() + shown, done.stderr.decode(), done.returncode
