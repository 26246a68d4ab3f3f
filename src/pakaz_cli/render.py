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

from pakaz_cli import markdown, plain, wording
from pakaz_cli.model import Outcome
from pakaz_cli.text import visible
from pakaz_cli.view import Page

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from rich.console import RenderableType

    from pakaz_cli.evaluate import Report
    from pakaz_cli.knowledge import Checked
    from pakaz_cli.model import Entry, Finding, KnowledgeBase, Reply, Sector

#: Columns a panel takes: narrower ones are unreadable, wider ones tire the eye.
MIN_WIDTH, MAX_WIDTH = 40, 100
#: Columns that the border of a panel and its padding take.
_FRAME = 4


class RichView:
    """Draws for a terminal of so many columns; `unicode` tells whether it shows line drawing."""

    def __init__(self, columns: int, today: date, *, colour: bool, unicode: bool) -> None:
        self._today = today
        self._width = max(MIN_WIDTH, min(columns, MAX_WIDTH))
        self._colour = colour
        self._box = box.ROUNDED if unicode else box.ASCII
        self._bullet = "• " if unicode else "- "
        self._table_box = box.SIMPLE_HEAD if unicode else box.ASCII2

    def reply(self, reply: Reply, base: KnowledgeBase) -> Page:
        """Show what became of a question."""
        notices = [Text(f"  {notice}", style="dim") for notice in wording.notices(reply)]
        if reply.answer is not None:
            return self._page(*notices, *self._entry(reply.answer, base))
        if reply.outcome is Outcome.UNKNOWN:
            return self._page(*notices, self._panel("", [Text(wording.unknown(reply))], "red"))
        offers: list[RenderableType] = []
        for number, match in enumerate(reply.offered, 1):
            offers += self._hanging(f"{number}. ", Text(visible(match.entry.question)))
            offers.append(Text(f"   {wording.command(match.entry)}", style="dim"))
        return self._page(*notices, self._panel(wording.SEVERAL, offers, "yellow"))

    def entries(self, entries: Sequence[Entry], base: KnowledgeBase) -> Page:
        """Show whole entries."""
        parts: list[RenderableType] = []
        for entry in entries:
            parts += self._entry(entry, base)
        return self._page(*parts)

    def questions(self, entries: Sequence[Entry]) -> Page:
        """List the questions of entries."""
        return self._table(
            ("id", "sector", "question"),
            ((entry.id, entry.sector or "", entry.question) for entry in entries),
        )

    def sectors(self, base: KnowledgeBase) -> Page:
        """List the sectors with the number of their entries."""
        rows = (
            (sector.id, sector.name, str(len(base.in_sector(sector.id)))) for sector in base.sectors
        )
        table = self._table(("id", "sector", "questions"), rows)
        return Page(table.out + "  One sector's note and questions: pakaz sectors ID\n")

    def sector(self, sector: Sector, base: KnowledgeBase) -> Page:
        """Show one sector: its note and its questions."""
        note = self._prose(sector.note) if sector.note else []
        questions: list[RenderableType] = []
        for entry in base.in_sector(sector.id):
            questions += self._hanging("  ", Text(visible(entry.question)))
            questions.append(Text(f"    {wording.command(entry)}", style="dim"))
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

    def report(self, report: Report) -> Page:
        """Show an evaluation."""
        return self._table(("", "count", "share"), plain.report_rows(report))

    def _entry(self, entry: Entry, base: KnowledgeBase) -> list[RenderableType]:
        """Return the panel of an entry and, under it, what it rests on and leads to."""
        parts: list[RenderableType] = [
            self._panel(visible(entry.question), self._prose(entry.answer), "green")
        ]
        standing = wording.standing(entry, base, self._today)
        if standing:
            parts.append(Text(f"  {standing}", style="dim"))
        if entry.where:
            parts += self._hanging("  Where to look: ", Text(visible(entry.where)), "dim")
        for number, source in enumerate(entry.sources, 1):
            parts += self._hanging(f"  [{number}] ", Text(wording.source(source)), "dim")
            if source.url:
                parts.append(Text(f"      {source.url}", style="dim"))
        related = wording.related(entry, base)
        if related:
            parts.append(Text("  Related:", style="dim"))
        for other in related:
            parts += self._hanging("  · ", Text(visible(other.question)))
            parts.append(Text(f"    {wording.command(other)}", style="dim"))
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
        lines = text.wrap(self._console(io.StringIO()), width)
        for line in lines:
            line.rstrip()
        indents = [prefix] + [" " * len(prefix)] * (len(lines) - 1)
        return [
            Text.assemble(indent, line, style=style)
            for indent, line in zip(indents, lines, strict=True)
        ]

    def _table(self, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Page:
        from rich.table import Table  # noqa: PLC0415 - answers do not need it

        table = Table(box=self._table_box, header_style="bold", pad_edge=True)
        for name in columns:
            table.add_column(
                name,
                overflow="fold",
                justify="right" if name in ("questions", "count", "share") else "left",
            )
        for row in rows:
            table.add_row(*(Text(visible(cell), overflow="fold") for cell in row))
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
