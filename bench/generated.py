"""Generated knowledge bases of any size, for measuring what size costs.

Entry n of a seed is always the same, whatever the size: a larger knowledge base begins with the
smaller one. Entries are written one by one, so that a million need no memory, and are small enough
for a million to stay under the 512 MiB that pakaz reads of a file (about 0.4 KB each).

Realistic are the length of questions (6 to 12 words), that some words are in every other question
and most are rare (Zipf's law), and that each entry is about a name that few others have. Not
realistic are the sentences, which hold words in any order. So these tell costs, not how often the
right entry is found.

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
#: So many entries are about the same name, and so many names there are at most. That number is
#: prime and STRIDE large, so that each is another one and neighbours are unlike.
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
RARER = 20_000  #: invented words beside the common ones
#: Words that are all in many entries; whether one entry holds them together depends on the size.
COMMON_ALONE = "how much is the fee for a visa of a student"
#: Asked of nobody here, and in letters far from every word there is.
UNKNOWN = "does photosynthesis exacerbate xenophobic kaleidoscope thunderstorms"


class Entry(NamedTuple):
    """A generated entry."""

    id: str
    sector: str
    question: str
    variants: list[str]
    answer: str


def name(number: int) -> str:
    """Return an invented word, another one for each number below NAMES."""
    rest, syllables = (number * STRIDE + 1_234_567) % NAMES, []
    for _ in range(3):
        rest, begin = divmod(rest, len(BEGINS))
        rest, vowel = divmod(rest, len(VOWELS))
        syllables += [BEGINS[begin], VOWELS[vowel]]
    return "".join([*syllables, ENDS[number % len(ENDS)]])


WORDS = [*COMMON, *(name(NAMES - 1 - rank) for rank in range(RARER))]
#: Zipf's law as Mandelbrot has it: the commonest word is in every tenth question or so.
SHARES = list(accumulate(1 / (rank + 8) ** 1.1 for rank in range(1, len(WORDS) + 1)))


def entry(number: int, seed: int = SEED) -> Entry:
    """Return the entry of a number."""
    rng = random.Random((seed << 32) + number)
    subject = name(number // SHARING)
    topic = rng.choices(WORDS, cum_weights=SHARES, k=3)
    question = _question(rng, subject, topic)
    variants = [_question(rng, subject, topic[:2]) for _ in range(rng.randint(1, 2))]
    told = rng.choices(WORDS, cum_weights=SHARES, k=8)
    answer = f"{' '.join([subject, *topic, *told[:5]])}. {rng.randint(2, 99)} {' '.join(told[5:])}."
    sector = f"sector-{rng.randrange(SECTORS)}"
    return Entry(f"entry-{number}", sector, question, variants, answer.capitalize())


def _question(rng: random.Random, subject: str, topic: list[str]) -> str:
    opening = rng.choice(OPENINGS)
    number = rng.randint(6, 12) - len(opening.split()) - len(topic) - 2
    others = rng.choices(WORDS, cum_weights=SHARES, k=max(0, number))
    return f"{opening} {' '.join(topic)} {rng.choice(JOINING)} {' '.join([subject, *others])}"


def asked(number: int, seed: int = SEED) -> str:
    """Return what a person may ask to find an entry, in words that it knows: one is left out."""
    one = entry(number, seed)
    rng = random.Random(one.question)
    words = rng.choice([one.question, *one.variants]).split()
    rare = words.index(name(number // SHARING))
    del words[rng.choice([place for place in range(len(words)) if place != rare])]
    return " ".join(words)


def misspelt(question: str) -> str:
    """Return a question with two letters swapped in its longest common word."""
    words = question.split()
    longest = max((word for word in words if word in COMMON), key=len, default=max(words, key=len))
    half = len(longest) // 2
    wrong = longest[: half - 1] + longest[half] + longest[half - 1] + longest[half + 1 :]
    return " ".join(wrong if word == longest else word for word in words)


def lines(size: int, seed: int = SEED) -> Iterator[str]:
    """Yield the lines of a knowledge base of so many entries."""
    yield "schema: 1\ntitle: Generated\nupdated: 2026-01-31\nsectors:\n"
    for sector in range(SECTORS):
        yield f"  - id: sector-{sector}\n    name: Sector {sector}\n    note: Nothing is told.\n"
    yield "entries:\n"
    for number in range(size):
        one = entry(number, seed)
        yield f"  - id: {one.id}\n    sector: {one.sector}\n    question: {one.question}?\n"
        yield "    variants:\n" + "".join(f"      - {variant}\n" for variant in one.variants)
        yield f"    answer: {one.answer}\n"


def phrasings(size: int, seed: int = SEED) -> Iterator[str]:
    """Yield the questions and variants of these entries, one a line, as other tools read them."""
    for number in range(size):
        one = entry(number, seed)
        yield f"{one.question}?\n" + "".join(f"{variant}\n" for variant in one.variants)


def write(path: Path, content: Iterator[str]) -> Path:
    """Write lines to a file that is there whole or not at all, and return it."""
    part = path.with_name(path.name + ".part")
    with part.open("w", encoding="ascii") as file:
        file.writelines(content)
    part.replace(path)
    return path


def kept(folder: Path, size: int) -> tuple[Path, Path]:
    """Return the knowledge base and the phrasings of a size, written where they are not there."""
    version = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:8]
    base = folder / f"generated-{version}-{size}.yaml"
    listed = base.with_suffix(".txt")
    if not listed.exists():
        write(listed, phrasings(size))
    return base if base.exists() else write(base, lines(size)), listed


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write a generated knowledge base.")
    parser.add_argument("file", type=Path, help="the YAML to write")
    parser.add_argument("--entries", type=int, default=1_000, metavar="N", help="how many")
    parser.add_argument("--phrasings", type=Path, help="a list of the questions to write beside it")
    parser.add_argument("--seed", type=int, default=SEED, help="another one, another content")
    options = parser.parse_args()
    write(options.file, lines(options.entries, options.seed))
    if options.phrasings:
        write(options.phrasings, phrasings(options.entries, options.seed))
