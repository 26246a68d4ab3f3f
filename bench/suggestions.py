"""How long a person who types in the chat waits for suggestions, keystroke by keystroke.

Questions are typed letter by letter, as they are and with a letter wrong, and after each letter
the suggestions for what stands there are made. Times are wall time. *First* is on an index that
has read no word yet; *again* is when the same questions are typed once more; there, what is drawn
is no part. *Drawn* is the whole path: `pakaz chat` runs on a pseudo-terminal of 80 columns, and the
time goes from a key to the last byte that follows it. Knowledge bases and questions are generated
as bench/search.py does it. Run it with the Python of the environment with pakaz:

    .venv/bin/python bench/suggestions.py [--entries N]... [--questions N] [--seed N]
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import platform
import pty
import random
import select
import statistics
import struct
import sys
import tempfile
import termios
import time
from pathlib import Path
from typing import TYPE_CHECKING

import search as generator  # bench/search.py, beside this file

from pakaz_cli.chat.suggestions import suggest
from pakaz_cli.knowledge.load import load_base
from pakaz_cli.search.index import Index

if TYPE_CHECKING:
    from pakaz_cli.model import Entry, KnowledgeBase

DRAWN = 8  #: so many of the questions are typed on a terminal, because its silence takes long
SILENT_SECONDS, STARTING_SECONDS = 0.06, 2.0  #: nothing more is drawn after so long
SIZES = [generator.BUNDLED, 1_000, 5_000]
HEAD = """
| entries | typed | round | keystrokes | median ms | 95 % | worst |
|---|---|---|---|---|---|---|"""


def keystrokes(index: Index, typed: list[str]) -> list[float]:
    """Return how many milliseconds the suggestions take after each letter."""
    suggest(index, "warm")  # the tables of English are read when the chat opens
    times = []
    for question in typed:
        for end in range(1, len(question) + 1):
            started = time.perf_counter()
            suggest(index, question[:end])
            times.append(1000 * (time.perf_counter() - started))
    return sorted(times)


def rows(size: int, count: int, seed: int) -> list[str]:
    """Return the rows of the table for a knowledge base of this size."""
    rng = random.Random(seed)
    if size == generator.BUNDLED:
        base = load_base(str(generator.ROOT / "knowledge" / "faq.yaml"))
    else:
        base, _ = generator.generated(size, 0, rng)
    phrasings = [phrasing for one in base.entries for phrasing in (one.question, *one.variants)]
    right = rng.sample(phrasings, min(count, len(phrasings)))
    made, entries = [], len(base.entries)
    for name, typed in (("right", right), ("misspelt", [wrong(one, rng) for one in right])):
        index = Index(base)
        made += [
            row(entries, name, "first", keystrokes(index, typed)),
            row(entries, name, "again", keystrokes(index, typed)),
            row(entries, name, "drawn", drawn(base, typed[:DRAWN])),
        ]
    return made


def row(entries: int, name: str, kind: str, times: list[float]) -> str:
    """Return a row of the table."""
    late = times[int(0.95 * (len(times) - 1))]
    shown = f"{statistics.median(times):.2f} | {late:.2f} | {times[-1]:.2f}"
    return f"| {entries:,} | {name} | {kind} | {len(times):,} | {shown} |"


def drawn(base: KnowledgeBase, typed: list[str]) -> list[float]:
    """Return how many milliseconds it takes after each letter until all is drawn in the chat."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "base.yaml"
        path.write_text("schema: 1\nentries:\n" + "".join(map(entry_line, base.entries)))
        pid, terminal = pty.fork()
        if pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
            command = Path(sys.executable).parent / "pakaz"
            environ = {"TERM": "xterm-256color", "LANG": "C.UTF-8", "PAKAZ_KB": str(path)}
            os.execve(command, [str(command), "chat"], environ)
        last_byte(terminal, STARTING_SECONDS)
        times = []
        for question in typed:
            for letter in question:
                started = time.perf_counter()
                os.write(terminal, letter.encode())
                times.append(1000 * (last_byte(terminal, SILENT_SECONDS) - started))
            os.write(terminal, b"\x03")
            last_byte(terminal, SILENT_SECONDS)
        os.write(terminal, b"\x04")
        os.waitpid(pid, 0)
        os.close(terminal)
    return sorted(times)


def entry_line(entry: Entry) -> str:
    """Return an entry as a line of a knowledge base."""
    fields = {"id": entry.id, "question": entry.question, "variants": entry.variants}
    return f"  - {json.dumps(fields | {'answer': entry.answer, 'keywords': entry.keywords})}\n"


def last_byte(terminal: int, silent: float) -> float:
    """Wait until nothing more is drawn; return when the last byte came."""
    last = time.perf_counter()
    while select.select([terminal], [], [], silent)[0]:
        os.read(terminal, 1 << 16)
        last = time.perf_counter()
    return last


def wrong(question: str, rng: random.Random) -> str:
    """Return a question with one of its words misspelt, a long one where there is one."""
    words = question.split(" ")
    place = rng.choice([n for n, word in enumerate(words) if len(word) > 3] or [0])
    words[place] = generator.misspelt(words[place], rng)
    return " ".join(words)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Measure keystroke to suggestion.")
    sizes_help = "a size instead of the usual ones, 0 for the bundled knowledge base (repeatable)"
    parser.add_argument("--entries", type=int, action="append", metavar="N", help=sizes_help)
    parser.add_argument("--questions", type=int, default=200, help="typed for each of them")
    parser.add_argument("--seed", type=int, default=1, help="of what is generated")
    options = parser.parse_args()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores")
    print(HEAD)
    for size in options.entries or SIZES:
        print("\n".join(rows(size, options.questions, options.seed)))
