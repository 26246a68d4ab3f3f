"""The sentences that several formats share.

Text from a knowledge base or a user is made visible here before it becomes part of a sentence, so
that nothing in it can control the terminal.
"""

from __future__ import annotations

from pakaz_cli._typing import TYPE_CHECKING
from pakaz_cli.text.dates import format_age, format_date, is_stale
from pakaz_cli.text.display import visible, visible_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from pakaz_cli.knowledge.load import CheckResult
    from pakaz_cli.model import Entry, Finding, KnowledgeBase, Reply, Source
    from pakaz_cli.views.view import Settings

#: The maximum of related questions shown under an answer.
MAX_RELATED = 3

DONT_KNOW = "I don't know."
NOTHING_ASKED = "Nothing to search for: please type a question."
NO_SOURCE = "No source is given for this answer."


def no_answer(reply: Reply, base: KnowledgeBase, settings: Settings) -> str:
    """Return the heading of the questions listed instead of an answer, or say where to look."""
    if len(reply.offered) == 1:
        return "Did you mean this question?"
    if reply.offered:
        return "Several questions fit. Which one do you mean?"
    if not reply.question.strip():
        return NOTHING_ASKED
    if reply.not_covered is not None:
        subject, where = visible(reply.not_covered.subject), visible(reply.not_covered.where)
        return f"{DONT_KNOW} Not covered here: {subject}. Where to look: {where}"
    if reply.closest:
        return f"{DONT_KNOW} Closest question{'s' if len(reply.closest) > 1 else ''}:"
    see = command("sectors" if base.sectors else "list", settings)
    return f"{DONT_KNOW} To see what can be asked: {see}"


def corrections(reply: Reply) -> str:
    """Return a notice of the words that were read as others, or an empty string."""
    pairs = [f"{visible(typed)} as {visible(read)}" for typed, read in reply.corrections]
    return f"read {', '.join(pairs)}" if pairs else ""


def cut(reply: Reply) -> str:
    """Return a notice that the question was too long, or an empty string."""
    return f"the question was cut after {len(reply.question)} characters" if reply.cut else ""


def notices(reply: Reply) -> list[str]:
    """Return the notices on how the question was read."""
    return [notice for notice in (cut(reply), corrections(reply)) if notice]


def command(words: str, settings: Settings) -> str:
    """Return a command line as it can be typed, for the same knowledge base."""
    if settings.in_chat:
        name, _, argument = words.partition(" ")
        return f"/sector {argument}" if name == "sectors" and argument else f"/{words}"
    if settings.kb is None:
        return f"pakaz {words}"
    import shlex

    return f"pakaz {words} --kb {visible_line(shlex.quote(settings.kb))}"


def show(entry: Entry, settings: Settings) -> str:
    """Return the command that shows an entry."""
    return command(f"show {entry.id}", settings)


def choice(entry: Entry, settings: Settings) -> str:
    """Return a question and, outside a chat, the command that shows its answer."""
    if settings.in_chat:  # its number is enough
        return visible(entry.question)
    return f"{visible(entry.question)} Command: {show(entry, settings)}"


def source(source: Source) -> str:
    """Return the date, publisher and title of a source, without its URL."""
    date = format_date(source.date) if source.date else "undated"
    publisher = f"{visible(source.publisher)}: " if source.publisher else ""
    return f"{date}, {publisher}{visible(source.title)}"


def context(entry: Entry, base: KnowledgeBase, today: date) -> str:
    """Return the sector and the as-of date of an entry, or whichever of them it has."""
    sector = base.sector(entry.sector)
    parts = [visible(sector.name)] if sector else []
    if entry.as_of:
        parts.append(stale(entry, today) or f"as of {format_date(entry.as_of)}")
    return " · ".join(parts)


def stale(entry: Entry, today: date) -> str:
    """Return a notice of the age of an answer that may be outdated, or an empty string."""
    if not entry.as_of or not is_stale(entry.as_of, today):
        return ""
    return f"known as of {format_date(entry.as_of)}, {format_age(entry.as_of, today)}"


def related(entry: Entry, base: KnowledgeBase) -> list[Entry]:
    """Return the related entries to show under an answer."""
    others = (base.entry(identifier) for identifier in entry.related[:MAX_RELATED])
    return [other for other in others if other is not None]


def count(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun.

    >>> count(1, "question"), count(2, "entry", "entries")
    ('1 question', '2 entries')
    """
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def finding_line(path: str, finding: Finding) -> str:
    """Return a finding as ``path:line:column: code message``."""
    place = f"{path}:{finding.line}:{finding.column}"
    return visible_line(f"{place}: {finding.code} {finding.message}")


def check_summary(checked: CheckResult, findings: Sequence[Finding]) -> str:
    """Return how many findings a check has, or what was checked if there are none."""
    if findings:
        return count(len(findings), "finding")
    entries, sectors = (checked.base.entries, checked.base.sectors) if checked.base else ((), ())
    return (
        f"no findings in {count(len(entries), 'entry', 'entries')}"
        f" and {count(len(sectors), 'sector')}"
    )


def capitalized(sentence: str) -> str:
    """Return a sentence with its first letter in upper case."""
    return sentence[0].upper() + sentence[1:]


def share(value: float | None) -> str:
    """Return a share in [0, 1] as a percentage."""
    return "–" if value is None else f"{100 * value:.1f} %"
