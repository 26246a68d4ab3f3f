"""How long a person who types in the chat waits for suggestions, keystroke by keystroke.

Questions are typed letter by letter, as they are and with a letter wrong, and after each letter
the suggestions for what stands there are made. Times are wall time. *First* is on an index that has
read no word yet; *again* is when the same questions are typed once more. Knowledge bases and
questions are generated as bench/search.py does it; what is drawn is no part. Run it with the Python
of the environment with pakaz:

    .venv/bin/python bench/suggestions.py [--entries N]... [--questions N] [--seed N]
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import statistics
import time

import search as generator  # bench/search.py, beside this file

from pakaz_cli import knowledge
from pakaz_cli.index import Index
from pakaz_cli.suggestions import suggest

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
        base = knowledge.load(str(generator.ROOT / "knowledge" / "faq.yaml"))
    else:
        base, _ = generator.generated(size, 0, rng)
    phrasings = [phrasing for one in base.entries for phrasing in (one.question, *one.variants)]
    right = rng.sample(phrasings, min(count, len(phrasings)))
    made = []
    for name, typed in (("right", right), ("misspelt", [wrong(one, rng) for one in right])):
        index = Index(base)
        for again in ("first", "again"):
            times = keystrokes(index, typed)
            late = times[int(0.95 * (len(times) - 1))]
            shown = f"{statistics.median(times):.2f} | {late:.2f} | {times[-1]:.2f}"
            made.append(f"| {len(base.entries):,} | {name} | {again} | {len(times):,} | {shown} |")
    return made


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
