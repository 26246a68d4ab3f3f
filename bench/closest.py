"""Measure floors for the entries shown for an unknown question; print a table.

    .venv/bin/python bench/closest.py [SET...]

The first entry needs this confidence, or content words of the question of this weight in its
phrasings. For each pair of floors, the columns have the share of questions in scope whose right
entry is answered or listed and, after the slash, the share of those out of scope for which anything
is listed, for the golden questions and each set (see bench/sets.py). A floor of *none* is one that
nothing reaches.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import sets

from pakaz_cli.authoring.evaluation import RANKS, judge, summarise
from pakaz_cli.search import engine
from pakaz_cli.search.index import Index

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pakaz_cli.authoring.questions import Asked
    from pakaz_cli.search.engine import Decision

NONE = 99.0
CONFIDENCES = (0.0, 0.1, 0.12, 0.15, 0.2, NONE)
WEIGHTS = (0.7, 0.8, 0.9, 1.0, 1.2, NONE)

Decided = tuple[Index, "Sequence[Asked]", "Sequence[Decision]"]


def measured(decided: Decided) -> str:
    """Return the two shares of a set with the floors of `engine`."""
    index, asked, decisions = decided
    replies = [engine.to_reply(index, decision, RANKS) for decision in decisions]
    shares = summarise(list(map(judge, asked, replies))).shares()
    shown, noise = shares["shown_share"].value, shares["noise_share"].value
    return " / ".join("–" if share is None else f"{share:.3f}" for share in (shown, noise))


def rows(decided: Sequence[Decided]) -> Iterator[str]:
    """Yield a row for each pair of floors; a confidence of 0 is reached by all."""
    for confidence in CONFIDENCES:
        for weight in WEIGHTS if confidence else (NONE,):
            engine.CLOSEST_FROM, engine.CLOSEST_WEIGHT = confidence, weight
            floors = ("none" if floor == NONE else f"{floor:.2f}" for floor in (confidence, weight))
            yield f"| {' | '.join((*floors, *map(measured, decided)))} |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("sets", nargs="*", type=Path, metavar="SET")
    measured_sets = [sets.golden(), *sets.load(parser.parse_args().sets)]
    decided: list[Decided] = []
    for one in measured_sets:
        index = Index(one.base)
        decisions = [engine.decide(index, asked.question) for asked in one.questions]
        decided.append((index, one.questions, decisions))
    names = ("confidence", "weight", *(one.name for one in measured_sets))
    print(f"| {' | '.join(names)} |\n|{'---|' * len(names)}")
    for row in rows(decided):
        print(row, flush=True)


if __name__ == "__main__":
    main()
