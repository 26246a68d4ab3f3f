"""Values as panels and tables for a terminal: what is shown of each, in which order and colour.

How it is drawn, and that no text acts on the terminal, is the matter of `canvas`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pakaz_cli.model import Outcome
from pakaz_cli.text import markdown
from pakaz_cli.text.display import visible_line
from pakaz_cli.views import plain, reasons, sentences, tables
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
    from pakaz_cli.views.view import Setting

#: Columns below which questions with their ids are no table.
_FIT_TABLE = 72
#: Columns that the figures need beside bars, and that a table of many columns needs.
_FIT_BARS, _FIT_TIGHT = 72, 80
#: Columns of a table that are aligned on their right.
_NUMBERS = {
    *("questions", "count", "share", "95 % interval", "confidence", "share right"),
    *("weight", "score", "words", "direction", "phrasing", "letters", "held", "share"),
    *("in/out", "first", "top 5", "right", "wrong", "offer", "miss", "false", "MRR"),
}


class RichView:
    """Draws for a terminal of so many columns; `unicode` tells whether it shows line drawing."""

    def __init__(self, columns: int, setting: Setting, *, colour: bool, unicode: bool) -> None:
        self._setting = setting
        self._canvas = Canvas(columns, colour=colour, unicode=unicode)

    def reply(
        self, reply: Reply, base: KnowledgeBase, explanation: Explanation | None = None
    ) -> Page:
        """Show what became of a question, and why where that is asked for."""
        parts = self._told(sentences.notices(reply), "dim") + self._reply(reply, base)
        if explanation is not None:
            for table in reasons.tables(explanation):
                parts += self._titled(table)
            parts += self._told(reasons.summary(explanation), "dim")
        return self._page(parts)

    def _reply(self, reply: Reply, base: KnowledgeBase) -> list[Part]:
        canvas = self._canvas
        if reply.answer is not None:
            return self._entry(reply.answer, base)
        if reply.outcome is Outcome.UNKNOWN:
            sentence = canvas.line(sentences.unknown(reply, base, self._setting))
            return [canvas.panel("", [sentence], "red")]
        offers: list[Part] = []
        for number, match in enumerate(reply.offered, 1):
            offers += canvas.hanging(f"{number}. ", match.entry.question, is_inside=True)
            if not self._setting.in_chat:  # where the number is enough
                command = sentences.show(match.entry, self._setting)
                offers.append(canvas.line(f"   {command}", style="dim"))
        return [canvas.panel(sentences.offer(reply), offers, "yellow")]

    def entries(self, entries: Sequence[Entry], base: KnowledgeBase) -> Page:
        """Show whole entries."""
        return self._page(part for entry in entries for part in self._entry(entry, base))

    def questions(self, entries: Sequence[Entry]) -> Page:
        """List the questions of entries."""
        if self._setting.in_chat or self._canvas.width < _FIT_TABLE:
            return self._page(self._listed(entries))
        rows = [(entry.id, entry.sector or "", entry.question) for entry in entries]
        return self._page([self._table(("id", "sector", "question"), rows)])

    def sectors(self, base: KnowledgeBase) -> Page:
        """List the sectors with the number of their entries."""
        rows = [(sector.id, sector.name, str(count)) for sector, count in base.sector_counts()]
        see = sentences.command("sectors ID", self._setting)
        hint = self._told([f"One sector's note and questions: {see}"])
        return self._page([self._table(("id", "sector", "questions"), rows), *hint])

    def sector(self, sector: Sector, base: KnowledgeBase) -> Page:
        """Show one sector: its note and its questions."""
        note = self._prose(sector.note) if sector.note else []
        panel = self._canvas.panel(sector.name, note, "blue")
        return self._page([panel, *self._listed(base.in_sector(sector.id))])

    def sources(self, entry: Entry) -> Page:
        """List the sources of an entry and where else to look."""
        return self._page(self._sources(entry) or self._told([sentences.NO_SOURCE], "dim"))

    def told(self, lines: Sequence[str]) -> Page:
        """Say something of the program's own, each paragraph on lines of its own."""
        return self._page(self._told(map(visible_line, lines), "dim"))

    def commands(self, rows: Sequence[tuple[str, str]]) -> Page:
        """List commands, the meaning beside each or, where that does not fit, under it."""
        widest = max((len(usage) for usage, _ in rows), default=0)
        column = min(widest, self._canvas.width // 3)
        parts: list[Part] = []
        for usage, meaning in rows:
            start = f"  {usage:{column}}  "
            if len(usage) > column:
                parts.append(self._canvas.line((f"  {usage}", "bold")))
                start = " " * (column + 4)
            parts += self._canvas.hanging((start, "bold"), meaning)
        return self._page(parts)

    def findings(self, checked: CheckResult, findings: Sequence[Finding]) -> Page:
        """List findings; the code stands out."""
        parts: list[Part] = []
        for finding in findings:
            line = plain.finding_line(checked.path, finding)
            place, _, rest = line.partition(f": {finding.code} ")
            parts.append(
                self._canvas.line((f"{place}: ", "dim"), (finding.code, "bold red"), " ", rest)
            )
        summary = plain.check_summary(checked, findings)
        style = "bold" if findings else "bold green"
        return self._page([*parts, self._canvas.line(summary, style=style)])

    def report(
        self, report: Report, misses: Sequence[Result] | None, comparison: Comparison | None
    ) -> Page:
        """Show an evaluation: tables with bars, then lists of questions."""
        figures, calibration = tables.figures(report), tables.calibration(report)
        parts = [self._table(figures.columns, figures.rows, figures.bars)]
        if calibration.rows:
            parts += self._told([calibration.title], "bold")
            parts.append(self._table(calibration.columns, calibration.rows, calibration.bars))
        parts += self._titled(tables.tags(report))
        if told := tables.time_told(report):
            parts += self._told([told], "dim")
        if misses is not None:
            parts += self._listing(tables.misses(misses))
        if comparison is not None:
            parts += self._listing(tables.changes(comparison))
            parts.append(self._canvas.line(f"  {tables.compared(comparison)}", style="bold"))
        return self._page(parts)

    def _page(self, parts: Iterable[Part]) -> Page:
        return Page(self._canvas.draw(parts))

    def _told(self, lines: Iterable[str], style: str = "") -> list[Part]:
        return [part for line in lines for part in self._canvas.hanging("  ", line, style=style)]

    def _titled(self, table: Table) -> list[Part]:
        """Draw a table under its title, or tell it in sentences where columns do not fit."""
        if not table.rows:
            return []
        title = self._told([table.title], "bold")
        if self._canvas.width < _FIT_TIGHT:
            return title + self._told(tables.told(table))
        return [*title, self._table(table.columns, table.rows, is_tight=True)]

    def _listing(self, table: Table) -> list[Part]:
        """List the rows of a table whose last column is a question; the rest stands under it."""
        canvas = self._canvas
        heading = table.title + ("" if table.rows else ": none")
        parts = [canvas.line(), canvas.line(f"  {heading}", style="bold")]
        for number, row in enumerate(table.rows, 1):
            prefix = f"{number:4}. "
            parts += canvas.hanging(prefix, row[-1])
            told = ", ".join(
                f"{column} {cell}" for column, cell in zip(table.columns[:-1], row, strict=False)
            )
            parts += canvas.hanging(" " * len(prefix), told, style="dim")
        return parts

    def _table(
        self,
        columns: Sequence[str],
        rows: Sequence[Sequence[str]],
        bars: Sequence[float | None] = (),
        *,
        is_tight: bool = False,
    ) -> Part:
        """Return a table; `bars` has a length in [0, 1], or None, for each row to end with."""
        # An id is there to be copied, and in a broken one the break would be copied too.
        drawn = [Column(name, name in _NUMBERS, name == "id") for name in columns]
        if bars and self._canvas.width >= _FIT_BARS:
            drawn.append(Column("", is_whole=True, width=tables.BAR, style="cyan"))
            ends = (tables.bar(length, unicode=self._canvas.unicode) for length in bars)
            rows = [(*row, end) for row, end in zip(rows, ends, strict=True)]
        return self._canvas.table(drawn, rows, is_tight=is_tight)

    def _entry(self, entry: Entry, base: KnowledgeBase) -> list[Part]:
        """Return the panel of an entry and, under it, what it rests on and leads to."""
        parts = [self._canvas.panel(entry.question, self._prose(entry.answer), "green")]
        standing = sentences.standing(entry, base, self._setting.today)
        parts += self._told([standing] if standing else [], "dim")
        parts += self._sources(entry)
        related = sentences.related(entry, base)
        if related:
            parts += [self._canvas.line("  Related:", style="dim"), *self._listed(related)]
        return parts

    def _sources(self, entry: Entry) -> list[Part]:
        """Return where to look for what no source gives, and the sources."""
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
        """Return questions: in a chat after their numbers, else over the commands to show them."""
        canvas = self._canvas
        parts: list[Part] = []
        if self._setting.in_chat:
            digits = len(str(len(entries)))
            for number, entry in enumerate(entries, 1):
                parts += canvas.hanging(f"  {number:{digits}}. ", entry.question)
            return parts
        for entry in entries:
            parts += canvas.hanging("  · " if canvas.unicode else "  - ", entry.question)
            parts.append(canvas.line(f"    {sentences.show(entry, self._setting)}", style="dim"))
        return parts

    def _prose(self, source: str) -> list[Part]:
        """Return small Markdown as lines that fit a panel, an empty one between paragraphs."""
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
