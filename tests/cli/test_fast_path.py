"""The quick start is the slow one: same bytes, same codes; so are the parts made for it."""

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
from rapidfuzz.distance import OSA, Indel, LCSseq  # noqa: TID251 - what ours must agree with

from pakaz_cli.cli import commands, fast_path
from pakaz_cli.knowledge.load import load_base
from pakaz_cli.search import english, similarity
from pakaz_cli.search.engine import search
from pakaz_cli.search.index import Index
from pakaz_cli.text.words import stem
from tests.conftest import COMMAND, ROOT, SMALL, TODAY, environment, run_inside
from tests.terminal import test_streams
from tests.terminal.test_streams import on_terminal

SLOWLY = "import sys; from pakaz_cli.cli import commands; sys.exit(commands.run(sys.argv[1:]))"
DATA = ROOT / "src" / "pakaz_cli" / "data"
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


#: What is written as it should be, so that much of what is drawn is no usage error; and the rest.
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
    """Tell whether the quick way understands a command line; then both ways must be the same."""
    with mock.patch("pakaz_cli.knowledge.load._PACKAGED", str(SMALL)):
        quickly = run_inside(fast_path.run, words, **environ)
        if quickly[2] is None:
            assert quickly == (b"", b"", None)
            return False
        assert quickly == run_inside(commands.run, words, **environ)
    return True


@settings(max_examples=120, deadline=None)
@given(GOOD_LINES, ENVIRONMENTS)
def test_a_command_line_gives_the_very_bytes_and_the_code_of_the_long_way(
    words: list[str], environ: dict[str, str]
) -> None:
    understood = agree(words, environ)
    assert understood or environ.get("PAKAZ_FORMAT") or {"-q", "--quiet"} <= {*words}


@settings(max_examples=120, deadline=None)
@given(BAD_LINES, ENVIRONMENTS)
def test_so_it_is_with_any_command_line_or_it_is_declined(
    words: list[str], environ: dict[str, str]
) -> None:
    agree(words, environ)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(max_size=6) | NAMES | WORDS, max_size=5))
def test_so_it_is_with_any_words_at_all(words: list[str]) -> None:
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
def test_plain_command_lines_are_understood(line: str) -> None:
    assert agree(shlex.split(line), {})


@pytest.mark.parametrize("name", ["README.md", "docs/scripting.md", "docs/search.md"])
def test_what_the_pages_show_is_understood(name: str) -> None:
    page = (ROOT / name).read_text("utf-8")
    lines = re.findall(r"^(?:\$ )?pakaz (ask [^|>&;\n]*)", page, re.MULTILINE)
    understood = [fast_path.read(shlex.split(line, comments=True), {}) for line in lines]
    declined = [line for line, wish in zip(lines, understood, strict=True) if wish is None]
    assert [line for line in declined if " -" not in line or " - " not in f"{line} "] == []
    assert any(understood) or not lines


@pytest.mark.parametrize("environ", [{}, {"PAKAZ_FORMAT": "json"}, {"PAKAZ_FORMAT": "text"}])
def test_the_environment_is_understood(environ: dict[str, str]) -> None:
    assert agree(["ask", "gas"], environ | {"PAKAZ_KB": ""})


def test_what_is_not_plain_is_declined_before_anything_is_done() -> None:
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
def test_the_installed_command_says_what_the_long_way_says(
    line: str, environ: dict[str, str]
) -> None:
    quickly, slowly = (
        subprocess.run(
            [*command, *line.split(" ")],
            capture_output=True,
            env=environment(**environ),
            stdin=subprocess.DEVNULL,
            check=False,
        )
        for command in ([COMMAND], [sys.executable, "-c", SLOWLY])
    )
    assert (quickly.returncode, quickly.stdout, quickly.stderr) == (
        slowly.returncode,
        slowly.stdout,
        slowly.stderr,
    )


@pytest.mark.parametrize("environ", [{}, {"TERM": "dumb"}, {"NO_COLOR": "1"}], ids=str)
def test_a_terminal_shows_what_the_long_way_shows(environ: dict[str, str], tmp_path: Path) -> None:
    slowly = tmp_path / "slowly"
    slowly.write_text(f"#!{sys.executable}\n{SLOWLY}\n")
    slowly.chmod(0o755)
    for line, columns in (
        *(("ask rice customs exemtion --explain", 80), ("ask gas", 30), ("ask weather --json", 80)),
        ("--version", 80),
    ):
        quickly = on_terminal(*line.split(), columns=columns, environ=environ)
        with mock.patch.object(test_streams, "COMMAND", slowly):
            assert quickly == on_terminal(*line.split(), columns=columns, environ=environ)


@pytest.mark.parametrize("closed", [">&-", ">/dev/full", "2>&-", "2>/dev/full", "<&-"])
def test_lost_streams_change_nothing_either(closed: str) -> None:
    for line in ("ask rice customs exemption", "ask weather", "--version"):
        quickly, slowly = (
            subprocess.run(
                ["bash", "-c", f"{command} {line} {closed}"],
                capture_output=True,
                env=environment(SLOWLY=SLOWLY),
                check=False,
            )
            for command in (COMMAND, f'{sys.executable} -c "$SLOWLY"')
        )
        assert (quickly.returncode, quickly.stdout, quickly.stderr) == (
            slowly.returncode,
            slowly.stdout,
            slowly.stderr,
        )


# Likeness

TYPED = st.text(st.sampled_from("abcdəß1"), max_size=12) | st.text(max_size=80)


@settings(max_examples=500, deadline=None)
@given(TYPED, TYPED)
def test_texts_are_as_far_apart_and_as_alike_as_rapidfuzz_says(one: str, other: str) -> None:
    assert similarity.distance(one, other) == OSA.distance(one, other)
    assert similarity.common(one, other) == LCSseq.similarity(one, other)
    told = Indel.normalized_similarity(one, other)
    with mock.patch.object(similarity._comparing, "_left", 10**9):
        assert similarity.likeness(one, other) == told
    with mock.patch.object(similarity._comparing, "_left", 0):
        assert similarity.likeness(one, other) == told


@settings(max_examples=300, deadline=None)
@given(
    st.text(st.sampled_from("abcdə"), max_size=9),
    st.lists(st.text(st.sampled_from("abcdə"), max_size=9), max_size=30),
    st.integers(0, 3),
)
def test_the_same_words_are_within_edits_whoever_counts(
    word: str, known: list[str], most: int
) -> None:
    found = []
    for left in (10**9, 0):
        with mock.patch.object(similarity._comparing, "_left", left):
            found.append(sorted(similarity.within_edits(word, known, most)))
    expected = [(other, OSA.distance(word, other)) for other in known]
    assert found[0] == found[1] == sorted(pair for pair in expected if pair[1] <= most)


def test_a_reply_does_not_depend_on_when_rapidfuzz_takes_over() -> None:
    index = load_base(str(ROOT / "knowledge" / "faq.yaml"))
    asked = ["chawal dutty khatam", "wht is teh viza fee", "loadsheding", "gass bils go dwn"]
    replies = []
    for left in (10**9, 20_000, 500, 0):
        with mock.patch.object(similarity._comparing, "_left", left):
            fresh = Index(index)
            replies.append([search(fresh, question) for question in asked])
    assert sum(bool(reply.corrections) for reply in replies[0]) >= 3
    assert replies == [replies[0]] * 4


# English


def test_the_table_of_english_says_the_same_split_and_searched() -> None:
    english.split()
    stems = [line.split(" ")[0] for line in (DATA / "english.txt").read_text("ascii").splitlines()]
    assert len(stems) == len(english._split)
    for one in stems:
        for known in (one, one[:-1], f"{one}a", f"{one}~"):
            searched = english._found("english.txt", known).partition(" ")[2]
            assert searched == english._split.get(known, ""), known


@given(st.text(max_size=12))
def test_the_tables_are_searched_for_any_text(word: str) -> None:
    english.split()
    stemmed = stem(word)
    told = english._found("english.txt", stemmed).partition(" ")[2]
    if stemmed.strip() == stemmed and " " not in stemmed:
        assert told == english._split.get(stemmed, "")
    english.kin(stemmed)


def test_the_lines_of_both_tables_are_sorted_by_their_stems() -> None:
    for name in ("english.txt", "kin.txt"):
        stems = [line.split(b" ")[0] for line in Path(DATA / name).read_bytes().splitlines()]
        assert stems == sorted(set(stems))
