"""What each part of the search brings: the figures without it, on question sets.

    .venv/bin/python bench/ablation.py SET...

A set is a folder with kb.yaml and questions.jsonl, as `pakaz kb eval` reads them; the golden
questions of the bundled knowledge base are always among them. Of each set the table has the share
of questions whose right entry is first (P@1) and, where it has questions without an answer, the
share answered right at 5 % false answers. The models of the confidence stay as they were fitted
with everything there, so that the second figure also shows what they lean on.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from unittest.mock import patch

from pakaz_cli.authoring import questions
from pakaz_cli.authoring.evaluation import evaluate
from pakaz_cli.knowledge.load import load_base
from pakaz_cli.search import english, query, ranking, weights
from pakaz_cli.search.index import Index

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pakaz_cli.authoring.questions import Asked
    from pakaz_cli.model import KnowledgeBase

ROOT = Path(__file__).parent.parent


class Change(NamedTuple):
    """A part taken out: where it is, and what stands in its place."""

    name: str
    module: Any
    attribute: str
    instead: Any


def _without_words(*given: Any) -> tuple[dict[int, float], dict[int, float]]:
    words, directions = _accumulate(*given)
    return dict.fromkeys(words, 1.0), directions


def _without_direction(*given: Any) -> tuple[dict[int, float], dict[int, float]]:
    words, _ = _accumulate(*given)
    return words, {}


def _nothing(*_given: Any) -> None:
    """Know of no word anything."""


def _none_of(*_given: Any) -> tuple[()]:
    return ()


def _zero(*_given: Any) -> float:
    return 0.0


def _without_phrasing(*given: Any) -> tuple[int | None, float]:
    nearest, _ = _nearest(*given)
    return nearest, 0.0


_accumulate, _nearest = ranking._accumulate, ranking._nearest
CHANGES = (
    Change("the part *words*", ranking, "_accumulate", _without_words),
    Change("the part *direction*", ranking, "_accumulate", _without_direction),
    Change("the part *phrasing*", ranking, "_nearest", _without_phrasing),
    Change("the part *letters*", ranking, "indel_similarity", _zero),
    Change("counting likeness less where answers hold much", ranking, "_FULL_WEIGHT_SHARE", 1e-9),
    Change("words akin", english, "kin", _none_of),
    Change("how rare words are in English", english, "rarity", _nothing),
    Change("corrections", query.QueryReader, "_near", _none_of),
    Change("stop words weighing less", weights, "STOP_WORD_WEIGHT", 1.0),
    Change("answers as a field", weights, "ANSWER_WEIGHT", 0.0),
    Change("sector names as a field", weights, "SECTOR_WEIGHT", 0.0),
    Change("comparing 10 entries, but 5", ranking, "COMPARED", 5),
    Change("comparing 10 entries, but 40", ranking, "COMPARED", 40),
)


def measured(sets: Sequence[tuple[KnowledgeBase, Sequence[Asked]]]) -> list[str]:
    """Return the figures of each set as cells of a table."""
    cells = []
    for base, asked in sets:
        figures = evaluate(Index(base), asked).figures()
        first, at_5 = figures["p1"], figures["accuracy_at_5_false"]
        cells.append(f"{first:.3f}" + ("" if at_5 is None else f" / {at_5:.3f}"))
    return cells


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Measure the search without each of its parts.")
    parser.add_argument("sets", nargs="*", type=Path, help="folders with kb.yaml, questions.jsonl")
    folders = parser.parse_args().sets
    bundled = load_base(str(ROOT / "knowledge" / "faq.yaml"))
    sets = [(bundled, questions.load(str(ROOT / "knowledge" / "golden.yaml"), bundled))]
    for folder in folders:
        base = load_base(str(folder / "kb.yaml"))
        sets.append((base, questions.load(str(folder / "questions.jsonl"), base)))
    names = ["golden", *(folder.name for folder in folders)]
    print(f"| without | {' | '.join(names)} |\n|---|{'---|' * len(names)}")
    print(f"| (everything is there) | {' | '.join(measured(sets))} |", flush=True)
    for change in CHANGES:
        with patch.object(change.module, change.attribute, change.instead):
            print(f"| {change.name} | {' | '.join(measured(sets))} |", flush=True)


if __name__ == "__main__":
    main()
