"""Values as plain text: the bare answer for scripts, and labelled lines for screen readers."""

from __future__ import annotations

from pakaz_cli._typing import TYPE_CHECKING
from pakaz_cli.model import Outcome
from pakaz_cli.text.display import visible, visible_line
from pakaz_cli.views import sentences
from pakaz_cli.views.view import Page

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pakaz_cli.authoring.comparison import Comparison
    from pakaz_cli.authoring.evaluation import Report, Result
    from pakaz_cli.knowledge.load import CheckResult
    from pakaz_cli.model import Entry, Finding, KnowledgeBase, Reply, Sector
    from pakaz_cli.search.explain import Explanation
    from pakaz_cli.views.view import Setting


class PlainView:
    """For scripts: stdout holds the answer alone, or rows separated by tabs; the rest is stderr."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting

    def reply(
        self, reply: Reply, base: KnowledgeBase, explanation: Explanation | None = None
    ) -> Page:
        """Show what became of a question, and why where that is asked for."""
        page = self._reply(reply, base)
        return page if explanation is None else self._with(page, _told(explanation))

    def _with(self, page: Page, told: Iterable[str]) -> Page:
        """Add an explanation, which is no answer, on stderr."""
        return Page(page.out, page.err + _text(*(f"pakaz: {line}" for line in told)))

    def _reply(self, reply: Reply, base: KnowledgeBase) -> Page:
        notices = [f"pakaz: {notice}" for notice in sentences.notices(reply)]
        if reply.answer is not None:
            page = self.entries([reply.answer], base)
            return Page(page.out, _text(*notices) + page.err)
        if reply.outcome is Outcome.UNKNOWN:
            return Page(
                err=_text(*notices, f"pakaz: {sentences.unknown(reply, base, self._setting)}")
            )
        offers = (
            f"  {number}. {visible(entry.question)}  ({sentences.show(entry, self._setting)})"
            for number, (entry, _) in enumerate(reply.offered, 1)
        )
        return Page(err=_text(*notices, f"pakaz: {sentences.offer(reply)}", *offers))

    def entries(self, entries: Sequence[Entry], base: KnowledgeBase) -> Page:
        """Show the answers of entries, an empty line between them."""
        answers = "\n".join(_text(visible(entry.answer)) for entry in entries)
        told = ((entry, sentences.stale(entry, self._setting.today)) for entry in entries)
        return Page(answers, _text(*(f"pakaz: {entry.id}: {age}" for entry, age in told if age)))

    def questions(self, entries: Sequence[Entry]) -> Page:
        """List entries: id, sector, question."""
        return Page(_rows((entry.id, entry.sector or "", entry.question) for entry in entries))

    def sectors(self, base: KnowledgeBase) -> Page:
        """List sectors: id, name, number of entries."""
        return Page(
            _rows((sector.id, sector.name, str(count)) for sector, count in base.sector_counts())
        )

    def sector(self, sector: Sector, base: KnowledgeBase) -> Page:
        """Show a sector: its name, its note, its questions with their ids."""
        note = [_text(visible(sector.note))] if sector.note else []
        questions = _rows((entry.id, entry.question) for entry in base.in_sector(sector.id))
        return Page("\n".join([_text(visible(sector.name)), *note, questions]))

    def findings(self, checked: CheckResult, findings: Sequence[Finding]) -> Page:
        """List findings as compilers do; the summary is no finding."""
        rows = "".join(finding_line(checked.path, finding) + "\n" for finding in findings)
        return Page(rows, _text(f"pakaz: {check_summary(checked, findings)}"))

    def report(
        self, report: Report, misses: Sequence[Result] | None, comparison: Comparison | None
    ) -> Page:
        """List an evaluation: name, count, share, interval; other rows begin with what they are.

        The time is left out, so that equal questions and entries give equal output.
        """
        from pakaz_cli.views import tables  # noqa: PLC0415 - answers do not need it

        shown = [tables.calibration(report), tables.tags(report)]
        shown += [] if misses is None else [tables.misses(misses)]
        shown += [] if comparison is None else [tables.changes(comparison)]
        rows = [(table.name, *row) for table in shown for row in table.rows]
        notice = [] if comparison is None else [f"pakaz: {tables.compared(comparison)}"]
        return Page(_rows([*tables.figures(report).rows, *rows]), _text(*notice))


class TextView(PlainView):
    """For people who hear the screen, and terminals that cannot draw: labelled lines, no boxes."""

    def _with(self, page: Page, told: Iterable[str]) -> Page:
        return Page(page.out + _text(*told), page.err)

    def _reply(self, reply: Reply, base: KnowledgeBase) -> Page:
        notices = [f"Note: {notice}" for notice in sentences.notices(reply)]
        if reply.answer is not None:
            return Page(_text(*notices) + _labelled(reply.answer, base, self._setting))
        if reply.outcome is Outcome.UNKNOWN:
            return Page(_text(*notices, sentences.unknown(reply, base, self._setting)))
        choices = [sentences.choice(match.entry, self._setting) for match in reply.offered]
        return Page(_text(*notices, sentences.offer(reply), *_numbered("Choice", choices)))

    def entries(self, entries: Sequence[Entry], base: KnowledgeBase) -> Page:
        """Show whole entries, an empty line between them."""
        return Page("\n".join(_labelled(entry, base, self._setting) for entry in entries))

    def questions(self, entries: Sequence[Entry]) -> Page:
        """List questions, numbered in a chat, else with the command that shows each."""
        choices = [sentences.choice(entry, self._setting) for entry in entries]
        return Page(_text(*(_numbered("Question", choices) if self._setting.in_chat else choices)))

    def sectors(self, base: KnowledgeBase) -> Page:
        """List sectors with the command that shows each."""
        rows = (
            f"{visible(sector.name)}: {sentences.count(count, 'question')}."
            f" Command: {sentences.command(f'sectors {sector.id}', self._setting)}"
            for sector, count in base.sector_counts()
        )
        return Page(_text(*rows))

    def sector(self, sector: Sector, base: KnowledgeBase) -> Page:
        """Show a sector: its note and its questions."""
        note = [f"Note: {prose(sector.note)}"] if sector.note else []
        return Page(
            _text(f"Sector: {visible(sector.name)}", *note)
            + self.questions(base.in_sector(sector.id)).out
        )

    def sources(self, entry: Entry) -> Page:
        """List the sources of an entry and where else to look."""
        return Page(_text(*(_sources(entry) or [sentences.NO_SOURCE])))

    def told(self, lines: Sequence[str]) -> Page:
        """Say something of the program's own, each paragraph as a line."""
        return Page(_text(*map(visible_line, lines)))

    def commands(self, rows: Sequence[tuple[str, str]]) -> Page:
        """List commands, a line each."""
        return self.told([f"{usage}: {meaning}" for usage, meaning in rows])

    def report(
        self, report: Report, misses: Sequence[Result] | None, comparison: Comparison | None
    ) -> Page:
        """Show an evaluation as sentences."""
        from pakaz_cli.views import tables  # noqa: PLC0415 - answers do not need it

        shown = [tables.figures(report), tables.calibration(report), tables.tags(report)]
        lines = [line for table in shown for line in tables.told(table)]
        lines += [line[0].upper() + line[1:] for line in [tables.time_told(report)] if line]
        if misses is not None:
            lines += tables.told(tables.misses(misses)) if misses else ["No misses."]
        if comparison is not None:
            lines += [*tables.told(tables.changes(comparison)), tables.compared(comparison)]
        return Page(_text(*map(visible, lines)))


def _told(explanation: Explanation) -> list[str]:
    """Return an explanation as sentences."""
    from pakaz_cli.views import reasons, tables  # noqa: PLC0415 - few questions are explained

    lines = [line for table in reasons.tables(explanation) for line in tables.told(table)]
    return list(map(visible, (*lines, *reasons.summary(explanation))))


def _labelled(entry: Entry, base: KnowledgeBase, setting: Setting) -> str:
    standing = sentences.standing(entry, base, setting.today)
    related = [sentences.choice(other, setting) for other in sentences.related(entry, base)]
    return _text(
        f"Question: {visible(entry.question)}",
        f"Answer: {prose(entry.answer)}",
        *([f"Sector: {standing}"] if standing else []),
        *_sources(entry),
        *_numbered("Related", related),
    )


def _sources(entry: Entry) -> list[str]:
    """Return the sources, and where to look for what none gives."""
    sources = (
        ", ".join(filter(None, (sentences.source(source), source.url))) for source in entry.sources
    )
    where = [f"Where to look: {visible(entry.where)}"] if entry.where else []
    return [*_numbered("Source", list(sources)), *where]


def _numbered(label: str, lines: Sequence[str]) -> list[str]:
    """Return lines that say of each which one it is, and of how many."""
    return [f"{label} {number} of {len(lines)}: {line}" for number, line in enumerate(lines, 1)]


def prose(text: str) -> str:
    """Return small Markdown as lines without marks: a paragraph or a bullet is one line."""
    from pakaz_cli.text import markdown  # noqa: PLC0415 - the bare answer does not need it

    return "\n".join(
        ("- " if block.bullet else "") + visible(block.text) for block in markdown.parse(text)
    )


def finding_line(path: str, finding: Finding) -> str:
    """Return a finding as ``path:line:column: code message``."""
    place = f"{path}:{finding.line}:{finding.column}"
    return visible_line(f"{place}: {finding.code} {finding.message}")


def check_summary(checked: CheckResult, findings: Sequence[Finding]) -> str:
    """Say in a few words how a check ended."""
    if findings:
        return sentences.count(len(findings), "finding")
    entries, sectors = (checked.base.entries, checked.base.sectors) if checked.base else ((), ())
    entries_told = sentences.count(len(entries), "entry", "entries")
    return f"no findings in {entries_told} and {sentences.count(len(sectors), 'sector')}"


def _text(*lines: str) -> str:
    return "".join(line + "\n" for line in lines)


def _rows(rows: Iterable[Sequence[str]]) -> str:
    return _text(*("\t".join(map(visible, row)).rstrip("\t") for row in rows))
