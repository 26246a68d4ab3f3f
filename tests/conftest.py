"""What the tests share: the installed command, run as a person or a script would run it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import pytest

ROOT = Path(__file__).parent.parent
DATA = Path(__file__).parent / "data"
SMALL = DATA / "small.yaml"
#: The day on which the tests run the command, unless they choose another.
TODAY = "2026-02-01"
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
        **extra,
    }


def run_pakaz(*words: str | bytes, stdin: bytes = b"", **environ: str) -> Result:
    done = subprocess.run(
        [COMMAND, *words],
        input=stdin,
        capture_output=True,
        env=environment(**environ),
        timeout=30,
        check=False,
    )
    return Result(done.stdout.decode(), done.stderr.decode(), done.returncode)


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
