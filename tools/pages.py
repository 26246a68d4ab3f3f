"""Writes the parts of the documents that the program itself knows.

These are what the examples print, the exit codes, and the commands of the chat. Run it after a
change of one of them; tests/test_documents.py compares the pages with it:

    python tools/pages.py
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from pakaz_cli.chat.commands import ALIASES, COMMANDS
from pakaz_cli.errors import EXIT_TEXTS

ROOT = Path(__file__).parent.parent
COMMAND = Path(sys.executable).parent / "pakaz"
ENVIRONMENT = {
    "PATH": os.defpath,
    "LANG": "C.UTF-8",
    "COLUMNS": "80",
    "PAKAZ_TODAY": "2026-11-23",
    **{name: os.environ[name] for name in os.environ if name.startswith("COVERAGE_")},
}


def examples(page: str) -> str:
    """Print after each `$ pakaz …` of a console block what that command prints."""

    def printed(block: re.Match[str]) -> str:
        words = block[1].split()
        done = subprocess.run(  # noqa: S603 - our own command, and words from our own pages
            [COMMAND, *words], capture_output=True, env=ENVIRONMENT, check=False, text=True
        )
        return f"```console\n$ pakaz {block[1]}\n{done.stdout}{done.stderr}```"

    return re.sub(r"```console\n\$ pakaz (.*)\n(?:(?!```).*\n)*```", printed, page)


def exit_codes(page: str) -> str:
    """Put the text of each exit code in the second column of its row."""

    def row(found: re.Match[str]) -> str:
        return f"| {found[1]} | {EXIT_TEXTS.get(int(found[1]), found[2])} |"

    return re.sub(r"^\| (\d+) \| (.*?) \|", row, page, flags=re.MULTILINE)


def chat_commands(page: str) -> str:
    """Write the rows of the table of chat commands."""
    rows = ""
    for command in COMMANDS:
        aliases = sorted(alias for alias, name in ALIASES.items() if name == command.name)
        names = ", ".join(f"`{name}`" for name in (command.usage, *aliases))
        rows += f"| {names} | {command.meaning} |\n"
    return re.sub(r"(?:^\| `/.*\n)+", lambda _: rows, page, flags=re.MULTILINE)


PAGES = {
    "README.md": [examples],
    "docs/commands.md": [exit_codes, chat_commands],
    "docs/reliability.md": [exit_codes],
}


def made(name: str) -> str:
    """Return a page with its parts as they should be."""
    page = (ROOT / name).read_text("utf-8")
    for fill in PAGES[name]:
        page = fill(page)
    return page


if __name__ == "__main__":
    for name in PAGES:
        (ROOT / name).write_text(made(name), "utf-8")
