"""What the tests share: the installed command, run as a person or a script would run it."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol
from unittest import mock

import pytest

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # So it is in the background jobs of a script, and the commands started here would ignore
    # interrupts, too. A handler is not inherited; this one goes on ignoring them.
    signal.signal(signal.SIGINT, lambda *_: None)

ROOT = Path(__file__).parent.parent
DATA = Path(__file__).parent / "data"
SMALL = DATA / "small.yaml"
#: The day on which the tests run the command, unless they choose another.
TODAY = "2026-02-01"
#: Seconds after which a test gives up waiting: far more than anything takes. A machine that is
#: slower still sets PAKAZ_TEST_PATIENCE to a factor.
PATIENCE = 120 * float(os.environ.get("PAKAZ_TEST_PATIENCE", "1"))
COMMAND = Path(sys.executable).parent / "pakaz"


class Result(NamedTuple):
    """What a run of the command left behind."""

    out: str
    err: str
    code: int

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


class Pakaz(Protocol):
    def __call__(self, *words: str | bytes, stdin: bytes = b"", **environ: str) -> Result: ...


def environment(**extra: str) -> dict[str, str]:
    """A bare environment: nothing of the machine that runs the tests shines through."""
    return {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "PAKAZ_KB": str(SMALL),
        "PAKAZ_TODAY": TODAY,
        "PYTHONWARNINGS": "error",
        # Where coverage is measured, it is so in the commands that are started, too.
        **{name: os.environ[name] for name in os.environ if name.startswith("COVERAGE_")},
        **extra,
    }


def run_pakaz(*words: str | bytes, stdin: bytes = b"", **environ: str) -> Result:
    done = subprocess.run(
        [COMMAND, *words],
        input=stdin,
        capture_output=True,
        env=environment(**environ),
        timeout=PATIENCE,
        check=False,
    )
    return Result(done.stdout.decode(), done.stderr.decode(), done.returncode)


def run_inside(
    run: Callable[[list[str]], int | None], words: Sequence[str], **environ: str
) -> tuple[bytes, bytes, int | None]:
    """Run a command line in this process, on streams of its own; return what they got, the code."""
    streams = [io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(3)]
    before = sys.stdin, sys.stdout, sys.stderr
    sys.stdin, sys.stdout, sys.stderr = streams
    try:
        with mock.patch.dict(os.environ, environment(**environ), clear=True):
            code = run(list(words))
    finally:
        sys.stdin, sys.stdout, sys.stderr = before
    for stream in streams:
        stream.flush()
    out, err = (stream.buffer.getvalue() for stream in streams[1:])
    return out, err, code


@pytest.fixture
def pakaz() -> Pakaz:
    """Run the installed command on the small knowledge base."""
    return run_pakaz


@pytest.fixture
def bundled() -> Pakaz:
    """Run the installed command on the bundled knowledge base."""

    def run(*words: str | bytes, stdin: bytes = b"", **environ: str) -> Result:
        return run_pakaz(*words, stdin=stdin, PAKAZ_KB="", **environ)

    return run
