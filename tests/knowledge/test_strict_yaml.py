"""The strict YAML reader: the same verdict from both parsers, a position for every finding."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pakaz_cli.knowledge import strict_yaml
from pakaz_cli.knowledge.yaml_errors import MAX_FINDINGS
from pakaz_cli.model import Level
from tests.conftest import SMALL

PARSERS = [
    pytest.param(strict_yaml.FAST_LOADER, id="libyaml"),
    pytest.param(strict_yaml.PURE_LOADER, id="python"),
]


def plain(node: strict_yaml.Node | None) -> object:
    """The document without positions."""
    if node is None:
        return None
    if isinstance(node.value, dict):
        return {key: plain(pair.value) for key, pair in node.value.items()}
    if isinstance(node.value, list):
        return [plain(item) for item in node.value]
    return node.value


def places(text: str, loader: object = None) -> list[tuple[int, int, str]]:
    """The errors in `text`: line, column, code."""
    _, findings = strict_yaml.parse(text, loader)
    return [found[:3] for found in findings if found.level is Level.ERROR]


MERGE_BOMB = "a0: &a0 {x: 1}\n" + "".join(
    f"a{level}: &a{level} {{<<: [{', '.join([f'*a{level - 1}'] * 9)}]}}\n" for level in range(1, 8)
)
LAUGHS = "a0: &a0 ha\n" + "".join(
    f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]\n" for level in range(1, 10)
)

REFUSED = {
    "Y1 deep flow lists": ("[" * 100_000, (1, 17, "too-deep")),
    "Y2 deeper still": ("[" * 1_000_000, (1, 17, "too-deep")),
    "Y1 deep mappings": ("{a: " * 50_000, (1, 65, "too-deep")),
    "Y1 deep block lists": ("- " * 50_000, (1, 33, "too-deep")),
    "Y3 merge-key bomb": (MERGE_BOMB, (1, 5, "yaml-feature")),
    "Y4 billion laughs": (LAUGHS, (1, 5, "yaml-feature")),
    "Y5 duplicate key": ("a: 1\nb: 2\na: 3\n", (3, 1, "duplicate-key")),
    "Y7 tag": ("a: !!int abc\n", (1, 4, "yaml-feature")),
    "Y9 raw escape": ("a: \x1b[2J\n", (1, 4, "control-character")),
    "Y9 raw delete": ("a: b\nc: \x7f\n", (2, 4, "control-character")),
    "Y9 raw C1": ("a: \x9b31m\n", (1, 4, "control-character")),
    "Y11 tab after a colon": ("a:\tb\n", (1, 3, "tab")),
    "Y12 byte order mark in the middle": ("a: b\ufeff\n", (1, 5, "control-character")),
    "Y13 line separator": ("a: b\u2028c\n", (1, 5, "control-character")),
    "Y13 next line": ("a: b\x85c\n", (1, 5, "control-character")),
    "Y14 colon in text": ("q: What is CPEC: the plan?\n", (1, 16, "yaml-syntax")),
    "Y14 text after a list": ("a: [red]x\n", (1, 9, "yaml-syntax")),
    "Y14 star": ("a: *bold*\n", (1, 9, "yaml-syntax")),
    "Y14 at": ("a: @x\n", (1, 4, "yaml-syntax")),
    "Y14 backtick": ("a: `x`\n", (1, 4, "yaml-syntax")),
    "Y15 two documents": ("a: 1\n---\nb: 2\n", (2, 1, "yaml-feature")),
    "anchor": ("a: &x b\n", (1, 4, "yaml-feature")),
    "alias to nothing": ("a: *x\n", (1, 4, "yaml-feature")),
    "merge key": ("<<: b\n", (1, 1, "yaml-feature")),
    "directive": ("%YAML 1.2\n---\na: b\n", (1, 1, "yaml-feature")),
    "unknown directive": ("%FOO\n---\na: b\n", (1, 1, "yaml-feature")),
    "question mark in a list": ("a: [why now?, how?]\n", (1, 12, "yaml-syntax")),
    "no space before a comment": ("a: |#x\n  b\n", (1, 5, "yaml-syntax")),
    "escape beyond Unicode": ('a: "\\U00110000"\n', (1, 5, "yaml-syntax")),
    "escape far beyond Unicode": ('a: b\nc: "x\\UFFFFFFFF"\n', (2, 6, "yaml-syntax")),
    "list as key": ("? [a]\n: b\n", (1, 3, "wrong-type")),
    "long scalar": ("a: " + "x" * (64 * 1024 + 1), (1, 4, "too-long")),
    "long scalar in bytes": ("a: " + "ə" * (32 * 1024 + 1), (1, 4, "too-long")),
}


@pytest.mark.parametrize("loader", PARSERS)
@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_what_is_refused_is_refused_at_its_place(case: str, loader: object) -> None:
    text, place = REFUSED[case]
    assert places(text, loader)[0] == place


@pytest.mark.parametrize("loader", PARSERS)
@pytest.mark.parametrize(
    ("text", "value"),
    [
        (
            "a: NO\nb: on\nc: 010\nd: 12:30:45\n",
            {"a": "NO", "b": "on", "c": "010", "d": "12:30:45"},
        ),
        ("a: 1_000\nb: 3.10\nc: 2024-01-01\n", {"a": "1_000", "b": "3.10", "c": "2024-01-01"}),
        ("a: 2024-13-45\nb: " + "9" * 5000, {"a": "2024-13-45", "b": "9" * 5000}),
        ("k: =\n", {"k": "="}),
        ("k:\n", {"k": ""}),
        ("'<<': b\n", {"<<": "b"}),
        ("a: b\r\nc: d\r\n", {"a": "b", "c": "d"}),
        ("a: b\rc: d\r", {"a": "b", "c": "d"}),
        ("", None),
        ("# nothing\n", None),
        ("just text", "just text"),
        ("[a, b]", ["a", "b"]),
        ("? a\n: b\n", {"a": "b"}),
        ("a: |\n  x\n\n  y\n", {"a": "x\n\ny\n"}),
        ("a: " + "x" * 64 * 1024, {"a": "x" * 64 * 1024}),
    ],
)
def test_every_scalar_is_text_as_typed(text: str, value: object, loader: object) -> None:
    root, findings = strict_yaml.parse(text, loader)
    assert findings == []
    assert plain(root) == value


def test_all_findings_are_reported_in_one_run() -> None:
    text = "a: &x 1\nb: !t 2\na: 3\nc: {d: 1, d: 2}\n"
    assert [line for line, _, _ in places(text)] == [1, 2, 3, 4]


def test_findings_stop_at_the_maximum() -> None:
    _, findings = strict_yaml.parse("- &a b\n" * 5000)
    assert len(findings) == MAX_FINDINGS + 1
    assert findings[-1].code == "too-many"
    _, findings = strict_yaml.parse("\t" * 5000)
    assert len(findings) == MAX_FINDINGS + 1


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("q: What is CPEC: the plan?\n", "': ' must be quoted"),
        ("a: [red]x\n", "[ must be quoted"),
        ("a: *bold*\n", "* must be quoted"),
        ("a: `x`\n", "` or % must be quoted"),
    ],
)
def test_a_common_mistake_is_explained(text: str, advice: str) -> None:
    _, findings = strict_yaml.parse(text)
    assert advice in findings[0].message


def test_text_lost_in_a_comment_is_found_but_is_no_error() -> None:
    root, findings = strict_yaml.parse("a: issue #5\nb: x # a remark\n")
    assert plain(root) == {"a": "issue", "b": "x"}
    assert [(found.line, found.column, found.code) for found in findings] == [(1, 9, "lost-text")]
    assert findings[0].level is Level.CHECK


def same_verdict(text: str) -> None:
    fast, fast_findings = strict_yaml.parse(text, strict_yaml.FAST_LOADER)
    pure, pure_findings = strict_yaml.parse(text, strict_yaml.PURE_LOADER)
    fast_errors = [found for found in fast_findings if found.level is Level.ERROR]
    pure_errors = [found for found in pure_findings if found.level is Level.ERROR]
    assert bool(fast_errors) == bool(pure_errors)
    if not fast_errors:
        assert fast_findings == pure_findings
        assert plain(fast) == plain(pure)


@settings(max_examples=400, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *"abc:-?#'\"[]{},&*!|>%@` \n\t\r0",
                ": ",
                "- ",
                "\n  ",
                '"\\u2028"',
                "\\ud83d",
                "\ufeff",
                "ə",
                "---\n",
                "...\n",
                "\u00a0",
                "? ",
                "|",
                ">",
                "{",
                "[",
                "\u2029",
                "\x85",
            ]
        ),
        max_size=40,
    ).map("".join)
)
def test_both_parsers_give_the_same_verdict(text: str) -> None:
    same_verdict(text)


def test_both_parsers_give_the_same_verdict_on_a_file_cut_anywhere() -> None:
    text = SMALL.read_text("utf-8")[:900]
    for end in range(len(text)):
        same_verdict(text[:end])
