"""Knowledge bases are found, read and checked; every error is reported with its position."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from pakaz_cli.errors import InputInvalidError, InputMissingError
from pakaz_cli.knowledge import files, reader
from pakaz_cli.knowledge.load import check_base, load_base
from pakaz_cli.knowledge.yaml_errors import MAX_FINDINGS
from pakaz_cli.model import Entry, Level
from pakaz_cli.search.engine import search
from pakaz_cli.search.index import Index
from pakaz_cli.text import markdown
from tests.conftest import COMMAND, PATIENCE, ROOT, SMALL, Pakaz, environment

BUNDLE = str(ROOT / "knowledge" / "faq.yaml")
BASE = "schema: 1\nentries:\n  - id: a\n    question: Q?\n    answer: A.\n"


def write(folder: Path, content: str | bytes) -> str:
    path = folder / "kb.yaml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


def codes(folder: Path, content: str | bytes) -> list[tuple[int, int, str]]:
    """The findings of a whole check of a file: line, column, code."""
    return [found[:3] for found in check_base(write(folder, content), whole=True).findings]


def test_a_plain_question_and_answer_file_is_a_knowledge_base(tmp_path: Path) -> None:
    base = load_base(write(tmp_path, BASE))
    assert [entry.id for entry in base.entries] == ["a"]
    assert base.sectors == ()


def test_every_key_of_the_format_is_read() -> None:
    base = load_base(str(SMALL))
    entry = base.entries[0]
    assert (base.title, base.updated) == ("Small", "2026-01-02")
    assert [sector.name for sector in base.sectors] == ["Energy", "Trade", "Nothing yet"]
    assert entry.answer.startswith("A framework was signed on **24 July 2023**.\n\n- One cargo")
    assert [source.date for source in entry.sources] == ["2026-01-22", None]
    assert entry.related == ("gas-price", "rice-duty")
    assert base.entries[1].where == "Ask the seller."


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["no mark", "byte order mark"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_line_ends_and_a_byte_order_mark_make_no_difference(
    tmp_path: Path, mark: bytes, end: str
) -> None:
    content = mark + BASE.replace("\n", end).encode()
    read, expected = load_base(write(tmp_path, content)), load_base(write(tmp_path, BASE))
    assert vars(read) == vars(expected)


MUTATIONS: dict[str, tuple[str | bytes, list[tuple[int, int, str]]]] = {
    "unknown schema": (BASE.replace("schema: 1", "schema: 2"), [(1, 9, "bad-schema")]),
    "no schema": (BASE.replace("schema: 1\n", ""), [(1, 1, "missing-key")]),
    "no entries": ("schema: 1\n", [(1, 1, "missing-key")]),
    "empty list of entries": ("schema: 1\nentries: []\n", [(2, 10, "empty")]),
    "mistyped key": (
        BASE.replace("answer", "anwser"),
        [(3, 5, "missing-key"), (5, 5, "unknown-key")],
    ),
    "empty answer": (BASE.replace("A.", ""), [(5, 12, "empty")]),
    "blank question": (BASE.replace("Q?", "'  '"), [(4, 15, "empty")]),
    "question of two lines": (BASE.replace("Q?", '"a\\nb"'), [(4, 15, "line-break")]),
    "list for a text": (BASE.replace("A.", "[a]"), [(5, 13, "wrong-type")]),
    "text for a list": (BASE + "    variants: x\n", [(6, 15, "wrong-type")]),
    "text for a mapping": ("schema: 1\nentries: [x]\n", [(2, 11, "wrong-type")]),
    "list for the whole": ("- a\n", [(1, 1, "wrong-type")]),
    "bad id": (BASE.replace("id: a", "id: ../a"), [(3, 9, "bad-id")]),
    "id too long": (BASE.replace("id: a", "id: " + "a" * 65), [(3, 9, "bad-id")]),
    "duplicate id": (
        BASE + "  - id: a\n    question: R?\n    answer: B.\n",
        [(6, 9, "duplicate-id")],
    ),
    "duplicate key": (BASE + "    answer: B.\n", [(6, 5, "duplicate-key")]),
    "date that does not exist": (BASE + "    as_of: 2024-13-45\n", [(6, 12, "bad-date")]),
    "escaped control": (BASE.replace("A.", '"\\e[2J"'), [(5, 13, "control-character")]),
    "escaped zero": (BASE.replace("A.", '"a\\0b"'), [(5, 13, "control-character")]),
    "escaped tab": (BASE.replace("Q?", '"a\\tb"'), [(4, 15, "control-character")]),
    "address of another kind": (
        BASE + "sources:\n  x: {title: T, url: 'javascript:alert(1)'}\n",
        [(7, 22, "bad-url")],
    ),
    "address with an override": (
        BASE + 'sources:\n  x: {title: T, url: "https://a/\\u202eb"}\n',
        [(7, 22, "bad-url")],
    ),
    "two mistakes": (
        BASE.replace("id: a", "id: A") + "    as_of: x\n",
        [(3, 9, "bad-id"), (6, 12, "bad-date")],
    ),
    "nothing": ("", [(1, 1, "empty")]),
    "comment only": ("# x\n", [(1, 1, "empty")]),
    "scalar": ("x\n", [(1, 1, "wrong-type")]),
    "not UTF-8": (BASE.encode() + b"# caf\xe9\n", [(6, 6, "encoding")]),
    "UTF-16": (BASE.encode("utf-16"), [(1, 1, "encoding")]),
    "truncated character": (BASE.encode() + b"# \xc9", [(6, 3, "encoding")]),
}


@pytest.mark.parametrize("case", MUTATIONS, ids=str)
def test_every_mistake_is_found_at_its_place(tmp_path: Path, case: str) -> None:
    content, expected = MUTATIONS[case]
    assert codes(tmp_path, content) == expected
    with pytest.raises(InputInvalidError):
        load_base(write(tmp_path, content))


def test_a_mistyped_key_is_answered_with_the_right_one(tmp_path: Path) -> None:
    checked = check_base(write(tmp_path, BASE.replace("answer", "anwser")))
    assert "did you mean 'answer'?" in checked.findings[1].message


def test_a_duplicate_is_reported_with_the_line_of_the_first(tmp_path: Path) -> None:
    entry = "  - id: a\n    question: R?\n    answer: B.\n    question: S?\n"
    messages = [found.message for found in check_base(write(tmp_path, BASE + entry)).findings]
    assert messages == [
        "duplicate id 'a', first used on line 3",
        "duplicate key 'question', first on line 7",
    ]


def test_an_undefined_reference_is_only_a_strict_finding(tmp_path: Path) -> None:
    more = "    sector: energy\n    sources: [nobody]\n    related: [b]\n"
    checked = check_base(write(tmp_path, BASE + more))
    assert [(found.line, found.code) for found in checked.findings] == [
        (6, "unknown-sector"),
        (7, "unknown-source"),
        (8, "unknown-entry"),
    ]
    assert {found.level for found in checked.findings} == {Level.STRICT}
    assert checked.base is not None
    assert [sector.name for sector in checked.base.sectors] == ["energy"]


def test_other_markdown_is_named_but_does_not_forbid_use(
    tmp_path: Path,
) -> None:
    path = write(tmp_path, BASE.replace("A.", "'# Heading'"))
    checked = check_base(path, whole=True)
    assert [found.code for found in checked.findings] == ["markdown"]
    assert checked.base is not None
    assert check_base(path).findings == ()


def test_no_amount_of_unsupported_markdown_hides_an_error(tmp_path: Path) -> None:
    answer = "|\n" + "      # Heading\n" * (MAX_FINDINGS + 1)
    content = BASE.replace("A.\n", answer) + "  - id: b\n    question: Q?\n"
    checked = check_base(write(tmp_path, content), whole=True)
    assert checked.findings[-1].code == "missing-key"
    assert checked.base is None


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("## Heading", "a heading"),
        ("1. first", "a numbered list"),
        ("> quoted", "a block quote"),
        ("* bullet", "a bullet"),
        ("  - nested", "a nested bullet"),
        ("```", "a code block"),
        ("---", "a horizontal rule"),
        ("| a | b |", "a table"),
        ("some `code`", "code"),
        ("![alt](https://x.org/a.png)", "an image"),
        ("a <b>bold</b>", "HTML"),
        ("**not closed", "unclosed bold"),
        ("some *emphasis* here", "italics"),
        ("some _emphasis_ here", "italics"),
        ("[x](ftp://x.org)", "a link"),
    ],
)
def test_markdown_beyond_what_is_drawn_is_named(line: str, what: str) -> None:
    assert [found.startswith(what) for _, found in markdown.leftovers(f"Fine.\n{line}")] == [True]


@pytest.mark.parametrize(
    "line",
    [
        "- a bullet",
        "**bold** and [x](https://x.org)",
        "5 * 3 * 2",
        "snake_case_name",
        "[a-z] and [1]",
        "2025. It",
        "a < b > c",
    ],
)
def test_supported_markdown_and_plain_text_are_not_named(line: str) -> None:
    assert list(markdown.leftovers(line)) == []


def test_markdown_joins_lines_and_separates_blocks() -> None:
    blocks = markdown.parse("One\ntwo **bold\nagain**.\n\n- a\n  b\n- [c](https://c.org)\n\nEnd")
    assert [(block.bullet, block.text) for block in blocks] == [
        (False, "One two bold again."),
        (True, "a b"),
        (True, "c (https://c.org)"),
        (False, "End"),
    ]


def test_a_missing_knowledge_base_is_66_and_names_the_place(pakaz: Pakaz) -> None:
    result = pakaz("sectors", "--kb", "/nowhere/kb.yaml")
    assert (result.code, result.out) == (66, "")
    reason = "/nowhere/kb.yaml: no such file or directory"
    assert result.err == f"pakaz: error: cannot read the knowledge base ({reason})\n"


def test_a_directory_a_pipe_and_a_device_are_no_knowledge_base(
    tmp_path: Path, pakaz: Pakaz
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for place, reason in (
        (tmp_path, "is a directory"),
        (pipe, "not a file"),
        ("/dev/zero", "not a file"),
    ):
        result = pakaz("sectors", "--kb", str(place))
        assert (result.code, f": {reason})" in result.err) == (66, True)


@pytest.mark.parametrize("name", ["loop", "dangling"])
def test_links_that_lead_nowhere_are_66(tmp_path: Path, pakaz: Pakaz, name: str) -> None:
    link = tmp_path / name
    link.symlink_to(link if name == "loop" else tmp_path / "gone")
    assert pakaz("sectors", "--kb", str(link)).code == 66


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_file_is_66(tmp_path: Path, pakaz: Pakaz) -> None:
    path = write(tmp_path, BASE)
    Path(path).chmod(0)
    assert pakaz("sectors", "--kb", path).code == 66


def test_the_option_wins_over_the_variable_and_the_variable_over_the_bundle(
    tmp_path: Path, pakaz: Pakaz
) -> None:
    path = write(tmp_path, BASE)
    assert pakaz("list", PAKAZ_KB=path).out == "a\t\tQ?\n"
    assert len(pakaz("list", "--kb", str(SMALL), PAKAZ_KB=path).lines) == 4
    assert len(pakaz("list", PAKAZ_KB="").lines) == len(load_base(BUNDLE).entries)


def test_every_place_tried_for_the_bundle_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pakaz_cli.knowledge.load._PACKAGED", "/gone/a.yaml")
    monkeypatch.setattr("pakaz_cli.knowledge.load._CHECKOUT", "/gone/b.yaml")
    with pytest.raises(InputMissingError) as caught:
        load_base()
    assert [place for place, _ in caught.value.tried] == ["/gone/a.yaml", "/gone/b.yaml"]


def test_a_malformed_knowledge_base_is_65_with_every_finding(tmp_path: Path, pakaz: Pakaz) -> None:
    path = write(tmp_path, BASE.replace("id: a", "id: A") + "    as_of: x\n")
    result = pakaz("ask", "q", "--kb", path)
    assert (result.code, result.out) == (65, "")
    assert [line.split(" ")[0] for line in result.err.splitlines()[:2]] == [
        f"{path}:3:9:",
        f"{path}:6:12:",
    ]
    assert result.err.splitlines()[2] == f"pakaz: error: the knowledge base {path} has 2 errors"


def test_an_empty_path_is_not_a_file(pakaz: Pakaz) -> None:
    assert pakaz("kb", "check", "").code == 66


def test_little_memory_is_enough(bundled: Pakaz) -> None:
    done = subprocess.run(
        ["bash", "-c", f"ulimit -v 400000; {COMMAND} list"],
        capture_output=True,
        env=environment(PAKAZ_KB=""),
        check=False,
    )
    assert done.returncode == 0


def test_suggestions_and_findings_have_an_end(tmp_path: Path) -> None:
    entry = "  - {{id: e{0}, question: Q, answer: A., related: [entry{0}x]}}\n"
    many = "schema: 1\nentries:\n" + "".join(map(entry.format, range(2000)))
    messages = [found.message for found in check_base(write(tmp_path, many)).findings]
    assert len(messages) == MAX_FINDINGS + 1
    assert sum("did you mean" in message for message in messages) <= reader.MAX_SUGGESTIONS


def test_long_synonyms_are_matched_in_little_time(tmp_path: Path) -> None:
    words = " ".join(["a"] * 4000)
    content = BASE.replace("A.", f"{words} b") + f"synonyms:\n  - [{words} c, z]\n"
    assert search(Index(load_base(write(tmp_path, content))), "what a b").question


def test_a_file_over_the_limit_is_refused_before_it_is_read(tmp_path: Path, pakaz: Pakaz) -> None:
    path = tmp_path / "huge.yaml"
    with path.open("wb") as file:
        file.truncate(files.MAX_FILE_BYTES + 1)
    result = pakaz("kb", "check", str(path))
    assert (result.code, result.out) == (
        65,
        f"{path}:1:1: too-large the file is larger than 512 MiB\n",
    )


def test_the_bundled_knowledge_base_is_clean_and_has_the_ten_sectors(bundled: Pakaz) -> None:
    result = bundled("kb", "check", "--strict", PAKAZ_TODAY="2026-11-28")
    assert (result.code, result.out) == (0, "")
    assert [row.split("\t")[0] for row in bundled("sectors").lines] == [
        *("diplomacy", "investment", "energy", "trade", "transport"),
        *("defence", "travel", "society", "climate", "outlook"),
    ]


def test_markdown_is_found_on_its_line_and_bold_may_go_over_lines(tmp_path: Path) -> None:
    answer = "|\n      Fine **over\n      two lines**.\n\n      # Heading\n\n      Not **closed.\n"
    findings = codes(tmp_path, BASE.replace(" A.\n", f" {answer}"))
    assert findings == [(9, 1, "markdown"), (11, 1, "markdown")]


HOSTILE = {
    "lists": "[" * 1_000_000,
    "mappings": "{a: " * 200_000,
    "list items": "- " * 200_000,
    "anchors": "- &a b\n" * 100_000,
    "tabs": "\t" * 1_000_000,
    "keys": "? " * 200_000,
    "quotes": '"' * 1_000_001,
    "items of no kind": "schema: 1\nentries:\n" + "- a\n" * 100_000,
    "one long line": "a: " + "x" * 2_000_000,
    "flow": "[" * 16 + "a, " * 100_000,
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_files_end_with_65_soon_and_in_little_memory(tmp_path: Path, case: str) -> None:
    path = write(tmp_path, HOSTILE[case])
    done = subprocess.run(
        ["bash", "-c", f"ulimit -v 1000000; {COMMAND} list --kb {path}"],
        capture_output=True,
        env=environment(),
        check=False,
        timeout=PATIENCE,
    )
    assert (done.returncode, done.stdout) == (65, b"")
    assert len(done.stderr) < 300_000


@pytest.mark.slow
def test_a_hundred_thousand_entries_load_and_answer(tmp_path: Path, pakaz: Pakaz) -> None:
    entry = "  - id: e{0}\n    question: What is number {0} of ward {1}?\n    answer: It is {0}.\n"
    entries = "".join(entry.format(number, number % 977) for number in range(100_000))
    path = write(tmp_path, "schema: 1\nentries:\n" + entries)
    result = pakaz("ask", "what is number 54321 of ward 586", PAKAZ_KB=path)
    assert (result.out, result.code) == ("It is 54321.\n", 0)


@pytest.mark.parametrize("entry", load_base(BUNDLE).entries, ids=lambda entry: entry.id)
def test_every_bundled_entry_can_be_found_trusted_and_taken_in(entry: Entry) -> None:
    assert 40 <= len(entry.answer.split()) <= 140
    assert 6 <= len(entry.variants) <= 30
    assert entry.keywords
    assert entry.related
    assert entry.as_of
    assert all(source.publisher and source.url for source in entry.sources)
    assert entry.sources or entry.where


def test_every_bundled_sector_note_has_60_to_150_words() -> None:
    for sector in load_base(BUNDLE).sectors:
        assert 60 <= len((sector.note or "").split()) <= 150
