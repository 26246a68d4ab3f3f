"""What `ask` and `--version` do, whichever way their arguments were parsed."""

from __future__ import annotations

import os

from pakaz_cli import __version__
from pakaz_cli._typing import TYPE_CHECKING
from pakaz_cli.cli.option_names import KB_VARIABLE
from pakaz_cli.errors import Exit, PakazError
from pakaz_cli.knowledge.load import load_base
from pakaz_cli.model import Outcome
from pakaz_cli.text.display import as_typed, visible_line

if TYPE_CHECKING:
    from pakaz_cli.terminal.screen import Screen

CODES: dict[Outcome | None, Exit] = {
    Outcome.ANSWERED: Exit.OK,
    Outcome.AMBIGUOUS: Exit.AMBIGUOUS,
    Outcome.UNKNOWN: Exit.UNKNOWN,
}


def ask_once(
    screen: Screen, question: str, kb: str | None, sector: str | None, top: int, *, explain: bool
) -> Exit:
    """Answer one question on the screen and return the exit code. Raises PakazError."""
    from pakaz_cli.search.engine import decide, to_reply
    from pakaz_cli.search.index import Index

    base = load_base(kb)
    index = Index(base)
    decision = decide(index, question, sector=sector)
    reply = to_reply(index, decision, top)
    explanation = None
    if explain:
        from pakaz_cli.search.explain import explain as why

        explanation = why(index, decision)
    screen.show(screen.view.reply(reply, base, explanation))
    return CODES[reply.outcome]


def question_of(words: list[str]) -> str:
    """Return the question in the words of a command line."""
    return " ".join(map(as_typed, words))


def version() -> str:
    """Return a line with the version and the date of the knowledge base."""
    try:
        updated = load_base(os.environ.get(KB_VARIABLE) or None).updated
        state = f"knowledge base updated {updated}" if updated else "knowledge base undated"
    except PakazError as error:
        state = str(error)
    return f"pakaz {__version__} ({visible_line(state)})\n"
