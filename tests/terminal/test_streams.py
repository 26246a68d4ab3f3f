"""Streams, terminals and hostile text, tested on the installed command."""

from __future__ import annotations

import fcntl
import io
import os
import pty
import struct
import subprocess
import termios
import unicodedata
from pathlib import Path

import pytest

from pakaz_cli.errors import OutputLostError
from pakaz_cli.terminal.streams import DrawingStream, ErrorStream, Stream
from tests.conftest import COMMAND, PATIENCE, Pakaz, environment

TEXT_FORMATS = ["rich", "text", "plain"]


def everything_from(terminal: int) -> bytes:
    """Read a pseudo-terminal to its end and close it."""
    drawn = b""
    while True:
        try:
            chunk = os.read(terminal, 65536)
        except OSError:  # how Linux says that nobody writes any more
            chunk = b""
        if not chunk:
            os.close(terminal)
            return drawn
        drawn += chunk


def on_terminal(
    *words: str, columns: int = 80, environ: dict[str, str] | None = None
) -> tuple[str, int]:
    """Run the command on a pseudo-terminal; return what it drew and its exit code."""
    pid, terminal = pty.fork()
    if pid == 0:
        fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        os.execve(
            COMMAND,
            [str(COMMAND), *words],
            environment(**({"TERM": "xterm-256color"} | (environ or {}))),
        )
    drawn = everything_from(terminal)
    _, status = os.waitpid(pid, 0)
    return drawn.decode().replace("\r\n", "\n"), os.waitstatus_to_exitcode(status)


def without_colour(drawn: str) -> str:
    """Remove our own colour sequences, and nothing else."""
    kept, *parts = drawn.split("\x1b[")
    for part in parts:
        codes, found, rest = part.partition("m")
        assert found
        assert all(code.isdigit() for code in codes.split(";"))
        kept += rest
    return kept


def assert_clean(shown: str) -> None:
    """No character that could act on a terminal or hide."""
    bad = [
        character
        for character in shown
        if character not in "\n\t\u200c\u200d"
        and unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")
    ]
    assert bad == []


def shell(line: str, **environ: str) -> subprocess.CompletedProcess[bytes]:
    """Run a line of shell in which $PAKAZ is the command."""
    return subprocess.run(
        ["bash", "-c", line],
        capture_output=True,
        env=environment(PAKAZ=str(COMMAND), **environ),
        timeout=PATIENCE,
        check=False,
    )


def test_a_terminal_gets_a_panel_in_colour() -> None:
    drawn, code = on_terminal("ask", "rice", "customs", "exemption")
    assert code == 0
    assert "\x1b[" in drawn
    assert without_colour(drawn).startswith("╭─ Is rice free of duty until 2027? ─")


@pytest.mark.parametrize(
    ("words", "environ", "coloured"),
    [
        ([], {}, True),
        ([], {"NO_COLOR": ""}, True),
        ([], {"NO_COLOR": "1"}, False),
        ([], {"NO_COLOR": "0"}, False),
        (["--color", "never"], {}, False),
        (["--color", "always"], {"NO_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_colour_follows_the_option_then_no_color(
    words: list[str], environ: dict[str, str], coloured: bool
) -> None:
    drawn, _ = on_terminal("ask", "rice customs exemption", *words, environ=environ)
    assert ("\x1b[" in drawn) == coloured
    assert "╭─" in drawn


def test_a_pipe_gets_colour_only_with_the_option(pakaz: Pakaz) -> None:
    words = ("show", "gas-deal", "--format", "rich")
    assert "\x1b" not in pakaz(*words, FORCE_COLOR="1", CLICOLOR_FORCE="1").out
    assert "\x1b" in pakaz(*words, "--color", "always").out


def test_a_dumb_terminal_gets_labelled_lines_without_a_single_escape() -> None:
    drawn, _ = on_terminal("ask", "rice customs exemption", environ={"TERM": "dumb"})
    assert drawn.startswith("Question: Is rice free of duty until 2027?\nAnswer: Yes")
    assert "\x1b" not in drawn


@pytest.mark.parametrize("columns", ["", "0", "1", "39", "40", "1000000", "-5", "abc", "１００"])
def test_no_width_loses_a_character_of_the_answer(pakaz: Pakaz, columns: str) -> None:
    drawn = pakaz("show", "gas-deal", "--format", "rich", COLUMNS=columns).out
    wide = pakaz("show", "gas-deal", "--format", "rich", "--width", "100").out
    answer = "".join(
        filter(
            str.isalnum, "A framework was signed on 24 July 2023. One cargo a month may be offered"
        )
    )
    assert answer in "".join(filter(str.isalnum, drawn))
    assert len(drawn) < 4 * len(wide)
    if columns in ("1", "39"):
        assert "╭" not in drawn


@pytest.mark.parametrize(("width", "line"), [("40", 40), ("60", 60), ("100", 100), ("500", 100)])
def test_panels_are_between_40_and_100_columns_wide(pakaz: Pakaz, width: str, line: int) -> None:
    drawn = pakaz("show", "gas-deal", "--format", "rich", "--width", width).lines
    assert {len(row) for row in drawn if row[0] in "╭│╰"} == {line}


@pytest.mark.parametrize("width", ["40", "80"])
def test_an_address_is_never_broken(pakaz: Pakaz, width: str) -> None:
    drawn = pakaz("show", "gas-deal", "--format", "rich", "--width", width).out
    assert "without/being/broken/somewhere.html\n" in drawn
    assert (
        "https://example.org/a/very/long/path/that/would/not/fit/in/a/narrow/panel/without/"
        in drawn
    )


def test_a_stream_never_loses_output_silently_but_messages_and_drawings_are_dropped() -> None:
    with Path("/dev/full").open("w") as full:
        stream = Stream(full)
        stream.write("lost")
        with pytest.raises(OutputLostError, match="No space left on device"):
            stream.flush()
        with pytest.raises(OutputLostError, match="the stream is closed"):
            stream.write("lost as well")
    for kind in (ErrorStream, DrawingStream):
        with Path("/dev/full").open("w") as full:
            stream = kind(full)
            for _ in range(2):
                stream.write("dropped")
                stream.flush()


def test_only_a_drawing_may_act_on_the_terminal() -> None:
    for kind, written in ((ErrorStream, "^[[2J"), (DrawingStream, "\x1b[2J")):
        buffer = io.StringIO()
        kind(buffer).write("\x1b[2J")
        assert buffer.getvalue() == written


@pytest.mark.parametrize(
    ("redirection", "reason"),
    [(">/dev/full", "No space left on device"), (">&-", "the stream is closed")],
)
def test_lost_output_is_74_and_one_line(redirection: str, reason: str) -> None:
    done = shell(f'"$PAKAZ" list {redirection}')
    assert done.returncode == 74
    assert done.stderr == f"pakaz: error: output could not be written: {reason}\n".encode()


def test_words_on_the_command_line_never_wait_for_stdin() -> None:
    read, write = os.pipe()
    done = subprocess.run(
        [COMMAND, "ask", "rice customs exemption"],
        stdin=read,
        env=environment(),
        timeout=PATIENCE,
        check=False,
        capture_output=True,
    )
    os.close(read)
    os.close(write)
    assert done.returncode == 0


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1254", "utf-8:strict", "utf-16"])
@pytest.mark.parametrize("fmt", ["rich", "text", "plain"])
def test_characters_an_encoding_lacks_are_escaped(tmp_path: Path, encoding: str, fmt: str) -> None:
    path = tmp_path / "kb.yaml"
    path.write_text(
        "schema: 1\nentries:\n  - id: a\n    question: Gəncə – Bakı?\n    answer: ə → 1\n"
    )
    done = subprocess.run(
        [COMMAND, "show", "a", "--format", fmt],
        capture_output=True,
        env=environment(PYTHONIOENCODING=encoding, PAKAZ_KB=str(path)),
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    shown = done.stdout.decode(encoding.partition(":")[0])
    assert ("ə → 1" in shown) or ("\\u0259 \\u2192 1" in shown)
    record = subprocess.run(
        [COMMAND, "show", "a", "--json"],
        capture_output=True,
        env=environment(PYTHONIOENCODING=encoding, PAKAZ_KB=str(path)),
        check=False,
    )
    assert "ə → 1" in record.stdout.decode("utf-8")


#: Sequences that act on a terminal, and characters that hide or reorder, as a person might paste them.
HOSTILE = "\x1b[2J \x9b31m \u202eevil \x1b]0;title\a \r over \u200bhidden \u2028break \x08 \U000e0041 \x1b]52;c;eA==\x07"
HIDDEN = "\u202eevil \u2028break \u200bhidden \u00adsoft \U000e0041tag"
MARKUP = [
    "[/x]",
    "[bold]",
    "[a-z]",
    "[1]",
    ":smile:",
    "[link=file:///etc/passwd]x",
    "\\[",
    "[@click=x]",
]


@pytest.mark.parametrize("fmt", [*TEXT_FORMATS, "json"])
def test_markup_of_other_programs_appears_as_typed(tmp_path: Path, pakaz: Pakaz, fmt: str) -> None:
    path = tmp_path / "kb.yaml"
    told = " ".join(MARKUP)
    path.write_text(
        f"schema: 1\nsectors:\n  - id: s\n    name: '{told}'\n    note: '{told}'\n"
        f"entries:\n  - id: a\n    sector: s\n    question: '{told}'\n    answer: '{told}'\n    where: '{told}'\n"
    )
    for words in (["show", "a"], ["sectors"], ["sectors", "s"], ["list"], ["ask", told]):
        result = pakaz(*words, "--format", fmt, "--width", "100", PAKAZ_KB=str(path))
        shown = result.out + result.err
        assert result.code == 0, words
        if words[0] == "ask" and fmt == "plain":
            assert told in shown
        else:
            assert all((repr(mark)[1:-1] if fmt == "json" else mark) in shown for mark in MARKUP), (
                words
            )


@pytest.mark.parametrize("fmt", [*TEXT_FORMATS, "json"])
@pytest.mark.parametrize(
    "words",
    [
        ["ask", HOSTILE],
        ["ask", "rice customs exemption", HOSTILE],
        ["show", HOSTILE],
        ["sectors", HOSTILE],
        ["list", "--sector", HOSTILE],
        ["kb", "check", f"/tmp/{HOSTILE}"],
        ["list", "--kb", f"/tmp/{HOSTILE}"],
        ["ask", f"--{HOSTILE}"],
        ["list", HOSTILE],
        ["list", "--width", HOSTILE],
    ],
    ids=lambda words: " ".join(words).split("\x1b")[0],
)
def test_nothing_typed_or_named_acts_on_the_terminal(
    pakaz: Pakaz, words: list[str], fmt: str
) -> None:
    result = pakaz(*words, "--format", fmt)
    assert result.out + result.err
    assert_clean(result.out + result.err)


def test_hidden_characters_of_a_knowledge_base_load_and_are_shown_escaped(
    tmp_path: Path, pakaz: Pakaz
) -> None:
    path = tmp_path / "kb.yaml"
    told = f'"{HIDDEN.encode("unicode_escape").decode()}"'
    path.write_text(
        f"schema: 1\ntitle: {told}\nsectors:\n  - {{id: s, name: {told}, note: {told}}}\n"
        f"sources:\n  k: {{title: {told}, publisher: {told}}}\n"
        f"entries:\n  - {{id: a, sector: s, question: {told}, variants: [visa a], answer: {told}, sources: [k], where: {told}}}\n"
        f"  - {{id: b, question: {told}, variants: [visa b], answer: B.}}\n"
    )
    for words in (["show", "a"], ["sectors", "s"], ["list"], ["ask", "visa"]):
        result = pakaz(*words, "--format", "text", PAKAZ_KB=str(path))
        assert_clean(result.out + result.err)
    drawn, _ = on_terminal("show", "a", columns=100, environ={"PAKAZ_KB": str(path)})
    assert_clean(without_colour(drawn))
    assert "\\u202eevil \\u2028break \\u200bhidden \\u00adsoft \\U000e0041tag" in without_colour(
        drawn
    )
    assert pakaz("show", "a", "--json", PAKAZ_KB=str(path)).json["answer"] == HIDDEN


def test_findings_in_a_hostile_file_act_on_no_terminal(tmp_path: Path, pakaz: Pakaz) -> None:
    path = tmp_path / "kb.yaml"
    path.write_text(
        'schema: 1\n"k\\e[2J": 1\nentries:\n  - {id: "\\u202e", question: "\\e", answer: !\u202ex y}\n'
    )
    for fmt in [*TEXT_FORMATS, "json"]:
        result = pakaz("kb", "check", str(path), "--format", fmt)
        assert result.code == 65
        assert_clean(result.out + result.err)


def test_a_piped_line_is_never_wrapped(tmp_path: Path, pakaz: Pakaz) -> None:
    path = tmp_path / "kb.yaml"
    path.write_text(
        f"schema: 1\nentries:\n  - id: a\n    question: Q?\n    answer: {'word ' * 100}end\n"
    )
    assert pakaz("show", "a", PAKAZ_KB=str(path), COLUMNS="40").lines == ["word " * 100 + "end"]


def test_python_m_runs_as_the_command_does(pakaz: Pakaz) -> None:
    done = subprocess.run(
        [COMMAND.parent / "python", "-m", "pakaz_cli", "sectors"],
        capture_output=True,
        env=environment(),
        check=False,
    )
    assert done.stdout.decode() == pakaz("sectors").out


def test_lost_output_is_74_when_python_runs_unbuffered(tmp_path: Path) -> None:
    done = shell(f'ulimit -f 1; "$PAKAZ" list > {tmp_path}/out', PYTHONUNBUFFERED="1", PAKAZ_KB="")
    assert done.returncode == 74


def test_a_file_name_never_forges_a_line_of_findings(pakaz: Pakaz) -> None:
    result = pakaz("kb", "check", "/tmp/x\nfake.yaml:1:1: tab hello")
    assert len(result.err.splitlines()) == 1


def test_a_shell_gets_nothing_but_ids_to_complete(tmp_path: Path, pakaz: Pakaz) -> None:
    path = tmp_path / "kb.yaml"
    path.write_text(
        "schema: 1\nentries:\n  - id: aa\n    question: 'why \\$(touch /tmp/PWNED) [/x] ok'\n    answer: A.\n"
    )
    for shell_name in ("bash", "zsh", "fish"):
        result = pakaz(
            PAKAZ_KB=str(path),
            _PAKAZ_COMPLETE=f"complete_{shell_name}",
            _TYPER_COMPLETE_ARGS="pakaz show ",
            COMP_WORDS="pakaz show ",
            COMP_CWORD="2",
            _TYPER_COMPLETE_FISH_ACTION="get-args",
        )
        assert "aa" in result.out
        assert "PWNED" not in result.out + result.err


def test_a_question_that_cannot_be_read_is_66() -> None:
    done = shell('"$PAKAZ" ask - 0>/dev/null')
    assert (done.returncode, done.stdout) == (66, b"")


def test_boxes_are_ascii_where_the_encoding_lacks_box_drawing() -> None:
    done = shell('"$PAKAZ" show gas-deal --format rich', PYTHONIOENCODING="ascii")
    drawn = done.stdout.decode("ascii")
    assert drawn.startswith("+- What was agreed")
    assert "- One cargo a month" in drawn


def test_panels_on_a_dumb_terminal_are_not_coloured() -> None:
    drawn, _ = on_terminal("show", "gas-deal", "--format", "rich", environ={"TERM": "dumb"})
    assert "\x1b" not in drawn


def test_the_hint_to_type_a_question_respects_quiet() -> None:
    for words, told in ((["ask", "-"], True), (["ask", "-q", "-"], False)):
        pid, terminal = pty.fork()
        if pid == 0:
            os.execve(COMMAND, [str(COMMAND), *words], environment(TERM="xterm"))
        os.write(terminal, b"weather\n\x04\x04")
        drawn = everything_from(terminal)
        os.waitpid(pid, 0)
        assert (b"type a question, then press Ctrl-D" in drawn) == told
