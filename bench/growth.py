"""What an answer, many answers and a build cost as a knowledge base grows.

Runs the installed command on generated knowledge bases (bench/generated.py): one question, many
questions through ``batch``, and ``kb build``. Beside them ``fzf --filter``, where installed, and
a full scan with RapidFuzz (bench/scan.py). Everything is the processor time of a whole process,
its start and its flushing of every answer included; the peak is that of its memory. Prints Markdown
tables and draws a plot. Run it with the Python of an environment with pakaz:

    python bench/growth.py [--sizes 100,1000,…] [--work DIR] [--svg FILE.svg] [--questions N]
                           [--peers-env DIR]... [--yaml-most N] [--scan-most N] [--runs N]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import NamedTuple

import generated
import peers
import plot
import running
import yaml  # noqa: TID251 - the list of phrasings must not come from what is measured
from running import COMMAND, Case, CaseError
from startup import ROOT, golden, numbers, questions

SIZES = [100, 1_000, 10_000, 100_000, 1_000_000]
SCAN = [sys.executable, str(Path(__file__).with_name("scan.py"))]
SCANNED = 2_000_000  #: comparisons after which a full scan is asked no more questions
BUILT, YAML, FZF, FULL = "pakaz, built", "pakaz, YAML", "fzf --filter", "full scan (WRatio)"


class Answers(NamedTuple):
    """What a tool takes for one question, and for many."""

    size: int
    tool: str
    times: float  #: as long as an empty Python
    seconds: float
    peak: float
    asked: int = 0
    rate: float = 0.0  #: questions a second and core

    @property
    def cells(self) -> list[str]:
        """The cells of a row."""
        one = [f"{self.times:.1f}", f"{1000 * self.seconds:,.0f}", f"{self.peak:,.0f}"]
        many = [f"{self.asked:,}", f"{self.rate:,.1f}"] if self.asked else ["–", "–"]
        return [f"{self.size:,}", self.tool, *one, *many]


class Built(NamedTuple):
    """What a build takes, and leaves."""

    size: int
    seconds: float
    peak: float
    source: int  #: bytes of the YAML
    result: int  #: bytes of the file built

    @property
    def cells(self) -> list[str]:
        """The cells of a row."""
        files = [f"{self.source / 1e6:,.1f}", f"{self.result / 1e6:,.1f}"]
        taken = [f"{self.seconds:,.2f}", f"{1e6 * self.seconds / self.size:,.0f}"]
        return [f"{self.size:,}", *files, *taken, f"{self.peak:,.0f}"]


ANSWERS_HEAD = [
    "entries",
    "with",
    "one question, × empty Python",
    "ms",
    "peak MB",
    "questions in one run",
    "questions/s a core",
]
BUILT_HEAD = ["entries", "YAML MB", "built MB", "processor s", "µs an entry", "peak MB"]


def answers(size: int, tool: str, one: Case, many: Case | None, asked: int, runs: int) -> Answers:
    """Measure one question and many."""
    cost = running.measure(one, runs)
    found = Answers(size, tool, cost.times_processor, cost.processor, running.peak(one, 1))
    if many is None:
        return found
    rate = asked / running.measure(many, min(runs, 3)).processor
    return found._replace(asked=asked, rate=rate)


def build(base: Path, size: int) -> Built:
    """Build a knowledge base anew, and tell what that took."""
    result = base.with_suffix(".pakaz")
    result.unlink(missing_ok=True)
    words = [COMMAND, "kb", "build", str(base), "-o", str(result)]
    cost, peak = running.launch(Case("build", words))
    return Built(size, cost.processor, peak, base.stat().st_size, result.stat().st_size)


def spread(size: int, count: int) -> list[str]:
    """Return so many questions about entries from everywhere."""
    return [generated.asked(place * size // count) for place in range(count)]


class Growth:
    """Measures size after size, and prints rows as they come."""

    def __init__(self, options: argparse.Namespace, folder: Path) -> None:
        self.options, self.folder = options, folder
        self.places = [path.absolute() / "bin" for path in options.peers_env]
        self.answers: list[Answers] = []
        self.builds: list[Built] = []
        self.skipped: list[str] = []

    def note(self, found: Answers) -> None:
        """Keep and print a row."""
        self.answers.append(found)
        print(running.row(found.cells), flush=True)

    def skip(self, line: str) -> None:
        """Keep what is not measured."""
        self.skipped.append(line)
        print(line, file=sys.stderr, flush=True)

    def measure(self, size: int) -> None:
        """Measure everything at a size."""
        base, listed = generated.kept(self.folder, size)
        try:
            self.builds.append(build(base, size))
        except CaseError as error:
            self.skip(f"Skipped: the built knowledge base of {size:,} entries: {error}")
        else:
            self.pakaz(size, BUILT, base.with_suffix(".pakaz"))
        if size <= self.options.yaml_most:
            self.pakaz(size, YAML, base)
        peer = peers.fzf(self.places, listed, generated.asked(size // 2))
        if peer.case:
            self.note(answers(size, FZF, peer.case, None, 0, self.options.runs))
        if size <= self.options.scan_most:
            self.scan(size, listed)

    def pakaz(self, size: int, tool: str, base: Path) -> None:
        """Measure the installed command."""
        words, count = ["--kb", str(base)], self.options.questions
        path = questions(self.folder / "asked.txt", iter(spread(size, count)))
        one = Case(tool, [COMMAND, "ask", *words, *generated.asked(size // 2).split()])
        many = Case(tool, [COMMAND, "batch", *words], stdin=path)
        self.note(answers(size, tool, one, many, count, self.options.runs))

    def scan(self, size: int, listed: Path) -> None:
        """Measure a full scan; of few questions where there is much to compare."""
        count = max(5, min(self.options.questions, SCANNED // size))
        asked = {"one": [generated.asked(size // 2)], "many": spread(size, count)}
        one, many = (
            Case(FULL, [*SCAN, str(listed)], stdin=questions(self.folder / f"{name}.txt", iter(of)))
            for name, of in asked.items()
        )
        self.note(answers(size, FULL, one, many, count, self.options.runs))


def bundled(folder: Path, count: int, runs: int) -> None:
    """Print how fast ``batch`` is on the bundled knowledge base, beside a full scan."""
    base = yaml.safe_load((ROOT / "knowledge" / "faq.yaml").read_text("utf-8"))
    texts = [
        text for one in base["entries"] for text in (one["question"], *one.get("variants", ()))
    ]
    listed = questions(folder / "bundled.txt", iter(texts))
    asked = questions(folder / "golden.txt", golden(count))
    cases = {
        "`pakaz batch`": Case("batch", [COMMAND, "batch"], stdin=asked),
        "`process.extractOne(WRatio)`": Case("scan", [*SCAN, listed], stdin=asked),
    }
    print(f"\nThe bundled knowledge base, {len(texts)} phrasings, {count:,} golden questions:\n")
    print(running.head(["with", "processor s", "questions/s a core", "× `extractOne`"]))
    taken = {name: running.measure(case, runs).processor for name, case in cases.items()}
    *_, beside = taken.values()
    for name, seconds in taken.items():
        rate, times = f"{count / seconds:,.0f}", f"{beside / seconds:.1f}"
        print(running.row([name, f"{seconds:.2f}", rate, times]))


def panels(growth: Growth) -> list[plot.Panel]:
    """Return what is drawn."""
    tools = dict.fromkeys(each.tool for each in growth.answers)

    def lines(value: str) -> dict[str, list[tuple[float, float]]]:
        return {
            tool: [
                (each.size, getattr(each, value) * (1000 if value == "seconds" else 1))
                for each in growth.answers
                if each.tool == tool and getattr(each, value)
            ]
            for tool in tools
        }

    built = {BUILT: [(float(each.size), each.seconds) for each in growth.builds]}
    return [
        plot.Panel("One question: processor time, ms", "entries", lines("seconds")),
        plot.Panel("One question: peak memory, MB", "entries", lines("peak")),
        plot.Panel("Many questions: a second and core", "entries", lines("rate")),
        plot.Panel("Build: processor time, s", "entries", built),
    ]


def report(options: argparse.Namespace, folder: Path) -> None:
    """Measure everything, print the tables and draw the plot."""
    print(f"{running.machine()}; pakaz is {COMMAND}")
    bundled(folder, options.questions, options.runs)
    growth = Growth(options, folder)
    print("\n" + running.head(ANSWERS_HEAD))
    for size in options.sizes:
        growth.measure(size)
    print("\n" + running.head(BUILT_HEAD))
    for built in growth.builds:
        print(running.row(built.cells))
    print("".join(f"\n- {line}" for line in growth.skipped))
    if options.svg:
        drawing = plot.svg(panels(growth), f"What pakaz costs as it grows ({running.machine()})")
        options.svg.write_text(drawing, "utf-8")


def main() -> int:
    """Print and draw everything; return 1 where a case did not do what it is measured for."""
    parser = argparse.ArgumentParser(description="Measure what size costs.")
    sizes_help = f"entries, instead of {','.join(map(str, SIZES))}"
    parser.add_argument("--sizes", type=numbers, default=SIZES, metavar="N,…", help=sizes_help)
    work_help = "where generated knowledge bases are kept (default: nowhere)"
    parser.add_argument("--work", type=Path, metavar="DIR", help=work_help)
    parser.add_argument("--svg", type=Path, metavar="FILE", help="where the plot is drawn")
    parser.add_argument("--questions", type=int, default=1_000, metavar="N", help="of many")
    parser.add_argument("--runs", type=int, default=5, metavar="N", help="medians are of so many")
    peers_help = "an environment with other tools, besides PATH (repeatable)"
    parser.add_argument("--peers-env", type=Path, action="append", default=[], help=peers_help)
    for name, most, what in (
        ("yaml", 20_000, "YAML is read"),
        ("scan", 1_000_000, "all is scanned"),
    ):
        most_help = f"entries up to which {what} (default: {most})"
        parser.add_argument(f"--{name}-most", type=int, default=most, metavar="N", help=most_help)
    options = parser.parse_args()
    try:
        with running.folder(options.work) as name:
            report(options, Path(name).absolute())
    except CaseError as error:
        print(f"Failed: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
