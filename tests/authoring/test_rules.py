"""The authoring rules, the file to start from, and the guide that explains both."""

from __future__ import annotations

import ast
import json
import os
import re
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from pakaz_cli.authoring import rules
from pakaz_cli.knowledge.load import check_base
from pakaz_cli.model import Level
from pakaz_cli.text.dates import last_day
from tests.conftest import COMMAND, ROOT, TODAY, Pakaz, environment

PACKAGE = ROOT / "src" / "pakaz_cli"
EXAMPLE = PACKAGE / "data" / "example.yaml"
GUIDE = (ROOT / "docs" / "knowledge-base.md").read_text()

#: Breaks no rule; the numbers in the cases below are places in it.
CLEAN = """\
schema: 1
title: Shop
updated: 2026-01-31
sectors:
  - id: fruit
    name: Fruit
    note: Apples come in autumn.
sources:
  list:
    title: Price list
    publisher: The shop
    date: 2026-01-31
    url: https://shop.example/list
entries:
  - id: apples
    sector: fruit
    question: What does a green apple cost?
    variants:
      - green apple price
      - price for apples that are green
    keywords: [granny]
    answer: A green apple costs 20 cents.
    as_of: 2026-01-31
    sources: [list]
    where: The board at the till.
    related: [doors]
  - id: doors
    sector: fruit
    question: When do the doors open?
    variants: [opening hours]
    answer: |
      The doors open at **nine**.

      - On Sundays they stay shut.
    as_of: 2026-01
    sources: [list]
"""


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)


def write(folder: Path, content: str) -> str:
    path = folder / "kb.yaml"
    path.write_text(content, encoding="utf-8")
    return str(path)


def changed(old: str, new: str) -> str:
    assert CLEAN.count(old) == 1, old
    return CLEAN.replace(old, new)


def found(folder: Path, content: str, today: str = TODAY) -> list[tuple[int, int, str]]:
    """The findings of ``kb check --strict``: line, column, code."""
    day = last_day(today)
    assert day
    return [finding[:3] for finding in rules.lint(check_base(write(folder, content)), day)]


def test_a_knowledge_base_can_be_clean(tmp_path: Path, pakaz: Pakaz) -> None:
    assert found(tmp_path, CLEAN) == []
    result = pakaz("kb", "check", "--strict", write(tmp_path, CLEAN))
    assert (result.code, result.out) == (0, "")
    assert result.err == "pakaz: no findings in 2 entries and 1 sector\n"


# The guide


def test_the_guide_shows_the_file_that_init_writes() -> None:
    assert EXAMPLE.read_text(encoding="utf-8") in blocks("yaml")


def test_what_the_guide_shows_first_works_as_it_says(tmp_path: Path, pakaz: Pakaz) -> None:
    (tmp_path / "questions.yaml").write_text(blocks("yaml")[0])
    commands = "".join(blocks("sh")).splitlines()
    assert [command.split()[1:3] for command in commands] == [
        ["kb", "init"],
        ["kb", "check"],
        ["ask", "--kb"],
        ["kb", "eval"],
        ["kb", "build"],
        ["ask", "--kb"],
    ]
    for command in commands:
        words = [
            str(tmp_path / word) if word.endswith((".yaml", ".pakaz")) else word
            for word in command.removeprefix("pakaz ").split()
        ]
        assert pakaz(*words).code == 0, command


def test_the_example_of_the_guide_is_clean_and_answers(tmp_path: Path, pakaz: Pakaz) -> None:
    path = write(tmp_path, next(block for block in blocks("yaml") if "schema:" in block))
    result = pakaz("kb", "check", "--strict", path)
    assert (result.code, result.out) == (0, "")
    result = pakaz("ask", "--json", "--kb", path, "how long can i keep a book")
    assert (result.code, result.json["answer"]["id"]) == (0, "lending-period")


#: The modules that read what an author writes.
READERS = (
    *("knowledge/strict_yaml", "knowledge/yaml_errors", "knowledge/reader", "knowledge/schema"),
    *("knowledge/load", "knowledge/database", "knowledge/files"),
    *("authoring/questions", "authoring/comparison", "authoring/rules"),
)
#: Where the code is among the arguments of a call that notes a finding.
CODE_ARGUMENT = {"Finding": 2, "note": 1, "_note": 1, "_note_at": 1, "_finding": 1, "_invalid": 1}
#: A code that comes from elsewhere, or is one of a family.
PASSED_ON = ("code", "*problem", "f'unknown-{what}'")


def codes_of_values() -> Iterator[str]:
    """The codes of the rules for values, each of which returns a code and a message."""
    for node in ast.walk(ast.parse((PACKAGE / "knowledge/values.py").read_text())):
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
            yield ast.literal_eval(node.value.elts[0])


def codes_in_source() -> dict[str, Level]:
    """Every code that the source can give, with its level."""
    codes = dict.fromkeys(codes_of_values(), Level.ERROR)
    families: set[str] = set()
    for module in READERS:
        tree = ast.parse((PACKAGE / f"{module}.py").read_text())
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name == "_unknown":
                codes[f"unknown-{ast.literal_eval(node.args[2])}"] = Level.STRICT
            if name not in CODE_ARGUMENT:
                continue
            code = node.args[CODE_ARGUMENT[name]]
            level = Level.STRICT if name == "_finding" else Level.ERROR
            if isinstance(node.args[-1], ast.Attribute) and node.args[-1].attr in Level.__members__:
                level = Level[node.args[-1].attr]
            if isinstance(code, ast.Constant):
                assert codes.setdefault(str(code.value), level) == level
            else:
                assert ast.unparse(code) in PASSED_ON, ast.unparse(code)
        starts = [node.values[0] for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
        texts = [str(start.value) for start in starts if isinstance(start, ast.Constant)]
        families.update(text for text in texts if re.fullmatch("[a-z]+-", text))
    assert families == {"missing-", "unknown-"}
    names = {name for wanted in rules._RECOMMENDED.values() for name in wanted}
    for name in names:
        codes[rules._CODES.get(name, f"missing-{name}")] = Level.STRICT
    return codes


def codes_in_guide() -> dict[str, Level]:
    rows = re.findall(
        r"^\| (`.*?`) \| (error|check|strict) \| (.+) \| (.+) \|$", GUIDE, re.MULTILINE
    )
    listed = [(code, level) for cell, level, *_ in rows for code in re.findall("`(.+?)`", cell)]
    codes = {code: Level[level.upper()] for code, level in listed}
    assert len(codes) == len(listed)
    return codes


def test_the_guide_lists_every_code_with_its_level() -> None:
    in_source = codes_in_source()
    assert len(in_source) > 40
    assert codes_in_guide() == in_source


def test_the_guide_lists_every_key() -> None:
    from pakaz_cli.knowledge import schema  # noqa: PLC0415

    keys = re.findall(
        r"^\| (?:… )?`(\w+)` \| .* \| (?:\*\*yes\*\*|strict|–) \|$", GUIDE, re.MULTILINE
    )
    known = (schema._KNOWLEDGE_BASE, schema._SECTOR, schema._SOURCE, schema._ENTRY)
    tables = (*known, schema._NOT_COVERED)
    assert sorted(keys) == sorted(key for table in tables for key in table)


# The rules


WORDS = "One " + "two " * 138

#: A change of the clean knowledge base, and what is found then.
CASES: dict[str, tuple[str, str, list[tuple[int, int, str]]]] = {
    "missing-title": ("title: Shop\n", "", [(1, 1, "missing-title")]),
    "missing-updated": ("updated: 2026-01-31\n", "", [(1, 1, "missing-updated")]),
    "missing-name": ("    name: Fruit\n", "", [(5, 5, "missing-name")]),
    "missing-note": ("    note: Apples come in autumn.\n", "", [(5, 5, "missing-note")]),
    "missing-publisher": ("    publisher: The shop\n", "", [(10, 5, "missing-publisher")]),
    "missing-url": ("    url: https://shop.example/list\n", "", [(10, 5, "missing-url")]),
    "missing-sector": (
        "    sector: fruit\n    question: When",
        "    question: When",
        [(27, 5, "missing-sector")],
    ),
    "missing-variants": ("    variants: [opening hours]\n", "", [(27, 5, "missing-variants")]),
    "missing-variants, empty": ("[opening hours]", "[]", [(27, 5, "missing-variants")]),
    "missing-date": ("    as_of: 2026-01\n", "", [(27, 5, "missing-date")]),
    "missing-source": (
        "    as_of: 2026-01\n    sources: [list]\n",
        "    as_of: 2026-01\n",
        [(27, 5, "missing-source")],
    ),
    "missing-source, empty": (
        "    as_of: 2026-01\n    sources: [list]\n",
        "    as_of: 2026-01\n    sources: []\n",
        [(27, 5, "missing-source")],
    ),
    "unknown-sector": (
        "sector: fruit\n    question: When",
        "sector: doors\n    question: When",
        [(28, 13, "unknown-sector")],
    ),
    "unknown-source": (
        "as_of: 2026-01\n    sources: [list",
        "as_of: 2026-01\n    sources: [list, lost",
        [(36, 21, "unknown-source")],
    ),
    "unknown-entry": ("[doors]", "[doors, windows]", [(26, 22, "unknown-entry")]),
    "unused-source": (
        "entries:\n",
        "  spare: {title: T, publisher: P, url: 'https://p.example'}\nentries:\n",
        [(14, 3, "unused-source")],
    ),
    "future-date of the whole": (
        "updated: 2026-01-31",
        "updated: 2026-02-02",
        [(3, 10, "future-date")],
    ),
    "future-date of a source": (
        "    date: 2026-01-31",
        "    date: 2026-03",
        [(12, 11, "future-date")],
    ),
    "future-date of an answer": ("as_of: 2026-01\n", "as_of: 2027\n", [(35, 12, "future-date")]),
    "future-date in a block": (
        "as_of: 2026-01\n",
        "as_of: |\n      2027-01-01\n",
        [(35, 12, "future-date")],
    ),
    "long-answer": (
        "A green apple costs 20 cents.",
        WORDS + "three four.",
        [(22, 13, "long-answer")],
    ),
    "no-opening, a bullet": (
        "A green apple costs 20 cents.",
        '"- A green apple costs 20 cents."',
        [(22, 13, "no-opening")],
    ),
    "no-opening, an empty bullet": (
        "A green apple costs 20 cents.",
        '"- "',
        [(22, 13, "no-opening")],
    ),
    "no-opening, lower case": (
        "A green apple costs 20 cents.",
        "a green apple costs 20 cents.",
        [(22, 13, "no-opening")],
    ),
    "no-opening, bold lower case": (
        "A green apple costs 20 cents.",
        "'**a green apple** costs 20 cents.'",
        [(22, 13, "no-opening")],
    ),
    "no-opening, no end": (
        "A green apple costs 20 cents.",
        "A green apple costs 20 cents",
        [(22, 13, "no-opening")],
    ),
    "no-opening, no end of the first paragraph": (
        "The doors open at **nine**.",
        "The doors open at **nine**",
        [(31, 13, "no-opening")],
    ),
    "hidden-character": ("Price list", '"Price\\u202e list"', [(10, 12, "hidden-character")]),
    "not-nfc": ("Price list", "Prie\u0301 list", [(10, 12, "not-nfc")]),
    "repeated-phrasing": (
        "[opening hours]",
        "[opening hours, 'Hours: OPENING']",
        [(30, 31, "repeated-phrasing")],
    ),
    "repeated-phrasing of the question": (
        "[opening hours]",
        "[when do the doors open]",
        [(30, 16, "repeated-phrasing")],
    ),
    "repeated-phrasing without words": (
        "[opening hours]",
        "[opening hours, '!', '…']",
        [(30, 36, "repeated-phrasing")],
    ),
    "same-phrasing": (
        "[opening hours]",
        "[opening hours, Green-apple PRICE]",
        [(30, 31, "same-phrasing")],
    ),
    "alike-phrasing": (
        "[opening hours]",
        "[opening hours, price for apple that are green]",
        [(30, 31, "alike-phrasing")],
    ),
    "alike-phrasing in another order": (
        "[opening hours]",
        "[opening hours, price green apple]",
        [(30, 31, "alike-phrasing")],
    ),
    "contradiction of an entry": (
        "    answer: |",
        "    not: [when do the windows open, When does the door open]\n    answer: |",
        [(31, 37, "contradiction")],
    ),
    "contradiction of a subject": (
        "entries:",
        "not_covered:\n  - {subject: s, questions: [opening hours], where: w}\nentries:",
        [(15, 30, "contradiction")],
    ),
    "repeated-counterexample": (
        "    answer: |",
        "    not: [closing hours, hours closing, 'Closing hours!']\n    answer: |",
        [(31, 41, "repeated-counterexample")],
    ),
    "repeated-counterexample of a subject": (
        "entries:",
        "not_covered:\n  - {subject: s, questions: [a b, a b], where: w}\nentries:",
        [(15, 35, "repeated-counterexample")],
    ),
    "answered-elsewhere": (
        "[opening hours]",
        "[opening hours, cost and price of green apples]",
        [(30, 31, "answered-elsewhere")],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_broken_rule_is_told_at_its_place_and_only_when_asked(
    tmp_path: Path, pakaz: Pakaz, case: str
) -> None:
    old, new, expected = CASES[case]
    content = changed(old, new)
    assert found(tmp_path, content) == expected
    lenient = pakaz("kb", "check", write(tmp_path, content))
    assert (lenient.code, lenient.out) == (0, "")


def test_without_sectors_each_that_is_named_is_told_once(tmp_path: Path, pakaz: Pakaz) -> None:
    content = changed(CLEAN[CLEAN.index("sectors:") : CLEAN.index("sources:")], "")
    assert found(tmp_path, content) == [
        (1, 1, "missing-sectors"),
        (12, 13, "unknown-sector"),
    ]
    assert pakaz("kb", "check", write(tmp_path, content)).code == 0


def test_every_strict_code_has_a_case() -> None:
    told = {code for *_, expected in CASES.values() for *_, code in expected}
    strict = {code for code, level in codes_in_source().items() if level is Level.STRICT}
    assert told | {"missing-sectors"} == strict


def test_a_plain_question_and_answer_file_lacks_much_but_works(
    tmp_path: Path, pakaz: Pakaz
) -> None:
    content = "schema: 1\nentries:\n  - id: a\n    question: Q?\n    answer: A.\n"
    assert {code for *_, code in found(tmp_path, content)} == {
        *("missing-title", "missing-updated", "missing-sectors", "missing-sector"),
        *("missing-variants", "missing-date", "missing-source"),
    }
    assert pakaz("kb", "check", write(tmp_path, content)).code == 0


def test_an_answer_without_a_source_says_where_to_look(tmp_path: Path) -> None:
    content = CLEAN.replace("    sources: [list]\n    where", "    sources: []\n    where")
    assert content != CLEAN
    assert found(tmp_path, content) == []


def test_a_file_with_errors_gets_no_findings_about_what_was_not_read(tmp_path: Path) -> None:
    content = changed("id: doors", "id: Doors").replace("title: Shop\n", "")
    assert found(tmp_path, content) == [(25, 15, "unknown-entry"), (26, 9, "bad-id")]


# Dates


@pytest.mark.parametrize(
    ("written", "first_day"),
    [("2026-03-02", "2026-03-02"), ("2026-03", "2026-03-01"), ("2027", "2027-01-01")],
)
def test_a_date_is_in_the_future_until_it_begins(
    tmp_path: Path, pakaz: Pakaz, written: str, first_day: str
) -> None:
    path = write(tmp_path, changed("as_of: 2026-01\n", f"as_of: {written}\n"))
    day = last_day(first_day)
    assert day
    before = day.fromordinal(day.toordinal() - 1).isoformat()
    result = pakaz("kb", "check", "--strict", path, PAKAZ_TODAY=before)
    told = f"{path}:35:12: future-date {written} is after today, {before}\n"
    assert (result.code, result.out) == (65, told)
    assert pakaz("kb", "check", "--strict", path, PAKAZ_TODAY=first_day).code == 0


# Answers


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (WORDS + "three.", []),
        (WORDS + "three four.", ["long-answer"]),
        ("One " + "two " * 137 + "two.\n\n- three.", []),
        ("One.\n\n" + "- two\n" * 140, ["long-answer"]),
        ("- One.\n- Two.", ["no-opening"]),
        ("one.", ["no-opening"]),
        ("əlaqə var.", ["no-opening"]),
        ("One", ["no-opening"]),
        ("One,\n\ntwo.", ["no-opening"]),
        ("One\ntwo.", []),
        ("One?", []),
        ("One!", []),
        ("These:\n\n- one", []),
        ("One…", []),
        ("**One.**", []),
        ("(One.)", []),
        ("“One.”", []),
        ("See [it](https://it.example).", []),
        ("20 cents.", []),
        ("یہ کتاب ہے۔", []),
    ],
)
def test_an_answer_is_short_and_opens_with_a_sentence(
    tmp_path: Path, answer: str, told: list[str]
) -> None:
    content = changed("A green apple costs 20 cents.", json.dumps(answer, ensure_ascii=False))
    assert found(tmp_path, content) == [(22, 13, code) for code in told]


# Characters


#: Every kind of text, with what stands in the clean knowledge base: first of it, then its place.
TEXTS = {
    "title": ("Shop", 2, 8),
    "name of a sector": ("Fruit", 6, 11),
    "note of a sector": ("Apples come in autumn.", 7, 11),
    "title of a source": ("Price list", 10, 12),
    "publisher": ("The shop", 11, 16),
    "synonym": ("[]", 14, 6),
    "question": ("When do the doors open?", 29, 15),
    "variant": ("opening hours", 30, 16),
    "keyword": ("granny", 21, 16),
    "answer": ("A green apple costs 20 cents.", 22, 13),
    "where": ("The board at the till.", 25, 12),
}
HIDDEN = {
    "override": "\u202e",
    "isolate": "\u2066",
    "mark": "\u200f",
    "zero width space": "\u200b",
    "word joiner": "\u2060",
    "soft hyphen": "\u00ad",
    "tag": "\U000e0041",
}


def with_added(kind: str, added: str) -> str:
    old = TEXTS[kind][0]
    if kind == "synonym":
        return changed("entries:\n", f'synonyms:\n  - ["pear{added}", plum]\nentries:\n')
    return changed(old, f'"{old[0]}{added}{old[1:]}"')


def place(kind: str) -> tuple[int, int]:
    return (15, 6) if kind == "synonym" else TEXTS[kind][1:]


@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize("character", HIDDEN.values(), ids=HIDDEN)
@pytest.mark.parametrize("is_escaped", [False, True], ids=["raw", "escaped"])
def test_a_hidden_character_is_found_in_every_text(
    tmp_path: Path, kind: str, character: str, is_escaped: bool
) -> None:
    added = f"\\U{ord(character):08x}" if is_escaped else character
    assert found(tmp_path, with_added(kind, added)) == [(*place(kind), "hidden-character")]


@pytest.mark.parametrize("kind", TEXTS)
def test_text_that_is_not_nfc_is_found_everywhere(tmp_path: Path, kind: str) -> None:
    assert found(tmp_path, with_added(kind, "e\u0301")) == [(*place(kind), "not-nfc")]
    assert found(tmp_path, with_added(kind, "\u00e9")) == []


@pytest.mark.parametrize(
    ("key", "code"), [("li\u200bst", "hidden-character"), ("le\u0301st", "not-nfc")]
)
def test_keys_of_sources_are_looked_at_as_well(tmp_path: Path, key: str, code: str) -> None:
    content = CLEAN.replace("  list:", f'  "{key}":').replace("[list]", f'["{key}"]')
    assert found(tmp_path, content) == [(9, 3, code), (24, 15, code), (36, 15, code)]


@pytest.mark.parametrize("character", ["\u200c", "\u200d", "\ufe0f", "\u00a0"])
def test_what_scripts_and_emoji_need_is_no_hidden_character(tmp_path: Path, character: str) -> None:
    assert found(tmp_path, with_added("where", character)) == []


def test_a_finding_shows_what_hides(tmp_path: Path, pakaz: Pakaz) -> None:
    result = pakaz("kb", "check", "--strict", write(tmp_path, with_added("where", "\u202e")))
    assert result.out.endswith(":25:12: hidden-character the text contains \\u202e\n")


# Pairs


def test_of_a_pair_only_the_second_phrasing_is_told(tmp_path: Path) -> None:
    content = changed("[opening hours]", "[green apple price, PRICE for apples that are green]")
    assert found(tmp_path, content) == [(30, 16, "same-phrasing"), (30, 35, "same-phrasing")]


def test_ids_in_block_texts_are_the_ids_they_seem(tmp_path: Path) -> None:
    assert found(tmp_path, changed("id: apples", "id: |\n      apples")) == []


# kb check --strict --json


def test_findings_are_objects_in_json(tmp_path: Path, pakaz: Pakaz) -> None:
    content = changed("title: Shop\n", "").replace("as_of: 2026-01\n", "as_of: 2027\n")
    path = write(tmp_path, content)
    result = pakaz("kb", "check", "--strict", "--json", path)
    records = [json.loads(line) for line in result.lines]
    assert [list(record) for record in records] == [
        ["path", "line", "column", "code", "message"]
    ] * 2
    assert [tuple(record.values()) for record in records] == [
        (path, 1, 1, "missing-title", "the knowledge base has no 'title'"),
        (path, 34, 12, "future-date", "2027 is after today, 2026-02-01"),
    ]
    assert result.code == 65
    assert pakaz("kb", "check", "--json", path) == ("", "", 0)


# kb init


def test_init_writes_a_file_that_the_strict_check_accepts(tmp_path: Path, pakaz: Pakaz) -> None:
    path = tmp_path / "my library.yaml"
    result = pakaz("kb", "init", str(path))
    assert (result.code, result.out) == (0, "")
    assert f"wrote {path}" in result.err
    assert pakaz("kb", "init", "").code == 73
    assert pakaz("kb", "init", f"{path.parent}/x/").code == 73
    assert path.read_bytes() == EXAMPLE.read_bytes()
    checked = pakaz("kb", "check", "--strict", str(path))
    assert (checked.code, checked.out) == (0, "")


def test_init_never_overwrites(tmp_path: Path, pakaz: Pakaz) -> None:
    path = tmp_path / "kb.yaml"
    path.write_bytes(b"mine\r\n\xff")
    result = pakaz("kb", "init", str(path))
    assert (result.code, result.out) == (73, "")
    told = "the file already exists"
    assert result.err == f"pakaz: error: cannot write {path}: {told}\n"
    assert path.read_bytes() == b"mine\r\n\xff"


def test_init_follows_no_link(tmp_path: Path, pakaz: Pakaz) -> None:
    link = tmp_path / "link"
    link.symlink_to("gone")
    assert pakaz("kb", "init", str(link)).code == 73
    assert [path.name for path in tmp_path.iterdir()] == ["link"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("gone/kb.yaml", "no such file or directory"),
        ("file/kb.yaml", "not a directory"),
        (".", "the file already exists"),
        ("a" * 300, "file name too long"),
    ],
)
def test_init_says_why_it_cannot_write(
    tmp_path: Path, pakaz: Pakaz, name: str, reason: str
) -> None:
    (tmp_path / "file").touch()
    result = pakaz("kb", "init", f"{tmp_path}/{name}")
    assert (result.code, result.out) == (73, "")
    assert result.err == f"pakaz: error: cannot write {tmp_path}/{name}: {reason}\n"


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_init_in_a_folder_that_is_not_writable_is_73(tmp_path: Path, pakaz: Pakaz) -> None:
    tmp_path.chmod(0o555)
    result = pakaz("kb", "init", f"{tmp_path}/kb.yaml")
    tmp_path.chmod(0o755)
    assert (result.code, "permission denied" in result.err) == (73, True)


def test_init_leaves_no_half_a_file(tmp_path: Path) -> None:
    done = subprocess.run(
        [COMMAND, "kb", "init", tmp_path / "kb.yaml"],
        capture_output=True,
        env=environment(PYTHONDONTWRITEBYTECODE="1"),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)),
        check=False,
    )
    assert (done.returncode, b"file too large" in done.stderr) == (73, True)
    assert list(tmp_path.iterdir()) == []
