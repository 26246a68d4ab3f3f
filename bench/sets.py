"""Question sets: the golden questions, and folders with kb.yaml and questions.jsonl.

Folders are named on the command line; without any, those in the folder that PAKAZ_BENCH_SETS names
are used, if it is set. The files are what `pakaz kb eval` reads.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pakaz_cli.authoring import questions
from pakaz_cli.knowledge.load import load_base

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pakaz_cli.authoring.questions import Asked
    from pakaz_cli.model import KnowledgeBase

ROOT = Path(__file__).parent.parent


class QuestionSet(NamedTuple):
    """A knowledge base and questions with the entries expected for them."""

    name: str
    base: KnowledgeBase
    questions: list[Asked]


def golden() -> QuestionSet:
    """Return the bundled knowledge base with its golden questions."""
    knowledge = ROOT / "knowledge"
    return _load("golden", knowledge / "faq.yaml", knowledge / "golden.yaml")


def load(folders: Iterable[Path]) -> list[QuestionSet]:
    """Return the question sets of these folders, or those of PAKAZ_BENCH_SETS."""
    chosen = list(folders)
    if not chosen and (parent := os.environ.get("PAKAZ_BENCH_SETS")):
        chosen = sorted(path.parent for path in Path(parent).glob("*/questions.jsonl"))
    return [_load(path.name, path / "kb.yaml", path / "questions.jsonl") for path in chosen]


def _load(name: str, base_file: Path, questions_file: Path) -> QuestionSet:
    base = load_base(str(base_file))
    return QuestionSet(name, base, list(questions.load(str(questions_file), base)))
