"""docs/scripting.md is true: every recipe runs as printed, every key and exit code is there."""

from __future__ import annotations

import json
import os
import re
import runpy
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from pakaz_cli.errors import Exit
from pakaz_cli.search.engine import MAX_QUESTION
from tests.cli.test_batch import SCHEMA, records_of
from tests.conftest import COMMAND, PATIENCE, ROOT, Pakaz, environment

PAGE = (ROOT / "docs" / "scripting.md").read_text()
RECIPES = re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
TOOLS = {"jq", "parallel", "mlr", "split", "xargs", "uniq"}
PATH = f"{COMMAND.parent}:{os.defpath}"
ANSWERED = "will my gas bill go down"
FILES = {
    "questions.txt": f"{ANSWERED}\nlng\n\nwhat is the capital of France\n",
    "tickets.csv": f'ticket,question\n17,{ANSWERED}\nx-2,"lng,\nplease"\n',
    "letters/a.txt": f"Dear all,\n{ANSWERED}\n",
    "letters/b.txt": "weather?",
}
#: What the recipes print: the id of the answering entry, or an outcome.
TOLD = re.compile(r"gas-bills|\banswered\b|\bunknown\b|no answer|all records are valid")


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.split("\n")[0][:40])
def test_a_recipe_runs_as_printed(tmp_path: Path, bundled: Pakaz, recipe: str) -> None:
    needed = sorted(tool for tool in TOOLS if re.search(rf"(^|[|( ]){tool} ", recipe, re.MULTILINE))
    lacking = [tool for tool in needed if shutil.which(tool, path=PATH) is None]
    if lacking:
        pytest.skip(f"not installed: {', '.join(lacking)}")
    for name, content in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", recipe],
        cwd=tmp_path,
        env=environment(PATH=PATH, PAKAZ_KB="", HOME=str(tmp_path)),
        capture_output=True,
        timeout=PATIENCE,
        check=False,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    written = "".join(path.read_text() for path in sorted(tmp_path.glob("answers.*")))
    assert TOLD.search(done.stdout + written) or done.stdout == bundled("ask", ANSWERED).out
    if (tmp_path / "answers.jsonl").exists():
        assert len(records_of(written)) == (2 if "tickets" in recipe else 3)


def test_there_are_recipes() -> None:
    assert len(RECIPES) > 10


def keys_of(schema: Any) -> set[str]:
    """Return every key that a schema names, at any depth."""
    if isinstance(schema, list):
        return set().union(*map(keys_of, schema))
    if not isinstance(schema, dict):
        return set()
    own = schema.get("properties", {})
    return set(own).union(*map(keys_of, schema.values()))


def test_every_key_of_the_record_is_on_the_page() -> None:
    told = set(re.findall(r"`(\w+)`", PAGE))
    assert keys_of(SCHEMA) - told == set()


def test_every_exit_code_is_on_the_page() -> None:
    told = {int(code) for row in re.findall(r"^\| ([\d, ]+) \|", PAGE, re.MULTILINE)
            for code in row.split(", ")}  # fmt: skip
    assert told == {*map(int, Exit), 130, 141, 143} - {Exit.CANNOT_CREATE}


def test_every_option_of_batch_is_on_the_page(pakaz: Pakaz) -> None:
    shared = {"kb", "format", "json", "color", "width", "debug", "help"}
    options = set(re.findall(r"--(\w+)", pakaz("batch", "--help").out)) - shared
    assert {option for option in options if f"--{option}" not in PAGE} == set()


def test_the_example_for_spark_gets_a_record_for_every_line_in_order(pakaz: Pakaz) -> None:
    as_line = runpy.run_path(str(ROOT / "examples" / "spark_batch.py"))["as_line"]
    questions = [
        "gas",
        "",
        " \t",
        "\ufffd",
        "a\0b",
        "x" * 100_000,
        "\U0001f600" * 5_000,
        "a\u2028b",
    ]
    given = "".join(as_line(number, question) + "\n" for number, question in enumerate(questions))
    result = pakaz("batch", "--input", "jsonl", stdin=given.encode())
    records = records_of(result.out)
    assert [record["id"] for record in records] == list(range(len(questions)))
    assert [record["question"] for record in records] == [one[:MAX_QUESTION] for one in questions]
    assert [record["line"] for record in records if record.get("cut")] == [6, 7]
    assert result.code == 0
    assert json.loads(as_line(0, "a\nb"))["question"] == "a\nb"
