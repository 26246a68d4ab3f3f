"""Flip single bits of a compiled knowledge base: each must be noticed, or have no effect.

    .venv/bin/python -m tests.knowledge.flips [--flips N] [--seed N] [--kb YAML]

Each row of the table is a command, run in this process on a file with one flipped bit. The result
must be exit code 65, or the output for the intact file. The exit code is 1 if any other is found.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from pakaz_cli.authoring.compile import compile_file
from pakaz_cli.cli import commands
from tests.conftest import SMALL, run_inside

if TYPE_CHECKING:
    from collections.abc import Iterable

#: What a command gave: stdout, stderr and exit code.
Given = tuple[bytes, bytes, "int | None"]

COMMANDS: dict[str, list[str]] = {
    "ask, exact": ["ask", "--json", "--explain", "is rice free of duty"],
    "ask, misspelt": ["ask", "--format", "text", "rice customs exemtion"],
    "ask, nothing fits": ["ask", "who won the football match yesterday"],
    "ask, in a sector": ["ask", "--sector", "energy", "gas price"],
    "show": ["show", "--json", "gas-deal", "rice-duty", "nope"],
    "list": ["list"],
    "list, in a sector": ["list", "--sector", "trade", "--json"],
    "sectors": ["sectors"],
    "sector": ["sectors", "energy"],
    "kb check": ["kb", "check"],
}
DAMAGED, UNCHANGED = "65", "unchanged"
_SECONDS = 60


def flips(content: bytes, count: int, seed: int) -> list[tuple[int, int]]:
    """Choose bits in bytes that are not 0, or beside one that is not: most others are unused."""
    chance = random.Random(seed)
    used = [at for at in range(1, len(content)) if content[at] or content[at - 1]]
    return [(chance.choice(used), chance.randrange(8)) for _ in range(count)]


def outcomes(
    path: Path, places: Iterable[tuple[int, int]], words: dict[str, list[str]] = COMMANDS
) -> dict[str, Counter[str]]:
    """Return how often each command ended how, with one flipped bit of a file at a time."""
    whole = path.read_bytes()
    expected = {name: _run(path, words[name]) for name in words}
    counts: dict[str, Counter[str]] = {name: Counter() for name in words}
    for at, bit in places:
        flipped = bytearray(whole)
        flipped[at] ^= 1 << bit
        path.write_bytes(flipped)
        for name, given in words.items():
            result = _judge(_run(path, given), expected[name])
            counts[name][result] += 1
            if result not in (DAMAGED, UNCHANGED):
                sys.stderr.write(f"byte {at}, bit {bit}, {name}: {result}\n")
    path.write_bytes(whole)
    return counts


def _run(path: Path, words: list[str]) -> Given | None:
    """Run a command, or return None if it takes too long."""
    before = signal.signal(signal.SIGALRM, _stop)
    signal.alarm(_SECONDS)
    try:
        return run_inside(commands.run, words, PAKAZ_KB=str(path))
    except TimeoutError:
        return None
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def _judge(given: Given | None, expected: Given | None) -> str:
    if given is None:
        return "hangs"
    if given == expected:
        return UNCHANGED
    return DAMAGED if given[2] == 65 else f"other output, {given[2]}"


def _stop(*_: object) -> None:
    raise TimeoutError


def main() -> int:
    """Flip bits and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--flips", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kb", default=str(SMALL))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "kb.pakaz"
        compile_file(options.kb, str(path))
        content = path.read_bytes()
        counts = outcomes(path, flips(content, options.flips, options.seed))
    lines = [f"{options.flips} flips of {len(content)} bytes, seed {options.seed}", ""]
    lines += [f"| {'command':20} | 65 | unchanged | other |", "|---|---|---|---|"]
    bad = 0
    for name, results in counts.items():
        other = results.total() - results[DAMAGED] - results[UNCHANGED]
        bad += other
        lines.append(f"| {name:20} | {results[DAMAGED]} | {results[UNCHANGED]} | {other} |")
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
