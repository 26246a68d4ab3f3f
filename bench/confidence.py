"""Fits the models of src/pakaz_cli/confidence.py to question sets, and prints their coefficients.

    .venv/bin/python bench/confidence.py SET...

A set is a folder with kb.yaml and questions.jsonl, as `pakaz kb eval` reads them; the open half of
knowledge/golden.yaml takes part, too. One set is seen in many ways, so that the models learn what
any knowledge base may be like rather than what this one is: as it is; with typing errors; in a few
keywords; with
fewer phrasings, and with more (half of the questions become variants); with few of its entries; and
without some, whose questions then have no answer though they are about the field. Every view weighs
the same; in it, questions with and without an answer weigh the same. Questions whose right entry is
not ranked first weigh less (RANKED_LOWER): how sure one may be depends more on what is answered
falsely than on them.

The fit is a logistic regression by Newton's method, with a little ridge.
"""

from __future__ import annotations

import argparse
import math
import random
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pakaz_cli.authoring import questions
from pakaz_cli.knowledge.load import load_base
from pakaz_cli.knowledge.loaded import LoadedBase
from pakaz_cli.search import english
from pakaz_cli.search.confidence import features
from pakaz_cli.search.engine import choices, decide, evidence
from pakaz_cli.search.index import Index
from pakaz_cli.text.words import split_words, stem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pakaz_cli.authoring.questions import Asked
    from pakaz_cli.model import Entry, KnowledgeBase

ROOT = Path(__file__).parent.parent
RANKED_LOWER = 0.3
RIDGE = 1e-4
_KEYBOARD = "qwertyuiop asdfghjkl zxcvbnm"


class View(NamedTuple):
    """A knowledge base and the questions asked of it."""

    name: str
    base: KnowledgeBase
    asked: list[Asked]


class Sample(NamedTuple):
    """What is known of a question, what is to be told from it, and what it weighs."""

    features: tuple[float, ...]
    right: bool
    weight: float


def misspelt(text: str, chance: random.Random) -> str:
    """Return a text with a slip of the fingers in every eighth character."""
    letters = list(text)
    for _ in range(max(1, round(len(letters) / 8))):
        within = [at for at, letter in enumerate(letters) if letter != " "]
        at = chance.choice(within)
        if (at == 0 or letters[at - 1] == " ") and chance.random() < 0.5:
            at = chance.choice(within)
        slip = chance.randrange(4)
        if slip == 0 and letters[at] in _KEYBOARD:
            beside = _KEYBOARD.index(letters[at]) + chance.choice((-1, 1))
            letters[at] = _KEYBOARD[max(0, min(len(_KEYBOARD) - 1, beside))]
        elif slip == 1 and len(letters) > 3:
            del letters[at]
        elif slip == 2:
            letters.insert(at, chance.choice((letters[at], chance.choice("etaoinshr"))))
        elif slip == 3 and at + 1 < len(letters):
            letters[at], letters[at + 1] = letters[at + 1], letters[at]
    return "".join(letters)


def with_slips(view: View) -> View:
    """Return the view with typing errors in its questions."""
    chance = random.Random(view.name)
    asked = [one._replace(question=misspelt(one.question, chance)) for one in view.asked]
    return View(f"{view.name}, misspelt", view.base, asked)


def in_keywords(view: View) -> View:
    """Return the view with two or three words left of each question, the rarest in English."""
    asked = []
    for number, one in enumerate(view.asked):
        words = split_words(one.question)
        rarity = {word: english.rarity(stem(word)) or 1.0 for word in words}
        rarest = sorted(rarity, key=lambda word: (-rarity[word], word))[: 2 + number % 2]
        kept = [word for word in words if word in rarest]
        asked.append(one._replace(question=" ".join(kept) or one.question))
    return View(f"{view.name}, in keywords", view.base, asked)


def with_entries(base: KnowledgeBase, entries: Sequence[Entry]) -> KnowledgeBase:
    """Return a knowledge base with other entries."""
    return LoadedBase(entries, base.title, base.updated, base.sectors, base.synonyms)


def with_phrasings(view: View, most: int) -> View:
    """Return the view with at most so many phrasings an entry."""
    entries = tuple(e._replace(variants=e.variants[: most - 1]) for e in view.base.entries)
    return View(f"{view.name}, {most} phrasings", with_entries(view.base, entries), view.asked)


def richer(view: View) -> View:
    """Return the view with half of the questions of each entry as its variants."""
    given: dict[str, list[str]] = {}
    left: list[Asked] = []
    for number, one in enumerate(view.asked):
        if number % 2 and len(one.expect) == 1:
            given.setdefault(next(iter(one.expect)), []).append(one.question)
        else:
            left.append(one)
    entries = tuple(
        entry._replace(variants=(*entry.variants, *given.get(entry.id, ())))
        for entry in view.base.entries
    )
    return View(f"{view.name}, richer", with_entries(view.base, entries), left)


def smaller(view: View, share: float, *, forget: bool) -> View:
    """Return the view with a share of its entries.

    The questions of the others are out of scope, or, to `forget`, gone.
    """
    entries = view.base.entries
    kept = random.Random(view.name).sample(entries, round(len(entries) * share))
    ids = {entry.id for entry in kept}
    asked = [
        one._replace(expect=one.expect & ids)
        for one in view.asked
        if (one.expect & ids or not one.expect if forget else one.expect)
    ]
    base = with_entries(view.base, [entry for entry in entries if entry.id in ids])
    return View(f"{view.name}, {share:.0%} of it", base, asked)


def views(view: View) -> Iterator[View]:
    """Yield a set as the models are to see it."""
    yield view
    yield with_slips(view)
    yield in_keywords(view)
    yield smaller(view, 0.7, forget=False)
    if len(view.asked) < 5 * len(view.base.entries):
        return
    yield richer(view)
    yield with_slips(richer(view))
    if any(entry.variants for entry in view.base.entries):
        yield with_phrasings(view, 1)
        yield with_slips(with_phrasings(view, 2))
        yield smaller(view, 0.2, forget=True)
        yield smaller(richer(view), 0.2, forget=True)


def samples(view: View) -> tuple[list[Sample], list[Sample]]:
    """Return the samples for the first entry being right, and for a right one being offered.

    Questions that are word for word a phrasing, or share nothing with any, need no model. A view of
    one kind of questions alone gives none.
    """
    index = Index(view.base)
    rows: list[tuple[bool, bool, bool, tuple[float, ...]]] = []
    for one in view.asked:
        decision = decide(index, one.question)
        ranked = decision.ranking
        if ranked.order and not decision.exact:
            ids = [index.entries[entry].id for entry in choices(ranked)]
            found = (ids[0] in one.expect, any(identifier in one.expect for identifier in ids))
            rows.append((bool(one.expect), *found, features(evidence(decision.query, ranked))))
    inside = sum(row[0] for row in rows)
    if inside in (0, len(rows)):
        return [], []
    weights = {True: 0.5 / inside, False: 0.5 / (len(rows) - inside)}
    first, offered = [], []
    for in_scope, is_first, is_offered, known in rows:
        less = RANKED_LOWER if in_scope and not is_first else 1.0
        first.append(Sample(known, is_first, weights[in_scope] * less))
        offered.append(Sample(known, is_offered, weights[in_scope]))
    return first, offered


def fit(rows: Sequence[Sample]) -> list[float]:
    """Return the coefficients of a logistic regression, the constant last."""
    size = len(rows[0].features) + 1
    found = [0.0] * size
    for _ in range(12):
        slope = [RIDGE * value for value in found]
        bend = [[RIDGE if row == column else 0.0 for column in range(size)] for row in range(size)]
        for known, right, weight in rows:
            values = (*known, 1.0)
            told = 1 / (1 + math.exp(-sum(map(float.__mul__, found, values))))
            for row in range(size):
                slope[row] += weight * (told - right) * values[row]
                factor = weight * told * (1 - told) * values[row]
                for column in range(size):
                    bend[row][column] += factor * values[column]
        step = solve(bend, slope)
        found = [value - change for value, change in zip(found, step, strict=True)]
    return found


def solve(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Return the solution of a linear system by Gauss's elimination."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    size = len(rows)
    for pivot in range(size):
        best = max(range(pivot, size), key=lambda row: abs(rows[row][pivot]))
        rows[pivot], rows[best] = rows[best], rows[pivot]
        for row in range(size):
            if row != pivot:
                factor = rows[row][pivot] / rows[pivot][pivot]
                rows[row] = [
                    one - factor * two for one, two in zip(rows[row], rows[pivot], strict=True)
                ]
    return [rows[row][size] / rows[row][row] for row in range(size)]


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(description="Fit the models of the confidence.")
    parser.add_argument("sets", nargs="+", type=Path, help="folders with kb.yaml, questions.jsonl")
    first: list[Sample] = []
    offered: list[Sample] = []
    bundled = load_base(str(ROOT / "knowledge" / "faq.yaml"))
    golden = questions.load(str(ROOT / "knowledge" / "golden.yaml"), bundled)
    whole = [View("golden", bundled, [one for one in golden if "open" in one.tag.split()])]
    for folder in parser.parse_args().sets:
        base = load_base(str(folder / "kb.yaml"))
        whole.append(
            View(folder.name, base, list(questions.load(str(folder / "questions.jsonl"), base)))
        )
    for view in (one for given in whole for one in views(given)):
        for rows, more in zip((first, offered), samples(view), strict=True):
            rows.extend(more)
        print(f"{view.name}: {len(view.asked)} questions")
    for name, rows in (("is right", first), ("is offered", offered)):
        print(name, *(f"{value:.2f}" for value in fit(rows)))


if __name__ == "__main__":
    main()
