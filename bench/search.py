"""Measure what a query costs as a knowledge base grows, and what other engines take for it.

Each case runs in its own process, ROUNDS times. Times are processor time: for each question the
median of the rounds, and of these the median and the 95th percentile. *First* is on a new index,
with empty caches; *again* is after all questions were asked once. MB is the growth of peak memory
until then, in the first round. Before it is measured, every engine answers a question from one
entry: what it imports and reads once (in pakaz, 5 MB of English words) does not count.

RapidFuzz is given questions and variants, the other two the answers as well. None of the three
estimates a confidence; only RapidFuzz tolerates misspelt words, as it compares letters.

Generated knowledge bases are realistic in size, in word frequencies, in the growth of the
vocabulary, and in that an entry repeats a few words of its own. A quarter of the text is invented
words, like names: no table of English has them. Not realistic: sentences are words in random order;
English words are stems; there are no keywords, synonyms and sectors. So they measure cost, not
accuracy. A question is a phrasing with one word dropped, one replaced and, half of the time, one
misspelt. Use the Python of the environment with pakaz, with bm25s and numpy to include these:

    .venv/bin/python bench/search.py [--entries N]... [--questions N] [--seed N]
"""

from __future__ import annotations

import argparse
import importlib
import multiprocessing
import os
import pickle
import platform
import random
import re
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import accumulate, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import rapidfuzz  # noqa: TID251 - a subject of the measurement
from generated import BEGINS, ENDS, VOWELS
from running import ROOT, RSS_UNIT, head, row

from pakaz_cli.authoring import questions
from pakaz_cli.knowledge.load import load_base
from pakaz_cli.knowledge.loaded import LoadedBase
from pakaz_cli.model import Entry, KnowledgeBase
from pakaz_cli.search.engine import search
from pakaz_cli.search.index import Index

if TYPE_CHECKING:
    from collections.abc import Callable

    Ask = Callable[[str], object]

T = TypeVar("T")

BUNDLED = 0  #: the size that means the bundled knowledge base
SIZES = [BUNDLED, 1_000, 5_000, 20_000]
ROUNDS = 3
MAX_COMPARED = 20  #: questions asked of each engine in the comparison, as RapidFuzz is slow
HEAD = ["entries", "engine", "questions", "build s", "first ms", "95 %", "again ms", "95 %", "MB"]
#: Size of the vocabulary of generated knowledge bases; its most common words are all English.
VOCABULARY, ALL_ENGLISH = 60_000, 300


def pakaz(base: KnowledgeBase) -> Ask:
    """Return the search of pakaz on a new index."""
    index = Index(base)
    return lambda question: search(index, question)


def wratio(base: KnowledgeBase) -> Ask:
    """Return a full scan with RapidFuzz."""
    phrasings = [text for entry in base.entries for text in (entry.question, *entry.variants)]
    extract, scorer = rapidfuzz.process.extract, rapidfuzz.fuzz.WRatio
    return lambda question: extract(question, phrasings, scorer=scorer, limit=5)


def bm25s(base: KnowledgeBase) -> Ask:
    """Return BM25 in numpy, without stemming."""
    module: Any = importlib.import_module("bm25s")  # optional
    index, top = module.BM25(), min(5, len(base.entries))
    tokens = partial(module.tokenize, stopwords=None, show_progress=False)
    texts = [" ".join((e.question, *e.variants, e.answer)) for e in base.entries]
    index.index(tokens(texts), show_progress=False)
    return lambda question: index.retrieve(tokens(question), k=top, show_progress=False)


def fts5(base: KnowledgeBase) -> Ask:
    """Return the full-text search of SQLite, in memory."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE entry USING fts5(phrasings, answer, tokenize='porter')")
    rows = (("\n".join((e.question, *e.variants)), e.answer) for e in base.entries)
    database.executemany("INSERT INTO entry VALUES (?, ?)", rows)
    query = "SELECT rowid FROM entry WHERE entry MATCH ? ORDER BY bm25(entry) LIMIT 5"
    return lambda question: database.execute(
        query, (" OR ".join(f'"{word}"' for word in re.findall(r"\w+", question)),)
    ).fetchall()


ENGINES = {"pakaz": pakaz, "RapidFuzz `WRatio`": wratio, "`bm25s`": bm25s, "SQLite FTS5": fts5}


def measure(path: Path, name: str, max_questions: int) -> list[str]:
    """Return the cost of an engine as cells of a row, dashes if it is not installed."""
    with path.open("rb") as file:
        base, asked = pickle.load(file)
    asked = asked[:: max(1, len(asked) // max_questions)][:max_questions]  # evenly spaced
    build = ENGINES[name]
    try:
        build(LoadedBase((Entry("one", "question", "answer"),)))("question")
    except (ImportError, sqlite3.OperationalError):
        return ["–"] * 7
    before, peaks = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, []
    builds, first, again = [], [], []
    for _ in range(ROUNDS):
        seconds, ask = timed(build, base)
        builds.append(seconds)
        first.append([timed(ask, question)[0] for question in asked])
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
        again.append([timed(ask, question)[0] for question in asked])
        del ask  # frees the index before the next is built
    cells = [f"{len(asked)}", f"{statistics.median(builds):.2f}"]
    for rounds in (first, again):
        times = sorted(1000 * statistics.median(times) for times in zip(*rounds, strict=True))
        cells += [f"{statistics.median(times):.2f}", f"{times[int(0.95 * (len(times) - 1))]:.2f}"]
    return [*cells, f"{(peaks[0] - before) * RSS_UNIT / 1e6:.1f}"]


def timed(call: Callable[[Any], T], argument: object) -> tuple[float, T]:
    """Return the processor time of a call, in seconds, and its result."""
    started = time.process_time()
    result = call(argument)
    return time.process_time() - started, result


def prepare(path: Path, size: int, count: int, seed: int) -> int:
    """Write a knowledge base and questions for `measure`; return the number of entries."""
    if size == BUNDLED:
        base = load_base(str(ROOT / "knowledge" / "faq.yaml"))
        golden = str(ROOT / "knowledge" / "golden.yaml")
        asked = [each.question for each in questions.load(golden, base)]
    else:
        base, asked = generated(size, count, random.Random(seed))
    path.write_bytes(pickle.dumps((base, asked)))
    return len(base.entries)


def generated(size: int, count: int, rng: random.Random) -> tuple[KnowledgeBase, list[str]]:
    """Return a knowledge base with `size` entries, and `count` questions."""
    words = vocabulary(rng)
    # The Zipf–Mandelbrot law. With 1.2, texts of 77,000, 390,000 and 1,540,000 words have 11,000,
    # 28,000 and 49,000 distinct words, similar to news (RCV1: 44 n ** 0.49).
    shares = [1 / (rank + 2.7) ** 1.2 for rank in range(1, len(words) + 1)]
    all_shares, rare_shares = list(accumulate(shares)), list(accumulate(shares[ALL_ENGLISH:]))

    def shuffled(topic: list[str], length: int) -> str:
        others = rng.choices(words, cum_weights=all_shares, k=length - len(topic))
        return " ".join(rng.sample(topic + others, length))

    entries = []
    for number in range(size):
        topic = rng.choices(words[ALL_ENGLISH:], cum_weights=rare_shares, k=5)
        question, *variants = (shuffled(rng.sample(topic, 3), rng.randint(6, 12)) for _ in range(3))
        answer = shuffled(topic * 2, rng.randint(40, 60))
        entries.append(Entry(f"entry-{number}", question, answer, variants=tuple(variants)))
    asked = []
    for _ in range(count):
        entry = rng.choice(entries)
        typed = rng.choice((entry.question, *entry.variants)).split(" ")
        del typed[rng.randrange(len(typed))]
        typed[rng.randrange(len(typed))] = rng.choices(words, cum_weights=all_shares)[0]
        if rng.random() < 0.5:
            place = rng.choice([n for n, word in enumerate(typed) if len(word) > 3] or [0])
            typed[place] = misspelt(typed[place], rng)
        asked.append(" ".join(typed))
    return LoadedBase(tuple(entries)), asked


def vocabulary(rng: random.Random) -> list[str]:
    """Return English and invented words in turn, the most common first."""
    table = (ROOT / "src" / "pakaz_cli" / "data" / "english.txt").read_text("ascii")
    lines = sorted(map(str.split, table.splitlines()), key=lambda line: -int(line[1][:2]))
    english = (line[0] for line in lines if line[0].isalpha())
    words = dict.fromkeys(islice(english, ALL_ENGLISH))
    while len(words) < VOCABULARY:
        syllables = (rng.choice(BEGINS) + rng.choice(VOWELS) for _ in range(rng.randint(2, 3)))
        words["".join(syllables) + rng.choice(ENDS)] = None
        words.update(dict.fromkeys(islice(english, 1)))
    return list(words)


def misspelt(word: str, rng: random.Random) -> str:
    """Return a word with a letter dropped, doubled or inserted, or with two swapped."""
    place = rng.randrange(max(1, len(word) - 1))
    here, following = word[place], word[place + 1 : place + 2]
    typed = rng.choice(
        (following, here + here + following, here + "x" + following, following + here)
    )
    return word[:place] + typed + word[place + 2 :]


def in_new_process(call: Callable[..., T], *arguments: object) -> T:
    """Return the result of a call in a new process, which starts with little memory."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as executor:
        return executor.submit(call, *arguments).result()


def report(sizes: list[int], count: int, seed: int) -> None:
    """Measure everything and print the tables."""
    own, compared = [], []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case"
        for size in sizes:
            entries = f"{in_new_process(prepare, path, size, count, seed):,}"
            own.append([entries, "pakaz", *in_new_process(measure, path, "pakaz", sys.maxsize)])
            compared += [
                [entries, name, *in_new_process(measure, path, name, MAX_COMPARED)]
                for name in ENGINES
            ]
    versions = f"RapidFuzz {rapidfuzz.__version__}, SQLite {sqlite3.sqlite_version}"
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {versions}")
    for rows in (own, compared):
        print("\n" + head(HEAD))
        for cells in rows:
            print(row(cells))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Measure the cost of a query.")
    sizes_help = f"size, 0 for the bundled knowledge base (repeatable; default: {SIZES})"
    parser.add_argument("--entries", type=int, action="append", metavar="N", help=sizes_help)
    parser.add_argument("--questions", type=int, default=200, help="number per generated base")
    parser.add_argument("--seed", type=int, default=1, help="random seed")
    options = parser.parse_args()
    report(options.entries or SIZES, options.questions, options.seed)
