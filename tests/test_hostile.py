"""Hostile text, wherever it comes from, acts on no terminal, hides nowhere and loses no character."""

from __future__ import annotations

import itertools
import json
import os
import re
import subprocess
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pakaz_cli.authoring.evaluation import evaluate
from pakaz_cli.authoring.questions import Asked
from pakaz_cli.knowledge.load import CheckResult, load_base
from pakaz_cli.knowledge.loaded import LoadedBase
from pakaz_cli.model import Entry, Finding, KnowledgeBase, Sector, Source
from pakaz_cli.search.engine import decide, search, to_reply
from pakaz_cli.search.english import STOP_WORDS
from pakaz_cli.search.explain import explain
from pakaz_cli.search.index import Index
from pakaz_cli.text import markdown
from pakaz_cli.text.display import visible
from pakaz_cli.views import labelled
from pakaz_cli.views.json_lines import JsonView
from pakaz_cli.views.labelled import TextView
from pakaz_cli.views.panels import RichView
from pakaz_cli.views.plain import PlainView
from pakaz_cli.views.view import Page, Settings, View
from tests.conftest import COMMAND, PATIENCE, SMALL, Pakaz, environment, run_pakaz
from tests.terminal.test_streams import assert_clean, on_terminal, without_colour

SLOW = pytest.mark.slow
TODAY = date(2026, 2, 1)
SETTING = Settings(TODAY)
VIEWS: dict[str, View] = {
    "plain": PlainView(SETTING),
    "text": TextView(Settings(TODAY, "/tmp/my \x1b]0;base\a\u202e.yaml")),
    "json": JsonView(SETTING),
    "rich": RichView(80, SETTING, colour=False, unicode=True),
    "rich, narrow": RichView(40, SETTING, colour=False, unicode=False),
    "rich, coloured": RichView(100, SETTING, colour=True, unicode=True),
}

#: Text that has been used to attack terminals, renderers and readers.
NASTY = [
    *(
        "\x1b[2J",
        "\x1b]52;c;eA==\a",
        "\x1b]8;;http://evil\x1b\\",
        "\x9b31m",
        "\x90q",
        "\x00",
        "\x7f",
    ),
    *("\r", "\b", "\t", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"),
    *("\u202e", "\u2066", "\u200b", "\u200e", "\u00ad", "\ufeff", "\U000e0041", "\u061c", "\ufff9"),
    *("\u200c", "\u200d", "\u0301", "e\u0301\u0316", "\u0648\u064f", "\uff9e", "\u0f73", "\ufe0f"),
    *(
        "[/x]",
        "[bold]",
        "[link=file:///etc/passwd]x[/link]",
        "[@click=x]",
        "[a-z]",
        "\\[",
        ":smile:",
    ),
    *(
        "**",
        "**a**",
        "*[a](https://x.org)*",
        "[a](https://x.org/b)",
        "[a](javascript:b)",
        "- ",
        "#",
    ),
    *(
        "\ud83d",
        "\udc00",
        "\udce9",
        "\U0001f469\u200d\U0001f467",
        "\U0001f1f5\U0001f1f0",
        "漢字",
        "ﷺ",
    ),
    *(
        "\u0430",
        "visa",
        "rice duty",
        "gas",
        " ",
        "\u3000",
        "\u00a0",
        "x" * 90,
        "2,50,000",
        "{}",
        "%s",
    ),
]
pieces = st.one_of(st.sampled_from(NASTY), st.text(max_size=6))
lines = (
    st.lists(pieces, min_size=1, max_size=6).map("".join).map(lambda one: one.replace("\n", " "))
)
prose = st.lists(st.one_of(pieces, st.just("\n"), st.just("\n\n- ")), max_size=10).map(
    lambda parts: "A" + "".join(parts)
)


sources = st.builds(
    Source,
    lines,
    lines,
    st.none() | lines,
    st.sampled_from([None, "2025", "2026-01-02"]),
    st.just("https://x.org/a-b"),
)


def entries(identifier: str, other: str) -> st.SearchStrategy[Entry]:
    return st.builds(
        Entry,
        id=st.just(identifier),
        question=lines,
        answer=prose,
        sector=st.sampled_from(["s", None]),
        variants=st.lists(lines, max_size=2).map(tuple),
        keywords=st.lists(lines, max_size=2).map(tuple),
        as_of=st.sampled_from([None, "2026-01-02", "2020"]),
        sources=st.lists(sources, max_size=2).map(tuple),
        where=st.none() | lines,
        related=st.just((other,)),
    )


bases = st.builds(
    lambda one, other, name, note, synonym, title: LoadedBase(
        (one, other), title, None, (Sector("s", name, note),), ((synonym, "visa"),)
    ),
    entries("a", "b"),
    entries("b", "a"),
    lines,
    st.none() | prose,
    lines,
    lines,
)


def pages(view: View, base: KnowledgeBase, asked: list[str], place: str) -> list[Page]:
    """Everything that a view can show of a knowledge base and some questions."""
    index = Index(base)
    shown: list[Page] = []
    for question in asked:
        decision = decide(index, question)
        reply = to_reply(index, decision)
        shown += [
            view.reply(reply, base),
            view.reply(reply, base, explain(index, decision)),
        ]
    findings = [Finding(1, 2, "yaml-syntax", asked[0]), Finding(3, 4, "tab", place)]
    questions = [
        Asked(one, frozenset(expect), place)
        for one, expect in zip(asked, itertools.cycle([("a",), ("b",), ()]), strict=False)
    ]
    report = evaluate(index, questions)
    return [
        *shown,
        view.entries(base.entries, base),
        view.questions(base.entries),
        view.sectors(base),
        *(view.sector(sector, base) for sector in base.sectors),
        view.findings(CheckResult(place, base, ()), ()),
        view.findings(CheckResult(place, None, tuple(findings)), findings),
        view.report(report, report.results, None),
    ]


@pytest.mark.parametrize("look", VIEWS)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(base=bases, typed=lines, place=lines)
def test_no_text_in_any_field_or_question_acts_or_hides_in_any_format(
    look: str, base: KnowledgeBase, typed: str, place: str
) -> None:
    asked = [typed, base.entries[0].question, f"visa {typed}", ""]
    for page in pages(VIEWS[look], base, asked, place):
        out = without_colour(page.out) if look == "rich, coloured" else page.out
        assert_clean(out + page.err)
        assert all(told.endswith("\n") for told in (out, page.err) if told)
        if look == "json":
            assert all(isinstance(json.loads(line), dict) for line in page.out.splitlines())


#: What drawing adds or removes: spaces, line breaks, frames, bullets.
DRAWN = re.compile(r"[\s─│╭╮╰╯•·|+\-]")


def squashed(shown: str) -> str:
    return DRAWN.sub("", shown)


@pytest.mark.parametrize("look", ["text", "rich", "rich, narrow", "rich, coloured"])
@settings(max_examples=40, deadline=None)
@given(answer=prose, question=lines, where=lines)
@example(answer="A " + "ab" * 60, question="漢" * 60 + "?", where="\u0301")
@example(answer="A \U0001f469\u200d\U0001f467" * 40, question="Q", where="w")
def test_no_character_of_an_answer_is_lost_in_a_panel(
    look: str, answer: str, question: str, where: str
) -> None:
    entry = Entry("a", question, answer, where=where)
    drawn = squashed(without_colour(VIEWS[look].entries([entry], LoadedBase((entry,))).out))
    assert squashed(labelled.prose(answer)) in drawn
    assert squashed(visible(question)) in drawn
    assert squashed(visible(where)) in drawn


@given(prose)
@example("*[a](https://x.org)*")
@example("*[a](https://x.org)* **")
def test_any_answer_can_be_checked_for_what_is_not_drawn(answer: str) -> None:
    count = answer.count("\n") + 1
    assert all(number in range(count) for number, _ in markdown.leftovers(answer))


@settings(max_examples=40, deadline=None)
@given(base=bases, typed=lines)
def test_json_loses_no_character(base: KnowledgeBase, typed: str) -> None:
    view = VIEWS["json"]
    for entry, line in zip(
        base.entries, view.entries(base.entries, base).out.splitlines(), strict=True
    ):
        told = json.loads(line)
        # JSON cannot tell a pair of surrogates from the character they encode.
        assert as_utf16(told["question"]) == as_utf16(entry.question)
        assert as_utf16(told["answer"]) == as_utf16(entry.answer)
        assert as_utf16(told.get("where", "")) == as_utf16(entry.where or "")
    index = Index(base)
    reply = search(index, typed)
    line = view.reply(reply, base).out
    assert as_utf16(json.loads(line)["question"]) == as_utf16(typed)
    assert line.count("\n") == 1


def as_utf16(shown: str) -> bytes:
    return shown.encode("utf-16", "surrogatepass")


#: Characters that a knowledge base may contain and a format could mishandle.
TOLD = "\u202eevil \u200bx\u00ad \u2028y \U000e0041 [/x] [link=file:///a]b :smile: **c [d-e] \u0301\u0f73"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A knowledge base with the same hostile text in every field, under a hostile name."""
    told = json.dumps(TOLD)
    path = tmp_path_factory.mktemp("kb") / "k\x1b]0;p\a\u202e.yaml"
    path.write_text(
        f"schema: 1\ntitle: {told}\nsectors:\n  - {{id: s, name: {told}, note: {told}}}\n"
        f"sources:\n  {told}: {{title: {told}, publisher: {told}}}\nsynonyms:\n  - [{told}, visa]\n"
        f"entries:\n  - {{id: a, sector: s, question: {told}, variants: [visa a, {told}], answer: {told},"
        f" keywords: [{told}], as_of: 2020, sources: [{told}], where: {told}, related: [b]}}\n"
        f"  - {{id: b, question: {told}, variants: [visa b], answer: {told}, related: [{told}]}}\n"
    )
    return path


@pytest.fixture(scope="module")
def golden(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("golden") / "g\x1b[2J.jsonl"
    told = TOLD + "\x1b[2J\x9b\r\ud83d"
    records = [
        {"question": told, "expect": ["b"], "tag": told},
        {"question": f"visa b {told}", "expect": ["a"]},
        {"question": told, "expect": []},
    ]
    path.write_text("".join(map("{}\n".format, map(json.dumps, records))))
    return path


COMMANDS: dict[str, list[str]] = {
    "ask": ["ask", "visa", TOLD],
    "ask, explained": ["ask", "--explain", "visa", TOLD + "\x1b[2J"],
    "ask, unknown": ["ask", "weather\x1b[2J"],
    "show": ["show", "a", "b", TOLD],
    "list": ["list"],
    "list, stale": ["list", "--stale", "180d"],
    "sectors": ["sectors"],
    "sector": ["sectors", "s"],
    "check": ["kb", "check", "--strict"],
    "eval": ["kb", "eval", "GOLDEN", "--misses", "9"],
}


def words_of(name: str, golden: Path) -> list[str]:
    return [str(golden) if word == "GOLDEN" else word for word in COMMANDS[name]]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_hostile_base_and_question_act_on_no_terminal(
    name: str, hostile: Path, golden: Path
) -> None:
    words = words_of(name, golden)
    drawn, code = on_terminal(*words, "--kb", str(hostile), columns=90)
    assert code in (0, 1, 3, 65)
    assert_clean(without_colour(drawn))


@pytest.mark.parametrize(
    "fmt",
    [
        pytest.param("rich", marks=SLOW),
        pytest.param("text", marks=SLOW),
        pytest.param("plain", marks=SLOW),
        "json",
    ],
)
@pytest.mark.parametrize("name", COMMANDS)
def test_a_hostile_base_and_question_put_no_control_character_in_a_pipe(
    name: str, fmt: str, hostile: Path, golden: Path
) -> None:
    result = run_pakaz(*words_of(name, golden), "--format", fmt, "--kb", str(hostile))
    assert result.code in (0, 1, 3, 65)
    assert result.out + result.err
    assert "bug in pakaz" not in result.err
    assert_clean(result.out + result.err)
    if fmt == "json":
        assert all(isinstance(json.loads(line), dict) for line in result.lines)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "PAKAZ_KB",
            "PAKAZ_FORMAT",
            "PAKAZ_TODAY",
            "COLUMNS",
            "TERM",
            "NO_COLOR",
            "LANG",
            "LC_ALL",
        ),
        *("HOME", "TMPDIR", "PAGER", "_PAKAZ_COMPLETE", "TYPER_USE_RICH"),
    ],
)
@pytest.mark.parametrize(
    "value",
    [
        "\x1b]0;p\a\x9b2J\u202e\r[/x]",
        pytest.param("", marks=SLOW),
        pytest.param("x" * 100_000, marks=SLOW, id="long"),
    ],
)
def test_no_environment_variable_acts_or_crashes(pakaz: Pakaz, name: str, value: str) -> None:
    result = pakaz("ask", "rice customs exemption", stdin=b"", **{name: value})
    assert_clean(result.out + result.err)
    assert result.code in (0, 1, 2, 66), result.err
    assert len(result.err) < 300_000


def test_bytes_that_are_not_text_act_on_no_terminal(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xff\x9b2J\x1b[2J.yaml"
    Path(os.fsdecode(path)).write_bytes(SMALL.read_bytes())
    for words in (
        [b"ask", b"gas \xff\x9b\xc2\x9b2J", b"--kb", path],
        [b"ask", b"--explain", b"rice \xed\xa0\xbd\xf0\x90", b"--kb", path],
        [b"show", b"\xff\x1b", b"--kb", path],
        [b"kb", b"check", path],
        [b"kb", b"check", path + b"\xfe"],
        [b"kb", b"eval", path],
        [b"kb", b"init", path],
        [b"sectors", b"\x80", b"--kb", path],
        [b"list", b"--sector", b"\x80\x9b", b"--kb", path],
        [b"\x9b\xff"],
    ):
        result = run_pakaz(*words)
        assert_clean(result.out + result.err)
        assert result.code in (0, 1, 2, 3, 65, 66, 73), (words, result.err)


BUNDLE = Index(load_base())


@pytest.mark.parametrize(
    "typed",
    [
        "ｖｉｓａ",
        "v\u200bisa",
        "vi\u0301sa",
        "VİSA",
        "vısa",
        "vis\u0430",
        "v\u0456s\u0430",
        "\u03bdisa",
    ],
)
def test_letters_that_look_alike_find_the_same_entry_or_none(typed: str) -> None:
    right = search(BUNDLE, "pakistani visa fee").matches[0].entry
    assert search(BUNDLE, f"pakistani {typed} fee").answer in (right, None)


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "",
            " ",
            "\n",
            "\t",
            "?",
            "?!",
            ".",
            "a",
            "is",
            "the",
            "what is the",
            "who are you to me",
        ),
        *("\u200b", "\u0301", "\U0001f600", "1", "2024", "{}", "[", "\x01", "\ufffd", "- ", "*"),
        *("\u202e", "zzzz", "ə", "漢", "\ud83d", "\u0f73", "what when where who why", "0", "%s"),
    ],
)
def test_a_question_without_content_is_never_answered(typed: str) -> None:
    assert search(BUNDLE, typed).answer is None


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(sorted(STOP_WORDS)), max_size=6).map(" ".join))
def test_stop_words_alone_are_never_answered(typed: str) -> None:
    assert search(BUNDLE, typed).answer is None


MEGABYTES = {
    "combining marks": "e" + "\u0301\u0316" * 250_000,
    "known words": "visa fee " * 100_000,
    "unknown words": "zq xv " * 100_000,
    "letters": "a" * 1_000_000,
    "digits": "7" * 1_000_000,
    "spaces": " " * 1_000_000,
    "question marks": "?" * 1_000_000,
    "brackets": "[" * 1_000_000,
    "points": "a." * 500_000,
    "commas": "11," * 300_000,
    "joined emoji": "\U0001f469\u200d" * 200_000,
    "ligatures": "ﷺ" * 300_000,
    "line breaks": "\n" * 1_000_000,
}
FAST = ("combining marks", "unknown words")


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=() if name in FAST else SLOW) for name in MEGABYTES],
)
def test_a_question_of_a_megabyte_is_answered_as_any_other(name: str, pakaz: Pakaz) -> None:
    record = pakaz("ask", "--json", "-", stdin=MEGABYTES[name].encode())
    assert record.code in (0, 1, 3)
    assert len(record.json["question"]) <= 2_000
    assert record.err in ("", "pakaz: the question was cut after 2000 characters\n")


WIDTHS = [None, "", "0", "1", "2", "7", "19", "40", "1000000", "-5", "abc"]


@pytest.mark.slow
@pytest.mark.parametrize("fmt", ["rich", "text", "plain", "json"])
@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.parametrize("place", ["terminal", "pipe"])
def test_no_width_loses_a_word_or_makes_output_large(
    place: str, columns: str | None, fmt: str
) -> None:
    environ = {} if columns is None else {"COLUMNS": columns}
    words = ("show", "gas-deal", "gas-price", "--format", fmt)
    if place == "terminal":
        drawn = without_colour(on_terminal(*words, environ=environ)[0])
    else:
        drawn = run_pakaz(*words, stdin=b"", **environ).out
    wide = run_pakaz(*words, "--width", "100").out
    assert len(drawn) < 4 * len(wide)
    told = (
        "A framework was signed on 24 July 2023 One cargo a month may be offered and may be refused"
    )
    at, flat = 0, squashed(drawn)
    for word in f"{told} Each cargo has its own price".split(" "):
        at = flat.index(word, at) + len(word)


ENCODINGS = ["ascii", "latin-1", "cp1254", "utf-8:strict", "utf-16", "koi8-r:strict", None]
LOCALES: list[dict[str, str]] = [
    {"LC_ALL": "C"},
    {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    {"LC_ALL": "C.UTF-8"},
    {"LC_ALL": "xx_YY.nothing"},
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONUNBUFFERED": "1"},
]


@pytest.mark.slow
@pytest.mark.parametrize("fmt", ["rich", "text", "plain", "json"])
@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("locale", LOCALES, ids=lambda locale: "-".join(locale.values()))
def test_no_encoding_and_no_locale_loses_a_character(
    locale: dict[str, str], encoding: str | None, fmt: str, tmp_path: Path
) -> None:
    path = tmp_path / "Bakı.yaml"
    path.write_text("schema: 1\nentries:\n  - {id: a, question: Gəncə, answer: ə → 1 €}\n", "utf-8")
    environ = locale | ({} if encoding is None else {"PYTHONIOENCODING": encoding})
    words = (*os.fsencode(path).split(b"\0"), b"--format", fmt.encode())
    shown, errors, code = run_bytes(b"show", b"a", "ə".encode(), b"--kb", *words, **environ)
    assert code == 1
    name = (encoding or "utf-8").partition(":")[0] if fmt != "json" else "utf-8"
    text = shown.decode(name)
    assert "ə → 1 €" in text or re.search(r"(ə|\\u0259) (→|\\u2192) 1 (€|\\u20ac|\\x80)", text)
    told = errors.decode((encoding or "utf-8").partition(":")[0])
    assert re.fullmatch(r"pakaz: no entry '(ə|\\u0259)'\n", told.lstrip("\ufeff"))


def run_bytes(*words: bytes, **environ: str) -> tuple[bytes, bytes, int]:
    done = subprocess.run(
        [COMMAND, *words],
        capture_output=True,
        env=environment(**environ),
        timeout=PATIENCE,
        check=False,
    )
    return done.stdout, done.stderr, done.returncode
