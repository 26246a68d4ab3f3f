"""What a search costs as a knowledge base grows, and what others take for the same questions.

Each case runs in a process of its own, ROUNDS times. Times are processor time: of each question the
median of the rounds, and of these the median and the 95th percentile. *First* is on a new index,
which has read no word yet; *again* is after all questions were asked once. MB is what the peak of
the memory grew by until then, in the first round. Before it starts, every search answers a question
from one entry: what it imports and reads once (in pakaz, 5 MB of English words) is no part.

RapidFuzz is given questions and variants, the other two the answers as well. None of the three
tells how sure it is; RapidFuzz alone minds misspelt words, by comparing letters.

Generated knowledge bases are realistic in size, in how often words stand, in how many words there
are as they grow, and in that an entry keeps coming back to a few words of its own. A quarter of the
text is invented words, as names are: no table of English holds them. Not realistic are the
sentences, which are words in any order; English words are stems; there are no keywords, synonyms
and sectors. So they tell costs, not how often the right entry is found. A question is a phrasing
with a word dropped, one replaced and, half of the time, one misspelt. Run it with the Python of the
environment with pakaz, and with bm25s and numpy for these to take part:

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

import rapidfuzz  # noqa: TID251 - it is measured here

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

ROOT = Path(__file__).parent.parent
BUNDLED = 0  #: stands for the bundled knowledge base among sizes
SIZES = [BUNDLED, 1_000, 5_000, 20_000]
ROUNDS = 3  #: medians are of so many
COMPARED = 20  #: so many of the questions are asked beside others, because RapidFuzz takes long
HEAD = """
| entries | search | questions | build s | first ms | 95 % | again ms | 95 % | MB |
|---|---|---|---|---|---|---|---|---|"""
#: Words that generated knowledge bases are made of, and the commonest of them, all English.
VOCABULARY, ALL_ENGLISH = 60_000, 300
BEGINS = re.findall(r"\w+", "b br ch d dr f g gr h j k kh l m n p pr r s sh st t tr v y z")
VOWELS = re.findall(r"\w+", "a aa ai e ee i o oo u")
RSS_UNIT = 1 if sys.platform == "darwin" else 1024  #: bytes in a unit of ``ru_maxrss``


def pakaz(base: KnowledgeBase) -> Ask:
    """Return the search of pakaz."""
    index = Index(base)
    return lambda question: search(index, question)


def wratio(base: KnowledgeBase) -> Ask:
    """Return the search that RapidFuzz has ready."""
    phrasings = [phrasing for one in base.entries for phrasing in (one.question, *one.variants)]
    extract, scorer = rapidfuzz.process.extract, rapidfuzz.fuzz.WRatio
    return lambda question: extract(question, phrasings, scorer=scorer, limit=5)


def bm25s(base: KnowledgeBase) -> Ask:
    """Return BM25 in numpy, without stemming."""
    module: Any = importlib.import_module("bm25s")  # by name, since it need not be there
    index, most = module.BM25(), min(5, len(base.entries))
    tokens = partial(module.tokenize, stopwords=None, show_progress=False)
    whole = [" ".join((one.question, *one.variants, one.answer)) for one in base.entries]
    index.index(tokens(whole), show_progress=False)
    return lambda question: index.retrieve(tokens(question), k=most, show_progress=False)


def fts5(base: KnowledgeBase) -> Ask:
    """Return the full-text search of SQLite, in memory."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE entry USING fts5(asked, answer, tokenize='porter')")
    rows = (("\n".join((one.question, *one.variants)), one.answer) for one in base.entries)
    database.executemany("INSERT INTO entry VALUES (?, ?)", rows)
    query = "SELECT rowid FROM entry WHERE entry MATCH ? ORDER BY bm25(entry) LIMIT 5"
    return lambda question: database.execute(
        query, (" OR ".join(f'"{word}"' for word in re.findall(r"\w+", question)),)
    ).fetchall()


SEARCHES = {"pakaz": pakaz, "RapidFuzz `WRatio`": wratio, "`bm25s`": bm25s, "SQLite FTS5": fts5}


def measure(path: Path, name: str, most: int) -> list[str]:
    """Return what a search costs, as the cells of a row; only dashes where it is not installed."""
    with path.open("rb") as file:
        base, asked = pickle.load(file)
    asked = asked[:: max(1, len(asked) // most)][:most]  # from everywhere in the list
    build = SEARCHES[name]
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
        del ask  # before the next one is built
    row = [f"{len(asked)}", f"{statistics.median(builds):.2f}"]
    for rounds in (first, again):
        times = sorted(1000 * statistics.median(times) for times in zip(*rounds, strict=True))
        row += [f"{statistics.median(times):.2f}", f"{times[int(0.95 * (len(times) - 1))]:.2f}"]
    return [*row, f"{(peaks[0] - before) * RSS_UNIT / 1e6:.1f}"]


def timed(call: Callable[[Any], T], given: object) -> tuple[float, T]:
    """Return the processor time of a call, in seconds, and what it returned."""
    started = time.process_time()
    returned = call(given)
    return time.process_time() - started, returned


def prepare(path: Path, size: int, count: int, seed: int) -> int:
    """Write a knowledge base and questions for `measure`; return how many entries there are."""
    if size == BUNDLED:
        base = load_base(str(ROOT / "knowledge" / "faq.yaml"))
        golden = str(ROOT / "knowledge" / "golden.yaml")
        asked = [one.question for one in questions.load(golden, base)]
    else:
        base, asked = generated(size, count, random.Random(seed))
    path.write_bytes(pickle.dumps((base, asked)))
    return len(base.entries)


def generated(size: int, count: int, rng: random.Random) -> tuple[KnowledgeBase, list[str]]:
    """Return a knowledge base of so many entries, and so many questions."""
    words = vocabulary(rng)
    # Zipf's law as Mandelbrot has it. With 1.2, texts of 77,000, 390,000 and 1,540,000 words hold
    # 11,000, 28,000 and 49,000 different ones, which is near to news (RCV1: 44 n ** 0.49).
    shares = [1 / (rank + 2.7) ** 1.2 for rank in range(1, len(words) + 1)]
    of_all, of_rarer = list(accumulate(shares)), list(accumulate(shares[ALL_ENGLISH:]))

    def mixed(topic: list[str], number: int) -> str:
        others = rng.choices(words, cum_weights=of_all, k=number - len(topic))
        return " ".join(rng.sample(topic + others, number))

    entries = []
    for number in range(size):
        topic = rng.choices(words[ALL_ENGLISH:], cum_weights=of_rarer, k=5)
        question, *variants = (mixed(rng.sample(topic, 3), rng.randint(6, 12)) for _ in range(3))
        answer = mixed(topic * 2, rng.randint(40, 60))
        entries.append(Entry(f"entry-{number}", question, answer, variants=tuple(variants)))
    asked = []
    for _ in range(count):
        entry = rng.choice(entries)
        typed = rng.choice((entry.question, *entry.variants)).split(" ")
        del typed[rng.randrange(len(typed))]
        typed[rng.randrange(len(typed))] = rng.choices(words, cum_weights=of_all)[0]
        if rng.random() < 0.5:
            place = rng.choice([n for n, word in enumerate(typed) if len(word) > 3] or [0])
            typed[place] = misspelt(typed[place], rng)
        asked.append(" ".join(typed))
    return LoadedBase(tuple(entries)), asked


def vocabulary(rng: random.Random) -> list[str]:
    """Return English and invented words in turn, the commonest first."""
    table = (ROOT / "src" / "pakaz_cli" / "data" / "english.txt").read_text("ascii")
    lines = sorted(map(str.split, table.splitlines()), key=lambda line: -int(line[1][:2]))
    english = (line[0] for line in lines if line[0].isalpha())
    words = dict.fromkeys(islice(english, ALL_ENGLISH))
    while len(words) < VOCABULARY:
        syllables = (rng.choice(BEGINS) + rng.choice(VOWELS) for _ in range(rng.randint(2, 3)))
        words["".join(syllables) + rng.choice(("", *"nrsk"))] = None
        words.update(dict.fromkeys(islice(english, 1)))
    return list(words)


def misspelt(word: str, rng: random.Random) -> str:
    """Return a word with a letter dropped, doubled or put in, or with two swapped."""
    place = rng.randrange(max(1, len(word) - 1))
    one, other = word[place], word[place + 1 : place + 2]
    instead = rng.choice((other, one + one + other, one + "x" + other, other + one))
    return word[:place] + instead + word[place + 2 :]


def alone(call: Callable[..., T], *given: object) -> T:
    """Return what a call returns in a process of its own, which starts small."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as executor:
        return executor.submit(call, *given).result()


def report(sizes: list[int], count: int, seed: int) -> None:
    """Measure everything and print the tables."""
    own, beside = [], []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case"
        for size in sizes:
            entries = f"{alone(prepare, path, size, count, seed):,}"
            own.append([entries, "pakaz", *alone(measure, path, "pakaz", sys.maxsize)])
            beside += [[entries, name, *alone(measure, path, name, COMPARED)] for name in SEARCHES]
    versions = f"RapidFuzz {rapidfuzz.__version__}, SQLite {sqlite3.sqlite_version}"
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {versions}")
    for rows in (own, beside):
        print(HEAD)
        for row in rows:
            print(f"| {' | '.join(row)} |")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Measure what a search costs.")
    sizes_help = "a size instead of the usual ones, 0 for the bundled knowledge base (repeatable)"
    parser.add_argument("--entries", type=int, action="append", metavar="N", help=sizes_help)
    parser.add_argument("--questions", type=int, default=200, help="asked of each generated one")
    parser.add_argument("--seed", type=int, default=1, help="of what is generated")
    options = parser.parse_args()
    report(options.entries or SIZES, options.questions, options.seed)
