"""How long the command takes to start, as multiples of an empty Python process.

Runs each case and ``python -c pass`` in turn, so that both meet the same noise, and prints the
medians as Markdown tables. Processor time is the user and system time of the child; the peak of its
memory is the highest of three runs. A case that ends with another exit code than it should stops
everything. Other tools are measured in the same run where they are found on PATH or in
``--peers-env``, each with the least that it can do offline: to show one page of its own.

With ``--sizes``, generated knowledge bases (bench/generated.py) are built and asked; ``--work``
keeps them for the next time. For figures worth keeping, install the wheel without extras in an
environment of its own, and run it with the Python of that:

    python -m venv /tmp/env && /tmp/env/bin/pip install .
    /tmp/env/bin/python bench/startup.py [--pairs N] [--sizes 100,1000,…] [--work DIR]
                                         [--peers-env DIR]... [--yaml-most N] [--only WORD]
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
from running import COMMAND, Case, CaseError

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
QUESTION = "will my gas bill go down"
MISSPELT = "will my gaas bil go down"
UNKNOWN = "who painted the sistine chapel"
COMPLETION = {
    "_PAKAZ_COMPLETE": "complete_bash",
    "COMP_WORDS": "pakaz show ln",
    "COMP_CWORD": "2",
}
PROMPTS = "›❯»>"  #: a prompt ends with one of these
MEMORY_RUNS = 3


def golden(number: int) -> Iterator[str]:
    """Yield so many questions, the golden ones again and again."""
    text = (ROOT / "knowledge" / "golden.yaml").read_text("utf-8")
    yield from islice(cycle(re.findall(r'question: "([^"\\]+)"', text)), number)


def questions(path: Path, texts: Iterator[str]) -> str:
    """Write a question a line, and return the name of the file."""
    path.write_text("".join(f"{text}\n" for text in texts), "utf-8")
    return str(path)


def bundled(folder: Path) -> Iterator[Case]:
    """Yield what is done with the bundled knowledge base."""
    ask = [COMMAND, "ask"]
    one = questions(folder / "one.txt", golden(1))
    thousand = questions(folder / "thousand.txt", golden(1_000))
    yield Case("`ask`, plain, in a pipe", [*ask, *QUESTION.split()])
    yield Case("`ask --json`", [*ask, *QUESTION.split(), "--json"])
    yield Case("`ask` on a terminal (panel)", [*ask, *QUESTION.split()], is_on_terminal=True)
    yield Case("`ask`, misspelt", [*ask, *MISSPELT.split()])
    yield Case("`ask`, unknown", [*ask, *UNKNOWN.split()], (1,))
    yield Case("`ask`, ambiguous", [*ask, "visa"], (3,))
    yield Case("`sectors`", [COMMAND, "sectors"])
    yield Case("`list`", [COMMAND, "list"])
    yield Case("`show lng-deal`", [COMMAND, "show", "lng-deal"])
    yield Case("`--version`", [COMMAND, "--version"])
    yield Case("`--help`", [COMMAND, "--help"])
    yield Case("completion (`show ln`, bash)", [COMMAND], extra=COMPLETION)
    yield Case("`batch` of 1 line", [COMMAND, "batch"], stdin=one)
    yield Case("`batch` of 1,000 lines", [COMMAND, "batch"], stdin=thousand)


def chat() -> Case:
    """Return the case of a conversation that is left at its first prompt."""
    name = "`chat` to its first prompt (wall; processor time to its end)"
    return Case(name, [COMMAND, "chat"], is_on_terminal=True, prompt=PROMPTS)


def sized(base: Path, what: str, size: int) -> Iterator[Case]:
    """Yield what is asked of a generated knowledge base."""
    ask, asked = [COMMAND, "ask", "--kb", str(base)], generated.asked(size // 2)
    yield Case(f"`ask`, {what}", [*ask, *asked.split()])
    yield Case(f"`ask`, misspelt, {what}", [*ask, *generated.misspelt(asked).split()])
    common = [*ask, *generated.COMMON_ALONE.split()]
    yield Case(f"`ask`, common words alone, {what}", common, (0, 1, 3))
    yield Case(f"`ask`, unknown, {what}", [*ask, *generated.UNKNOWN.split()], (1,))


class Report:
    """Prints the tables, and keeps what was skipped for under them."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.skipped: list[str] = []

    def begin(self, *before: str) -> None:
        """Print the head of a table."""
        print("\n" + running.head([*before, *running.HEAD, "peak MB"]), flush=True)

    def add(self, case: Case, *before: str) -> None:
        """Measure a case and print its row, if it is one of those to be measured."""
        if self.options.only not in case.name:
            return
        measured = running.measure(case, self.options.pairs)
        runs = MEMORY_RUNS if measured.pairs >= MEMORY_RUNS else 1
        # A peak is measured in a pipe, where no panel would be drawn.
        memory = "–" if case.is_on_terminal else f"{running.peak(case, runs):.0f}"
        print(running.row([*before, case.name, *measured.cells, memory]), flush=True)

    def skip(self, what: str, why: object) -> None:
        """Keep what is not measured."""
        line = f"Skipped: {what}: {why}"
        self.skipped.append(line)
        print(line, file=sys.stderr, flush=True)


def small(report: Report, folder: Path, places: list[Path]) -> None:
    """Print the table of the bundled knowledge base, and of the other tools."""
    report.begin("case")
    report.add(running.EMPTY)
    for case in bundled(folder):
        report.add(case)
    talk = chat()
    try:
        running.run(talk)
    except CaseError as error:
        report.skip("`pakaz chat`", error)
    else:
        report.add(talk)
    listed = folder / "golden.txt"
    questions(listed, golden(378))
    asked = next(golden(1)).strip("?")
    found = [*peers.peers(places, folder), peers.fzf(places, listed, asked)]
    versions = []
    for peer in found:
        if peer.case is None:
            report.skip(peer.name, "not installed")
        else:
            report.add(peer.case)
            versions.append(f"{peer.name}: {peer.version}")
    print(f"\nVersions: {'; '.join(versions) or 'none'}")


def large(report: Report, folder: Path, places: list[Path]) -> None:
    """Print the table of generated knowledge bases."""
    report.begin("entries", "case")
    for size in report.options.sizes:
        base, listed = generated.kept(folder, size)
        shown = f"{size:,}"
        try:
            built = running.compiled(base)
        except CaseError as error:
            report.skip(f"the built knowledge base of {shown} entries", error)
        else:
            for case in sized(built, "built", size):
                report.add(case, shown)
        if size <= report.options.yaml_most:
            report.add(next(sized(base, "YAML read", size)), shown)
        peer = peers.fzf(places, listed, generated.asked(size // 2))
        if peer.case:
            report.add(peer.case, shown)


def numbers(text: str) -> list[int]:
    """Return the numbers of a list with commas."""
    return [int(each) for each in text.replace("_", "").split(",") if each]


def main() -> int:
    """Print everything; return 1 where a case did not do what it is measured for."""
    parser = argparse.ArgumentParser(description="Measure how long pakaz takes to start.")
    parser.add_argument("--pairs", type=int, default=30, help="runs of each case")
    sizes_help = "entries of generated knowledge bases, such as 100,1000,20000,100000,1000000"
    parser.add_argument("--sizes", type=numbers, default=[], metavar="N,…", help=sizes_help)
    work_help = "where generated knowledge bases are kept (default: nowhere)"
    parser.add_argument("--work", type=Path, metavar="DIR", help=work_help)
    peers_help = "an environment with other tools, besides PATH (repeatable)"
    parser.add_argument("--peers-env", type=Path, action="append", default=[], help=peers_help)
    yaml_help = "entries up to which the YAML is read directly, too"
    parser.add_argument("--yaml-most", type=int, default=20_000, metavar="N", help=yaml_help)
    parser.add_argument("--only", default="", metavar="WORD", help="cases whose name holds this")
    options = parser.parse_args()
    places = [path.absolute() / "bin" for path in options.peers_env]
    report = Report(options)
    print(f"{running.machine()}, {options.pairs} pairs, medians; pakaz is {COMMAND}")
    try:
        with running.folder(options.work) as name:
            folder = Path(name).absolute()
            small(report, folder, places)
            if options.sizes:
                large(report, folder, places)
    except CaseError as error:
        print(f"Failed: {error}", file=sys.stderr)
        return 1
    print("".join(f"\n- {line}" for line in report.skipped))
    return 0


if __name__ == "__main__":
    sys.exit(main())
