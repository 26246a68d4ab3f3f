"""How long the command takes to start, as multiples of an empty Python process.

Runs each case and ``python -c pass`` in turn, so that both meet the same noise, and prints the
median of the ratios of processor time as a Markdown table. Processor time is the user and system
time of the child; wall time is beside it. Run it with the Python of the environment with pakaz:

    .venv/bin/python bench/startup.py [--pairs N]
"""

from __future__ import annotations

import argparse
import os
import platform
import pty
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

COMMAND = str(Path(sys.executable).parent / "pakaz")
EMPTY = [sys.executable, "-c", "pass"]
#: Bare, so that nothing this shell has set takes part; compiled modules are written and read.
ENVIRONMENT = {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8"}
QUESTION = ["ask", "will", "my", "gas", "bill", "go", "down"]
CASES: dict[str, tuple[list[str], bool]] = {
    "`ask`, plain, in a pipe": ([COMMAND, *QUESTION], False),
    "`ask --json`": ([COMMAND, *QUESTION, "--json"], False),
    "`ask` on a terminal (panel)": ([COMMAND, *QUESTION], True),
    "`--version`": ([COMMAND, "--version"], False),
}


class Cost(NamedTuple):
    """What one run took, in seconds."""

    processor: float
    wall: float


def run(command: list[str], *, on_terminal: bool) -> Cost:
    """Run a command once and return its cost."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    if on_terminal:
        _run_on_terminal(command)
    else:
        null = subprocess.DEVNULL
        subprocess.run(command, stdout=null, stderr=null, env=ENVIRONMENT, check=True)
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall)


def _run_on_terminal(command: list[str]) -> None:
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvpe(command[0], command, ENVIRONMENT | {"TERM": "xterm-256color"})
    try:
        while os.read(terminal, 65536):
            pass
    except OSError:
        pass
    os.close(terminal)
    os.waitpid(pid, 0)


def measure(pairs: int) -> None:
    """Print the table."""
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {pairs} pairs, medians\n")
    print("| case | × processor time | × wall time | processor ms | empty Python ms |")
    print("|---|---|---|---|---|")
    for name, (command, on_terminal) in CASES.items():
        run(command, on_terminal=on_terminal)
        costs = [
            (run(EMPTY, on_terminal=on_terminal), run(command, on_terminal=on_terminal))
            for _ in range(pairs)
        ]
        row = (
            f"{statistics.median(case.processor / empty.processor for empty, case in costs):.1f}",
            f"{statistics.median(case.wall / empty.wall for empty, case in costs):.1f}",
            f"{1000 * statistics.median(case.processor for _, case in costs):.0f}",
            f"{1000 * statistics.median(empty.processor for empty, _ in costs):.0f}",
        )
        print(f"| {name} | {' | '.join(row)} |")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Measure how long pakaz takes to start.")
    parser.add_argument("--pairs", type=int, default=30, help="runs of each case")
    measure(parser.parse_args().pairs)
