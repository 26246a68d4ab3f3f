"""The documents are true: examples run, tables are complete, and what they name exists."""

from __future__ import annotations

import os
import re
import runpy
import subprocess
from pathlib import Path
from typing import Any

import pytest

from pakaz_cli.errors import EXIT_TEXTS, Exit
from tests.conftest import COMMAND, PATIENCE, ROOT, Pakaz, environment

README = (ROOT / "README.md").read_text("utf-8")
COMMANDS_PAGE = (ROOT / "docs" / "commands.md").read_text("utf-8")
RELIABILITY = (ROOT / "docs" / "reliability.md").read_text("utf-8")
TOOL: dict[str, Any] = runpy.run_path(str(ROOT / "tools" / "pages.py"))
GROUPS: tuple[list[str], ...] = ([], ["kb"])
#: Exits that the shell makes of a signal; Exit does not have them.
SIGNALS = {130, 141, 143}


def rows(page: str, first: str) -> list[list[str]]:
    """The cells of the rows of every table whose first heading is `first`."""
    tables = re.findall(rf"^\| {first} \|.*\n\|[-|]*\n((?:\|.*\n)+)", page, re.MULTILINE)
    return [
        [cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]]
        for table in tables
        for row in table.splitlines()
    ]


def test_the_readme_says_at_its_top_that_any_faq_will_do() -> None:
    top = "\n".join(README.splitlines()[:10])
    assert all(told in top for told in ("its own FAQ", "pakaz kb init", "--kb my.yaml"))
    assert README.count("\n") <= 110


@pytest.mark.parametrize("page", ["README.md", "docs/commands.md", "docs/knowledge-base.md"])
def test_every_example_of_a_page_runs(tmp_path: Path, page: str) -> None:
    """The recipes of docs/scripting.md are in tests/test_scripting.py."""
    blocks = re.findall(
        r"^```sh\n(.*?)^```", (ROOT / page).read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    examples = [block for block in blocks if ".venv" not in block]
    assert examples
    (tmp_path / "questions.yaml").write_text("- {question: is it open, expect: []}\n")
    done = subprocess.run(
        [
            "bash",
            "-euo",
            "pipefail",
            "-c",
            "jq() { grep -o '\"id\": [^,]*'; }\n" + "".join(examples),
        ],
        cwd=tmp_path,
        env=environment(PATH=f"{COMMAND.parent}:{os.defpath}", PAKAZ_KB=""),
        capture_output=True,
        timeout=PATIENCE,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout


def commands(pakaz: Pakaz) -> list[str]:
    """Every command, as it is typed after `pakaz`."""
    return [
        " ".join([*group, name])
        for group in GROUPS
        for name in re.findall(
            r"^  (\w+)  ", pakaz(*group, "--help").out.partition("Commands:")[2], re.MULTILINE
        )
        if name != "kb"
    ]


def test_every_command_is_in_the_table_of_commands(pakaz: Pakaz) -> None:
    listed = [
        re.findall(r"`pakaz ((?:kb )?[a-z]+)", row[0])[0]
        for row in rows(COMMANDS_PAGE, "command")[:10]
    ]
    assert sorted(listed) == sorted(commands(pakaz))


def test_every_option_is_on_the_page_of_commands_and_no_other(pakaz: Pakaz) -> None:
    offered = {
        option
        for command in ("", *commands(pakaz))
        for option in re.findall(
            r"(?<!\w)--?[\w-]+(?=[, ])",
            pakaz(*command.split(), "--help").out.partition("Options:")[2],
        )
    }
    listed = {
        option
        for row in rows(COMMANDS_PAGE, "option")
        for option in re.findall(r"`(--?[\w-]+)", row[0])
    }
    assert listed <= offered
    assert {option for option in offered if option.startswith("--")} <= listed | {"--format"}


def exit_codes(page: str) -> dict[int, str]:
    return {int(row[0]): row[1] for row in rows(page, "code")}


@pytest.mark.parametrize("page", TOOL["PAGES"])
def test_a_page_says_what_the_program_says_now(page: str) -> None:
    assert (ROOT / page).read_text("utf-8") == TOOL["made"](page), "run tools/pages.py"


def test_both_tables_of_exit_codes_are_complete_and_say_the_same() -> None:
    told = exit_codes(COMMANDS_PAGE)
    assert told == exit_codes(RELIABILITY)
    assert told.keys() == {*map(int, Exit), *SIGNALS}
    assert EXIT_TEXTS.items() <= told.items()


@pytest.mark.parametrize("page", ["docs/architecture.md", "CONTRIBUTING.md"])
def test_every_path_that_a_page_for_developers_names_exists(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    named = set(re.findall(r"`([\w.-]+/[\w./-]*|[\w/.-]+\.py)`", text))
    assert len(named) > 5
    places = (ROOT, ROOT / "src" / "pakaz_cli")
    assert [
        path for path in sorted(named) if not any((place / path).exists() for place in places)
    ] == []


@pytest.mark.parametrize(
    "page",
    [
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        *(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")),
    ],
)
def test_every_link_to_a_file_leads_somewhere(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    for target, _, part in re.findall(r"\]\((?!https?:)([^)#\s]*)(#([\w-]+))?\)", text):
        path = (ROOT / page).parent / target if target else ROOT / page
        assert path.exists(), target
        if part:
            headings = re.findall(r"^#+ (.*)$", path.read_text("utf-8"), re.MULTILINE)
            assert part in [heading.lower().replace(" ", "-") for heading in headings]
