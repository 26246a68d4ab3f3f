"""Values as panels and tables for a terminal: what is shown of each, in which order and colour.

`canvas` draws them, and makes sure that no text controls the terminal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pakaz_cli.text import markdown
from pakaz_cli.text.display import visible_line
from pakaz_cli.views import sentences, tables
from pakaz_cli.views.canvas import Canvas, Column
from pakaz_cli.views.view import Page

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pakaz_cli.authoring.comparison import Comparison
    from pakaz_cli.authoring.evaluation import Report, Result
    from pakaz_cli.knowledge.load import CheckResult
    from pakaz_cli.model import Entry, Finding, KnowledgeBase, Reply, Sector
    from pakaz_cli.search.explain import Explanation
    from pakaz_cli.views.canvas import Part
    from pakaz_cli.views.tables import Table
    from pakaz_cli.views.view import Settings

#: Minimum widths in columns: of a table of questions and ids, a table with bars, a tight table.
_MIN_TABLE, _MIN_BARS, _MIN_TIGHT = 72, 72, 80
#: The columns that are aligned to the right.
_NUMBERS = {
    *("questions", "count", "share", "95 % interval", "confidence", "share right"),
    *("weight", "score", "words", "direction", "phrasing", "letters", "coverage"),
    *("in/out", "first", "right", "wrong", "offer", "shown", "false", "noise", "MRR"),
}


class RichView:
    """Draws for a terminal of that many columns, with box-drawing characters if `unicode`."""

    def __init__(self, columns: int, settings: Settings, *, colour: bool, unicode: bool) -> None:
        self._settings = settings
        self._canvas = Canvas(columns, colour=colour, unicode=unicode)

    def reply(
        self, reply: Reply, base: KnowledgeBase, explanation: Explanation | None = None
    ) -> Page:
        """Show the reply to a question, with its explanation if there is one."""
        parts = self._paragraphs(sentences.notices(reply), "dim") + self._reply(reply, base)
        if explanation is not None:
            for table in tables.explanation_tables(explanation):
                parts += self._titled(table)
            parts += self._paragraphs(tables.explanation_summary(explanation), "dim")
        return self._page(parts)

    def _reply(self, reply: Reply, base: KnowledgeBase) -> list[Part]:
        canvas = self._canvas
        if reply.answer is not None:
            return self._entry(reply.answer, base)
        heading = sentences.no_answer(reply, base, self._settings)
        if not reply.listed:
            return [canvas.panel("", [canvas.line(heading)], "dim")]
        choices: list[Part] = []
        for number, match in enumerate(reply.listed, 1):
            choices += canvas.hanging(f"{number}. ", match.entry.question, is_inside=True)
            if not self._settings.in_chat:  # its number is enough
                command = sentences.show(match.entry, self._settings)
                choices.append(canvas.line(f"   {command}", style="dim"))
        return [canvas.panel(heading, choices, "yellow" if reply.offered else "dim")]

    def entries(self, entries: Sequence[Entry], base: KnowledgeBase) -> Page:
        """Show whole entries."""
        return self._page(part for entry in entries for part in self._entry(entry, base))

    def questions(self, entries: Sequence[Entry]) -> Page:
        """List the questions of entries."""
        if self._settings.in_chat or self._canvas.width < _MIN_TABLE:
            return self._page(self._listed(entries))
        rows = [(entry.id, entry.sector or "", entry.question) for entry in entries]
        return self._page([self._table(("id", "sector", "question"), rows)])

    def sectors(self, base: KnowledgeBase) -> Page:
        """List the sectors with the number of their entries."""
        rows = [(sector.id, sector.name, str(count)) for sector, count in base.sector_counts()]
        see = sentences.command("sectors ID", self._settings)
        hint = self._paragraphs([f"A sector's note and questions: {see}"])
        return self._page([self._table(("id", "sector", "questions"), rows), *hint])

    def sector(self, sector: Sector, base: KnowledgeBase) -> Page:
        """Show one sector: its note and its questions."""
        note = self._prose(sector.note) if sector.note else []
        panel = self._canvas.panel(sector.name, note, "blue")
        return self._page([panel, *self._listed(base.in_sector(sector.id))])

    def sources(self, entry: Entry) -> Page:
        """List the sources of an entry and where else to look."""
        return self._page(self._sources(entry) or self._paragraphs([sentences.NO_SOURCE], "dim"))

    def message(self, paragraphs: Sequence[str]) -> Page:
        """Show a message of the program: greeting, notice or error."""
        return self._page(self._paragraphs(map(visible_line, paragraphs), "dim"))

    def commands(self, rows: Sequence[tuple[str, str]]) -> Page:
        """List commands, the description beside each or, if that does not fit, under it."""
        widest = max((len(usage) for usage, _ in rows), default=0)
        column = min(widest, self._canvas.width // 3)
        parts: list[Part] = []
        for usage, description in rows:
            start = f"  {usage:{column}}  "
            if len(usage) > column:
                parts.append(self._canvas.line((f"  {usage}", "bold")))
                start = " " * (column + 4)
            parts += self._canvas.hanging((start, "bold"), description)
        return self._page(parts)

    def findings(self, checked: CheckResult, findings: Sequence[Finding]) -> Page:
        """List findings, their codes in bold, and a summary."""
        parts: list[Part] = []
        for finding in findings:
            line = sentences.finding_line(checked.path, finding)
            place, _, rest = line.partition(f": {finding.code} ")
            parts.append(
                self._canvas.line((f"{place}: ", "dim"), (finding.code, "bold red"), " ", rest)
            )
        summary = sentences.check_summary(checked, findings)
        style = "bold" if findings else "bold green"
        return self._page([*parts, self._canvas.line(summary, style=style)])

    def report(
        self, report: Report, misses: Sequence[Result] | None, comparison: Comparison | None
    ) -> Page:
        """Show an evaluation: tables with bars, then lists of questions."""
        figures, calibration = tables.figures(report), tables.calibration(report)
        parts = [self._table(figures.columns, figures.rows, figures.bars)]
        if calibration.rows:
            parts += self._paragraphs([calibration.title], "bold")
            parts.append(self._table(calibration.columns, calibration.rows, calibration.bars))
        parts += self._titled(tables.tags(report))
        if time := tables.timing(report):
            parts += self._paragraphs([time], "dim")
        if misses is not None:
            parts += self._listing(tables.misses(misses))
        if comparison is not None:
            parts += self._listing(tables.changes(comparison))
            parts.append(
                self._canvas.line(f"  {tables.comparison_summary(comparison)}", style="bold")
            )
        return self._page(parts)

    def _page(self, parts: Iterable[Part]) -> Page:
        return Page(self._canvas.draw(parts))

    def _paragraphs(self, texts: Iterable[str], style: str = "") -> list[Part]:
        return [part for text in texts for part in self._canvas.hanging("  ", text, style=style)]

    def _titled(self, table: Table) -> list[Part]:
        """Return a table under its title, or as sentences if its columns do not fit."""
        if not table.rows:
            return []
        title = self._paragraphs([table.title], "bold")
        if self._canvas.width < _MIN_TIGHT:
            return title + self._paragraphs(tables.row_sentences(table))
        return [*title, self._table(table.columns, table.rows, is_tight=True)]

    def _listing(self, table: Table) -> list[Part]:
        """Return the rows of a table as a numbered list: the last cell, and under it the others."""
        canvas = self._canvas
        heading = table.title + ("" if table.rows else ": none")
        parts = [canvas.line(), canvas.line(f"  {heading}", style="bold")]
        for number, row in enumerate(table.rows, 1):
            prefix = f"{number:4}. "
            parts += canvas.hanging(prefix, row[-1])
            others = ", ".join(
                f"{column} {cell}" for column, cell in zip(table.columns[:-1], row, strict=False)
            )
            parts += canvas.hanging(" " * len(prefix), others, style="dim")
        return parts

    def _table(
        self,
        columns: Sequence[str],
        rows: Sequence[Sequence[str]],
        bars: Sequence[float | None] = (),
        *,
        is_tight: bool = False,
    ) -> Part:
        """Return a table; `bars` has the length in [0, 1] of the bar that ends each row."""
        # Ids are never wrapped: they are there to be copied.
        drawn = [Column(name, name in _NUMBERS, name == "id") for name in columns]
        if bars and self._canvas.width >= _MIN_BARS:
            drawn.append(Column("", is_whole=True, width=tables.BAR, style="cyan"))
            ends = (tables.bar(length, unicode=self._canvas.unicode) for length in bars)
            rows = [(*row, end) for row, end in zip(rows, ends, strict=True)]
        return self._canvas.table(drawn, rows, is_tight=is_tight)

    def _entry(self, entry: Entry, base: KnowledgeBase) -> list[Part]:
        """Return the panel of an entry, and under it its date, sources and related questions."""
        parts = [self._canvas.panel(entry.question, self._prose(entry.answer), "green")]
        context = sentences.context(entry, base, self._settings.today)
        parts += self._paragraphs([context] if context else [], "dim")
        parts += self._sources(entry)
        related = sentences.related(entry, base)
        if related:
            parts += [self._canvas.line("  Related:", style="dim"), *self._listed(related)]
        return parts

    def _sources(self, entry: Entry) -> list[Part]:
        """Return where to look for what no source gives, then the sources."""
        canvas = self._canvas
        parts: list[Part] = []
        if entry.where:
            parts += canvas.hanging("  Where to look: ", entry.where, style="dim")
        for number, source in enumerate(entry.sources, 1):
            parts += canvas.hanging(f"  [{number}] ", sentences.source(source), style="dim")
            if source.url:
                parts.append(canvas.line(f"      {source.url}", style="dim"))
        return parts

    def _listed(self, entries: Sequence[Entry]) -> list[Part]:
        """Return questions: numbered in a chat, elsewhere with the command that shows each."""
        canvas = self._canvas
        parts: list[Part] = []
        if self._settings.in_chat:
            digits = len(str(len(entries)))
            for number, entry in enumerate(entries, 1):
                parts += canvas.hanging(f"  {number:{digits}}. ", entry.question)
            return parts
        for entry in entries:
            parts += canvas.hanging("  · " if canvas.unicode else "  - ", entry.question)
            parts.append(canvas.line(f"    {sentences.show(entry, self._settings)}", style="dim"))
        return parts

    def _prose(self, source: str) -> list[Part]:
        """Return small Markdown as lines that fit a panel, with empty lines between paragraphs."""
        canvas = self._canvas
        bullet = "• " if canvas.unicode else "- "
        parts: list[Part] = []
        was_bullet = False
        for block in markdown.parse(source):
            if parts and not (block.bullet and was_bullet):
                parts.append(canvas.line())
            spans: list[tuple[str, str]] = []
            for span in block.spans:
                spans.append((span.text, "bold" if span.bold else ""))
                spans += [(f" ({span.url})", "dim")] if span.url else []
            parts += (
                canvas.hanging(bullet, *spans, is_inside=True)
                if block.bullet
                else [canvas.line(*spans)]
            )
            was_bullet = block.bullet
        return parts
