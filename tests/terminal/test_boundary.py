"""Nothing escapes: whatever is missing, full or slow, a command ends as promised."""

from __future__ import annotations

import fcntl
import functools
import importlib.util
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.conftest import COMMAND, PATIENCE, ROOT, Pakaz, Result, environment, run_pakaz

SLOW = pytest.mark.slow
PACKAGE = ROOT / "src" / "pakaz_cli"
MODULES = sorted(str(path.relative_to(PACKAGE)) for path in PACKAGE.rglob("*.py"))
ASK = ("ask", "rice customs exemption")
LIST = ("list", "--format", "rich")
COMMANDS = (
    ASK,
    LIST,
    *(("batch", "/dev/null"), ("kb", "check", "--strict"), ("sectors", "--format", "text")),
)

LIMITED = (ASK, ("batch", "/dev/null"), LIST, ("sectors", "--json"), ("--help",))

MAGIC = importlib.util.MAGIC_NUMBER
BROKEN: dict[str, Callable[[Path], object]] = {
    "missing": lambda path: None,
    "no Python": lambda path: path.write_text("def (:\n"),
    "failing": lambda path: path.write_text("raise OSError(5, 'Input/output error')\n"),
    "damaged": lambda path: path.with_suffix(".pyc").write_bytes(b"\0" * 20),
    "truncated": lambda path: path.with_suffix(".pyc").write_bytes(MAGIC + b"\0" * 12),
}


@functools.cache
def usual(*words: str) -> Result:
    return run_pakaz(*words, stdin=b"")


def assert_70_or_as_usual(words: Sequence[str], **environ: str) -> int:
    """Run the command; it either prints what it usually does, or one line and ends with 70."""
    done = run_pakaz(*words, stdin=b"", **environ)
    if done.code != 70:
        assert done == usual(*words)
    else:
        assert done.out == ""
        assert done.err.startswith("pakaz: ")
        assert len(done.err.splitlines()) == 1, done.err
    return done.code


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package that is imported before the installed one, from its folder."""
    path = tmp_path_factory.mktemp("copy") / "pakaz_cli"
    shutil.copytree(PACKAGE, path, ignore=shutil.ignore_patterns("__pycache__"))
    return path


#: Python itself imports these two to get to the command.
ESSENTIAL = {"__init__.py", "__main__.py"}
#: Each is needed at another stage: by the guard, before it, in it, after Typer has taken over.
OFTEN = {"errors.py", "terminal/guard.py", "views/labelled.py", "cli/app.py"}


@pytest.mark.parametrize(
    "module",
    [pytest.param(module, marks=() if module in OFTEN else SLOW) for module in MODULES],
)
def test_a_missing_or_broken_module_is_70_and_one_line(module: str, copy: Path) -> None:
    if module in ESSENTIAL:
        pytest.skip("a known risk")
    original = (copy / module).read_bytes()
    codes = set()
    for number, broken in enumerate(BROKEN.values()):
        (copy / module).unlink()
        try:
            broken(copy / module)
            # Each damage with another command: they stop at different stages.
            words = COMMANDS[(number + MODULES.index(module)) % len(COMMANDS)]
            codes.add(assert_70_or_as_usual(words, PYTHONPATH=str(copy.parent)))
        finally:
            (copy / module).with_suffix(".pyc").unlink(missing_ok=True)
            (copy / module).write_bytes(original)
    assert 70 in codes or module not in OFTEN


@pytest.mark.parametrize("library", ["typer", "rich", "yaml", "sqlite3", "signal"])
def test_a_missing_library_is_70_and_one_line(library: str, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(f"import sys\nsys.modules[{library!r}] = None\n")
    codes = {assert_70_or_as_usual(words, PYTHONPATH=str(tmp_path)) for words in (ASK, LIST)}
    assert 70 in codes


def test_the_traceback_of_a_failed_import_is_there_for_who_asks(copy: Path) -> None:
    for module, last in (
        ("terminal/guard.py", "damaged installation"),
        ("cli/app.py", "cannot be"),
    ):
        (copy / module).rename(copy / "aside")
        done = run_pakaz("list", "--debug", stdin=b"", PYTHONPATH=str(copy.parent))
        (copy / "aside").rename(copy / module)
        *trace, told = done.err.splitlines()
        assert (done.code, done.out) == (70, "")
        assert "Traceback" in trace[0]
        assert last in told


def limited(kind: int, limit: int, command: Sequence[str | Path]) -> tuple[int, bytes]:
    done = subprocess.run(
        command,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        env=environment(),
        preexec_fn=lambda: resource.setrlimit(kind, (limit, limit)),
        timeout=PATIENCE,
        check=False,
    )
    return done.returncode, done.stderr


def first_limit(kind: int, low: int, high: int) -> int:
    """Return the least limit at which Python itself starts and does what every script does."""
    while low < high:
        middle = (low + high) // 2
        code, errors = limited(kind, middle, [sys.executable, "-c", "import re, sys"])
        low, high = (low, middle) if (code, errors) == (0, b"") else (middle + 1, high)
    return low


def assert_limits_are_told(kind: int, limits: range, commands: Sequence[Sequence[str]]) -> None:
    codes = set()
    for limit in limits:
        for words in commands:
            code, errors = limited(kind, limit, [COMMAND, *words])
            codes.add(code)
            assert code in (0, 66, 70), (limit, words, errors)
            assert len(errors.splitlines()) == (code > 0), (limit, words, errors)
            # Short of memory, an import of Python's may fail without saying that memory is full.
            assert errors.startswith(b"pakaz: ") or not code
    assert 0 in codes
    assert len(codes) > 1


@pytest.mark.parametrize(
    ("step", "commands"),
    [(2_000, [ASK, LIST]), pytest.param(500, LIMITED, marks=SLOW)],
)
def test_any_limit_of_memory_is_told_in_one_line(
    step: int, commands: Sequence[Sequence[str]]
) -> None:
    first = first_limit(resource.RLIMIT_AS, 4_000_000, 200_000_000)
    # Where addresses are random, Python needs a little more in some runs.
    limits = range(first + 500_000, first + 20_000_000, step * 1_000)
    assert_limits_are_told(resource.RLIMIT_AS, limits, commands)


def test_any_limit_of_open_files_is_told_in_one_line() -> None:
    first = first_limit(resource.RLIMIT_NOFILE, 3, 64)
    assert_limits_are_told(resource.RLIMIT_NOFILE, range(first, first + 3), LIMITED[:3])


def non_blocking_pipe() -> tuple[int, int]:
    """Return the ends of a small pipe; reading and writing it never wait by themselves."""
    read, write = os.pipe()
    fcntl.fcntl(write, fcntl.F_SETPIPE_SZ, 4096)
    for end in (read, write):
        os.set_blocking(end, False)
    return read, write


def wait_until_asleep(process: subprocess.Popen[bytes]) -> None:
    """Wait until a command waits for something, or has ended."""
    end, looks = time.monotonic() + PATIENCE, 0
    while looks < 10 and process.poll() is None:
        assert time.monotonic() < end
        state = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0]
        looks = looks + 1 if state == "S" else 0
        time.sleep(0.01)


@pytest.mark.parametrize("words", ["ask -", "batch", "batch -0"])
def test_whoever_types_slowly_into_a_non_blocking_pipe_is_waited_for(words: str) -> None:
    read, write = non_blocking_pipe()
    process = subprocess.Popen(
        [COMMAND, *words.split()], stdin=read, stdout=subprocess.PIPE, env=environment()
    )
    os.close(read)
    for part in (b"rice ", b"customs ", b"exemption"):
        wait_until_asleep(process)
        os.write(write, part)
    wait_until_asleep(process)
    os.close(write)
    out, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert b"Yes, until 31 December 2027." in out


@pytest.mark.parametrize(
    ("words", "stream"), [("list", 1), ("batch QUESTIONS", 1), ("--help", 1), ("show MISSING", 2)]
)
def test_a_slow_reader_of_a_non_blocking_pipe_gets_everything(
    words: str, stream: int, tmp_path: Path
) -> None:
    (tmp_path / "questions").write_text("visa fee\n" * 20)
    given = words.replace("QUESTIONS", f"{tmp_path}/questions")
    command: list[str | Path] = [
        COMMAND,
        *given.replace("MISSING", "nothing-of-this-name " * 99).split(),
    ]
    usual = subprocess.run(command, capture_output=True, env=environment(PAKAZ_KB=""), check=False)
    read, write = non_blocking_pipe()
    process = subprocess.Popen(
        command,
        stdout=write if stream == 1 else subprocess.DEVNULL,
        stderr=write if stream == 2 else subprocess.DEVNULL,
        env=environment(PAKAZ_KB=""),
    )
    os.close(write)
    got = b""
    wait_until_asleep(process)
    os.set_blocking(read, True)
    while chunk := os.read(read, 1_000):
        got += chunk
    os.close(read)
    assert process.wait(PATIENCE) == usual.returncode
    assert got == (usual.stdout if stream == 1 else usual.stderr)


def test_a_dash_after_two_dashes_is_a_question(pakaz: Pakaz) -> None:
    for words in (["ask", "--json", "--", "-"], ["ask", "--", "-", "--json"]):
        done = pakaz(*words, stdin=b"rice customs exemption")
        assert done.code == 1
        assert '"question": "-"' in done.out or "I don't know" in done.err
    for words in (["ask", "-"], ["ask", "-", "--"], ["ask", "--sector", "trade", "-"]):
        assert pakaz(*words, stdin=b"rice customs exemption").code == 0
    # Here the two dashes are the name of a file.
    assert pakaz("ask", "--kb", "--", "-", stdin=b"rice").code == 66


@pytest.mark.parametrize("options", [[], ["-P"], ["-I"]])
def test_python_m_runs_no_file_of_the_current_folder(options: list[str], tmp_path: Path) -> None:
    names = ("sqlite3", "signal", "errno", "unicodedata", "array", "zlib", "yaml", "re", "select")
    for name in names:
        (tmp_path / f"{name}.py").write_text("import os\nos._exit(9)\n")
    for words in (ASK, LIST):
        done = subprocess.run(
            [sys.executable, *options, "-m", "pakaz_cli", *words],
            cwd=tmp_path,
            capture_output=True,
            env=environment(),
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, b"")
