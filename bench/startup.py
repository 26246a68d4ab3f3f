"""Measure how long the command takes to start, as multiples of an empty Python process.

Runs each case and ``python -c pass`` in turn, so that both meet the same noise, and prints the
medians as Markdown tables. Processor time is the user and system time of the child process; peak
memory is the highest of three runs. An unexpected exit code stops the benchmark. Other tools are
measured in the same run if they are on PATH or in ``--peers-env``, each with the least it can do
offline: show one page of its own.

With ``--command``, given several times, installed commands are compared in one interleaved run,
each round being the empty Python and every command in turn:

    python bench/startup.py --command /tmp/old/bin/pakaz --command /tmp/new/bin/pakaz --pairs 25

With ``--sizes``, generated knowledge bases (bench/generated.py) are compiled and queried;
``--work`` keeps them for the next run. For figures to publish, install the wheel without extras in
its own environment and use the Python of that environment:

    python -m venv /tmp/env && /tmp/env/bin/pip install .
    /tmp/env/bin/python bench/startup.py [--pairs N] [--sizes 100,1000,…] [--work DIR]
                                         [--peers-env DIR]... [--max-yaml N] [--only WORD]
"""

from __future__ import annotations

import argparse
import re
import sys
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING

import generated
import peers
import running
from running import COMMAND, ROOT, Case, CaseError, write_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

QUESTION = "will my gas bill go down"
MISSPELT = "will my gaas bil go down"
UNKNOWN = "who painted the sistine chapel"
COMPLETION = {
    "_PAKAZ_COMPLETE": "complete_bash",
    "COMP_WORDS": "pakaz show ln",
    "COMP_CWORD": "2",
}
PROMPTS = "›❯»>"  #: characters that may end a prompt
MEMORY_RUNS = 3


def golden(count: int) -> Iterator[str]:
    """Yield `count` questions, repeating the golden ones as needed."""
    text = (ROOT / "knowledge" / "golden.yaml").read_text("utf-8")
    yield from islice(cycle(re.findall(r'question: "([^"\\]+)"', text)), count)


def bundled(command: str, folder: Path) -> Iterator[Case]:
    """Yield the cases on the bundled knowledge base."""
    ask = [command, "ask"]
    one = write_lines(folder / "one.txt", golden(1))
    thousand = write_lines(folder / "thousand.txt", golden(1_000))
    yield Case("`ask`, plain, in a pipe", [*ask, *QUESTION.split()])
    yield Case("`ask --json`", [*ask, *QUESTION.split(), "--json"])
    yield Case("`ask` on a terminal (panel)", [*ask, *QUESTION.split()], is_on_terminal=True)
    yield Case("`ask`, misspelt", [*ask, *MISSPELT.split()])
    yield Case("`ask`, unknown", [*ask, *UNKNOWN.split()], (1,))
    yield Case("`ask`, ambiguous", [*ask, "visa"], (3,))
    yield Case("`sectors`", [command, "sectors"])
    yield Case("`list`", [command, "list"])
    yield Case("`show lng-deal`", [command, "show", "lng-deal"])
    yield Case("`--version`", [command, "--version"])
    yield Case("`--help`", [command, "--help"])
    yield Case("completion (`show ln`, bash)", [command], extra=COMPLETION)
    yield Case("`batch` of 1 line", [command, "batch"], stdin=one)
    yield Case("`batch` of 1,000 lines", [command, "batch"], stdin=thousand)


def chat(command: str) -> Case:
    """Return the case of a chat that is left at its first prompt."""
    name = "`chat` to its first prompt (wall; processor time to its end)"
    return Case(name, [command, "chat"], is_on_terminal=True, prompt=PROMPTS)


def sized(command: str, base: Path, kind: str, size: int) -> Iterator[Case]:
    """Yield the cases on a generated knowledge base."""
    ask, query = [command, "ask", "--kb", str(base)], generated.query(size // 2)
    yield Case(f"`ask`, {kind}", [*ask, *query.split()])
    yield Case(f"`ask`, misspelt, {kind}", [*ask, *generated.misspelt(query).split()])
    common = [*ask, *generated.COMMON_ALONE.split()]
    yield Case(f"`ask`, common words alone, {kind}", common, (0, 1, 3))
    yield Case(f"`ask`, unknown, {kind}", [*ask, *generated.UNKNOWN.split()], (1,))


class Report:
    """Prints the tables, and collects what is skipped."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.commands: list[str] = options.command or [COMMAND]
        self.skipped: list[str] = []

    def begin(self, *first: str) -> None:
        """Print the head of a table."""
        command = ["command"] * (len(self.commands) > 1)
        print("\n" + running.head([*first, *command, *running.HEAD, "peak MB"]), flush=True)

    def add(self, cases: Sequence[Case], *first: str) -> None:
        """Measure one case, given once for each command or once alone, and print its rows."""
        if self.options.only not in cases[0].name:
            return
        for case, measured in zip(
            cases, running.measure_in_turn(cases, self.options.pairs), strict=True
        ):
            runs = MEMORY_RUNS if measured.pairs >= MEMORY_RUNS else 1
            # The launcher has no terminal, so it would not measure what is drawn on one.
            memory = "–" if case.is_on_terminal else f"{running.peak(case, runs):.0f}"
            command = [case.command[0]] * (len(self.commands) > 1)
            row = [*first, case.name, *command, *measured.cells, memory]
            print(running.row(row), flush=True)

    def add_all(self, cases: Iterable[Iterable[Case]], *first: str) -> None:
        """Measure the cases of every command, in turn."""
        for same in zip(*cases, strict=True):
            self.add(same, *first)

    def skip(self, name: str, reason: object) -> None:
        """Report a case that is not measured."""
        line = f"Skipped: {name}: {reason}"
        self.skipped.append(line)
        print(line, file=sys.stderr, flush=True)


def report_small(report: Report, folder: Path, peer_folders: list[Path]) -> None:
    """Print the table of the bundled knowledge base and of the other tools."""
    report.begin("case")
    report.add([running.EMPTY])
    report.add_all(bundled(command, folder) for command in report.commands)
    chats = [chat(command) for command in report.commands]
    try:
        for case in chats:
            running.run(case)
    except CaseError as error:
        report.skip("`pakaz chat`", error)
    else:
        report.add(chats)
    listed = folder / "golden.txt"
    write_lines(listed, golden(378))
    query = next(golden(1)).strip("?")
    versions = []
    for peer in [*peers.peers(peer_folders, folder), peers.fzf(peer_folders, listed, query)]:
        if peer.case is None:
            report.skip(peer.name, "not installed")
        else:
            report.add([peer.case])
            versions.append(f"{peer.name}: {peer.version}")
    print(f"\nVersions: {'; '.join(versions) or 'none'}")


def report_large(report: Report, folder: Path, peer_folders: list[Path]) -> None:
    """Print the table of generated knowledge bases."""
    report.begin("entries", "case")
    for size in report.options.sizes:
        base, listed = generated.cached(folder, size)
        shown = f"{size:,}"
        try:
            built = [(command, running.compiled(base, command)) for command in report.commands]
        except CaseError as error:
            report.skip(f"the compiled knowledge base of {shown} entries", error)
        else:
            report.add_all((sized(*each, "compiled", size) for each in built), shown)
        if size <= report.options.max_yaml:
            cases = [next(sized(command, base, "YAML", size)) for command in report.commands]
            report.add(cases, shown)
        peer = peers.fzf(peer_folders, listed, generated.query(size // 2))
        if peer.case:
            report.add([peer.case], shown)


def main() -> int:
    """Print the tables; return 1 if a case did not do what it is measured for."""
    parser = argparse.ArgumentParser(description="Measure how long pakaz takes to start.")
    command_help = "installed command, instead of the one beside this Python (repeatable)"
    parser.add_argument("--command", action="append", metavar="PATH", help=command_help)
    parser.add_argument("--pairs", type=int, default=30, metavar="N", help="runs of each case")
    sizes_help = "entries of generated knowledge bases, such as 100,1000,20000,100000,1000000"
    parser.add_argument("--sizes", type=running.numbers, default=[], metavar="N,…", help=sizes_help)
    work_help = "folder that keeps generated knowledge bases (default: a temporary one)"
    parser.add_argument("--work", type=Path, metavar="DIR", help=work_help)
    peers_help = "environment with other tools, in addition to PATH (repeatable)"
    parser.add_argument("--peers-env", type=Path, action="append", default=[], help=peers_help)
    yaml_help = "maximum entries up to which YAML is measured, too (default: 20000)"
    parser.add_argument("--max-yaml", type=int, default=20_000, metavar="N", help=yaml_help)
    parser.add_argument("--only", default="", metavar="WORD", help="cases with this in their name")
    options = parser.parse_args()
    peer_folders = [path.absolute() / "bin" for path in options.peers_env]
    report = Report(options)
    commands = ", ".join(report.commands)
    print(f"{running.machine()}, {options.pairs} pairs, medians; pakaz is {commands}")
    try:
        with running.work_folder(options.work) as name:
            folder = Path(name).absolute()
            report_small(report, folder, peer_folders)
            if options.sizes:
                report_large(report, folder, peer_folders)
    except CaseError as error:
        print(f"Failed: {error}", file=sys.stderr)
        return 1
    print("".join(f"\n- {line}" for line in report.skipped))
    return 0


if __name__ == "__main__":
    sys.exit(main())
