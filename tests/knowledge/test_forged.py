"""Compiled files written by an attacker, with the right checksums: refused, and never acted upon."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pakaz_cli.authoring.compile import compile_file
from pakaz_cli.authoring.integrity import verify
from pakaz_cli.knowledge import tables
from pakaz_cli.knowledge.load import check_base
from tests.conftest import SMALL
from tests.knowledge import flips
from tests.knowledge.forge import Rows, bomb, forge, forge_cell
from tests.knowledge.test_compiled import changed, run, time_limit
from tests.terminal.test_streams import assert_clean, on_terminal, without_colour
from tests.test_linear import steps

COMMANDS = [
    ["ask", "rice customs exemption", "--explain"],
    ["ask", "gas cargo priced", "--sector", "energy"],
    ["ask", "rice customs exemtion", "--top", "9"],
    ["show", "gas-deal", "rice-duty", "gas-prise"],
    ["sectors"],
    ["sectors", "energy"],
    ["list"],
    ["list", "--sector", "trade"],
]
FORMATS = ["rich", "text", "plain", "json"]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("forged") / "small.pakaz"
    compile_file(str(SMALL), str(path))
    return path


def findings(path: Path) -> list[str]:
    return [finding.code for finding in verify(check_base(str(path))).findings]


def test_a_file_forged_without_a_change_is_as_good_as_the_original(
    small: Path, tmp_path: Path
) -> None:
    path = forge(small, tmp_path / "x.pakaz", lambda _: None)
    assert findings(path) == []
    for words in COMMANDS:
        assert run(path, *words) == run(small, *words)


# What is read follows the rules

ESCAPES = "\x1b]0;pwned\a\x1b[2J"
#: Values that the YAML would not have, by table and column.
FORBIDDEN: list[tuple[str, str, object]] = [
    *(("entry", "id", value) for value in (ESCAPES, "A", "a b", "", "x" * 65, "$(touch x)", "é")),
    *(("entry", "question", value) for value in (ESCAPES, "", " ", "two\nlines", "\x9b", "\x7f")),
    *(("entry", "answer", value) for value in (ESCAPES, "", "\r", "\x85", "x" * 66_000)),
    *(("entry", "sector", value) for value in (ESCAPES, "Energy", "nowhere")),
    *(("entry", "variants", value) for value in (ESCAPES, "a\n\nb", " ")),
    *(("entry", "keywords", value) for value in (ESCAPES, "a\tb")),
    *(("entry", "as_of", value) for value in (ESCAPES, "2024-13", "today", "")),
    *(("entry", "where_to_look", value) for value in (ESCAPES, "", "two\nlines")),
    *(("entry", "related", value) for value in (ESCAPES, "A", "nowhere")),
    *(
        ("entry", "sources", "\t".join(fields))
        for fields in (
            (ESCAPES, "title", "", "", ""),
            ("key", "", "", "", ""),
            ("key", "title", ESCAPES, "", ""),
            ("key", "title", "", "2024-13", ""),
            ("key", "title", "", "", "javascript:alert(1)"),
            ("key", "title", "", "", f"https://x.org/{ESCAPES}"),
            ("key", "title", "", ""),
            ("key", "title", "", "", "", ""),
        )
    ),
    *(("sector", "id", value) for value in (ESCAPES, "Energy", "")),
    *(("sector", "name", value) for value in (ESCAPES, "", "two\nlines")),
    *(("sector", "note", value) for value in (ESCAPES, "")),
    *(("sector", "count", value) for value in (-2, 2**40)),
    *(("about", "title", value) for value in (ESCAPES, "")),
    *(("about", "updated", value) for value in (ESCAPES, "soon")),
    *(("about", "entries", value) for value in (0, 3, 5, 2**31)),
    *(("synonyms", "phrases", value) for value in (ESCAPES, "", "a\n\nb")),
    *(("entry_ids", "number", value) for value in (0, 4, 2**32)),
    *(("statistics", "longest", value) for value in (0, 2**31)),
    *(("statistics", "mean_length", value) for value in (0.0, float("inf"), -1.0)),
    *(("statistics", "synonym_terms", value) for value in ("a", "a\tb\tc", f"a\t{ESCAPES}")),
    *(("term", "weight", value) for value in (0.0, -1.0, 1.5, float("inf"))),
    *(("term", "entries", value) for value in (0, 5, 2**31)),
    *(
        (table, "packed", struct.pack(f"{len(numbers)}f", *numbers))
        for table in ("postings", "entry_terms", "phrasings", "exact", "sector_entries")
        for numbers in ((float("nan"),) * 60, (float("inf"),) * 3, (-1.0,) * 12, (1e38,) * 6)
    ),
    *(
        (table, "packed", packed)
        for table in ("postings", "entry_terms", "phrasings", "exact", "sector_entries")
        for packed in (b"", b"x", bytes(12), bytes([255]) * 12, bytes(1000))
        if (table, packed) not in {("sector_entries", b""), ("exact", b"")}
    ),
    *(("entry_terms", "terms", value) for value in ("", "a\nb", ESCAPES)),
    *(("phrasings", "terms", value) for value in ("", "a\tb", "rice\n" * 9)),
    *(("words_by_length", "words", value) for value in ("", "rice", ESCAPES)),
]


@pytest.mark.parametrize(("table", "column", "value"), FORBIDDEN)
def test_what_the_yaml_would_not_have_is_found_by_a_check_and_does_no_harm(
    table: str, column: str, value: object, small: Path, tmp_path: Path
) -> None:
    path = forge_cell(small, tmp_path / "x.pakaz", table, column, value)
    assert findings(path) == ["damaged"]
    with time_limit(60):
        out, err, code = run(path, *COMMANDS[2])
    assert code in (0, 1, 3, 65), err
    assert_clean((out + err).decode())


@pytest.mark.slow
@pytest.mark.parametrize("value", [None, 7, 0.5, "text", b"bytes"])
@pytest.mark.parametrize("table", tables.COLUMNS)
def test_a_value_of_another_type_is_refused(
    table: str, value: object, small: Path, tmp_path: Path
) -> None:
    for column, kinds in list(tables.COLUMNS[table].items())[1:]:
        if type(value) not in kinds:
            path = forge_cell(small, tmp_path / "x.pakaz", table, column, value)
            assert findings(path) == ["damaged"]
            for words in COMMANDS[:2]:
                assert run(path, *words)[2] in (0, 1, 3, 65)


@pytest.mark.parametrize(
    ("words", "table", "column"),
    [
        (["show", "gas-deal", "--format", "text"], "entry", "id"),
        (["show", "gas-deal", "--json"], "entry", "answer"),
        (["ask", "rice duty"], "entry", "question"),
        (["list"], "entry", "sector"),
        (["sectors"], "sector", "id"),
        (["--version"], "about", "updated"),
    ],
)
def test_a_command_that_reads_an_escape_sequence_ends_with_65(
    words: list[str], table: str, column: str, small: Path, tmp_path: Path
) -> None:
    path = forge_cell(small, tmp_path / "x.pakaz", table, column, ESCAPES)
    out, err, code = run(path, *words)
    assert_clean((out + err).decode())
    assert code == 65 or (words == ["--version"] and b"has 1 error" in out)


HOSTILE = st.text(st.characters(categories=("Cc", "Cf", "L", "P", "Zl", "Zs")), max_size=8) | (
    st.sampled_from([ESCAPES, "\x9b31m", "\u202e", "a", "rice-duty", "2024", "https://x.org/a"])
)


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data(), chance=st.integers(0, 9))
def test_no_forged_text_acts_in_any_command_and_format(
    small: Path, tmp_path: Path, data: st.DataObject, chance: int
) -> None:
    def change(rows: Rows) -> None:
        for table in data.draw(st.lists(st.sampled_from(sorted(rows)), max_size=3)):
            for row in rows[table]:
                for position, value in list(enumerate(row))[1:]:
                    if isinstance(value, str) and (position + chance) % 3 == 0:
                        row[position] = data.draw(HOSTILE)

    path = forge(small, tmp_path / "x.pakaz", change)
    fmt, words = FORMATS[chance % 4], COMMANDS[chance % len(COMMANDS)]
    out, err, code = run(path, *words, "--format", fmt)
    assert code in (0, 1, 2, 3, 65), err
    assert_clean(err.decode())
    for line in out.decode().splitlines():
        assert_clean(line)
        assert fmt != "json" or isinstance(json.loads(line), dict)


@pytest.mark.slow
@pytest.mark.parametrize("fmt", FORMATS)
@pytest.mark.parametrize(
    ("table", "column"),
    [
        (table, column)
        for table, columns in tables.COLUMNS.items()
        for column, kinds in list(columns.items())[1:]
        if str in kinds
    ],
)
def test_no_forged_text_acts_on_a_terminal(
    table: str, column: str, fmt: str, small: Path, tmp_path: Path
) -> None:
    path = forge_cell(small, tmp_path / "x.pakaz", table, column, ESCAPES)
    for words in COMMANDS[::2]:
        drawn, code = on_terminal(*words, "--format", fmt, "--kb", str(path), columns=90)
        assert code in (0, 1, 2, 3, 65)
        assert_clean(without_colour(drawn))


# Rows are all there, once


#: Nothing else in a file says how many rows these tables have.
ANY_NUMBER = {"about", "statistics", "synonyms", "exact"}


@pytest.mark.parametrize("name", sorted(tables.COLUMNS.keys() - ANY_NUMBER))
def test_a_row_too_few_or_too_many_is_found_by_a_check(
    name: str, small: Path, tmp_path: Path
) -> None:
    def without(rows: Rows) -> None:
        del rows[name][-1]

    def repeated(rows: Rows) -> None:
        last = rows[name][-1]
        key = f"{last[0]}-x" if isinstance(last[0], str) else last[0] + 1
        rows[name].append([key, *last[1:]])

    for change in (without, repeated):
        path = forge(small, tmp_path / "x.pakaz", change)
        assert findings(path) == ["damaged"], change


@pytest.mark.parametrize("table", sorted(tables.COLUMNS))
def test_a_row_that_is_gone_is_noticed_whoever_asks_for_it(
    table: str, small: Path, tmp_path: Path
) -> None:
    key = tables.KEYS[table]
    last = f"(SELECT max({key}) FROM {table})"
    path = changed(small, tmp_path / "x.pakaz", f"DELETE FROM {table} WHERE {key} = {last}")
    assert findings(path) == ["damaged"]


@pytest.mark.parametrize("table", ["sector", "synonyms", "entry", "about"])
def test_rows_that_are_named_again_and_again_are_read_once(
    table: str, small: Path, tmp_path: Path
) -> None:
    path = bomb(small, tmp_path / "x.pakaz", table, depth=4)
    with time_limit(60):
        assert findings(path) == ["damaged"]
        for words in COMMANDS:
            assert run(path, *words)[2] in (0, 1, 2, 3, 65)
    assert run(bomb(small, path, "sector", depth=4), "sectors")[::2] == (b"", 65)


def test_a_bomb_takes_no_more_steps_than_the_file_it_was_made_of(
    small: Path, tmp_path: Path
) -> None:
    path = bomb(small, tmp_path / "x.pakaz", "sector", depth=4)
    assert steps(lambda: run(path, "sectors")) <= 2 * steps(lambda: run(small, "sectors"))


def test_a_schema_that_is_named_again_and_again_is_refused_before_it_is_read(
    small: Path, tmp_path: Path
) -> None:
    data = bytearray(small.read_bytes())
    data[100] = 5
    path = tmp_path / "x.pakaz"
    path.write_bytes(data)
    assert findings(path) == ["foreign"]


# Flipped bits


def test_a_flipped_bit_is_noticed_or_has_no_effect(small: Path, tmp_path: Path) -> None:
    assert_flips(small, tmp_path, 15, 3, ["ask, misspelt", "list", "kb check"])


@pytest.mark.slow
def test_any_flipped_bit_is_noticed_or_has_no_effect(small: Path, tmp_path: Path) -> None:
    assert_flips(small, tmp_path, 300, 4, list(flips.COMMANDS))


def assert_flips(small: Path, folder: Path, count: int, seed: int, names: list[str]) -> None:
    path = folder / "x.pakaz"
    path.write_bytes(small.read_bytes())
    places = flips.flips(small.read_bytes(), count, seed)
    counts = flips.outcomes(path, places, {name: flips.COMMANDS[name] for name in names})
    for name, results in counts.items():
        assert set(results) <= {flips.DAMAGED, flips.UNCHANGED}, name
