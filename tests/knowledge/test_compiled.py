"""Compiled knowledge bases: the same replies as the YAML; intact or rejected; written completely."""

from __future__ import annotations

import errno
import functools
import json
import os
import random
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml  # noqa: TID251 - for its place
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from pakaz_cli.authoring.compile import compile_file, write
from pakaz_cli.authoring.integrity import verify
from pakaz_cli.chat import suggestions
from pakaz_cli.chat.conversation import Conversation
from pakaz_cli.cli import commands
from pakaz_cli.errors import CannotCreateError, InputMissingError, PakazError
from pakaz_cli.knowledge import database, tables
from pakaz_cli.knowledge.compiled import CompiledBase, fingerprint
from pakaz_cli.knowledge.load import check_base, load_base
from pakaz_cli.knowledge.loaded import LoadedBase
from pakaz_cli.model import KnowledgeBase
from pakaz_cli.search.engine import search
from pakaz_cli.search.index import Index
from pakaz_cli.text.closest import ids_like
from pakaz_cli.views.labelled import TextView
from pakaz_cli.views.view import Settings
from tests.conftest import COMMAND, PATIENCE, ROOT, SMALL, Pakaz, environment, run_inside, run_pakaz
from tests.test_linear import steps

FAQ = ROOT / "knowledge" / "faq.yaml"
GOLDEN = ROOT / "knowledge" / "golden.yaml"

Outcome = tuple[bytes, bytes, int | None]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small knowledge base, compiled."""
    path = tmp_path_factory.mktemp("small") / "small.pakaz"
    compile_file(str(SMALL), str(path))
    return path


@pytest.fixture(scope="module")
def faq(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled knowledge base, compiled."""
    path = tmp_path_factory.mktemp("faq") / "faq.pakaz"
    compile_file(str(FAQ), str(path))
    return path


@functools.cache
def loaded_small() -> KnowledgeBase:
    return load_base(str(SMALL))


@functools.cache
def compiled_small() -> KnowledgeBase:
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/x.pakaz"
        compile_file(str(SMALL), path)
        return load_base(path)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def copied(path: Path, target: Path) -> Path:
    target.write_bytes(path.read_bytes())
    return target


@contextmanager
def time_limit(seconds: float = PATIENCE) -> Iterator[None]:
    """Raise TimeoutError if the block takes longer."""

    def stop(*_: object) -> None:
        raise TimeoutError("it hangs")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(int(seconds))
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def run(path: Path | str, *words: str, **environ: str) -> Outcome:
    """Run a command line on a knowledge base, in this process."""
    out, err, code = run_inside(commands.run, words, PAKAZ_KB=str(path), **environ)
    return re.sub(rb'"ms_per_question": [0-9.]+', b"", out), err, code


def run_both(yaml: Path, compiled: Path, *words: str) -> int | None:
    """Run a command line on both forms, assert the same output, and return the exit code."""
    expected, got = run(yaml, *words), run(compiled, *words)
    assert got == expected, words
    assert expected[2] != 70
    return expected[2]


def complete(path: Path | str, typed: str) -> Outcome:
    """Press Tab."""
    cursor = {"COMP_WORDS": typed, "COMP_CWORD": str(len(typed.split(" ")) - 1)}
    return run(path, _PAKAZ_COMPLETE="complete_bash", **cursor)


def converse(path: Path | str) -> str:
    """Open a knowledge base in a chat that uses another, and return the output."""
    day = date(2026, 2, 1)
    conversation = Conversation(loaded_small(), None, day)
    view = TextView(Settings(day, in_chat=True))
    return "".join(
        page.out + page.err
        for line in (f"/kb {path}", "rice duty", "/list", "/show gas-deal", "what about gas")
        for page in [conversation.answer(line, view).page]
    )


def same_content(one: KnowledgeBase, other: KnowledgeBase) -> bool:
    def content(base: KnowledgeBase) -> tuple[object, ...]:
        counts = base.sector_counts()
        return (
            tuple(base.entries),
            base.title,
            base.updated,
            base.sectors,
            base.synonyms,
            base.not_covered,
            counts,
        )

    return content(one) == content(other)


# The same replies

WORD = st.sampled_from(
    "visa fee fees gas deal price exemption exemptions who what is the of baku rice shipment cargo "
    "2,025 2024 12 1.8 JF-17 e-visa l'accord لع کیا 日本 İstanbul ß ə GƏNCƏ 💡 ﬁne ǅ é e\u0301 ١٢ "
    "a\u200cb x\u200dy — … ? and/or 'quoted' \"so\" \\ %s ; DROP TABLE-- [/b] **bold** <b> "
    + "w"
    * 70
)
LINE = st.lists(WORD, min_size=1, max_size=7).map(" ".join) | st.text(
    st.characters(exclude_categories=("C", "Zl", "Zp", "Zs")), min_size=1, max_size=12
)
PROSE = LINE | st.lists(LINE, min_size=1, max_size=3).map("\n\n".join)
DATE = st.sampled_from(["2023", "2025-02", "2026-01-31", "1999-12-31"])
IDS = ["a", "b", "gas-deal", "z9", "0", "x-" * 20 + "x", "select", "visa-fee"]


@st.composite
def bases(draw: st.DrawFn) -> dict[str, object]:
    """Draw a knowledge base as a YAML document."""
    sectors = draw(st.lists(st.sampled_from(["energy", "trade", "empty"]), unique=True))
    keys = draw(st.lists(st.sampled_from(["k", "Key 2", "kéy", "k;'--"]), unique=True))
    ids = draw(st.lists(st.sampled_from(IDS), min_size=1, unique=True))

    def optional(strategy: st.SearchStrategy[object]) -> object:
        return draw(st.none() | strategy)

    def mapping(**values: object) -> dict[str, object]:
        return {name: value for name, value in values.items() if value is not None}

    questions = st.lists(LINE, min_size=1, max_size=2)
    subjects = st.fixed_dictionaries({"subject": LINE, "questions": questions, "where": LINE})

    def subset(of: list[str]) -> object:
        return optional(st.lists(st.sampled_from(of), max_size=3, unique=True)) if of else None

    entries = [
        mapping(
            id=one,
            question=draw(LINE),
            answer=draw(PROSE),
            sector=optional(st.sampled_from(sectors)) if sectors else None,
            variants=optional(st.lists(LINE, max_size=3)),
            keywords=optional(st.lists(LINE, max_size=2)),
            as_of=optional(DATE),
            sources=subset(keys),
            where=optional(LINE),
            related=subset([other for other in ids if other != one]),
            **{"not": optional(st.lists(LINE, max_size=2))},
        )
        for one in ids
    ]
    return mapping(
        schema=1,
        title=optional(LINE),
        updated=optional(DATE),
        sectors=[mapping(id=one, name=optional(LINE), note=optional(PROSE)) for one in sectors]
        or None,
        sources={
            key: mapping(title=draw(LINE), publisher=optional(LINE), date=optional(DATE))
            for key in keys
        }
        or None,
        synonyms=optional(st.lists(st.lists(LINE, min_size=2, max_size=3), max_size=3)),
        not_covered=optional(st.lists(subjects, max_size=2)),
        entries=entries,
    )


FORMATS = [["--format", name] for name in ("plain", "text", "rich", "json")]
ASK = st.tuples(
    st.sampled_from(FORMATS),
    st.sampled_from([[], ["--explain"]]),
    st.sampled_from([[], ["--sector", "energy"], ["--sector", "trade"], ["--top", "2"]]),
).map(lambda parts: ["ask", *(word for part in parts for word in part), "--"])
LISTINGS = [
    ["sectors"],
    ["sectors", "energy"],
    ["sectors", "emty"],
    ["list"],
    ["list", "--sector", "trade"],
    ["list", "--sector", "nope"],
    ["list", "--stale", "180d"],
    ["list", "--stale", "1d", "--sector", "energy"],
    ["show", "gas-dea", "vissa-fee", "\udcff", "' OR 1=1 --"],
]


def command_lines(questions: list[str], ids: list[str]) -> st.SearchStrategy[list[str]]:
    """Draw a command line."""
    output, question = st.sampled_from(FORMATS), st.sampled_from(questions) | LINE
    misspelt = question.map(lambda asked: asked[: len(asked) // 2] + asked[len(asked) // 2 + 1 :])
    return (
        st.builds(lambda ask, asked: [*ask, asked], ASK, question | misspelt)
        | st.builds(lambda out, some: ["show", *out, *some], output, st.lists(st.sampled_from(ids)))
        | st.builds(lambda out, listing: [*listing, *out], output, st.sampled_from(LISTINGS))
    )


def property_of_both(examples: int) -> settings:
    slow = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    return settings(max_examples=examples, deadline=None, suppress_health_check=slow)


def both_forms(folder: Path, document: dict[str, object]) -> tuple[Path, Path, KnowledgeBase]:
    """Write a knowledge base as YAML and compiled; return the paths and the loaded one."""
    yaml, compiled = folder / "kb.yaml", folder / "kb.pakaz"
    yaml.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    base = check_base(str(yaml)).base
    assume(base is not None)
    assert base is not None
    compile_file(str(yaml), str(compiled))
    return yaml, compiled, base


@property_of_both(40)
@given(bases(), st.data())
def test_a_compiled_base_cannot_be_told_from_its_yaml(
    tmp_path: Path, document: dict[str, object], data: st.DataObject
) -> None:
    yaml, compiled, base = both_forms(tmp_path, document)
    assert same_content(load_base(str(compiled)), base)
    lines = command_lines(
        [entry.question for entry in base.entries], [entry.id for entry in base.entries]
    )
    for words in data.draw(st.lists(lines, min_size=5, max_size=5)):
        run_both(yaml, compiled, *words)


@property_of_both(8)
@given(bases(), st.lists(LINE, max_size=4))
def test_a_batch_and_an_evaluation_cannot_be_told_apart_either(
    tmp_path: Path, document: dict[str, object], more: list[str]
) -> None:
    yaml, compiled, base = both_forms(tmp_path, document)
    asked = [*more, *(text for one in base.entries for text in (one.question, *one.variants))]
    records = [{"question": text, "expect": [base.entries[0].id]} for text in asked]
    lines, questions = tmp_path / "lines", tmp_path / "q.jsonl"
    lines.write_text("".join(f"{' '.join(text.split())}\n" for text in asked), "utf-8")
    questions.write_text("".join(f"{json.dumps(record)}\n" for record in records))
    for words in (
        ["batch", "--explain", "--input", "text", str(lines)],
        ["batch", "--top", "1", "--input", "jsonl", str(questions)],
        ["kb", "eval", "--json", "--misses", "3", str(questions)],
    ):
        assert run_both(yaml, compiled, *words) == 0
    assert run_both(yaml, compiled, "batch", "--fail", str(lines)) in (0, 1, 3)


def test_the_bundled_base_says_the_same_compiled(faq: Path, tmp_path: Path) -> None:
    assert same_content(load_base(str(faq)), load_base(str(FAQ)))
    golden = re.findall(r'question: ("(?:[^"\\]|\\.)*")', GOLDEN.read_text("utf-8"))
    asked = [json.loads(one) for one in golden[::12]]
    misspelt = [one[:5] + one[6:] for one in asked[::3]]
    lines = tmp_path / "lines"
    lines.write_text("\n".join([*asked, *misspelt, "?", "xqzt"]), "utf-8")
    assert run_both(FAQ, faq, "batch", "--explain", "--top", "20", str(lines)) == 0
    assert run_both(FAQ, faq, "--version") == 0
    assert run_both(FAQ, faq, "list", "--sector", "trade") == 0


@pytest.mark.parametrize(
    "line", ["ask rice customs exemtion", "ask gas --json --explain", "list --format rich", "batch"]
)
def test_the_installed_command_says_the_same_too(line: str, small: Path) -> None:
    stdin = b"rice duty\ngas\nweather\nrice customs exemtion\n"
    expected, got = (run_pakaz(*line.split(), stdin=stdin, PAKAZ_KB=str(k)) for k in (SMALL, small))
    assert got == expected
    assert expected.out


def test_what_tab_offers_is_the_same(small: Path) -> None:
    for typed in ("pakaz show ", "pakaz show gas", "pakaz sectors ", "pakaz list --sector en"):
        assert complete(small, typed) == complete(SMALL, typed)
        assert complete(small, typed)[0].strip()
    indexes = [Index(loaded_small()), Index(compiled_small())]
    for typed in ("/show ", "/show g", "/show gas-", "/sector ", "ga", "ric cust", "rise dut"):
        expected, got = (suggestions.suggest(index, typed) for index in indexes)
        assert got == expected
        assert got


def test_a_large_base_offers_the_same_candidates_for_an_unknown_id(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pakaz_cli.text.closest._MAX_COMPARED", 1)
    for name in ("gas-x", "gas", "g", "", "r", "é", "zz", "\udcff", "GAS"):
        assert ids_like([name], compiled_small()) == ids_like([name], loaded_small())


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *("rice duty", "gas", "1", "2.", "and until when", "weather", "what about gas"),
                *("lng?", "/list", "/list energy", "/sectors", "/sector trade", "/show gas-deal"),
                *("/show gas-", "/why", "/json", "/back", "/related", "rise exemtion"),
            ]
        )
        | LINE,
        max_size=7,
    )
)
def test_a_conversation_goes_the_same(lines: list[str]) -> None:
    day = date(2026, 2, 1)
    view = TextView(Settings(day, in_chat=True))
    both = [Conversation(base, None, day) for base in (loaded_small(), compiled_small())]
    for line in lines:
        expected, got = (conversation.answer(line, view) for conversation in both)
        assert got == expected


def test_a_chat_opens_a_compiled_base_without_reading_it_whole(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def verify(*_: object) -> None:
        raise AssertionError("read whole")

    monkeypatch.setattr(database.Database, "verify", verify)
    assert "Now using" in converse(small)


# Other files, and damaged ones


def assert_rejected(path: Path | str, code: int = 65) -> None:
    """Assert that a file cannot be opened."""
    with pytest.raises(PakazError) as caught, time_limit():
        load_base(str(path))
    assert caught.value.code == code, path


def assert_rejected_by_all(path: Path | str, code: int = 65) -> None:
    """Assert that every command rejects a file with at most one finding and one error."""
    name = str(path)
    for words in (
        *(["ask", "rice duty"], ["ask", "gas", "--json", "--explain"], ["show", "gas-deal"]),
        *(["batch", "/dev/null"], ["sectors"], ["sectors", "energy"], ["list"]),
        ["list", "--sector", "trade"],
    ):
        out, err, got = run(name, *words)
        assert (out, got) == (b"", code), (words, err)
        *findings, last = err.decode().splitlines()
        assert last.startswith("pakaz: error: "), words
        assert len(findings) <= 1
        assert all(line.startswith(f"{name}:") for line in findings)
    out, err, got = run(name, "kb", "check", name)
    assert got == code
    assert b"Traceback" not in out + err
    assert len(out.splitlines()) == (1 if code == 65 else 0)
    assert complete(path, "pakaz show ")[:2] in ((b"", b""), (b"\n", b""))
    assert complete(path, "pakaz sectors ")[:2] in ((b"", b""), (b"\n", b""))
    conversation = converse(path)
    assert "The current knowledge base stays in use." in conversation
    assert "Traceback" not in conversation


def test_a_file_cut_short_anywhere_is_refused(small: Path, tmp_path: Path) -> None:
    whole, path = small.read_bytes(), tmp_path / "cut.pakaz"
    page = int.from_bytes(whole[16:18], "big")
    ends = {0, 1, 15, 16, 17, 99, 100, 101, len(whole) - 1}
    ends.update(end + more for end in range(page, len(whole), page) for more in (-1, 0, 1))
    ends.update(random.Random(1).sample(range(len(whole)), 30))
    for end in sorted(ends):
        path.write_bytes(whole[:end])
        assert_rejected(path)
    for end in (0, 100, 3 * page):
        path.write_bytes(whole[:end])
        assert_rejected_by_all(path)
    for more in (b"x", bytes(page), whole):
        path.write_bytes(whole + more)
        assert_rejected(path)


#: Changes, in SQL, that make a file foreign.
FOREIGN = {
    "another application": "PRAGMA application_id = 1",
    "no application": "PRAGMA application_id = 0",
    "a later format": "PRAGMA user_version = 999",
    "no format": "PRAGMA user_version = 0",
    "another table": "CREATE TABLE more (x)",
    "a view": "CREATE VIEW more AS SELECT 1",
    "an index": "CREATE INDEX more ON entry (sector)",
    "a trigger": "CREATE TRIGGER more AFTER INSERT ON entry BEGIN SELECT 1; END",
    "a virtual table": "CREATE VIRTUAL TABLE more USING fts5(x)",
    "a missing table": "DROP TABLE sector",
    "another column": "ALTER TABLE entry ADD COLUMN more TEXT",
    "a renamed column": "ALTER TABLE entry RENAME COLUMN answer TO reply",
    "a renamed table": "ALTER TABLE sector RENAME TO part",
    "a view for a table": "DROP TABLE synonyms; CREATE VIEW synonyms AS SELECT 1, '', 0",
    "a column less": "DROP TABLE synonyms; CREATE TABLE synonyms (number INTEGER PRIMARY KEY)",
    "an endless view": "DROP TABLE about; CREATE VIEW about AS WITH RECURSIVE n(name, value) "
    "AS (SELECT 'a', 1 UNION ALL SELECT 'a', value + 1 FROM n) SELECT * FROM n",
}


def changed(whole: Path, path: Path, script: str) -> Path:
    """Return a copy of a file, changed by an SQL script."""
    connection = sqlite3.connect(copied(whole, path))
    connection.executescript(script)
    connection.commit()
    connection.close()
    return path


@pytest.mark.parametrize("name", FOREIGN)
def test_a_database_that_is_not_just_as_we_make_it_is_refused(
    name: str, small: Path, tmp_path: Path
) -> None:
    assert_rejected(changed(small, tmp_path / "x.pakaz", FOREIGN[name]))


@pytest.mark.parametrize("name", ["a trigger", "a view for a table", "an endless view"])
def test_nothing_that_a_file_holds_is_ever_run(
    name: str, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = changed(small, tmp_path / "x.pakaz", FOREIGN[name])
    statements: list[str] = []
    connect = sqlite3.connect

    def traced(*arguments: Any, **options: Any) -> Any:
        connection = connect(*arguments, **options)
        connection.set_trace_callback(statements.append)
        return connection

    monkeypatch.setattr(sqlite3, "connect", traced)
    assert_rejected(path)
    assert all(
        one.startswith("PRAGMA ") or one.endswith(" FROM sqlite_master") for one in statements
    )


def test_any_other_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.pakaz"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE places (url TEXT)")
    connection.commit()
    connection.close()
    assert_rejected_by_all(path)


#: Changes, in SQL, of the contents of the tables.
SPOILT = {
    **{f"no rows in {table}": f"DELETE FROM {table}" for table in tables.KEYS},
    "an entry without a row": "DELETE FROM entry WHERE number = 2",
    "a term without a row": "DELETE FROM term WHERE term = 'rice'",
    "entries of exact phrasings": "UPDATE exact SET packed = x'ffffffff'",
    "an id with escape sequences": "UPDATE entry SET id = id || char(27) || '[2J' || char(10)",
    "text for the number of entries": "UPDATE about SET entries = 'many'",
    "a negative number of entries": "UPDATE about SET entries = -1",
    "text as a blob": "UPDATE entry SET answer = CAST(answer AS BLOB)",
}
SPOILT_COMMANDS = [
    ["ask", "rice customs exemtion", "--json", "--explain"],
    ["ask", "gas cargo priced", "--sector", "energy", "--format", "text"],
    ["ask", "is rice free of duty until 2027", "--format", "rich"],
    ["show", "gas-deal", "nope", "rice-duty", "--json"],
    ["sectors"],
    ["sectors", "energy", "--json"],
    ["list", "--stale", "30d"],
    ["list", "--sector", "trade", "--json"],
    ["--version"],
]


def exit_codes(path: Path) -> set[int | None]:
    """Assert that no command crashes on a file, and return the exit codes."""
    codes: set[int | None] = set()
    with time_limit():
        for words in (*SPOILT_COMMANDS, ["kb", "check", str(path)]):
            out, err, code = run(path, *words)
            assert code in (0, 1, 2, 3, 65), (words, code, err[-600:])
            assert b"\x1b[2J" not in out + err or "--json" in words
            codes.add(code)
        for typed in ("pakaz show ", "pakaz list --sector "):
            assert complete(path, typed)[1:] in ((b"", 0), (b"", 1)), typed
        assert converse(path)
    return codes


@pytest.mark.parametrize("name", SPOILT)
def test_spoilt_contents_are_no_crash(name: str, small: Path, tmp_path: Path) -> None:
    exit_codes(changed(small, tmp_path / "x.pakaz", SPOILT[name]))


COLUMNS = [
    (table, column) for table, columns in tables.COLUMNS.items() for column in list(columns)[1:]
]


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_a_changed_value_is_found_by_a_check(
    table: str, column: str, small: Path, tmp_path: Path
) -> None:
    for value in ("NULL", "'nope'"):
        path = changed(small, tmp_path / "x.pakaz", f"UPDATE {table} SET {column} = {value}")
        assert [one.code for one in verify(check_base(str(path))).findings] == ["damaged"]


def test_a_changed_value_is_noticed_when_it_is_read(small: Path, tmp_path: Path) -> None:
    script = "UPDATE entry SET answer = 'No.' WHERE id = 'rice-duty'"
    path = changed(small, tmp_path / "x.pakaz", script)
    assert run(path, *QUESTION)[::2] == (b"", 65)
    assert run(path, "show", "gas-price")[2] == 0


def assert_flips_are_no_crash(small: Path, path: Path, flips: list[tuple[int, int]]) -> None:
    """Flip one bit at a time, and assert that no command crashes or hangs."""
    whole, codes, crashes = small.read_bytes(), set(), []
    for at, bit in flips:
        flipped = bytearray(whole)
        flipped[at] ^= 1 << bit
        path.write_bytes(flipped)
        try:
            codes |= exit_codes(path)
        except Exception as error:  # noqa: BLE001 - all of them are reported together
            crashes.append(f"byte {at}, bit {bit}: {type(error).__name__}: {str(error)[:300]}")
    assert crashes == []
    assert codes >= {0, 65}


def random_flips(path: Path, count: int, seed: int) -> list[tuple[int, int]]:
    """Choose bytes that are not 0, or beside one that is not: most of the others are unused."""
    whole, chance = path.read_bytes(), random.Random(seed)
    used = [at for at in range(1, len(whole)) if whole[at] or whole[at - 1]]
    return [(at, chance.randrange(8)) for at in chance.sample(used, count)]


def test_flipped_bits_are_no_crash_and_never_hang(small: Path, tmp_path: Path) -> None:
    assert_flips_are_no_crash(small, tmp_path / "x.pakaz", random_flips(small, 20, 1))


@pytest.mark.slow
def test_any_flipped_bit_is_no_crash(small: Path, tmp_path: Path) -> None:
    header = [(at, bit) for at in range(100) for bit in range(8)]
    flips = [*header, *random_flips(small, 700, 2)]
    assert_flips_are_no_crash(small, tmp_path / "x.pakaz", flips)


def test_what_is_not_a_file_is_66_and_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo.pakaz")
    (tmp_path / "folder.pakaz").mkdir()
    (tmp_path / "dangling.pakaz").symlink_to(tmp_path / "nowhere")
    (tmp_path / "circle.pakaz").symlink_to(tmp_path / "circle.pakaz")
    for name in ("fifo", "folder", "dangling", "circle", "missing", "x" * 300):
        assert_rejected(tmp_path / f"{name}.pakaz", 66)
    with time_limit():
        assert_rejected_by_all(tmp_path / "fifo.pakaz", 66)
        assert_rejected_by_all(tmp_path / "missing.pakaz", 66)


def test_a_pipe_is_66_whatever_its_content(small: Path) -> None:
    error = "pakaz: error: cannot read the knowledge base (/dev/stdin: not a file)\n"
    result = run_pakaz("ask", "gas", stdin=small.read_bytes(), PAKAZ_KB="/dev/stdin")
    assert result == ("", error, 66)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_66(small: Path, tmp_path: Path) -> None:
    path = copied(small, tmp_path / "x.pakaz")
    path.chmod(0)
    assert_rejected_by_all(path, 66)


# Paths, and what is asked

QUESTION = ["ask", "rice customs exemption"]
ANSWERED = (b"Yes, until 31 December 2027.\n", b"", 0)
HOSTILE_NAMES = [
    *("with space.pakaz", "a?b#c%41&mode=rwc.pakaz", "?mode=memory", "file:x", ":memory:", "%00"),
    *("ə💡.pakaz", "no\udcffutf8.pakaz", "'; DROP TABLE entry; --", '"q".pakaz', "-x", "a\nb"),
]


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_any_file_name_works(
    name: str, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = copied(small, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    for kb in (path, f"./{name}", name):
        assert run(kb, *QUESTION) == ANSWERED
    assert names(tmp_path) == [name]


def test_symbolic_links_are_followed(small: Path, tmp_path: Path) -> None:
    there, here = tmp_path / "there" / "deep", tmp_path / "here"
    there.mkdir(parents=True)
    here.mkdir()
    copied(small, there.parent / "x.pakaz")
    (here / "link").symlink_to(there)
    (here / "x.link").symlink_to(there.parent / "x.pakaz")
    for path in (here / "x.link", f"{here}/link/../x.pakaz", f"//{here}//.//x.link"):
        assert run(path, *QUESTION) == ANSWERED, path


def test_a_path_longer_than_sqlite_accepts_is_66(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path.joinpath(*["d" * 100] * 7)
    folder.mkdir(parents=True)
    path = copied(small, folder / "x.pakaz")
    (tmp_path / "link").symlink_to(path)
    monkeypatch.chdir(folder)
    for name in (path, "x.pakaz", tmp_path / "link"):
        out, err, code = run(name, *QUESTION)
        assert (out, code) == (b"", 66)
        assert b"its path is too long" in err


def test_a_file_in_a_deleted_directory_is_66(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    out, err, code = run("x.pakaz", *QUESTION)
    assert (out, code) == (b"", 66)
    assert b"no such file" in err
    assert run(small, *QUESTION) == ANSWERED


@pytest.mark.parametrize(
    ("error", "reason"),
    [(errno.EMFILE, b"too many open files"), (errno.EACCES, b"permission denied")],
)
def test_what_the_system_refuses_is_66_with_its_reason(
    error: int, reason: bytes, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def connect(*_: object, **__: object) -> None:
        monkeypatch.setattr(os, "open", refuse)
        refused = sqlite3.OperationalError("unable to open database file")
        refused.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
        raise refused

    def refuse(*_: object, **__: object) -> None:
        raise OSError(error, os.strerror(error))

    monkeypatch.setattr(sqlite3, "connect", connect)
    with pytest.raises(InputMissingError) as caught:
        load_base(str(small))
    assert reason in str(caught.value).encode()


@pytest.mark.parametrize("limit", range(4, 9))
def test_few_file_descriptors_never_make_a_file_damaged(limit: int, small: Path) -> None:
    done = subprocess.run(
        [COMMAND, *QUESTION],
        env=environment(PAKAZ_KB=str(small)),
        capture_output=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit)),
    )
    assert b"damaged" not in done.stderr
    assert done.returncode != 65


def test_reading_writes_nothing_even_beside_a_journal(small: Path, tmp_path: Path) -> None:
    path = copied(small, tmp_path / "x.pakaz")
    for end in ("-journal", "-wal", "-shm"):
        (tmp_path / f"x.pakaz{end}").write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + bytes(600))
    before = {one.name: (one.read_bytes(), one.stat().st_mtime_ns) for one in tmp_path.iterdir()}
    tmp_path.chmod(0o555)
    for words in SPOILT_COMMANDS:
        assert run(path, *words) == run(small, *words)
    assert run(path, "kb", "check", str(path))[2] == 0
    tmp_path.chmod(0o755)
    after = {one.name: (one.read_bytes(), one.stat().st_mtime_ns) for one in tmp_path.iterdir()}
    assert after == before


@pytest.mark.parametrize(
    "text", ["' OR '1'='1", "x'; DROP TABLE entry; --", "%", "_", "*", "\\", '"', "\0", "\udcff"]
)
def test_what_is_asked_is_never_read_as_sql(text: str, small: Path) -> None:
    for words in (
        *(["ask", "--", text], ["ask", "--json", "--explain", "--", f"{text} rice"]),
        *(["ask", "gas", "--sector", text], ["show", "--", text], ["sectors", "--", text]),
        ["list", "--sector", text],
    ):
        assert run_both(SMALL, small, *words) in (0, 1, 2, 3)
    typed = "pakaz show " + text.replace("\0", "")
    assert complete(small, typed) == complete(SMALL, typed)


# Writing

PLAIN = "- {{id: e{0}, question: 'What is number {0} of ward {1}?', answer: It is {0}.}}\n"
RARE = "- {{id: e{0}, question: 'w{0}a x{1}b', answer: z{0}c.}}\n"


def grown(path: Path, count: int, entry: str = PLAIN) -> Path:
    """Write a knowledge base with `count` entries."""
    entries = "".join(entry.format(k, k % (count // 10)) for k in range(count))
    path.write_text(f"schema: 1\nentries:\n{entries}")
    return path


#: The other versions that may be installed, by the names of their commands.
PYTHONS = [
    *(f"python3.{minor}" for minor in range(11, 15)),
    *map(str, Path.home().glob(".pyenv/versions/3.1[1-9]*/bin/python3")),
]


def test_build_writes_the_file_and_reports_it(tmp_path: Path, pakaz: Pakaz) -> None:
    path = tmp_path / "x.pakaz"
    result = pakaz("kb", "build", str(SMALL), "-o", str(path))
    assert result == ("", f"pakaz: wrote {path}: 4 entries\n", 0)
    assert run(SMALL, "kb", "build", str(SMALL), "--output", str(path), "-q") == (b"", b"", 0)
    assert names(tmp_path) == ["x.pakaz"]
    assert run(path, *QUESTION) == ANSWERED


def test_the_same_yaml_gives_the_same_bytes(faq: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.pakaz"
    for seed in ("0", "77"):
        result = run_pakaz("kb", "build", str(FAQ), "-o", str(path), PYTHONHASHSEED=seed)
        assert result.code == 0
        assert path.read_bytes() == faq.read_bytes()


@pytest.mark.slow
def test_every_python_gives_the_same_bytes(faq: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.pakaz"
    build = (
        f"import sys; sys.path += {[str(ROOT / 'src'), str(Path(yaml.__file__).parents[1])]!r};"
        "from pakaz_cli.authoring.compile import compile_file; compile_file(*sys.argv[1:])"
    )
    others = [python for python in PYTHONS if shutil.which(python)]
    built = 0
    for python in (sys.executable, *others):
        known = subprocess.run(
            [python, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"], capture_output=True
        )
        if known.returncode == 0:
            subprocess.run([python, "-S", "-c", build, FAQ, path], env=environment(), check=True)
            assert path.read_bytes() == faq.read_bytes(), python
            built += 1
    if built < 2:
        pytest.skip("only one Python is installed")


def test_an_earlier_one_is_replaced_and_nothing_else_is(small: Path, tmp_path: Path) -> None:
    path = changed(small, tmp_path / "x.pakaz", "PRAGMA user_version = 999")
    build = ["kb", "build", str(SMALL), "-o", str(path)]
    assert run(SMALL, *build)[2] == 0
    assert path.read_bytes() == small.read_bytes()
    for other in (b"", b"schema: 1\n"):
        path.write_bytes(other)
        assert run(SMALL, *build)[2] == 73
        assert path.read_bytes() == other
    yaml = copied(SMALL, tmp_path / "kb.yaml")
    out, err, code = run(SMALL, "kb", "build", str(yaml), "-o", str(yaml))
    assert (out, code, len(err.splitlines())) == (b"", 73, 1)
    assert yaml.read_bytes() == SMALL.read_bytes()
    assert names(tmp_path) == ["kb.yaml", "x.pakaz"]


def test_what_cannot_be_written_is_73_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "fifo")
    with time_limit():
        for path in (
            *("/nowhere/x.pakaz", "/dev/null", "/dev/null/x", "/proc/x.pakaz", "", "a\0b"),
            *(tmp_path, tmp_path / "folder", tmp_path / "fifo", tmp_path / ("x" * 300)),
        ):
            out, err, code = run(SMALL, "kb", "build", str(SMALL), "-o", str(path))
            assert (out, code, len(err.splitlines())) == (b"", 73, 1), (path, err)
    assert names(tmp_path) == ["fifo", "folder"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_73(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    assert run(SMALL, "kb", "build", str(SMALL), "-o", str(tmp_path / "x.pakaz"))[2] == 73
    tmp_path.chmod(0o755)


@pytest.mark.parametrize("kibibytes", [0, 40, 200])
def test_a_full_disk_leaves_the_old_file_as_it_was(
    kibibytes: int, small: Path, tmp_path: Path
) -> None:
    path, yaml = copied(small, tmp_path / "x.pakaz"), grown(tmp_path / "kb.yaml", 1_000)
    most = kibibytes * 1024
    done = subprocess.run(
        [COMMAND, "kb", "build", yaml, "-o", path],
        env=environment(PYTHONDONTWRITEBYTECODE="1"),
        capture_output=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
    )
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (73, b"", 1)
    assert path.read_bytes() == small.read_bytes()
    assert names(tmp_path) == ["kb.yaml", "x.pakaz"]


@pytest.mark.parametrize("broken", ["fsync", "fchmod"])
def test_a_disk_that_fails_late_leaves_the_old_file_too(
    broken: str, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = copied(small, tmp_path / "x.pakaz")

    def fail(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, broken, fail)
    with pytest.raises(CannotCreateError, match="input/output error"):
        compile_file(str(SMALL), str(path))
    assert path.read_bytes() == small.read_bytes()
    assert names(tmp_path) == ["x.pakaz"]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_a_build_that_is_cut_short_leaves_the_old_file_whole(
    how: signal.Signals, small: Path, tmp_path: Path
) -> None:
    path, yaml = copied(small, tmp_path / "x.pakaz"), grown(tmp_path / "kb.yaml", 2_500)
    running = subprocess.Popen(
        [COMMAND, "kb", "build", yaml, "-o", path],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    until = time.monotonic() + PATIENCE
    while len(names(tmp_path)) < 3 and time.monotonic() < until:
        time.sleep(0.005)
    running.send_signal(how)
    out, err = running.communicate(timeout=PATIENCE)
    assert running.returncode == (130 if how is signal.SIGINT else -how)
    assert (out, err) == (b"", b"")
    assert path.read_bytes() == small.read_bytes()
    if how is signal.SIGINT:
        assert names(tmp_path) == ["kb.yaml", "x.pakaz"]


def test_what_cannot_be_compiled_writes_nothing(small: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.pakaz"
    broken = tmp_path / "broken.yaml"
    broken.write_text("schema: 1\nentries:\n  - {id: A}\n")
    for source, code in ((broken, 65), (tmp_path / "gone", 66), (tmp_path, 66), (small, 2)):
        out, err, got = run(SMALL, "kb", "build", str(source), "-o", str(path))
        assert (out, got) == (b"", code), err
        assert b"Traceback" not in err
        assert names(tmp_path) == ["broken.yaml"]
    assert len(run(SMALL, "kb", "build", str(small), "-o", str(path))[1].splitlines()) == 1
    assert run(SMALL, "kb", "build", str(SMALL))[2] == 2


def test_a_compiled_file_is_checked_but_not_against_the_authoring_rules(small: Path) -> None:
    summary = b"pakaz: no findings in 4 entries and 3 sectors\n"
    assert run(SMALL, "kb", "check", str(small)) == (b"", summary, 0)
    assert run(small, "kb", "check")[2] == 0
    out, err, code = run(SMALL, "kb", "check", "--strict", str(small))
    assert (out, code, len(err.splitlines())) == (b"", 2, 1)


def test_a_check_finds_a_damaged_page_that_nobody_asks_for(small: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.pakaz"
    path.write_bytes(small.read_bytes()[:-4096] + b"\xff" * 4096)
    out, err, code = run(SMALL, "kb", "check", str(path))
    assert (code, len(out.splitlines())) == (65, 1), err
    assert run(SMALL, "kb", "check", "--strict", str(path))[2] == 65


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_the_file_has_the_permissions_of_other_new_files(
    mask: int, mode: int, tmp_path: Path
) -> None:
    path = tmp_path / "x.pakaz"
    before = os.umask(mask)
    try:
        for _ in range(2):
            compile_file(str(SMALL), str(path))
            assert path.stat().st_mode & 0o7777 == mode
        assert os.umask(mask) == mask
    finally:
        os.umask(before)


def test_the_file_and_the_work_grow_linearly_with_the_entries(tmp_path: Path) -> None:
    taken, sizes, rows = {}, {}, {}
    for count in (200, 400):
        path = tmp_path / f"{count}.pakaz"
        base = load_base(str(grown(tmp_path / "kb.yaml", count)))
        build = functools.partial(write, str(path), base, "")
        build()  # fills the caches
        taken[count] = steps(build)
        sizes[count] = path.stat().st_size
        connection = sqlite3.connect(path)
        rows[count] = sum(
            connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in tables.KEYS
        )
        connection.close()
    for measured in (taken, sizes, rows):
        assert measured[200] < measured[400] <= 2.2 * measured[200]


def test_one_question_reads_little_of_a_large_file(tmp_path: Path) -> None:
    taken = {}
    for count in (500, 2_000):
        path = tmp_path / f"{count}.pakaz"
        compile_file(str(grown(tmp_path / "kb.yaml", count, RARE)), str(path))

        def ask(path: Path = path) -> object:
            return search(Index(load_base(str(path))), "w77a x27b")

        ask()
        taken[count] = steps(ask)
    assert taken[2_000] <= 1.2 * taken[500]


# In the wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The content of a wheel, unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("pakaz-*.whl")
    zipfile.ZipFile(built).extractall(folder / "unpacked")
    return folder / "unpacked"


@pytest.mark.slow
def test_the_wheel_holds_the_bundled_base_compiled(wheel: Path) -> None:
    data = wheel / "pakaz_cli" / "data"
    assert (data / "faq.yaml").read_bytes() == FAQ.read_bytes()
    base = load_base(str(data / "faq.pakaz"))
    assert isinstance(base, CompiledBase)
    assert base.fingerprint == fingerprint(FAQ.read_bytes())
    assert same_content(base, load_base(str(FAQ)))
    assert check_base(str(data / "faq.pakaz"), whole=True).findings == ()


#: Runs a command line without any installed library, then prints what was imported.
ALONE = """
import sys
before = set(sys.modules)
sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True
from pakaz_cli.cli import fast_path
code = fast_path.run(sys.argv[2:])
sys.stderr.write(f"\\n{code} " + " ".join(set(sys.modules) - before))
"""
SLOW_TO_LOAD = {
    *("yaml", "typer", "rich", "rapidfuzz", "json", "pathlib", "typing", "hashlib", "inspect"),
    *("dataclasses", "logging", "tempfile", "subprocess", "argparse"),
    *("pakaz_cli.knowledge.strict_yaml", "pakaz_cli.knowledge.loaded"),
    *("pakaz_cli.search.indexing", "pakaz_cli.cli.commands", "pakaz_cli.cli.app"),
}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "code", "more"),
    [
        ("ask will my gas bill go down because of azerbaijan", 0, set[str]()),
        ("ask --json will my gas bill go down because of azerbaijan", 0, {"json"}),
        ("ask what is the capital of France", 1, set[str]()),
        ("ask chawal dutty khatam", 0, set[str]()),
        ("--version", 0, set[str]()),
    ],
)
def test_the_installed_command_loads_nothing_slow(
    line: str, code: int, more: set[str], wheel: Path
) -> None:
    before = sorted(wheel.rglob("*"))
    done = subprocess.run(
        [sys.executable, "-S", "-c", ALONE, wheel, *line.split()],
        env=environment(PAKAZ_KB=""),
        capture_output=True,
        check=True,
    )
    got, *loaded = done.stderr.decode().splitlines()[-1].split()
    assert (got, bool(done.stdout)) == (str(code), code == 0), done.stderr
    assert "pakaz_cli.knowledge.load" in loaded
    assert SLOW_TO_LOAD.intersection(loaded) == more
    assert sorted(wheel.rglob("*")) == before


def test_the_compiled_bundle_is_used_only_where_it_is_of_this_very_yaml(
    faq: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    yaml, compiled = copied(FAQ, tmp_path / "faq.yaml"), copied(faq, tmp_path / "faq.pakaz")
    monkeypatch.setattr("pakaz_cli.knowledge.load._PACKAGED", str(yaml))
    monkeypatch.setattr("pakaz_cli.knowledge.load._COMPILED", str(compiled))
    assert isinstance(load_base(), CompiledBase)
    for spoilt in (faq.read_bytes()[:-1], b"", faq.read_bytes()[:4096]):
        compiled.write_bytes(spoilt)
        assert isinstance(load_base(), LoadedBase)
    changed(faq, compiled, "DELETE FROM about")
    assert isinstance(load_base(), LoadedBase)
    for unusable in (str(tmp_path / ("d/" * 300) / "x"), str(tmp_path)):
        monkeypatch.setattr("pakaz_cli.knowledge.load._COMPILED", unusable)
        assert isinstance(load_base(), LoadedBase)
    monkeypatch.setattr("pakaz_cli.knowledge.load._COMPILED", str(compiled))
    compiled.unlink()
    assert isinstance(load_base(), LoadedBase)
    copied(faq, compiled)
    for other in (b"# appended\n" + FAQ.read_bytes(), FAQ.read_bytes().replace(b"2026", b"2027")):
        yaml.write_bytes(other)
        assert isinstance(load_base(), LoadedBase)
    yaml.unlink()
    monkeypatch.setattr("pakaz_cli.knowledge.load._CHECKOUT", str(FAQ))
    assert isinstance(load_base(), LoadedBase)
    assert names(tmp_path) == ["faq.pakaz"]
