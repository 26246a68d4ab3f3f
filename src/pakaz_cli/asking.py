"""What `ask` does, however its arguments were read."""

from __future__ import annotations

import os
from datetime import date

from pakaz_cli import dates, knowledge, text
from pakaz_cli.errors import Exit, UsageError
from pakaz_cli.model import Outcome
from pakaz_cli.records import TYPE_CHECKING
from pakaz_cli.view import Setting

if TYPE_CHECKING:
    from pakaz_cli.output import Screen

CODES: dict[Outcome | None, Exit] = {
    Outcome.ANSWERED: Exit.OK,
    Outcome.AMBIGUOUS: Exit.AMBIGUOUS,
    Outcome.UNKNOWN: Exit.UNKNOWN,
}


def ask(
    screen: Screen, question: str, kb: str | None, sector: str | None, top: int, *, explain: bool
) -> Exit:
    """Answer one question on the screen, and return the exit code. Raises PakazError."""
    from pakaz_cli.index import Index  # noqa: PLC0415 - other commands do not search
    from pakaz_cli.search import decide, examine  # noqa: PLC0415

    base = knowledge.load(kb)
    index = Index(base)
    examined = examine(index, question, sector=sector)
    reply = decide(index, examined, top)
    explanation = None
    if explain:
        from pakaz_cli.explain import explain as why  # noqa: PLC0415

        explanation = why(index, examined, reply)
    screen.show(screen.view.reply(reply, base, explanation))
    return CODES[reply.outcome]


def question_of(words: list[str]) -> str:
    """Return the question that the words of a command line are."""
    return " ".join(map(text.as_typed, words))


def today() -> date:
    """Return the day, which `PAKAZ_TODAY` overrides; nothing else asks the clock.

    Raises UsageError where that is no date.
    """
    told = os.environ.get("PAKAZ_TODAY")
    if not told:
        return date.today()
    day = dates.last_day(told) if len(told) == len("YYYY-MM-DD") else None
    if day is None:
        raise UsageError(f"PAKAZ_TODAY must be a date YYYY-MM-DD, not {told!r}")
    return day


def setting(kb: str | None) -> Setting:
    """Return what views must know; a knowledge base that `PAKAZ_KB` names need not be repeated."""
    is_named = kb is not None and kb != os.environ.get("PAKAZ_KB")
    return Setting(today(), text.as_typed(kb) if kb is not None and is_named else None)
