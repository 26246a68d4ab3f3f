"""Compiled knowledge bases: the same replies as the YAML; whole or refused; written whole or not."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import os
import random
import re
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import types
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from pakaz_cli.authoring.compile import compile_file, write
from pakaz_cli.chat import suggestions
from pakaz_cli.chat.conversation import Conversation
from pakaz_cli.cli import commands
from pakaz_cli.errors import CannotCreateError, PakazError
from pakaz_cli.knowledge import database
from pakaz_cli.knowledge.compiled import StoredBase
from pakaz_cli.knowledge.load import check_base, load_base
from pakaz_cli.model import KnowledgeBase
from pakaz_cli.search.engine import search
from pakaz_cli.search.index import Index
from pakaz_cli.text.closest import ids_like
from pakaz_cli.views.plain import TextView
from pakaz_cli.views.view import Setting
from tests.conftest import COMMAND, ROOT, SMALL, Pakaz, environment, run_inside, run_pakaz
from tests.test_linear import steps

FAQ = ROOT / "knowledge" / "faq.yaml"
GOLDEN = re.findall(
    r'question: ("(?:[^"\\]|\\.)*")', (ROOT / "knowledge/golden.yaml").read_text("utf-8")
)

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
def _read(path: Path) -> KnowledgeBase:
    return load_base(str(path))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@contextmanager
def soon(seconds: int = 20) -> Iterator[None]:
    """Fail where something takes for ever."""

    def stop(*_: object) -> None:
        raise TimeoutError("it hangs")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def told(path: Path | str, *words: str, **environ: str) -> Outcome:
    out, err, code = run_inside(commands.run, words, PAKAZ_KB=str(path), **environ)
    return re.sub(rb'"ms_per_question": [0-9.]+', b"", out), err, code


def alike(yaml: Path, compiled: Path, *words: str) -> Outcome:
    """Run a command on both, which must not be told apart."""
    from_yaml, from_compiled = told(yaml, *words), told(compiled, *words)
    assert from_compiled == from_yaml, words
    assert from_yaml[2] != 70
    return from_yaml


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
    """Draw a knowledge base, as its YAML says it."""
    sectors = draw(st.lists(st.sampled_from(["energy", "trade", "empty"]), unique=True))
    keys = draw(st.lists(st.sampled_from(["k", "Key 2", "kéy", "k;'--"]), unique=True))
    ids = draw(st.lists(st.sampled_from(IDS), min_size=1, unique=True))

    def some(strategy: st.SearchStrategy[object]) -> object:
        return draw(st.none() | strategy)

    def filled(**values: object) -> dict[str, object]:
        return {name: value for name, value in values.items() if value is not None}

    def subset(of: list[str]) -> object:
        return some(st.lists(st.sampled_from(of), max_size=3, unique=True)) if of else None

    entries = [
        filled(
            id=one,
            question=draw(LINE),
            answer=draw(PROSE),
            sector=some(st.sampled_from(sectors)) if sectors else None,
            variants=some(st.lists(LINE, max_size=3)),
            keywords=some(st.lists(LINE, max_size=2)),
            as_of=some(DATE),
            sources=subset(keys),
            where=some(LINE),
            related=subset([other for other in ids if other != one]),
        )
        for one in ids
    ]
    return filled(
        schema=1,
        title=some(LINE),
        updated=some(DATE),
        sectors=[filled(id=one, name=some(LINE), note=some(PROSE)) for one in sectors] or None,
        sources={
            key: filled(title=draw(LINE), publisher=some(LINE), date=some(DATE)) for key in keys
        }
        or None,
        synonyms=some(st.lists(st.lists(LINE, min_size=2, max_size=3), max_size=3)),
        entries=entries,
    )


LOOKS = [["--format", look] for look in ("plain", "text", "rich", "json")]
ASKING = st.tuples(
    st.sampled_from(LOOKS),
    st.sampled_from([[], ["--explain"]]),
    st.sampled_from([[], ["--sector", "energy"], ["--sector", "trade"], ["--top", "2"]]),
).map(lambda parts: ["ask", *(word for part in parts for word in part), "--"])


def command_lines(questions: list[str], ids: list[str]) -> st.SearchStrategy[list[str]]:
    """Draw a command line."""
    look, question = st.sampled_from(LOOKS), st.sampled_from(questions) | LINE
    misspelt = question.map(lambda asked: asked[: len(asked) // 2] + asked[len(asked) // 2 + 1 :])
    return (
        st.builds(lambda asking, asked: [*asking, asked], ASKING, question | misspelt)
        | st.builds(lambda how, which: ["show", *how, *which], look, st.lists(st.sampled_from(ids)))
        | st.builds(lambda how, more: [*more, *how], look, st.sampled_from(LISTS))
    )


LISTS = [
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


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(bases(), st.data())
def test_a_compiled_base_cannot_be_told_from_its_yaml(
    tmp_path: Path, made: dict[str, object], data: st.DataObject
) -> None:
    yaml, compiled = tmp_path / "kb.yaml", tmp_path / "kb.pakaz"
    yaml.write_text(json.dumps(made, ensure_ascii=False), "utf-8")
    read = check_base(str(yaml)).base
    assume(read is not None)
    assert read is not None
    compile_file(str(yaml), str(compiled))
    stored = load_base(str(compiled))
    assert tuple(stored.entries) == read.entries
    assert tuple(stored)[1:4] == tuple(read)[1:4]
    assert stored.synonyms == read.synonyms
    assert stored.sector_counts() == read.sector_counts()
    questions = [one.question for one in read.entries]
    lines = command_lines(questions, [one.id for one in read.entries])
    for words in data.draw(st.lists(lines, min_size=5, max_size=5)):
        alike(yaml, compiled, *words)


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(bases(), st.lists(LINE, max_size=4))
def test_a_batch_and_an_evaluation_cannot_be_told_apart_either(
    tmp_path: Path, made: dict[str, object], more: list[str]
) -> None:
    yaml, compiled = tmp_path / "kb.yaml", tmp_path / "kb.pakaz"
    yaml.write_text(json.dumps(made, ensure_ascii=False), "utf-8")
    read = check_base(str(yaml)).base
    assume(read is not None)
    assert read is not None
    compile_file(str(yaml), str(compiled))
    lines, asked = tmp_path / "lines", tmp_path / "q.jsonl"
    texts = [*more, *(text for one in read.entries for text in (one.question, *one.variants))]
    lines.write_text("".join(f"{' '.join(text.split())}\n" for text in texts), "utf-8")
    asked.write_text(
        "".join(
            json.dumps({"question": text, "expect": [read.entries[0].id]}) + "\n" for text in texts
        )
    )
    for words in (
        ["batch", "--explain", "--fail", str(lines)],
        ["batch", "--top", "1", "--lines", "text", str(lines)],
        ["kb", "eval", "--json", "--misses", "3", str(asked)],
    ):
        alike(yaml, compiled, *words)


def test_the_bundled_base_says_the_same_compiled(faq: Path, tmp_path: Path) -> None:
    questions = [json.loads(one) for one in GOLDEN]
    asked = [*questions[::9], *(one[:5] + one[6:] for one in questions[::19]), "", "?", "xqzt"]
    lines = tmp_path / "lines"
    lines.write_text("".join(f"{' '.join(one.split())}\n" for one in asked), "utf-8")
    alike(FAQ, faq, "batch", "--explain", "--top", "20", str(lines))
    base, stored = load_base(str(FAQ)), load_base(str(faq))
    assert isinstance(stored, StoredBase)
    known = {str(FAQ): base, str(faq): stored}
    with contextlib.ExitStack() as patched:
        for module in ("cli.commands", "cli.ask", "knowledge.load"):
            patched.enter_context(
                mock.patch(f"pakaz_cli.{module}.load_base", lambda path=None: known[path])
            )
        for words in LISTS:
            alike(FAQ, faq, *words)
        alike(FAQ, faq, "--version")
        for look in LOOKS:
            alike(FAQ, faq, "show", *look, *(one.id for one in base.entries[::5]), "visa-fe")
            for sector in base.sectors:
                alike(FAQ, faq, "sectors", sector.id, *look)
                alike(FAQ, faq, "list", "--sector", sector.id, *look)
            for number, question in enumerate(asked[::25]):
                part = base.sectors[number % len(base.sectors)].id
                alike(FAQ, faq, "ask", *look, "--explain", "--", question)
                alike(FAQ, faq, "ask", *look, "--sector", part, "--", question)


@pytest.mark.slow
def test_the_bundled_base_is_measured_the_same_compiled(faq: Path) -> None:
    golden = str(ROOT / "knowledge/golden.yaml")
    alike(FAQ, faq, "kb", "eval", "--json", "--misses", "20", golden)


@pytest.mark.parametrize(
    "line",
    [
        *("ask rice customs exemtion", "ask gas --json --explain", "show gas-deal nope", "sectors"),
        *("list --stale 180d --format rich", "ask weather --format text", "sectors energy --json"),
        "kb eval {Q} --min in_scope=2",
    ],
)
def test_the_installed_command_says_the_same_too(line: str, small: Path, tmp_path: Path) -> None:
    questions = tmp_path / "q.jsonl"
    questions.write_text('{"question": "rice customs exemption", "expect": ["rice-duty"]}\n')
    words = line.format(Q=questions).split()
    results = [run_pakaz(*words, PAKAZ_KB=str(path)) for path in (SMALL, small)]
    timeless = [re.sub(r"processor time: [0-9.]+ ms", "", result.out) for result in results]
    assert timeless[0] == timeless[1]
    assert results[0][1:] == results[1][1:]


def test_lines_from_standard_input_are_answered_the_same(small: Path) -> None:
    stdin = b"rice duty\ngas\nweather\nrice customs exemtion\n"
    results = [run_pakaz("batch", stdin=stdin, PAKAZ_KB=str(path)) for path in (SMALL, small)]
    assert results[0] == results[1]
    assert len(results[0].lines) == 4


def completed(path: Path | str, typed: str) -> Outcome:
    """Press Tab."""
    place = {"COMP_WORDS": typed, "COMP_CWORD": str(len(typed.split(" ")) - 1)}
    return told(path, _PAKAZ_COMPLETE="complete_bash", **place)


@pytest.mark.parametrize("typed", ["pakaz show ", "pakaz show gas", "pakaz sectors en", "pakaz s"])
def test_what_tab_offers_is_the_same(typed: str, small: Path) -> None:
    from_yaml, compiled = completed(SMALL, typed), completed(small, typed)
    assert sorted(from_yaml[0].split()) == sorted(compiled[0].split())
    assert from_yaml[0].strip()
    assert from_yaml[1:] == compiled[1:]


def test_names_are_offered_in_the_same_order(small: Path) -> None:
    for typed in ("pakaz show ", "pakaz show gas", "pakaz sectors ", "pakaz list --sector "):
        assert completed(SMALL, typed) == completed(small, typed)
    indexes = [Index(load_base(str(path))) for path in (SMALL, small)]
    for typed in ("/show ", "/show g", "/show gas-", "/sector ", "ga", "ric cust", "rise dut"):
        from_yaml, compiled = (suggestions.suggest(index, typed) for index in indexes)
        assert from_yaml == compiled
        assert from_yaml


def test_of_very_many_names_the_same_are_compared(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bases = [load_base(str(path)) for path in (SMALL, small)]
    monkeypatch.setattr("pakaz_cli.text.closest._MOST_COMPARED", 1)
    for name in ("gas-x", "gas", "g", "", "r", "é", "zz", "\udcff", "GAS"):
        assert ids_like([name], bases[0]) == ids_like([name], bases[1])


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
    view = TextView(Setting(day, in_chat=True))
    both = [
        Conversation(load_base(str(SMALL)), None, day),
        Conversation(_compiled_small(), None, day),
    ]
    for line in lines:
        from_yaml, compiled = (one.answer(line, view) for one in both)
        assert from_yaml == compiled


@functools.cache
def _compiled_small() -> KnowledgeBase:
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/x.pakaz"
        compile_file(str(SMALL), path)
        return load_base(path)


def test_a_chat_opens_a_compiled_base_without_reading_it_whole(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def verify(*_: object) -> None:
        raise AssertionError("read whole")

    monkeypatch.setattr(database.Database, "verify", verify)
    assert "Now asking" in conversed(small)


# What is no compiled base, or a damaged one


def conversed(path: Path | str) -> str:
    """Name a knowledge base in a chat that uses another."""
    day = date(2026, 2, 1)
    conversation = Conversation(_read(SMALL), None, day)
    view = TextView(Setting(day, in_chat=True))
    return "".join(
        page.out + page.err
        for line in (f"/kb {path}", "rice duty", "/list", "/show gas-deal", "what about gas")
        for page in [conversation.answer(line, view).page]
    )


def refused(path: Path | str, code: int = 65) -> None:
    """Every command must refuse a file, in a finding, if any, and a line."""
    name = str(path)
    for words in (
        *(["ask", "rice duty"], ["ask", "gas", "--json", "--explain"], ["show", "gas-deal"]),
        *(["batch", "/dev/null"], ["sectors"], ["sectors", "energy"], ["list"]),
        ["list", "--sector", "trade"],
    ):
        out, err, got = told(name, *words)
        assert (out, got) == (b"", code), (words, err)
        *findings, last = err.decode().splitlines()
        assert last.startswith("pakaz: error: "), words
        assert len(findings) <= 1
        assert all(line.startswith(f"{name}:") for line in findings)
    out, err, got = told(name, "kb", "check", name)
    assert got == code
    assert b"Traceback" not in out + err
    assert len(out.splitlines()) == (1 if code == 65 else 0)
    assert completed(path, "pakaz show ")[:2] in ((b"", b""), (b"\n", b""))
    assert completed(path, "pakaz sectors ")[:2] in ((b"", b""), (b"\n", b""))
    assert "Kept the knowledge base as it was." in conversed(path)
    assert "Traceback" not in conversed(path)


def test_a_file_cut_short_anywhere_is_refused(small: Path, tmp_path: Path) -> None:
    whole, path = small.read_bytes(), tmp_path / "cut.pakaz"
    size = int.from_bytes(whole[16:18], "big")
    ends = {0, 1, 15, 16, 17, 99, 100, 101, len(whole) - 1}
    ends.update(end + more for end in range(size, len(whole), size) for more in (-1, 0, 1))
    ends.update(random.Random(1).sample(range(len(whole)), 30))
    for end in sorted(ends):
        path.write_bytes(whole[:end])
        with pytest.raises(PakazError) as caught, soon():
            load_base(str(path))
        assert caught.value.code == 65, end
    for end in (0, 16, 100, size, 3 * size, len(whole) - 1):
        path.write_bytes(whole[:end])
        refused(path)


def test_a_file_with_more_behind_it_is_refused(small: Path, tmp_path: Path) -> None:
    path = tmp_path / "more.pakaz"
    for more in (b"x", bytes(4096), small.read_bytes()):
        path.write_bytes(small.read_bytes() + more)
        refused(path)


#: Changes of a file, as SQL, that make it none of ours.
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
    "a table gone": "DROP TABLE standing",
    "a column more": "ALTER TABLE entry ADD COLUMN more TEXT",
    "a column of another name": "ALTER TABLE entry RENAME COLUMN answer TO reply",
    "a table of another name": "ALTER TABLE sector RENAME TO part",
    "a view for a table": "DROP TABLE term; CREATE VIEW term AS SELECT 'a' AS name, 1.0 AS weight, "
    "1 AS count, x'' AS postings",
    "a table without types": "DROP TABLE standing; CREATE TABLE standing (sector, entries, told)",
    "a view that never ends": "DROP TABLE about; CREATE VIEW about AS WITH RECURSIVE n(name, value) "
    "AS (SELECT 'a', 1 UNION ALL SELECT 'a', value + 1 FROM n) SELECT * FROM n",
}


def changed(whole: Path, path: Path, script: str) -> Path:
    """Return a copy of a file, changed by some SQL."""
    path.write_bytes(whole.read_bytes())
    connection = sqlite3.connect(path)
    connection.executescript(script)
    connection.commit()
    connection.close()
    return path


@pytest.mark.parametrize("name", FOREIGN)
def test_a_database_that_is_not_just_as_we_make_it_is_refused(
    name: str, small: Path, tmp_path: Path
) -> None:
    with soon():
        refused(changed(small, tmp_path / "x.pakaz", FOREIGN[name]))


def test_any_other_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.pakaz"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE places (url TEXT)")
    connection.commit()
    connection.close()
    refused(path)


#: Changes that leave the tables as we make them, and spoil what they hold.
SPOILT = {
    "nothing about it": "DELETE FROM about",
    "no key": "DELETE FROM about WHERE name = 'sha256'",
    "no mean": "DELETE FROM about WHERE name = 'mean_length'",
    "a mean of nought": "UPDATE about SET value = 0 WHERE name = 'mean_length'",
    "entries in words": "UPDATE about SET value = 'many' WHERE name = 'entries'",
    "entries below nought": "UPDATE about SET value = -1 WHERE name = 'entries'",
    "entries without end": "UPDATE about SET value = 1 << 62 WHERE name = 'entries'",
    "nothing for entries": "UPDATE about SET value = NULL WHERE name = 'entries'",
    "a number for a title": "UPDATE about SET value = 5 WHERE name = 'title'",
    "bytes for a title": "UPDATE about SET value = x'ff' WHERE name = 'title'",
    "a number for a date": "UPDATE about SET value = 5 WHERE name = 'updated'",
    "no date": "UPDATE about SET value = 'soon' WHERE name = 'updated'",
    "odd worth": "UPDATE held SET worth = x'00'",
    "nothing worth": "UPDATE held SET worth = NULL",
    "no number worth": "UPDATE held SET worth = x'0000c07f0000c07f'",
    "too many terms": "UPDATE held SET terms = terms || char(10) || 'more'",
    "nothing for terms": "UPDATE held SET terms = NULL",
    "nothing for phrasings": "UPDATE phrased SET phrasings = NULL",
    "too many phrasings": "UPDATE phrased SET phrasings = phrasings || char(10) || 'gas'",
    "no vectors": "UPDATE phrased SET vectors = x''",
    "nothing held": "DELETE FROM held",
    "odd postings": "UPDATE posting SET postings = x'000000'",
    "no postings": "UPDATE posting SET postings = NULL",
    "postings elsewhere": "UPDATE posting SET postings = x'ffffff7f0000803f0000803f'",
    "too many holding": "UPDATE term SET count = 1 << 40",
    "nothing for a weight": "UPDATE term SET weight = NULL",
    "no terms": "DELETE FROM term",
    "sums elsewhere": "UPDATE exact SET entry = entry + 1000",
    "sums below nought": "UPDATE exact SET entry = entry - 1000",
    "odd entries of a sector": "UPDATE standing SET entries = x'01'",
    "nothing for entries of a sector": "UPDATE standing SET entries = NULL",
    "entries elsewhere": "UPDATE standing SET entries = x'ffffff7f'",
    "no entries": "DELETE FROM entry",
    "nothing for a question": "UPDATE entry SET question = NULL",
    "nothing for an answer": "UPDATE entry SET answer = NULL",
    "nothing for an id": "UPDATE entry SET id = NULL",
    "nothing for variants": "UPDATE entry SET variants = NULL",
    "an id that acts": "UPDATE entry SET id = id || char(27) || '[2J' || char(10)",
    "no date of an entry": "UPDATE entry SET as_of = '20x6'",
    "no such sector": "UPDATE entry SET sector = 'nope'",
    "no such source": "UPDATE entry SET sources = 'nope'",
    "no such entry": "UPDATE entry SET related = 'nope'",
    "a source without a title": "UPDATE entry SET sources = 'key'",
    "no date of a source": "UPDATE entry SET sources = replace(sources, '20', '99999')",
    "no sectors": "DELETE FROM sector",
    "a sector without a name": "UPDATE sector SET name = NULL",
    "a sector without a count": "UPDATE sector SET count = NULL",
    "nothing for synonyms": "UPDATE synonyms SET phrases = NULL",
    "no words written": "DELETE FROM written",
    "nothing written": "UPDATE written SET words = NULL",
    "nothing meant": "UPDATE about SET value = NULL WHERE name = 'meant'",
}
#: What is asked of files that are spoilt in places.
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


def survived(path: Path) -> set[int | None]:
    """Whatever a file holds, nothing may crash; return the exit codes."""
    codes: set[int | None] = set()
    with soon():
        for words in (*SPOILT_COMMANDS, ["kb", "check", str(path)]):
            out, err, code = told(path, *words)
            assert code in (0, 1, 2, 3, 65), (words, code, err[-600:])
            assert b"\x1b[2J" not in out + err or "--json" in words
            codes.add(code)
        for typed in ("pakaz show ", "pakaz list --sector "):
            assert completed(path, typed)[1:] in ((b"", 0), (b"", 1)), typed
        assert conversed(path)
    return codes


@pytest.mark.parametrize("name", SPOILT)
def test_spoilt_contents_are_no_crash(name: str, small: Path, tmp_path: Path) -> None:
    survived(changed(small, tmp_path / "x.pakaz", SPOILT[name]))


def flipped(whole: bytes, at: int, bit: int) -> bytes:
    other = bytearray(whole)
    other[at] ^= 1 << bit
    return bytes(other)


def filled_places(whole: bytes) -> list[int]:
    """Where a change could matter: what is not nought, and what is beside it."""
    return [at for at in range(1, len(whole)) if whole[at] or whole[at - 1]]


def flips(whole: bytes, count: int, seed: int) -> Iterator[tuple[int, int]]:
    chance = random.Random(seed)
    for at in chance.sample(filled_places(whole), count):
        yield at, chance.randrange(8)


def test_flipped_bits_are_no_crash_and_never_hang(small: Path, tmp_path: Path) -> None:
    whole, path, codes = small.read_bytes(), tmp_path / "x.pakaz", set()
    bad = []
    for at, bit in flips(whole, 40, 1):
        path.write_bytes(flipped(whole, at, bit))
        try:
            codes |= survived(path)
        except Exception as error:  # noqa: BLE001 - all of them are told at once
            bad.append(f"byte {at}, bit {bit}: {type(error).__name__}: {str(error)[:300]}")
    assert bad == []
    assert codes >= {0, 65}


@pytest.mark.slow
def test_any_flipped_bit_is_no_crash(small: Path, tmp_path: Path) -> None:
    whole, path = small.read_bytes(), tmp_path / "x.pakaz"
    places = [(at, bit) for at in range(100) for bit in range(8)]
    bad = []
    for at, bit in [*places, *flips(whole, 700, 2)]:
        path.write_bytes(flipped(whole, at, bit))
        try:
            survived(path)
        except Exception as error:  # noqa: BLE001 - all of them are told at once
            bad.append(f"byte {at}, bit {bit}: {type(error).__name__}: {str(error)[:300]}")
    assert bad == []


def test_what_is_no_file_is_66_and_waits_for_nobody(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo.pakaz")
    (tmp_path / "folder.pakaz").mkdir()
    (tmp_path / "dangling.pakaz").symlink_to(tmp_path / "nowhere")
    (tmp_path / "circle.pakaz").symlink_to(tmp_path / "circle.pakaz")
    with soon():
        for name in ("fifo", "folder", "dangling", "circle", "missing", "x" * 300):
            refused(tmp_path / f"{name}.pakaz", 66)


def test_a_pipe_is_66_whatever_comes_through_it(small: Path) -> None:
    for words in (["ask", "gas"], ["list"], ["kb", "check"]):
        result = run_pakaz(*words, stdin=small.read_bytes(), PAKAZ_KB="/dev/stdin")
        told = "pakaz: error: cannot read the knowledge base (/dev/stdin: not a file)\n"
        assert result == ("", told, 66)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_66(small: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.pakaz"
    path.write_bytes(small.read_bytes())
    path.chmod(0)
    refused(path, 66)


# Where it is, and what is asked of it

ANSWER = "Yes, until 31 December 2027.\n"
HOSTILE = [
    *("with space.pakaz", "a?b#c%41&mode=rwc.pakaz", "?mode=memory", "file:x", ":memory:", "%00"),
    *("ə💡.pakaz", "no\udcffutf8.pakaz", "'; DROP TABLE entry; --", '"q".pakaz', "-x", "a\nb"),
]


@pytest.mark.parametrize("name", HOSTILE)
def test_any_name_will_do(name: str, small: Path, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(small.read_bytes())
    for kb in (str(path), f"./{name}", name):
        done = subprocess.run(
            [COMMAND, "ask", "rice customs exemption"],
            cwd=tmp_path,
            env=environment(PAKAZ_KB=kb),
            capture_output=True,
            check=False,
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, ANSWER.encode(), b"")
    assert names(tmp_path) == [name]


def test_a_name_behind_links_will_do(small: Path, tmp_path: Path) -> None:
    there, here = tmp_path / "there" / "deep", tmp_path / "here"
    there.mkdir(parents=True)
    here.mkdir()
    (there.parent / "x.pakaz").write_bytes(small.read_bytes())
    (here / "link").symlink_to(there)
    (here / "x.link").symlink_to(there.parent / "x.pakaz")
    for path in (here / "x.link", f"{here}/link/../x.pakaz", f"//{here}//.//x.link"):
        assert told(path, "ask", "rice customs exemption") == (ANSWER.encode(), b"", 0), path


def test_a_path_longer_than_sqlite_takes_is_66(small: Path, tmp_path: Path) -> None:
    place = tmp_path
    while len(str(place)) < 700:
        place /= "d" * 100
    place.mkdir(parents=True)
    path = place / "x.pakaz"
    path.write_bytes(small.read_bytes())
    out, err, code = told(path, "ask", "rice customs exemption")
    assert (out, code) == (b"", 66)
    assert b"its path is too long" in err


def test_reading_writes_nothing_even_beside_a_journal(small: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.pakaz"
    path.write_bytes(small.read_bytes())
    for end in ("-journal", "-wal", "-shm"):
        (tmp_path / f"x.pakaz{end}").write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + bytes(600))
    before = {one.name: (one.read_bytes(), one.stat().st_mtime_ns) for one in tmp_path.iterdir()}
    tmp_path.chmod(0o555)
    for words in ([*one] for one in SPOILT_COMMANDS):
        assert told(path, *words) == told(small, *words)
    assert told(path, "kb", "check", str(path))[2] == 0
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
        assert alike(SMALL, small, *words)[2] in (0, 1, 2, 3)
    text = text.replace("\0", "")
    compiled, yaml = completed(small, f"pakaz show {text}"), completed(SMALL, f"pakaz show {text}")
    assert compiled[1:] == yaml[1:] == (b"", compiled[2])
    assert sorted(compiled[0].split()) == sorted(yaml[0].split())


# Writing

GROWN = "- {{id: e{0}, question: 'What is number {0} of ward {1}?', answer: It is {0}.}}\n"


RARE = "- {{id: e{0}, question: 'w{0}a x{1}b', answer: z{0}c.}}\n"


def grown(path: Path, count: int, entry: str = GROWN) -> Path:
    """Write a knowledge base of so many entries."""
    entries = "".join(entry.format(k, k % (count // 10)) for k in range(count))
    path.write_text(f"schema: 1\nentries:\n{entries}")
    return path


def test_it_is_written_and_told(tmp_path: Path, pakaz: Pakaz) -> None:
    path = tmp_path / "x.pakaz"
    result = pakaz("kb", "build", str(SMALL), "-o", str(path))
    assert result == ("", f"pakaz: wrote {path}: 4 entries\n", 0)
    assert pakaz("kb", "build", str(SMALL), "--output", str(path), "--quiet") == ("", "", 0)
    assert names(tmp_path) == ["x.pakaz"]
    assert pakaz("ask", "rice customs exemption", "--kb", str(path)).out == ANSWER


def test_the_same_yaml_gives_the_same_bytes(tmp_path: Path) -> None:
    for seed in ("0", "1", "77"):
        path = tmp_path / f"{seed}.pakaz"
        result = run_pakaz("kb", "build", str(FAQ), "-o", str(path), PYTHONHASHSEED=seed)
        assert result.code == 0
    assert len({path.read_bytes() for path in tmp_path.iterdir()}) == 1


def test_an_earlier_one_is_replaced_and_nothing_else_is(small: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.pakaz"
    build = ["kb", "build", str(SMALL), "-o", str(path)]
    for before in (
        changed(small, path, "PRAGMA user_version = 999").read_bytes(),
        b"",
        b"schema: 1\n",
    ):
        path.write_bytes(before)
        code = told(SMALL, *build)[2]
        if before.startswith(b"SQLite"):
            assert (code, path.read_bytes()) == (0, small.read_bytes())
        else:
            assert (code, path.read_bytes()) == (73, before)
    yaml = tmp_path / "kb.yaml"
    yaml.write_bytes(SMALL.read_bytes())
    out, err, code = told(SMALL, "kb", "build", str(yaml), "-o", str(yaml))
    assert (out, code, len(err.splitlines())) == (b"", 73, 1)
    assert yaml.read_bytes() == SMALL.read_bytes()
    assert names(tmp_path) == ["kb.yaml", "x.pakaz"]


def test_what_cannot_be_written_is_73_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "fifo")
    with soon():
        for path in (
            *("/nowhere/x.pakaz", "/dev/null", "/dev/null/x", "/proc/x.pakaz", "", "a\0b"),
            *(tmp_path, tmp_path / "folder", tmp_path / "fifo", tmp_path / ("x" * 300)),
        ):
            out, err, code = told(SMALL, "kb", "build", str(SMALL), "-o", str(path))
            assert (out, code, len(err.splitlines())) == (b"", 73, 1), (path, err)
    assert names(tmp_path) == ["fifo", "folder"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_to_is_73(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    assert told(SMALL, "kb", "build", str(SMALL), "-o", str(tmp_path / "x.pakaz"))[2] == 73
    tmp_path.chmod(0o755)


@pytest.mark.parametrize("kibibytes", [0, 4, 12, 40, 72, 200])
def test_a_full_disk_leaves_the_old_file_as_it_was(
    kibibytes: int, small: Path, tmp_path: Path
) -> None:
    path, yaml = tmp_path / "x.pakaz", grown(tmp_path / "kb.yaml", 1_000)
    path.write_bytes(small.read_bytes())
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
    path = tmp_path / "x.pakaz"
    path.write_bytes(small.read_bytes())

    def fail(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, broken, fail)
    with pytest.raises(CannotCreateError, match="input/output error"):
        compile_file(str(FAQ), str(path))
    assert path.read_bytes() == small.read_bytes()
    assert names(tmp_path) == ["x.pakaz"]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_a_build_that_is_cut_short_leaves_the_old_file_whole(
    how: signal.Signals, small: Path, tmp_path: Path
) -> None:
    path, yaml = tmp_path / "x.pakaz", grown(tmp_path / "kb.yaml", 2_500)
    path.write_bytes(small.read_bytes())
    running = subprocess.Popen(
        [COMMAND, "kb", "build", yaml, "-o", path],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    until = time.monotonic() + 60
    while len(names(tmp_path)) < 3 and time.monotonic() < until:
        time.sleep(0.005)
    running.send_signal(how)
    out, err = running.communicate(timeout=30)
    assert running.returncode == (130 if how is signal.SIGINT else -how)
    assert (out, err) == (b"", b"")
    assert path.read_bytes() == small.read_bytes()
    assert told(path, "ask", "rice customs exemption") == (ANSWER.encode(), b"", 0)
    if how is signal.SIGINT:
        assert names(tmp_path) == ["kb.yaml", "x.pakaz"]


def test_what_cannot_be_compiled_writes_nothing(small: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.pakaz"
    broken = tmp_path / "broken.yaml"
    broken.write_text("schema: 1\nentries:\n  - {id: A}\n")
    for source, code in ((broken, 65), (tmp_path / "gone", 66), (tmp_path, 66), (small, 2)):
        out, err, got = told(SMALL, "kb", "build", str(source), "-o", str(path))
        assert (out, got) == (b"", code), err
        assert b"Traceback" not in err
        assert names(tmp_path) == ["broken.yaml"]
    assert len(told(SMALL, "kb", "build", str(small), "-o", str(path))[1].splitlines()) == 1
    assert told(SMALL, "kb", "build", str(SMALL))[2] == 2


def test_a_compiled_file_is_checked_but_not_for_the_rules(small: Path) -> None:
    assert told(SMALL, "kb", "check", str(small)) == (
        b"",
        b"pakaz: no findings in 4 entries and 3 sectors\n",
        0,
    )
    assert told(small, "kb", "check")[2] == 0
    out, err, code = told(SMALL, "kb", "check", "--strict", str(small))
    assert (out, code, len(err.splitlines())) == (b"", 2, 1)


def test_a_check_finds_a_damaged_page_that_nobody_asks_for(small: Path, tmp_path: Path) -> None:
    whole = small.read_bytes()
    path = tmp_path / "x.pakaz"
    path.write_bytes(whole[:-4096] + b"\xff" * 4096)
    out, err, code = told(SMALL, "kb", "check", str(path))
    assert (code, len(out.splitlines())) == (65, 1), err
    assert told(SMALL, "kb", "check", "--strict", str(path))[2] == 65


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_the_file_may_be_read_by_whom_other_new_files_may(
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


def test_the_file_and_the_work_grow_with_the_entries(tmp_path: Path) -> None:
    bases, files = {}, {}
    for count in (200, 400):
        bases[count] = load_base(str(grown(tmp_path / f"{count}.yaml", count)))
        files[count] = tmp_path / f"{count}.pakaz"
    taken = {
        count: [
            steps(lambda count=count: write(str(files[count]), bases[count], "k"))  # type: ignore[misc]
            for _ in range(2)
        ][-1]
        for count in bases
    }
    assert taken[400] <= 2.2 * taken[200]
    assert files[400].stat().st_size <= 2.2 * files[200].stat().st_size
    rows = {}
    for count, path in files.items():
        connection = sqlite3.connect(path)
        tables = [*database._SEARCHED, *database._SHOWN]
        rows[count] = sum(
            connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables
        )
        connection.close()
    assert rows[200] < rows[400] <= 2.2 * rows[200]


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
    """What a wheel holds, unpacked."""
    place = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", place],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (built,) = place.glob("pakaz-*.whl")
    zipfile.ZipFile(built).extractall(place / "unpacked")
    return place / "unpacked"


@pytest.mark.slow
def test_the_wheel_holds_the_bundled_base_compiled(wheel: Path) -> None:
    data = wheel / "pakaz_cli" / "data"
    assert (data / "faq.yaml").read_bytes() == FAQ.read_bytes()
    stored, read = load_base(str(data / "faq.pakaz")), load_base(str(FAQ))
    assert isinstance(stored, StoredBase)
    assert stored.key == hashlib.sha256(FAQ.read_bytes()).hexdigest()
    assert tuple(stored.entries) == read.entries
    assert tuple(stored)[1:4] == tuple(read)[1:4]
    assert stored.synonyms == read.synonyms
    assert check_base(str(data / "faq.pakaz")).findings == ()


#: Runs a command line where no library is installed; then names what was imported.
ALONE = """
import sys
before = set(sys.modules)
sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True
from pakaz_cli.cli import fast_path
code = fast_path.run(sys.argv[2:])
sys.stderr.write(f"\\n{code} " + " ".join(set(sys.modules) - before))
"""
SLOW_TO_LOAD = {"yaml", "typer", "rich", "rapidfuzz", "json", "pathlib", "typing", "hashlib"} | {
    *("re._parser", "inspect", "dataclasses", "logging", "tempfile", "subprocess", "argparse"),
    *(
        "pakaz_cli.knowledge.strict_yaml",
        "pakaz_cli.search.indexing",
        "pakaz_cli.cli.commands",
        "pakaz_cli.cli.app",
    ),
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
    assert SLOW_TO_LOAD.intersection(loaded) - {"re._parser"} == more
    assert sorted(wheel.rglob("*")) == before


def test_the_compiled_bundle_is_used_only_where_it_is_of_this_very_yaml(
    faq: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    yaml, compiled = tmp_path / "faq.yaml", tmp_path / "faq.pakaz"
    yaml.write_bytes(FAQ.read_bytes())
    compiled.write_bytes(faq.read_bytes())
    monkeypatch.setattr("pakaz_cli.knowledge.load._PACKAGED", str(yaml))
    monkeypatch.setattr("pakaz_cli.knowledge.load._COMPILED", str(compiled))
    assert isinstance(load_base(), StoredBase)
    whole = faq.read_bytes()
    for spoilt in (whole[:-1], b"", b"x", whole[:4096], b"SQLite format 3\0"):
        compiled.write_bytes(spoilt)
        assert isinstance(load_base().entries, tuple)
    changed(faq, compiled, "DELETE FROM about WHERE name = 'sha256'")
    assert isinstance(load_base().entries, tuple)
    compiled.unlink()
    assert isinstance(load_base().entries, tuple)
    compiled.write_bytes(whole)
    yaml.write_bytes(FAQ.read_bytes() + b"# changed\n")
    assert isinstance(load_base().entries, tuple)
    yaml.unlink()
    monkeypatch.setattr("pakaz_cli.knowledge.load._CHECKOUT", str(FAQ))
    assert isinstance(load_base().entries, tuple)
    assert names(tmp_path) == ["faq.pakaz"]


def test_nothing_that_a_file_holds_is_ever_run() -> None:
    module: types.ModuleType = database
    source = Path(str(module.__file__)).read_text("utf-8")
    for word in ("load_extension", "create_function", "executescript", "pickle", "eval("):
        assert word not in source
    assert "trusted_schema = OFF" in source
    assert "mode=ro" in source
    assert "immutable=1" in source
