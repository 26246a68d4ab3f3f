"""The sentences that several formats share.

Every text of a knowledge base or a user that goes into one is made visible here, so that nothing in
it can act on a terminal.
"""

from __future__ import annotations

from pakaz_cli._typing import TYPE_CHECKING
from pakaz_cli.text.dates import format_age, format_date, is_stale
from pakaz_cli.text.display import visible, visible_line

if TYPE_CHECKING:
    from datetime import date

    from pakaz_cli.model import Entry, KnowledgeBase, Reply, Source
    from pakaz_cli.views.view import Setting

#: Related questions shown under an answer.
MAX_RELATED = 3

DONT_KNOW = "I don't know."
NOTHING_ASKED = "Nothing to search for: please type a question."
NO_SOURCE = "No source is named for this answer."

#: How commands are called in a chat, by how they begin elsewhere; the others are called the same.
_IN_CHAT = {"list --sector ": "sector ", "sectors ": "sector "}


def unknown(reply: Reply, base: KnowledgeBase, setting: Setting) -> str:
    """Say where to look when nothing fits; in a chat, the questions of the sector follow."""
    if not reply.question.strip():
        return NOTHING_ASKED
    sector = reply.nearest_sector
    if sector is None:
        see = command("sectors" if base.sectors else "list", setting)
        return f"{DONT_KNOW} To see what can be asked: {see}"
    nearest = f"The nearest sector is {visible(sector.name)}"
    if setting.in_chat:
        return f"{DONT_KNOW} {nearest}; its questions:"
    see = command(f"list --sector {sector.id}", setting)
    return f"{DONT_KNOW} {nearest}; to see its questions: {see}"


def offer(reply: Reply) -> str:
    """Introduce the choices of an ambiguous question."""
    if len(reply.offered) == 1:
        return "One question may be what you mean."
    return "Several questions fit. Which one do you mean?"


def corrections(reply: Reply) -> str:
    """Say which words were read as others, or nothing."""
    pairs = (f"{visible(read)} (for {visible(typed)})" for typed, read in reply.corrections)
    return f"read: {', '.join(pairs)}" if reply.corrections else ""


def cut(reply: Reply) -> str:
    """Say that the question was too long, or nothing."""
    return f"the question was cut after {len(reply.question)} characters" if reply.cut else ""


def notices(reply: Reply) -> list[str]:
    """Return all that a person should know about how the question was read."""
    return [notice for notice in (cut(reply), corrections(reply)) if notice]


def command(words: str, setting: Setting) -> str:
    """Return a command that can be typed as it stands, on the same knowledge base."""
    if setting.in_chat:
        for start, name in _IN_CHAT.items():
            if words.startswith(start):
                return f"/{name}{words.removeprefix(start)}"
        return f"/{words}"
    if setting.kb is None:
        return f"pakaz {words}"
    import shlex  # noqa: PLC0415 - few commands name a knowledge base

    return f"pakaz {words} --kb {visible_line(shlex.quote(setting.kb))}"


def show(entry: Entry, setting: Setting) -> str:
    """Return the command that shows an entry."""
    return command(f"show {entry.id}", setting)


def choice(entry: Entry, setting: Setting) -> str:
    """Return a question with the command that shows its answer, if it needs one, as one line."""
    if setting.in_chat:  # where its number shows the answer
        return visible(entry.question)
    return f"{visible(entry.question)} Command: {show(entry, setting)}"


def source(source: Source) -> str:
    """Return a source without its address: date, publisher and title."""
    date = format_date(source.date) if source.date else "undated"
    publisher = f"{visible(source.publisher)}: " if source.publisher else ""
    return f"{date}, {publisher}{visible(source.title)}"


def standing(entry: Entry, base: KnowledgeBase, today: date) -> str:
    """Return the sector of an entry and the date it is known to hold for, as far as there are."""
    sector = base.sector(entry.sector)
    parts = [visible(sector.name)] if sector else []
    if entry.as_of:
        parts.append(stale(entry, today) or f"as of {format_date(entry.as_of)}")
    return " · ".join(parts)


def stale(entry: Entry, today: date) -> str:
    """Say how old an answer is that may have been overtaken, or nothing."""
    if not entry.as_of or not is_stale(entry.as_of, today):
        return ""
    return f"known as of {format_date(entry.as_of)}, {format_age(entry.as_of, today)}"


def related(entry: Entry, base: KnowledgeBase) -> list[Entry]:
    """Return the entries to go on to."""
    others = (base.entry(identifier) for identifier in entry.related[:MAX_RELATED])
    return [other for other in others if other is not None]


def count(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun.

    >>> count(1, "question"), count(2, "entry", "entries")
    ('1 question', '2 entries')
    """
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def share(value: float | None) -> str:
    """Return a share in [0, 1] as a percentage."""
    return "–" if value is None else f"{100 * value:.1f} %"
