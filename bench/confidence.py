"""Fit the models of src/pakaz_cli/search/confidence.py to question sets; print their coefficients.

    .venv/bin/python bench/confidence.py [SET...]

The samples come from each set (see bench/sets.py) and the open half of knowledge/golden.yaml. Every
set is seen in several views, so that the models learn what knowledge bases in general are like
rather than this one: unchanged; with typing errors; as a few keywords; with fewer phrasings, and
with more (half of the questions become variants); with few of its entries; and without some of
them, whose questions then have no answer although they belong to the field. Every view has the same
weight, and so have questions with and without an answer within it. Questions whose expected entry
is not ranked first have a lower weight (MISRANKED_WEIGHT): the threshold depends more on false
answers than on them.

The fit is a logistic regression with a small L2 penalty, by scikit-learn
(`pip install -e '.[bench]'`).
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import sets
from sets import QuestionSet
from sklearn.linear_model import LogisticRegression

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

MISRANKED_WEIGHT = 0.3
PENALTY = 1e-4
_KEYBOARD = "qwertyuiop asdfghjkl zxcvbnm"


class Sample(NamedTuple):
    """A question for the models: its features, the truth, and its weight."""

    features: tuple[float, ...]
    is_true: bool
    weight: float


def misspelt(text: str, rng: random.Random) -> str:
    """Return a text with a typing error in every eighth character."""
    letters = list(text)
    for _ in range(max(1, round(len(letters) / 8))):
        places = [at for at, letter in enumerate(letters) if letter != " "]
        at = rng.choice(places)
        if (at == 0 or letters[at - 1] == " ") and rng.random() < 0.5:
            at = rng.choice(places)
        error = rng.randrange(4)
        if error == 0 and letters[at] in _KEYBOARD:
            key = _KEYBOARD.index(letters[at]) + rng.choice((-1, 1))
            letters[at] = _KEYBOARD[max(0, min(len(_KEYBOARD) - 1, key))]
        elif error == 1 and len(letters) > 3:
            del letters[at]
        elif error == 2:
            letters.insert(at, rng.choice((letters[at], rng.choice("etaoinshr"))))
        elif error == 3 and at + 1 < len(letters):
            letters[at], letters[at + 1] = letters[at + 1], letters[at]
    return "".join(letters)


def with_typos(view: QuestionSet) -> QuestionSet:
    """Return the view with typing errors in its questions."""
    rng = random.Random(view.name)
    asked = [each._replace(question=misspelt(each.question, rng)) for each in view.questions]
    return QuestionSet(f"{view.name}, misspelt", view.base, asked)


def as_keywords(view: QuestionSet) -> QuestionSet:
    """Return the view with only the two or three words of each question that are rarest."""
    asked = []
    for number, each in enumerate(view.questions):
        words = split_words(each.question)
        rarity = {word: english.rarity(stem(word)) or 1.0 for word in words}
        rarest = sorted(rarity, key=lambda word: (-rarity[word], word))[: 2 + number % 2]
        keywords = " ".join(word for word in words if word in rarest)
        asked.append(each._replace(question=keywords or each.question))
    return QuestionSet(f"{view.name}, in keywords", view.base, asked)


def with_entries(base: KnowledgeBase, entries: Sequence[Entry]) -> KnowledgeBase:
    """Return a knowledge base with other entries."""
    return LoadedBase(entries, base.title, base.updated, base.sectors, base.synonyms)


def with_phrasings(view: QuestionSet, maximum: int) -> QuestionSet:
    """Return the view with at most this number of phrasings per entry."""
    entries = tuple(e._replace(variants=e.variants[: maximum - 1]) for e in view.base.entries)
    name = f"{view.name}, {maximum} phrasings"
    return QuestionSet(name, with_entries(view.base, entries), view.questions)


def richer(view: QuestionSet) -> QuestionSet:
    """Return the view with half of the questions of each entry as its variants."""
    variants: dict[str, list[str]] = {}
    asked: list[Asked] = []
    for number, each in enumerate(view.questions):
        if number % 2 and len(each.expect) == 1:
            variants.setdefault(next(iter(each.expect)), []).append(each.question)
        else:
            asked.append(each)
    entries = tuple(
        entry._replace(variants=(*entry.variants, *variants.get(entry.id, ())))
        for entry in view.base.entries
    )
    return QuestionSet(f"{view.name}, richer", with_entries(view.base, entries), asked)


def smaller(view: QuestionSet, share: float, *, drop: bool) -> QuestionSet:
    """Return the view with a share of its entries.

    Questions of the removed entries become out of scope or, with `drop`, are removed as well; the
    view then has the original out-of-scope questions, without it none of them.
    """
    entries = view.base.entries
    kept = random.Random(view.name).sample(entries, round(len(entries) * share))
    ids = {entry.id for entry in kept}
    asked = [
        each._replace(expect=each.expect & ids)
        for each in view.questions
        if (each.expect & ids or not each.expect if drop else each.expect)
    ]
    base = with_entries(view.base, [entry for entry in entries if entry.id in ids])
    return QuestionSet(f"{view.name}, {share:.0%} of it", base, asked)


def views(whole: QuestionSet) -> Iterator[QuestionSet]:
    """Yield the views of a set."""
    yield whole
    yield with_typos(whole)
    yield as_keywords(whole)
    yield smaller(whole, 0.7, drop=False)
    if len(whole.questions) < 5 * len(whole.base.entries):
        return
    yield richer(whole)
    yield with_typos(richer(whole))
    if any(entry.variants for entry in whole.base.entries):
        yield with_phrasings(whole, 1)
        yield with_typos(with_phrasings(whole, 2))
        yield smaller(whole, 0.2, drop=True)
        yield smaller(richer(whole), 0.2, drop=True)


def samples(view: QuestionSet) -> tuple[list[Sample], list[Sample]]:
    """Return the samples for "the first entry is right" and for "a right one is offered".

    Questions that are word for word a phrasing, or share no word with any, need no model. A view
    that has only questions with, or only questions without an answer gives none.
    """
    index = Index(view.base)
    rows: list[tuple[bool, bool, bool, tuple[float, ...]]] = []
    for each in view.questions:
        decision = decide(index, each.question)
        ranked = decision.ranking
        if ranked.order and not decision.exact:
            ids = [index.entries[entry].id for entry in choices(ranked)]
            truths = (ids[0] in each.expect, any(identifier in each.expect for identifier in ids))
            rows.append((bool(each.expect), *truths, features(evidence(decision.query, ranked))))
    in_scope = sum(row[0] for row in rows)
    if in_scope in (0, len(rows)):
        return [], []
    weights = {True: 0.5 / in_scope, False: 0.5 / (len(rows) - in_scope)}
    first, offered = [], []
    for has_answer, is_first, is_offered, known in rows:
        factor = MISRANKED_WEIGHT if has_answer and not is_first else 1.0
        first.append(Sample(known, is_first, weights[has_answer] * factor))
        offered.append(Sample(known, is_offered, weights[has_answer]))
    return first, offered


def fit(rows: Sequence[Sample]) -> list[float]:
    """Return the coefficients of a logistic regression, the constant last."""
    # The constant is a feature among the others, so that the penalty includes it.
    model = LogisticRegression(
        C=1 / PENALTY, fit_intercept=False, solver="newton-cholesky", tol=1e-8
    )
    model.fit(
        [(*row.features, 1.0) for row in rows],
        [row.is_true for row in rows],
        sample_weight=[row.weight for row in rows],
    )
    return list(map(float, model.coef_[0]))


def main() -> None:
    """Fit both models and print their coefficients."""
    parser = argparse.ArgumentParser(description="Fit the models of the confidence.")
    folders_help = "folders with kb.yaml and questions.jsonl (default: those in PAKAZ_BENCH_SETS)"
    parser.add_argument("sets", nargs="*", type=Path, help=folders_help)
    first: list[Sample] = []
    offered: list[Sample] = []
    golden = sets.golden()
    golden = golden._replace(questions=[q for q in golden.questions if "open" in q.tag.split()])
    for whole in [golden, *sets.load(parser.parse_args().sets)]:
        for view in views(whole):
            for rows, more in zip((first, offered), samples(view), strict=True):
                rows.extend(more)
            print(f"{view.name}: {len(view.questions)} questions", flush=True)
    for name, rows in (("is right", first), ("is offered", offered)):
        print(name, *(f"{value:.2f}" for value in fit(rows)))


if __name__ == "__main__":
    main()
