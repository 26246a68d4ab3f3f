"""Runs commands and says what they cost; shared by the benchmarks that run the installed command.

Processor time is the user and system time of the child alone, peak memory that of the child alone.
A command that ends with another exit code than expected stops the benchmark: what fails is fast.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import platform
import pty
import re
import select
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Mapping  # noqa: TC003 - named tuples look at it when they are made
from pathlib import Path
from typing import NamedTuple

COMMAND = str(Path(sys.executable).parent / "pakaz")
#: Bare, so that nothing this shell has set takes part; compiled modules are written and read.
ENVIRONMENT = {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8"}
RSS_UNIT = 1 if sys.platform == "darwin" else 1024  #: bytes in a unit of ``ru_maxrss``
PATIENCE = 20.0  #: seconds after which no prompt is expected any more
ESCAPES = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_=>])")
#: Starts a command and tells its cost and its peak memory. Linux counts the memory of the parent
#: that a process was forked from as its own, so the parent must be small: 9 MB is the least seen.
LAUNCHER = """
import os, sys, time
streams = [(os.POSIX_SPAWN_OPEN, 0, sys.argv[1], os.O_RDONLY, 0)]
streams += [(os.POSIX_SPAWN_OPEN, n, os.devnull, os.O_WRONLY, 0) for n in (1, 2)]
child = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ, file_actions=streams)
started = time.perf_counter()
_, status, used = os.wait4(child, 0)
wall = time.perf_counter() - started
print(os.waitstatus_to_exitcode(status), used.ru_maxrss, used.ru_utime + used.ru_stime, wall)
"""


class Case(NamedTuple):
    """A command, and what it is expected to do."""

    name: str
    command: list[str]
    codes: tuple[int, ...] = (0,)  #: with one of which it has to end
    stdin: str = os.devnull  #: the file it reads
    is_on_terminal: bool = False
    prompt: str = ""  #: signs one of which ends a prompt, after which Ctrl-D is typed
    extra: Mapping[str, str] = {}  #: for the environment

    @property
    def environment(self) -> dict[str, str]:
        """What the command finds set."""
        terminal = {"TERM": "xterm-256color"} if self.is_on_terminal else {}
        return {**ENVIRONMENT, **terminal, **self.extra}


EMPTY = Case("an empty Python", [sys.executable, "-c", "pass"])


class Cost(NamedTuple):
    """What one run took, in seconds."""

    processor: float
    wall: float


class CaseError(Exception):
    """A command did not do what it is measured for."""


def run(case: Case) -> Cost:
    """Run a command once and return its cost."""
    return _on_terminal(case) if case.is_on_terminal else _in_pipe(case)


def _in_pipe(case: Case) -> Cost:
    with Path(case.stdin).open("rb") as stdin:
        null, started = subprocess.DEVNULL, time.perf_counter()
        child = subprocess.Popen(
            case.command, env=case.environment, stdin=stdin, stdout=null, stderr=null
        )
        processor = _wait(case, child)
        return Cost(processor, time.perf_counter() - started)


def _on_terminal(case: Case) -> Cost:
    terminal, stream = pty.openpty()
    fcntl.ioctl(stream, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    started = time.perf_counter()
    child = subprocess.Popen(
        case.command,
        env=case.environment,
        stdin=stream,
        stdout=stream,
        stderr=stream,
        start_new_session=True,
    )
    os.close(stream)
    try:
        came = _read(terminal, case.prompt, started)
    except CaseError:
        child.kill()
        child.wait()
        raise
    finally:
        os.close(terminal)  # which hangs up on a command that is still there
    processor = _wait(case, child)
    return Cost(processor, came or time.perf_counter() - started)


def _wait(case: Case, child: subprocess.Popen[bytes]) -> float:
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in case.codes:
        raise _wrong(case, child.returncode)
    return used.ru_utime + used.ru_stime


def _read(terminal: int, prompt: str, started: float) -> float:
    """Read a terminal until it is left; return when the prompt came, or 0 where none is awaited."""
    seen, came = b"", 0.0
    with contextlib.suppress(OSError):  # how Linux tells that nobody has the terminal open any more
        while select.select([terminal], [], [], PATIENCE)[0] and (read := os.read(terminal, 65536)):
            seen += read
            shown = ESCAPES.sub("", seen.decode("utf-8", "replace")).rstrip(" \r\n\b")
            if prompt and not came and shown.endswith(tuple(prompt)):
                came = time.perf_counter() - started
                os.write(terminal, b"\x04")
    if prompt and not came:
        raise CaseError(f"no prompt came, but {seen[-200:]!r}")
    return came


def launch(case: Case) -> tuple[Cost, float]:
    """Run a command once, in a pipe, and return its cost and its peak memory in MB."""
    words = [sys.executable, "-I", "-S", "-c", LAUNCHER, case.stdin, *case.command]
    done = subprocess.run(words, capture_output=True, env=case.environment, check=True)
    code, used, processor, wall = done.stdout.split()
    if int(code) not in case.codes:
        raise _wrong(case, int(code))
    return Cost(float(processor), float(wall)), int(used) * RSS_UNIT / 1e6


def peak(case: Case, runs: int) -> float:
    """Return the highest peak of so many runs, in MB."""
    return max(launch(case)[1] for _ in range(runs))


def _wrong(case: Case, code: int) -> CaseError:
    right, words = " or ".join(map(str, case.codes)), " ".join(case.command)[:300]
    return CaseError(f"{case.name}: exit code {code} instead of {right}: {words}")


class Measured(NamedTuple):
    """Medians of a case, and of the ratios to an empty Python that ran beside it."""

    pairs: int
    processor: float
    wall: float
    times_processor: float
    times_wall: float
    empty: float  #: processor time of the empty Python

    @property
    def cells(self) -> list[str]:
        """The cells of a row of `HEAD`, without its name."""
        times = [f"{self.times_processor:.1f}", f"{self.times_wall:.1f}"]
        seconds = (self.processor, self.wall, self.empty)
        return [*times, *(f"{1000 * second:,.0f}" for second in seconds), str(self.pairs)]


HEAD = ["× processor time", "× wall time", "processor ms", "wall ms", "empty Python ms", "pairs"]


def measure(case: Case, pairs: int, most_seconds: float = 120) -> Measured:
    """Run a case and an empty Python in turn, so that both meet the same noise.

    Where that would take over `most_seconds`, the pairs are fewer, but never under 3.
    """
    empty = EMPTY._replace(is_on_terminal=case.is_on_terminal)
    warm, costs, started = run(case), [], time.perf_counter()
    if warm.wall > most_seconds:  # once says enough of what takes minutes
        costs.append((run(empty), warm))
    while len(costs) < pairs and warm.wall <= most_seconds:
        if len(costs) >= 3 and time.perf_counter() - started > most_seconds:
            break
        costs.append((run(empty), run(case)))
    median = statistics.median
    return Measured(
        len(costs),
        median(cost.processor for _, cost in costs),
        median(cost.wall for _, cost in costs),
        median(cost.processor / beside.processor for beside, cost in costs),
        median(cost.wall / beside.wall for beside, cost in costs),
        median(beside.processor for beside, _ in costs),
    )


def head(cells: list[str]) -> str:
    """Return the head of a Markdown table."""
    return f"{row(cells)}\n|{'---|' * len(cells)}"


def row(cells: list[str]) -> str:
    """Return a row of a Markdown table."""
    return f"| {' | '.join(cells)} |"


def machine() -> str:
    """Return where and when this is measured."""
    processor = platform.processor() or platform.machine()
    with contextlib.suppress(OSError):
        named = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text("utf-8"))
        processor = named[1] if named else processor
    day = time.strftime("%Y-%m-%d", time.gmtime())
    load = f"load {os.getloadavg()[0]:.1f}"
    return f"{day}, Python {platform.python_version()}, {os.cpu_count()} × {processor}, {load}"


def version(command: list[str]) -> str:
    """Return the last words that a command tells of its version, or nothing."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, env=ENVIRONMENT, timeout=60, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""


def compiled(base: Path) -> Path:
    """Return a built knowledge base beside its YAML; build it where it is not there.

    Raises CaseError where the command cannot.
    """
    built = base.with_suffix(".pakaz")
    if not built.exists():
        run(Case("build", [COMMAND, "kb", "build", str(base), "-o", str(built)]))
    return built


def folder(given: Path | None) -> contextlib.AbstractContextManager[str]:
    """Return the folder for what is generated: the one given, kept, or one that goes away."""
    if given is None:
        return tempfile.TemporaryDirectory(prefix="pakaz-bench-")
    given.mkdir(parents=True, exist_ok=True)
    return contextlib.nullcontext(str(given))
