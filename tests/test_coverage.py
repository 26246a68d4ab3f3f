"""What became of the article's statements: each is found, in its own words, as the page says."""

from __future__ import annotations

import re

import pytest

from pakaz_cli.knowledge.load import load_base
from pakaz_cli.search.engine import search
from pakaz_cli.search.index import Index
from tests.conftest import ROOT

BUNDLED = Index(load_base(str(ROOT / "knowledge" / "faq.yaml")))
PAGE = (ROOT / "docs" / "coverage.md").read_text("utf-8")
ROW = re.compile(
    r"^\| (?P<statement>.+) \| `(?P<entry>[a-z0-9-]+)` \| (?P<verdict>.+) \|$", re.MULTILINE
)
ROWS = [(row["statement"], row["entry"], row["verdict"]) for row in ROW.finditer(PAGE)]
VERDICTS = ("told", "corrected", "doubtful")


@pytest.mark.parametrize(("statement", "entry", "verdict"), ROWS)
def test_a_statement_finds_its_entry_first(statement: str, entry: str, verdict: str) -> None:
    found = [match.entry.id for match in search(BUNDLED, statement).matches]
    assert found[:1] == [entry]


def test_the_table_is_read_whole_and_no_statement_stands_twice() -> None:
    lines = [line for line in PAGE.splitlines() if line.startswith("| ")]
    assert len(lines) - 1 == len(ROWS) >= 46
    assert len({statement for statement, _, _ in ROWS}) == len(ROWS)


def test_the_page_counts_the_verdicts_as_they_are() -> None:
    kinds = [re.split(r"[ :]", verdict)[0] for _, _, verdict in ROWS]
    assert set(kinds) == set(VERDICTS)
    told, corrected, doubtful = (kinds.count(kind) for kind in VERDICTS)
    says = (
        f"{len(ROWS)} statements\n{told} are told, {corrected} corrected and {doubtful} doubtful."
    )
    assert says in PAGE
