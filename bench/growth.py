"""Measure what a query, many queries and a build cost as a knowledge base grows.

Runs the installed command on generated knowledge bases (bench/generated.py): one question, many
questions through ``batch``, and ``kb build``. Beside them ``fzf --filter``, if installed, and a
full scan with RapidFuzz (bench/scan.py). All figures are the processor time of whole processes,
start-up and the flush of every answer included, and their peak memory. Prints Markdown tables;
``--json`` writes the figures for bench/plot.py. Use the Python of an environment with pakaz:

    python bench/growth.py [--sizes 100,1000,…] [--work DIR] [--json FILE] [--questions N]
                           [--peers-env DIR]... [--max-yaml N] [--max-scan N] [--runs N]
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import NamedTuple

import generated
import peers
import running
import yaml  # noqa: TID251 - independent of the code that is measured
from running import COMMAND, ROOT, Case, CaseError, write_lines
from startup import golden

SIZES = [100, 1_000, 10_000, 100_000, 1_000_000]
SCAN = [sys.executable, str(Path(__file__).with_name("scan.py"))]
MAX_COMPARISONS = 2_000_000  #: of a full scan; beyond, it is given fewer questions
COMPILED, YAML, FZF, FULL = "pakaz, compiled", "pakaz, YAML", "fzf --filter", "full scan (WRatio)"


class Answers(NamedTuple):
    """What a tool takes for one question, and for many."""

    size: int
    tool: str
    times: float  #: multiple of an empty Python
    seconds: float
    peak: float  #: MB
    questions: int = 0  #: of the run with many
    rate: float = 0.0  #: questions per second and core

    @property
    def cells(self) -> list[str]:
        """The cells of a row."""
        one = [f"{self.times:.2f}", f"{1000 * self.seconds:,.0f}", f"{self.peak:,.0f}"]
        many = [f"{self.questions:,}", f"{self.rate:,.1f}"] if self.questions else ["–", "–"]
        return [f"{self.size:,}", self.tool, *one, *many]


class Build(NamedTuple):
    """What a build takes, and the size of its result."""

    size: int
    tool: str
    seconds: float
    peak: float  #: MB
    source: int  #: bytes of the YAML
    result: int  #: bytes of the compiled file

    @property
    def cells(self) -> list[str]:
        """The cells of a row."""
        files = [f"{self.source / 1e6:,.1f}", f"{self.result / 1e6:,.1f}"]
        cost = [f"{self.seconds:,.2f}", f"{1e6 * self.seconds / self.size:,.0f}"]
        return [f"{self.size:,}", *files, *cost, f"{self.peak:,.0f}"]


ANSWERS_HEAD = [
    "entries",
    "tool",
    "one question, × empty Python",
    "ms",
    "peak MB",
    "questions in one run",
    "questions/s per core",
]
BUILDS_HEAD = ["entries", "YAML MB", "compiled MB", "processor s", "µs per entry", "peak MB"]


def build(base: Path, size: int) -> Build:
    """Compile a knowledge base afresh, and measure it."""
    result = running.compiled_path(base)
    result.unlink(missing_ok=True)
    words = [COMMAND, "kb", "build", str(base), "-o", str(result)]
    cost, peak = running.launch(Case("build", words))
    sizes = base.stat().st_size, result.stat().st_size
    return Build(size, COMPILED, cost.processor, peak, *sizes)


def spread(size: int, count: int) -> list[str]:
    """Return questions about `count` entries, evenly spaced."""
    return [generated.query(place * size // count) for place in range(count)]


class Growth:
    """Measures one size after another, and prints each row when it is complete."""

    def __init__(self, options: argparse.Namespace, folder: Path) -> None:
        self.options, self.folder = options, folder
        self.peer_folders = [path.absolute() / "bin" for path in options.peers_env]
        self.answers: list[Answers] = []
        self.builds: list[Build] = []
        self.skipped: list[str] = []

    def measure(self, size: int) -> None:
        """Measure everything at one size."""
        base, listed = generated.cached(self.folder, size)
        try:
            self.builds.append(build(base, size))
        except CaseError as error:
            line = f"Skipped: the compiled knowledge base of {size:,} entries: {error}"
            self.skipped.append(line)
            print(line, file=sys.stderr, flush=True)
        else:
            self.pakaz(size, COMPILED, running.compiled_path(base))
        if size <= self.options.max_yaml:
            self.pakaz(size, YAML, base)
        peer = peers.fzf(self.peer_folders, listed, generated.query(size // 2))
        if peer.case:
            self.add(size, FZF, peer.case)
        if size <= self.options.max_scan:
            self.scan(size, listed)

    def pakaz(self, size: int, tool: str, base: Path) -> None:
        """Measure the installed command."""
        kb, count = ["--kb", str(base)], self.options.questions
        questions = write_lines(self.folder / "many.txt", spread(size, count))
        one = Case(tool, [COMMAND, "ask", *kb, *generated.query(size // 2).split()])
        self.add(size, tool, one, Case(tool, [COMMAND, "batch", *kb], stdin=questions), count)

    def scan(self, size: int, listed: Path) -> None:
        """Measure a full scan, with fewer questions where there is much to compare."""
        count = max(5, min(self.options.questions, MAX_COMPARISONS // size))
        one = write_lines(self.folder / "one.txt", [generated.query(size // 2)])
        many = write_lines(self.folder / "many.txt", spread(size, count))
        case = Case(FULL, [*SCAN, str(listed)])
        self.add(size, FULL, case._replace(stdin=one), case._replace(stdin=many), count)

    def add(
        self, size: int, tool: str, one: Case, many: Case | None = None, questions: int = 0
    ) -> None:
        """Measure one question and many, and print the row."""
        cost = running.measure(one, self.options.runs)
        found = Answers(size, tool, cost.times_processor, cost.processor, running.peak(one, 1))
        if many:
            seconds = running.measure(many, min(self.options.runs, 3)).processor
            found = found._replace(questions=questions, rate=questions / seconds)
        self.answers.append(found)
        print(running.row(found.cells), flush=True)


def report_bundled(folder: Path, count: int, runs: int) -> None:
    """Print the throughput of ``batch`` on the bundled knowledge base, beside a full scan."""
    base = yaml.safe_load((ROOT / "knowledge" / "faq.yaml").read_text("utf-8"))
    phrasings = [
        text
        for entry in base["entries"]
        for text in (entry["question"], *entry.get("variants", ()))
    ]
    listed = write_lines(folder / "bundled.txt", phrasings)
    questions = write_lines(folder / "golden.txt", golden(count))
    cases = {
        "`pakaz batch`": Case("batch", [COMMAND, "batch"], stdin=questions),
        "`process.extractOne(WRatio)`": Case("scan", [*SCAN, listed], stdin=questions),
    }
    print(
        f"\nThe bundled knowledge base, {len(phrasings)} phrasings, {count:,} golden questions:\n"
    )
    print(running.head(["tool", "processor s", "questions/s per core", "× `extractOne`"]))
    seconds = {name: running.measure(case, runs).processor for name, case in cases.items()}
    *_, scan = seconds.values()
    for name, own in seconds.items():
        print(running.row([name, f"{own:.2f}", f"{count / own:,.0f}", f"{scan / own:.1f}"]))


def report(options: argparse.Namespace, folder: Path) -> None:
    """Measure everything, print the tables and write the figures."""
    machine = running.machine()
    print(f"{machine}; pakaz is {COMMAND}")
    report_bundled(folder, options.questions, options.runs)
    growth = Growth(options, folder)
    print("\n" + running.head(ANSWERS_HEAD))
    for size in options.sizes:
        growth.measure(size)
    print("\n" + running.head(BUILDS_HEAD))
    for row in growth.builds:
        print(running.row(row.cells))
    print("".join(f"\n- {line}" for line in growth.skipped))
    if options.json:
        answers = [row._asdict() for row in growth.answers]
        builds = [row._asdict() for row in growth.builds]
        figures = {"machine": machine, "answers": answers, "builds": builds}
        options.json.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")


def main() -> int:
    """Print the tables; return 1 if a case did not do what it is measured for."""
    parser = argparse.ArgumentParser(description="Measure the cost of size.")
    sizes_help = f"entries (default: {','.join(map(str, SIZES))})"
    parser.add_argument(
        "--sizes", type=running.numbers, default=SIZES, metavar="N,…", help=sizes_help
    )
    work_help = "folder that keeps generated knowledge bases (default: a temporary one)"
    parser.add_argument("--work", type=Path, metavar="DIR", help=work_help)
    parser.add_argument("--json", type=Path, metavar="FILE", help="where to write the figures")
    questions_help = "questions in one run of many (default: 1000)"
    parser.add_argument("--questions", type=int, default=1_000, metavar="N", help=questions_help)
    runs_help = "runs of each case, whose median is printed (default: 5)"
    parser.add_argument("--runs", type=int, default=5, metavar="N", help=runs_help)
    peers_help = "environment with other tools, in addition to PATH (repeatable)"
    parser.add_argument("--peers-env", type=Path, action="append", default=[], help=peers_help)
    for name, default, what in (
        ("yaml", 20_000, "YAML is measured, too"),
        ("scan", 1_000_000, "a full scan is measured"),
    ):
        max_help = f"maximum entries up to which {what} (default: {default})"
        parser.add_argument(f"--max-{name}", type=int, default=default, metavar="N", help=max_help)
    options = parser.parse_args()
    try:
        with running.work_folder(options.work) as name:
            report(options, Path(name).absolute())
    except CaseError as error:
        print(f"Failed: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
