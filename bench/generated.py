"""Generate knowledge bases of any size, to measure how cost grows with size.

Entry n of a seed is the same at every size: a larger knowledge base begins with the smaller one.
Entries are written one at a time, so memory stays constant, and are about 0.4 KB each, so that a
million stay under the 512 MiB limit of a YAML file.

Realistic: the length of questions (6 to 12 words), the word frequencies (Zipf's law: a few words
are in every other question, most are rare) and a name in each entry that few others share. Not
realistic: the sentences, which are words in random order. The bases measure cost, not accuracy.

    python bench/generated.py FILE.yaml [--entries N] [--phrasings FILE.txt] [--seed N]
"""

from __future__ import annotations

import argparse
import hashlib
import random
import re
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

SEED = 1
SECTORS = 12
#: SHARING entries are about the same name. NAMES, their maximum number, is prime and STRIDE is
#: large, so that all names differ and those of neighbours are not similar.
SHARING, NAMES, STRIDE = 3, 8_388_617, 3_141_593
BEGINS = re.findall(r"\w+", "b br ch d dr f g gr h j k kh l m n p pr r s sh st t tr v y z")
VOWELS = re.findall(r"\w+", "a aa ai e ee i o oo u")
ENDS = ["", *"nrsk"]
OPENINGS = re.findall(
    r"[a-z ]+",
    "how much does,when was,who may,what is the,where can people,how long does,why did,can a,"
    "does the,how many,which,is there a,are,what happens to,who pays for,how do i,until when is,"
    "since when has",
)
COMMON = re.findall(
    r"\w+",
    """
    year fee visa price city office form work pay bank law road water school card letter house date
    state week student company tax service number report family market trade region border flight
    agreement customs permit rule minister project energy power fuel cargo licence port train bus
    station ticket hotel doctor hospital insurance contract budget loan interest account payment
    court judge appeal deadline document passport photo address phone website password library book
    teacher exam course degree grant farmer crop harvest seed land rent owner building garden fence
    animal fish forest river bridge tunnel airport ship container warehouse factory machine engine
    repair spare warranty customer complaint refund order delivery invoice receipt discount season
    festival museum theatre concert sport team player coach stadium record medal journalist
    newspaper radio camera film music dance language translation dictionary village district
    province capital embassy consul citizen resident foreigner worker employer salary pension
    holiday training safety fire police army officer weapon exercise parade treaty summit visit
    speech statement plan target growth export import investment share stock bond currency
    exchange rate reserve inflation subsidy tariff quota quality standard test laboratory sample
    result certificate inspection penalty fine registration renewal transfer cancellation extension
    """,
)
JOINING = re.findall(r"\w+", "in of for with at by from under after before")
RARER = 20_000  #: number of invented words besides the common ones
#: Words that each occur in many entries; whether one entry has them all depends on the size.
COMMON_ALONE = "how much is the fee for a visa of a student"
#: A question without an answer, whose words resemble none of the vocabulary.
UNKNOWN = "does photosynthesis exacerbate xenophobic kaleidoscope thunderstorms"


class Entry(NamedTuple):
    """A generated entry."""

    id: str
    sector: str
    question: str
    variants: list[str]
    answer: str


def name(number: int) -> str:
    """Return an invented word, a different one for each number below NAMES."""
    rest, syllables = (number * STRIDE + 1_234_567) % NAMES, []
    for _ in range(3):
        rest, begin = divmod(rest, len(BEGINS))
        rest, vowel = divmod(rest, len(VOWELS))
        syllables += [BEGINS[begin], VOWELS[vowel]]
    return "".join([*syllables, ENDS[number % len(ENDS)]])


WORDS = [*COMMON, *(name(NAMES - 1 - rank) for rank in range(RARER))]
#: The Zipf–Mandelbrot law: the most common word is in about every tenth question.
SHARES = list(accumulate(1 / (rank + 8) ** 1.1 for rank in range(1, len(WORDS) + 1)))


def entry(number: int, seed: int = SEED) -> Entry:
    """Return the entry with this number."""
    rng = random.Random((seed << 32) + number)
    subject = name(number // SHARING)
    topic = rng.choices(WORDS, cum_weights=SHARES, k=3)
    question = _question(rng, subject, topic)
    variants = [_question(rng, subject, topic[:2]) for _ in range(rng.randint(1, 2))]
    filler = rng.choices(WORDS, cum_weights=SHARES, k=8)
    answer = (
        f"{' '.join([subject, *topic, *filler[:5]])}. {rng.randint(2, 99)} {' '.join(filler[5:])}."
    )
    sector = f"sector-{rng.randrange(SECTORS)}"
    return Entry(f"entry-{number}", sector, question, variants, answer.capitalize())


def _question(rng: random.Random, subject: str, topic: list[str]) -> str:
    opening = rng.choice(OPENINGS)
    number = rng.randint(6, 12) - len(opening.split()) - len(topic) - 2
    others = rng.choices(WORDS, cum_weights=SHARES, k=max(0, number))
    return f"{opening} {' '.join(topic)} {rng.choice(JOINING)} {' '.join([subject, *others])}"


def query(number: int, seed: int = SEED) -> str:
    """Return a query for an entry: one of its phrasings without one word, but with its name."""
    target = entry(number, seed)
    rng = random.Random(target.question)
    words = rng.choice([target.question, *target.variants]).split()
    named = words.index(name(number // SHARING))
    del words[rng.choice([position for position in range(len(words)) if position != named])]
    return " ".join(words)


def misspelt(text: str) -> str:
    """Return a query with two letters swapped in its longest common word."""
    words = text.split()
    longest = max((word for word in words if word in COMMON), key=len, default=max(words, key=len))
    half = len(longest) // 2
    wrong = longest[: half - 1] + longest[half] + longest[half - 1] + longest[half + 1 :]
    return " ".join(wrong if word == longest else word for word in words)


def yaml_lines(size: int, seed: int = SEED) -> Iterator[str]:
    """Yield the YAML of a knowledge base with `size` entries."""
    yield "schema: 1\ntitle: Generated\nupdated: 2026-01-31\nsectors:\n"
    for sector in range(SECTORS):
        yield f"  - id: sector-{sector}\n    name: Sector {sector}\n    note: A generated sector.\n"
    yield "entries:\n"
    for number in range(size):
        made = entry(number, seed)
        yield f"  - id: {made.id}\n    sector: {made.sector}\n    question: {made.question}?\n"
        yield "    variants:\n" + "".join(f"      - {variant}\n" for variant in made.variants)
        yield f"    answer: {made.answer}\n"


def phrasings(size: int, seed: int = SEED) -> Iterator[str]:
    """Yield the questions and variants of the same entries, one per line, for other tools."""
    for number in range(size):
        made = entry(number, seed)
        yield f"{made.question}?\n" + "".join(f"{variant}\n" for variant in made.variants)


def write(path: Path, content: Iterator[str]) -> Path:
    """Write a file atomically and return its path."""
    part = path.with_name(path.name + ".part")
    with part.open("w", encoding="ascii") as file:
        file.writelines(content)
    part.replace(path)
    return path


def cached(folder: Path, size: int) -> tuple[Path, Path]:
    """Return the knowledge base and the phrasings of a size; write them if they are missing."""
    version = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:8]
    base = folder / f"generated-{version}-{size}.yaml"
    listed = base.with_suffix(".txt")
    if not listed.exists():
        write(listed, phrasings(size))
    return base if base.exists() else write(base, yaml_lines(size)), listed


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write a generated knowledge base.")
    parser.add_argument("file", type=Path, help="YAML file to write")
    parser.add_argument("--entries", type=int, default=1_000, metavar="N", help="number of entries")
    parser.add_argument(
        "--phrasings", type=Path, help="also write the questions here, one per line"
    )
    parser.add_argument("--seed", type=int, default=SEED, help="random seed")
    options = parser.parse_args()
    write(options.file, yaml_lines(options.entries, options.seed))
    if options.phrasings:
        write(options.phrasings, phrasings(options.entries, options.seed))
