"""Measure what each part of the search contributes: the accuracy without it, on question sets.

    .venv/bin/python bench/ablation.py [SET...]

For the golden questions and each set (see bench/sets.py) the table has the share of questions whose
expected entry is first (P@1) and, if the set has out-of-scope questions, the share answered
correctly at 5 % false answers. The confidence models stay as fitted with every part, so the second
figure also shows which parts they depend on.
"""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack
from pathlib import Path
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any, NamedTuple
from unittest.mock import patch

import sets
from running import head, row

from pakaz_cli.authoring.evaluation import evaluate
from pakaz_cli.search.index import Index

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Change(NamedTuple):
    """A part to take out: an attribute of pakaz_cli.search, and the change of its value.

    For a function the change is that of what it returns.
    """

    name: str
    target: str
    change: Callable[[Any], Any]


#: Adapt these names when the search changes; a name that is missing or unused stops the run.
CHANGES = (
    Change("the *words* part", "ranking._accumulate", lambda r: (dict.fromkeys(r[0], 1.0), r[1])),
    Change("the *direction* part", "ranking._accumulate", lambda r: (r[0], {})),
    Change("the *phrasing* part", "ranking._nearest", lambda r: (r[0], 0.0)),
    Change("the *letters* part", "ranking.indel_similarity", lambda _: 0.0),
    Change("less similarity where answers match", "ranking._FULL_WEIGHT_SHARE", lambda _: 1e-9),
    Change("related words", "english.kin", lambda _: ()),
    Change("rarity of words in English", "english.rarity", lambda _: None),
    Change("words of other languages", "lexicon.meanings", lambda _: {}),
    Change("corrections", "query.QueryReader._near", lambda _: ()),
    Change("a lower weight of stop words", "weights.STOP_WORD_WEIGHT", lambda _: 1.0),
    Change("answers as a field", "weights.ANSWER_WEIGHT", lambda _: 0.0),
    Change("sector names as a field", "weights.SECTOR_WEIGHT", lambda _: 0.0),
    Change("10 entries compared: 5", "ranking.COMPARED", lambda _: 5),
    Change("10 entries compared: 40", "ranking.COMPARED", lambda _: 40),
    Change("other countries", "mismatch._names_another_country", lambda _: False),
    Change("names in other parts", "mismatch._has_other_parts", lambda _: False),
    Change("what is asked for", "mismatch._lacks_what_is_asked", lambda _: False),
    Change("the kind of a question", "mismatch._is_of_another_kind", lambda _: False),
    Change("all four of these", "mismatch.find", lambda _: None),
    Change("small talk", "engine._is_small_talk", lambda _: False),
)


def original(change: Change) -> tuple[Any, str, Any]:
    """Return the module or class of an attribute, its name and its value; exit without one."""
    path, _, attribute = change.target.rpartition(".")
    try:
        owner = resolve_name(f"pakaz_cli.search.{path}")
        return owner, attribute, getattr(owner, attribute)
    except (AttributeError, ImportError) as error:
        raise SystemExit(f"{change.name}: {error}; adapt CHANGES in bench/ablation.py") from error


def figures_without(change: Change, question_sets: Sequence[sets.QuestionSet]) -> list[str]:
    """Return the figures with a change made in every module that has the attribute."""
    owner, attribute, value = original(change)
    calls = 0

    def changed(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        return change.change(value(*args, **kwargs))

    modules = [module for name, module in sys.modules.items() if name.startswith("pakaz_cli.")]
    importers = [module for module in modules if vars(module).get(attribute) is value]
    new = changed if callable(value) else change.change(value)
    with ExitStack() as stack:
        for holder in importers or [owner]:
            stack.enter_context(patch.object(holder, attribute, new))
        cells = figures(question_sets)
    if callable(value) and not calls:
        raise SystemExit(f"{change.name}: {change.target} is never called; adapt CHANGES")
    return cells


def figures(question_sets: Sequence[sets.QuestionSet]) -> list[str]:
    """Return the figures of each set, as cells of a row."""
    cells = []
    for each in question_sets:
        found = evaluate(Index(each.base), each.questions).figures()
        first, at_5 = found["p1"], found["accuracy_at_5_false"]
        cells.append(f"{first:.3f}" + ("" if at_5 is None else f" / {at_5:.3f}"))
    return cells


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Measure the search without each of its parts.")
    folders_help = "folders with kb.yaml and questions.jsonl (default: those in PAKAZ_BENCH_SETS)"
    parser.add_argument("sets", nargs="*", type=Path, help=folders_help)
    question_sets = [sets.golden(), *sets.load(parser.parse_args().sets)]
    for change in CHANGES:
        original(change)
    print(head(["without", *(each.name for each in question_sets)]))
    print(row(["(nothing left out)", *figures(question_sets)]), flush=True)
    for change in CHANGES:
        print(row([change.name, *figures_without(change, question_sets)]), flush=True)


if __name__ == "__main__":
    main()
