"""The fast path gives the same bytes and exit codes as Typer, or declines."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pakaz_cli.cli import commands, fast_path
from tests.conftest import COMMAND, ROOT, SMALL, TODAY, environment, run_inside
from tests.terminal import test_streams
from tests.terminal.test_streams import on_terminal

WITH_TYPER = "import sys; from pakaz_cli.cli import commands; sys.exit(commands.run(sys.argv[1:]))"
BROKEN = str(ROOT / "pyproject.toml")

# The command line

NAMES = st.sampled_from(
    [
        "--kb",
        "--sector",
        "--format",
        "--color",
        "--top",
        "--width",
        "--json",
        "--explain",
        "--quiet",
        "-q",
        "--debug",
        "--help",
        "-h",
        "--version",
        "-V",
        "--lines",
        "--k",
        "--forma",
        "--Json",
        "--no-json",
        "--colour",
        "-j",
        "-qq",
        "-f",
        "--top=3",
        "--format=json",
        "--json=1",
        "--kb=x",
        "--sector=energy",
        "--width=",
        "-",
        "--",
        "---",
        "-5",
        "--=",
    ]
)
VALUES = st.sampled_from(
    [
        *(
            "",
            "auto",
            "plain",
            "text",
            "rich",
            "json",
            "JSON",
            "Plain",
            "always",
            "never",
            "Always",
        ),
        *("0", "1", "5", "1000", "1001", "007", "+3", " 3", "3 ", "1_0", "٣", "²", "1e2", "-1"),
        *("3.0", "39", "40", "99999999", "100000000", "9" * 30, "energy", "trade", "Energy"),
        *("nope", "empty", str(SMALL), "/nowhere", ".", BROKEN, "\udcff", "a\0b", "ask", "it's"),
    ]
)
WORDS = st.sampled_from(
    [
        *("rice", "customs", "exemption", "exemtion", "gas", "lng", "weather", "gas\tdeal", "a\0b"),
        *("rice customs exemption", "", "  ", "\n", "\x1b[31mred", "\udcff", "\ud800", "ə", "💡"),
        *("x" * 600, "json", "kb", "@x", "\\", "%", "*", "Whatever?", "=", "ask", "sectors"),
    ]
)
GOOD_OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "--kb": st.sampled_from([str(SMALL), str(SMALL), "/nowhere", BROKEN, ""]),
        "--sector": st.sampled_from(["energy", "trade", "nope", ""]),
        "--format": st.sampled_from(["auto", "plain", "text", "rich", "json"]),
        "--color": st.sampled_from(["auto", "always", "never"]),
        "--top": st.sampled_from(["1", "2", "05", "1000"]),
        "--width": st.sampled_from(["1", "20", "39", "40", "100", "99999999"]),
        "--json": st.none(),
        "--explain": st.none(),
        "--quiet": st.none(),
        "-q": st.none(),
    },
).map(lambda given: [(name,) if value is None else (name, value) for name, value in given.items()])


def in_order(parts: Sequence[tuple[str, ...]]) -> list[str]:
    return ["ask", *(word for part in parts for word in part)]


#: Well-formed command lines, so that not every example is a usage error.
GOOD_LINES = st.tuples(GOOD_OPTIONS, st.lists(WORDS.map(lambda word: (word,)), min_size=1)).flatmap(
    lambda drawn: st.permutations([*drawn[0], *drawn[1]]).map(in_order)
)
PARTS = st.lists(
    WORDS.map(lambda word: (word,))
    | NAMES.map(lambda name: (name,))
    | st.tuples(NAMES, VALUES)
    | GOOD_OPTIONS.filter(bool).map(lambda options: options[0])
)
BAD_LINES = st.builds(
    lambda before, command, parts: [*before, *command, *in_order(parts)[1:]],
    st.just([]) | st.lists(NAMES | VALUES, max_size=2),
    st.sampled_from([["ask"]] * 9 + [["--version"], ["-V"], ["sectors"], ["as"], ["ask", "ask"]]),
    PARTS,
)
ENVIRONMENTS = st.just(dict[str, str]()) | st.fixed_dictionaries(
    {},
    optional={
        "PAKAZ_FORMAT": st.sampled_from(["", "json", "plain", "text", "rich", "auto", "JSON", "x"]),
        "PAKAZ_KB": st.sampled_from(["", str(SMALL), "/nowhere", BROKEN, "\udcff"]),
        "PAKAZ_TODAY": st.sampled_from(["", TODAY, "2026", "2026-02-30", "soon", "\udcff"]),
        "COLUMNS": st.sampled_from(["", "0", "20", "60", "200", "wide", "٣"]),
        "TERM": st.sampled_from(["dumb", "xterm"]),
        "NO_COLOR": st.just("1"),
        "FORCE_COLOR": st.just("1"),
    },
)


def agree(words: list[str], environ: dict[str, str]) -> bool:
    """Return whether the fast path accepts a command line; then both ways must agree."""
    with mock.patch("pakaz_cli.knowledge.load._PACKAGED", str(SMALL)):
        fast_run = run_inside(fast_path.run, words, **environ)
        if fast_run[2] is None:
            assert fast_run == (b"", b"", None)
            return False
        assert fast_run == run_inside(commands.run, words, **environ)
    return True


@settings(max_examples=120, deadline=None)
@given(GOOD_LINES, ENVIRONMENTS)
def test_a_well_formed_command_line_gives_the_bytes_and_the_code_of_typer(
    words: list[str], environ: dict[str, str]
) -> None:
    accepted = agree(words, environ)
    assert accepted or environ.get("PAKAZ_FORMAT") or {"-q", "--quiet"} <= {*words}


@settings(max_examples=120, deadline=None)
@given(BAD_LINES, ENVIRONMENTS)
def test_so_it_is_with_any_command_line_or_it_is_declined(
    words: list[str], environ: dict[str, str]
) -> None:
    agree(words, environ)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(max_size=6) | NAMES | WORDS, max_size=5))
def test_any_words_give_the_bytes_and_the_code_of_typer_or_are_declined(words: list[str]) -> None:
    agree(["ask", *words], {})


PLAIN = [
    "ask rice customs exemption",
    "ask 'is rice free of duty'",
    "ask rice --json",
    "ask --json --explain rice exemtion",
    "ask --sector trade rice duty",
    "ask --format rich --width 80 gas",
    "ask --format text --color never weather",
    "ask gas --top 3 --format plain -q",
    f"ask --kb {SMALL} gas --quiet",
    "ask ''",
    "ask --sector nope gas",
    "ask --kb /nowhere gas",
    f"ask --kb {BROKEN} gas",
    "--version",
    "-V",
]


@pytest.mark.parametrize("line", PLAIN)
def test_plain_command_lines_are_accepted(line: str) -> None:
    assert agree(shlex.split(line), {})


@pytest.mark.parametrize("name", ["README.md", "docs/scripting.md", "docs/search.md"])
def test_the_command_lines_of_the_docs_are_accepted(name: str) -> None:
    page = (ROOT / name).read_text("utf-8")
    lines = re.findall(r"^(?:\$ )?pakaz (ask [^|>&;\n]*)", page, re.MULTILINE)
    accepted = [fast_path.parse(shlex.split(line, comments=True), {}) for line in lines]
    declined = [line for line, options in zip(lines, accepted, strict=True) if options is None]
    assert [line for line in declined if " -" not in line or " - " not in f"{line} "] == []
    assert any(accepted) or not lines


@pytest.mark.parametrize("environ", [{}, {"PAKAZ_FORMAT": "json"}, {"PAKAZ_FORMAT": "text"}])
def test_options_from_the_environment_are_accepted(environ: dict[str, str]) -> None:
    assert agree(["ask", "gas"], environ | {"PAKAZ_KB": ""})


def test_a_command_line_that_is_not_plain_is_declined_without_output() -> None:
    lines = [
        *("", "ask", "ask -", "ask -- gas", "ask --help", "ask gas --debug", "ask --js gas"),
        *("ask --format=json gas", "ask gas --top", "ask gas --top 0", "ask gas --json --json"),
        *("ask gas --format JSON", "list", "chat", "--help", "--version ask", "kb check", "as"),
    ]
    for line in lines:
        assert run_inside(fast_path.run, line.split()) == (b"", b"", None), line
    for environ in ({"_PAKAZ_COMPLETE": "complete_bash"}, {"_PAKAZ_COMPLETE": ""}):
        assert run_inside(fast_path.run, ["ask", "gas"], **environ) == (b"", b"", None)
    assert run_inside(fast_path.run, ["ask", "gas"], PAKAZ_FORMAT="nope") == (b"", b"", None)


@pytest.mark.parametrize(
    ("line", "environ"),
    [
        ("ask rice customs exemption", {}),
        ("ask --json --explain gas", {}),
        ("ask --format rich --color always lng agreed", {}),
        ("ask weather", {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}),
        ("ask gas \udcff --kb /no\udcffwhere", {}),
        ("ask gas", {"PAKAZ_TODAY": "soon"}),
        ("ask gas --json", {"PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "ascii"}),
        ("--version", {"PAKAZ_KB": "/no\udcffwhere"}),
    ],
)
def test_the_installed_command_prints_what_typer_prints(line: str, environ: dict[str, str]) -> None:
    fast_run, typer_run = (
        subprocess.run(
            [*command, *line.split(" ")],
            capture_output=True,
            env=environment(**environ),
            stdin=subprocess.DEVNULL,
            check=False,
        )
        for command in ([COMMAND], [sys.executable, "-c", WITH_TYPER])
    )
    assert (fast_run.returncode, fast_run.stdout, fast_run.stderr) == (
        typer_run.returncode,
        typer_run.stdout,
        typer_run.stderr,
    )


@pytest.mark.parametrize("environ", [{}, {"TERM": "dumb"}, {"NO_COLOR": "1"}], ids=str)
def test_a_terminal_shows_what_typer_shows(environ: dict[str, str], tmp_path: Path) -> None:
    typer_run = tmp_path / "typer_run"
    typer_run.write_text(f"#!{sys.executable}\n{WITH_TYPER}\n")
    typer_run.chmod(0o755)
    for line, columns in (
        *(("ask rice customs exemtion --explain", 80), ("ask gas", 30), ("ask weather --json", 80)),
        ("--version", 80),
    ):
        fast_run = on_terminal(*line.split(), columns=columns, environ=environ)
        with mock.patch.object(test_streams, "COMMAND", typer_run):
            assert fast_run == on_terminal(*line.split(), columns=columns, environ=environ)


@pytest.mark.parametrize("closed", [">&-", ">/dev/full", "2>&-", "2>/dev/full", "<&-"])
def test_lost_streams_give_the_same_bytes_and_code(closed: str) -> None:
    for line in ("ask rice customs exemption", "ask weather", "--version"):
        fast_run, typer_run = (
            subprocess.run(
                ["bash", "-c", f"{command} {line} {closed}"],
                capture_output=True,
                env=environment(WITH_TYPER=WITH_TYPER),
                check=False,
            )
            for command in (COMMAND, f'{sys.executable} -c "$WITH_TYPER"')
        )
        assert (fast_run.returncode, fast_run.stdout, fast_run.stderr) == (
            typer_run.returncode,
            typer_run.stdout,
            typer_run.stderr,
        )
