"""Values as panels and tables for a terminal. Only this module imports rich.

No text of a knowledge base or a user is ever given to rich as a string, which it would read as
markup: everything goes through `Text`, and through `visible` first. The colours are the terminal's
own sixteen, which its owner has chosen to be readable on the background.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console, Group
from rich.panel import Panel
from rich.text import Text

from pakaz_cli import markdown, plain, reasons, tables, wording
from pakaz_cli.model import Outcome
from pakaz_cli.text import visible
from pakaz_cli.view import Page

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import JustifyMethod, RenderableType

    from pakaz_cli.comparison import Comparison
    from pakaz_cli.evaluate import Report, Result
    from pakaz_cli.explain import Explanation
    from pakaz_cli.knowledge import Checked
    from pakaz_cli.model import Entry, Finding, KnowledgeBase, Reply, Sector
    from pakaz_cli.tables import Table
    from pakaz_cli.view import Setting

#: Columns a panel takes: narrower ones are unreadable, wider ones tire the eye.
MIN_WIDTH, MAX_WIDTH = 40, 100
#: Columns that the border of a panel and its padding take.
_FRAME = 4
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
        self._width = max(MIN_WIDTH, min(columns, MAX_WIDTH))
        self._colour = colour
        self._box = box.ROUNDED if unicode else box.ASCII
        self._bullet = "• " if unicode else "- "
        self._unicode = unicode
        self._table_box = box.SIMPLE_HEAD if unicode else box.ASCII2
        self._measuring = self._console(io.StringIO())

    def reply(
        self, reply: Reply, base: KnowledgeBase, explanation: Explanation | None = None
    ) -> Page:
        """Show what became of a question, and why where that is asked for."""
        pages = [self._reply(reply, base)]
        if explanation is not None:
            for table in reasons.tables(explanation):
                pages += self._titled(table)
            pages.append(self._told(reasons.summary(explanation), "dim"))
        return Page("".join(page.out for page in pages))

    def _reply(self, reply: Reply, base: KnowledgeBase) -> Page:
        notices: list[RenderableType] = []
        for notice in wording.notices(reply):
            notices += self._hanging("  ", Text(notice), "dim")
        if reply.answer is not None:
            return self._page(*notices, *self._entry(reply.answer, base))
        if reply.outcome is Outcome.UNKNOWN:
            return self._page(
                *notices,
                self._panel("", [Text(wording.unknown(reply, base, self._setting))], "red"),
            )
        offers: list[RenderableType] = []
        for number, match in enumerate(reply.offered, 1):
            question = Text(visible(match.entry.question))
            offers += self._hanging(f"{number}. ", question, inner=_FRAME)
            offers.append(Text(f"   {wording.show(match.entry, self._setting)}", style="dim"))
        return self._page(*notices, self._panel(wording.offer(reply), offers, "yellow"))

    def entries(self, entries: Sequence[Entry], base: KnowledgeBase) -> Page:
        """Show whole entries."""
        parts: list[RenderableType] = []
        for entry in entries:
            parts += self._entry(entry, base)
        return self._page(*parts)

    def questions(self, entries: Sequence[Entry]) -> Page:
        """List the questions of entries."""
        if self._width < _FIT_TABLE:
            return self._page(*self._with_commands(entries))
        return self._table(
            ("id", "sector", "question"),
            ((entry.id, entry.sector or "", entry.question) for entry in entries),
        )

    def sectors(self, base: KnowledgeBase) -> Page:
        """List the sectors with the number of their entries."""
        rows = ((sector.id, sector.name, str(count)) for sector, count in base.sector_counts())
        table = self._table(("id", "sector", "questions"), rows)
        see = wording.command("sectors ID", self._setting)
        return Page(f"{table.out}  One sector's note and questions: {see}\n")

    def sector(self, sector: Sector, base: KnowledgeBase) -> Page:
        """Show one sector: its note and its questions."""
        note = self._prose(sector.note) if sector.note else []
        questions = self._with_commands(base.in_sector(sector.id))
        return self._page(self._panel(visible(sector.name), note, "blue"), *questions)

    def findings(self, checked: Checked, findings: Sequence[Finding]) -> Page:
        """List findings; the code stands out."""
        lines = []
        for finding in findings:
            place, _, rest = plain.finding_line(checked.path, finding).partition(
                f": {finding.code} "
            )
            lines.append(
                Text.assemble((f"{place}: ", "dim"), (finding.code, "bold red"), " ", rest)
            )
        summary = Text(
            plain.check_summary(checked, findings), style="bold" if findings else "bold green"
        )
        return self._page(*lines, summary)

    def report(
        self, report: Report, misses: Sequence[Result] | None, comparison: Comparison | None
    ) -> Page:
        """Show an evaluation: tables with bars, then lists of questions."""
        figures, calibration = tables.figures(report), tables.calibration(report)
        pages = [self._table(figures.columns, figures.rows, figures.bars)]
        if calibration.rows:
            pages.append(self._told([calibration.title], "bold"))
            pages.append(self._table(calibration.columns, calibration.rows, calibration.bars))
        pages += self._titled(tables.tags(report))
        if told := tables.time_told(report):
            pages.append(self._told([told], "dim"))
        if misses is not None:
            pages.append(self._listing(tables.misses(misses)))
        if comparison is not None:
            pages.append(self._listing(tables.changes(comparison)))
            pages.append(self._page(Text(f"  {tables.compared(comparison)}", style="bold")))
        return Page("".join(page.out for page in pages))

    def _titled(self, table: Table) -> list[Page]:
        """Draw a table under its title, or tell it in sentences where columns do not fit."""
        if not table.rows:
            return []
        title = self._told([table.title], "bold")
        if self._width < _FIT_TIGHT:
            return [title, self._told(tables.told(table))]
        return [title, self._table(table.columns, table.rows, is_tight=True)]

    def _told(self, lines: Iterable[str], style: str = "") -> Page:
        hanging = (self._hanging("  ", Text(visible(line)), style) for line in lines)
        return self._page(*(part for parts in hanging for part in parts))

    def _listing(self, table: Table) -> Page:
        """List the rows of a table whose last column is a question; the rest stands under it."""
        heading = table.title + ("" if table.rows else ": none")
        parts: list[RenderableType] = [Text(), Text(f"  {heading}", style="bold")]
        for number, row in enumerate(table.rows, 1):
            prefix = f"{number:4}. "
            parts += self._hanging(prefix, Text(visible(row[-1])))
            told = ", ".join(
                f"{column} {cell}" for column, cell in zip(table.columns[:-1], row, strict=False)
            )
            parts += self._hanging(" " * len(prefix), Text(visible(told)), "dim")
        return self._page(*parts)

    def _entry(self, entry: Entry, base: KnowledgeBase) -> list[RenderableType]:
        """Return the panel of an entry and, under it, what it rests on and leads to."""
        parts: list[RenderableType] = [
            self._panel(visible(entry.question), self._prose(entry.answer), "green")
        ]
        standing = wording.standing(entry, base, self._setting.today)
        if standing:
            parts += self._hanging("  ", Text(standing), "dim")
        if entry.where:
            parts += self._hanging("  Where to look: ", Text(visible(entry.where)), "dim")
        for number, source in enumerate(entry.sources, 1):
            parts += self._hanging(f"  [{number}] ", Text(wording.source(source)), "dim")
            if source.url:
                parts.append(Text(f"      {source.url}", style="dim"))
        related = wording.related(entry, base)
        if related:
            parts += [Text("  Related:", style="dim"), *self._with_commands(related)]
        return parts

    def _with_commands(self, entries: Iterable[Entry]) -> list[RenderableType]:
        """Return questions, each with the command that shows its answer under it."""
        parts: list[RenderableType] = []
        for entry in entries:
            parts += self._hanging(
                "  · " if self._unicode else "  - ", Text(visible(entry.question))
            )
            parts.append(Text(f"    {wording.show(entry, self._setting)}", style="dim"))
        return parts

    def _panel(self, title: str, body: Iterable[RenderableType], colour: str) -> Panel:
        """Return a panel; a title too long for the border is the first line inside."""
        heading = Text(title, style="bold")
        content = list(body)
        if heading.cell_len > self._width - 8:
            content = [heading, Text(), *content]
            heading = Text()
        return Panel(
            Group(*content),
            title=heading if heading.plain else None,
            title_align="left",
            border_style=colour,
            box=self._box,
            padding=(0, 1),
        )

    def _prose(self, source: str) -> list[RenderableType]:
        """Return small Markdown as lines that fit a panel, an empty one between paragraphs."""
        parts: list[RenderableType] = []
        was_bullet = False
        for block in markdown.parse(source):
            if parts and not (block.bullet and was_bullet):
                parts.append(Text())
            text = Text()
            for span in block.spans:
                text.append(visible(span.text), style="bold" if span.bold else "")
                if span.url:
                    text.append(f" ({span.url})", style="dim")
            parts += self._hanging(self._bullet, text, inner=_FRAME) if block.bullet else [text]
            was_bullet = block.bullet
        return parts

    def _hanging(
        self, prefix: str, text: Text, style: str = "", inner: int = 0
    ) -> list[RenderableType]:
        """Return lines of `text` that start under each other, the first after `prefix`."""
        width = self._width - inner - len(prefix)
        lines = text.wrap(self._measuring, width)
        for line in lines:
            line.rstrip()
        indents = [prefix] + [" " * len(prefix)] * (len(lines) - 1)
        return [
            Text.assemble(indent, line, style=style)
            for indent, line in zip(indents, lines, strict=True)
        ]

    def _table(
        self,
        columns: Sequence[str],
        rows: Iterable[Sequence[str]],
        bars: Sequence[float | None] = (),
        *,
        is_tight: bool = False,
    ) -> Page:
        """Draw a table; `bars` has a length in [0, 1], or None, for each row to end with."""
        from rich.table import Table  # noqa: PLC0415 - answers do not need it

        table = Table(
            box=None if is_tight else self._table_box,
            header_style="bold",
            padding=(0, 0, 0, 2) if is_tight else (0, 1),
        )
        bars = bars if self._width >= _FIT_BARS else ()
        for name in columns:
            justify: JustifyMethod = "right" if name in _NUMBERS else "left"
            # An id is there to be copied, and in a broken one the break would be copied too.
            table.add_column(name, overflow="fold", justify=justify, no_wrap=name == "id")
        if bars:
            table.add_column("", no_wrap=True, width=tables.BAR)
        for number, row in enumerate(rows):
            drawn = (
                [Text(tables.bar(bars[number], unicode=self._unicode), style="cyan")]
                if bars
                else []
            )
            table.add_row(*(Text(visible(cell), overflow="fold") for cell in row), *drawn)
        return self._page(table)

    def _page(self, *parts: RenderableType) -> Page:
        """Draw panels and tables to the width; plain lines are never broken by us."""
        buffer = io.StringIO()
        console = self._console(buffer)
        for part in parts:
            console.print(part, soft_wrap=isinstance(part, Text))
        return Page(buffer.getvalue())

    def _console(self, buffer: io.StringIO) -> Console:
        return Console(
            file=buffer,
            width=self._width,
            force_terminal=self._colour,
            color_system="standard" if self._colour else None,
            no_color=not self._colour,
            highlight=False,
            markup=False,
            emoji=False,
            legacy_windows=False,
            _environ={},
        )
