"""Run commands and measure their cost; shared by the benchmarks of the installed command.

Processor time is the user and system time of the child process alone, peak memory its maximum
resident set size. An unexpected exit code stops the benchmark: a command that fails is fast.
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
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

ROOT = Path(__file__).parent.parent
COMMAND = str(Path(sys.executable).parent / "pakaz")
#: Minimal, so that the caller's settings have no effect; bytecode is read and written.
ENVIRONMENT = {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8"}
RSS_UNIT = 1 if sys.platform == "darwin" else 1024  #: bytes in a unit of ``ru_maxrss``
PROMPT_TIMEOUT = 20.0  #: seconds
ESCAPES = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_=>])")
#: Runs a command and prints its cost and peak memory. Linux counts the pages of the parent that a
#: process was forked from towards its peak, so the parent must be small: the floor is 9 MB.
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
    """A command to measure, and the exit codes and prompt it is expected to give."""

    name: str
    command: list[str]
    codes: tuple[int, ...] = (0,)
    stdin: str = os.devnull  #: file to read
    is_on_terminal: bool = False
    prompt: str = ""  #: characters that may end a prompt; at the first prompt Ctrl-D is typed
    extra: Mapping[str, str] = {}  #: environment variables

    @property
    def environment(self) -> dict[str, str]:
        """The environment the command runs in."""
        terminal = {"TERM": "xterm-256color"} if self.is_on_terminal else {}
        return {**ENVIRONMENT, **terminal, **self.extra}


EMPTY = Case("an empty Python", [sys.executable, "-c", "pass"])


class Cost(NamedTuple):
    """Cost of one run, in seconds."""

    processor: float
    wall: float


class CaseError(Exception):
    """A command did not do what it is measured for."""


def run(case: Case) -> Cost:
    """Run a command once and return its cost."""
    return _run_on_terminal(case) if case.is_on_terminal else _run_in_pipe(case)


def _run_in_pipe(case: Case) -> Cost:
    with Path(case.stdin).open("rb") as stdin:
        null, started = subprocess.DEVNULL, time.perf_counter()
        child = subprocess.Popen(
            case.command, env=case.environment, stdin=stdin, stdout=null, stderr=null
        )
        processor = _wait(case, child)
        return Cost(processor, time.perf_counter() - started)


def _run_on_terminal(case: Case) -> Cost:
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
        until_prompt = _read(terminal, case.prompt, started)
    except CaseError:
        child.kill()
        child.wait()
        raise
    finally:
        os.close(terminal)  # hangs up on a command that is still running
    processor = _wait(case, child)
    return Cost(processor, until_prompt or time.perf_counter() - started)


def _wait(case: Case, child: subprocess.Popen[bytes]) -> float:
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    _check_exit_code(case, child.returncode)
    return used.ru_utime + used.ru_stime


def _read(terminal: int, prompt: str, started: float) -> float:
    """Read a terminal to its end; return the seconds until the prompt, 0 if none is expected."""
    output, until_prompt = b"", 0.0
    with contextlib.suppress(OSError):  # Linux raises EIO once no process has the terminal open
        while select.select([terminal], [], [], PROMPT_TIMEOUT)[0] and (
            chunk := os.read(terminal, 65536)
        ):
            output += chunk
            shown = ESCAPES.sub("", output.decode("utf-8", "replace")).rstrip(" \r\n\b")
            if prompt and not until_prompt and shown.endswith(tuple(prompt)):
                until_prompt = time.perf_counter() - started
                os.write(terminal, b"\x04")
    if prompt and not until_prompt:
        raise CaseError(f"no prompt, output ends with {output[-200:]!r}")
    return until_prompt


def launch(case: Case) -> tuple[Cost, float]:
    """Run a command once, in a pipe; return its cost and its peak memory in MB."""
    words = [sys.executable, "-I", "-S", "-c", LAUNCHER, case.stdin, *case.command]
    done = subprocess.run(words, capture_output=True, env=case.environment, check=True)
    code, rss, processor, wall = done.stdout.split()
    _check_exit_code(case, int(code))
    return Cost(float(processor), float(wall)), int(rss) * RSS_UNIT / 1e6


def peak(case: Case, runs: int) -> float:
    """Return the highest peak memory of several runs, in MB."""
    return max(launch(case)[1] for _ in range(runs))


def _check_exit_code(case: Case, code: int) -> None:
    if code not in case.codes:
        expected, words = " or ".join(map(str, case.codes)), " ".join(case.command)[:300]
        raise CaseError(f"{case.name}: exit code {code}, expected {expected}: {words}")


class Measured(NamedTuple):
    """Medians of a case, and of its ratios to the empty Python run beside it."""

    pairs: int
    processor: float
    wall: float
    times_processor: float
    times_wall: float
    empty: float  #: processor time of the empty Python

    @property
    def cells(self) -> list[str]:
        """The cells of a table row under `HEAD`."""
        times = [f"{self.times_processor:.2f}", f"{self.times_wall:.2f}"]
        seconds = (self.processor, self.wall, self.empty)
        return [*times, *(f"{1000 * second:,.0f}" for second in seconds), str(self.pairs)]


HEAD = ["× processor time", "× wall time", "processor ms", "wall ms", "empty Python ms", "pairs"]


def measure(case: Case, pairs: int, max_seconds: float = 120) -> Measured:
    """Measure one case; see `measure_in_turn`."""
    return measure_in_turn([case], pairs, max_seconds)[0]


def measure_in_turn(cases: Sequence[Case], pairs: int, max_seconds: float = 120) -> list[Measured]:
    """Run an empty Python and each case in turn, so that all meet the same noise.

    Every round pairs each case with the same run of the empty Python. If `max_seconds` pass, the
    rounds are fewer, but at least 3; a case that takes longer than that by itself is run once.
    """
    empty = EMPTY._replace(is_on_terminal=cases[0].is_on_terminal)
    warm_up = [run(case) for case in cases]
    rounds, started = [], time.perf_counter()
    if max(cost.wall for cost in warm_up) > max_seconds:
        rounds.append((run(empty), warm_up))
        pairs = 1
    while len(rounds) < pairs and (len(rounds) < 3 or time.perf_counter() - started <= max_seconds):
        rounds.append((run(empty), [run(case) for case in cases]))
    return [_medians([(empty, costs[at]) for empty, costs in rounds]) for at in range(len(cases))]


def _medians(costs: list[tuple[Cost, Cost]]) -> Measured:
    median = statistics.median
    return Measured(
        len(costs),
        median(cost.processor for _, cost in costs),
        median(cost.wall for _, cost in costs),
        median(cost.processor / empty.processor for empty, cost in costs),
        median(cost.wall / empty.wall for empty, cost in costs),
        median(empty.processor for empty, _ in costs),
    )


def head(cells: list[str]) -> str:
    """Return the head of a Markdown table."""
    return f"{row(cells)}\n|{'---|' * len(cells)}"


def row(cells: list[str]) -> str:
    """Return a row of a Markdown table."""
    return f"| {' | '.join(cells)} |"


def machine() -> str:
    """Return the date, the Python version, the processor and the load."""
    processor = platform.processor() or platform.machine()
    with contextlib.suppress(OSError):
        model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text("utf-8"))
        processor = model[1] if model else processor
    day = time.strftime("%Y-%m-%d", time.gmtime())
    load = f"load {os.getloadavg()[0]:.1f}"
    return f"{day}, Python {platform.python_version()}, {os.cpu_count()} × {processor}, {load}"


def version(command: list[str]) -> str:
    """Return the last line of a command's version output, or an empty string."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, env=ENVIRONMENT, timeout=60, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""


def compiled_path(base: Path, command: str = COMMAND) -> Path:
    """Return where a command compiles a knowledge base to; commands may differ in their format."""
    return base.with_name(f"{base.stem}-{crc32(command.encode()):08x}.pakaz")


def compiled(base: Path, command: str = COMMAND) -> Path:
    """Return the knowledge base compiled by a command, the existing file if there is one.

    Raises CaseError if the command fails.
    """
    result = compiled_path(base, command)
    if not result.exists():
        run(Case("build", [command, "kb", "build", str(base), "-o", str(result)]))
    return result


def work_folder(path: Path | None) -> contextlib.AbstractContextManager[str]:
    """Return the folder for generated files: the given one, kept, or a temporary one."""
    if path is None:
        return tempfile.TemporaryDirectory(prefix="pakaz-bench-")
    path.mkdir(parents=True, exist_ok=True)
    return contextlib.nullcontext(str(path))


def write_lines(path: Path, lines: Iterable[str]) -> str:
    """Write lines to a file and return its name."""
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return str(path)


def numbers(text: str) -> list[int]:
    """Return the numbers in a comma-separated list."""
    return [int(number) for number in text.replace("_", "").split(",") if number]
