"""Draws lines, panels and tables as wide as the terminal. Only this module imports rich.

Callers give text in runs of one style each, and get parts that they put on a page in any order.
Text is never given to rich as a string, which it would parse as markup, but goes through `visible`
and then `Text`. The colours are the sixteen of the terminal, which suit its background.
"""

from __future__ import annotations

import contextlib
import io
from typing import TYPE_CHECKING, NamedTuple

from rich import box
from rich.console import Console, Group
from rich.panel import Panel
from rich.text import Text

from pakaz_cli.text.display import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import IO, TypeAlias

    from rich.console import RenderableType

    #: Text, or text and its style: "bold", "dim", a colour, or several of these.
    Span: TypeAlias = str | tuple[str, str]
    #: What a page is made of; opaque to all other modules.
    Part: TypeAlias = RenderableType

#: Width of a panel in columns: narrower is unreadable, wider is tiring to read.
MIN_WIDTH, MAX_WIDTH = 40, 100
#: Columns that border and padding take from the text of a panel, and from its title.
_FRAME, _TITLE_FRAME = 4, 8


class Column(NamedTuple):
    """A column of a table."""

    name: str
    is_number: bool = False  #: aligned to the right
    is_whole: bool = False  #: cells are never wrapped
    width: int | None = None  #: None: as wide as its cells
    style: str = ""


class Canvas:
    """A terminal of that many columns; `unicode` tells whether it can show box drawing."""

    def __init__(self, columns: int, *, colour: bool, unicode: bool) -> None:
        self.width = max(MIN_WIDTH, min(columns, MAX_WIDTH))
        self.unicode = unicode
        self._colour = colour
        self._box = box.ROUNDED if unicode else box.ASCII
        self._table_box = box.SIMPLE_HEAD if unicode else box.ASCII2
        self._measuring = self._console(io.StringIO())

    def line(self, *spans: Span, style: str = "") -> Part:
        """Return a line, which is wrapped inside a panel but never on a page."""
        return _text(spans, style)

    def hanging(
        self, prefix: Span, *spans: Span, style: str = "", is_inside: bool = False
    ) -> list[Part]:
        """Return text after a prefix, wrapped with a hanging indent.

        The lines fit the page, or a panel on it if `is_inside`.
        """
        start = _text([prefix])
        width = self.width - (_FRAME if is_inside else 0) - len(start)
        lines = _text(spans).wrap(self._measuring, width)
        for line in lines:
            line.rstrip()
        starts = [start] + [_text([" " * len(start)])] * (len(lines) - 1)
        return [
            Text.assemble(start, line, style=style)
            for start, line in zip(starts, lines, strict=True)
        ]

    def panel(self, title: str, body: Iterable[Part], colour: str) -> Part:
        """Return a panel; a title too long for the border becomes the first line inside."""
        heading = _text([title], "bold")
        content = list(body)
        if heading.cell_len > self.width - _TITLE_FRAME:
            content = [heading, _text(()), *content]
            heading = _text(())
        return Panel(
            Group(*content),
            title=heading if heading.plain else None,
            title_align="left",
            border_style=colour,
            box=self._box,
            padding=(0, 1),
        )

    def table(
        self, columns: Sequence[Column], rows: Iterable[Sequence[str]], *, is_tight: bool = False
    ) -> Part:
        """Return a table; a tight one has no rules and little space between its columns."""
        from rich.table import Table

        table = Table(
            box=None if is_tight else self._table_box,
            header_style="bold",
            padding=(0, 0, 0, 2) if is_tight else (0, 1),
        )
        for column in columns:
            table.add_column(
                _text([column.name]),
                overflow="fold",
                justify="right" if column.is_number else "left",
                no_wrap=column.is_whole,
                width=column.width,
            )
        for row in rows:
            pairs = zip(row, columns, strict=True)
            table.add_row(*(_text([cell], column.style) for cell, column in pairs))
        return table

    def draw(self, parts: Iterable[Part]) -> str:
        """Return parts as text, one below the other."""
        buffer = io.StringIO()
        console = self._console(buffer)
        for part in parts:
            console.print(part, soft_wrap=isinstance(part, Text))
        return buffer.getvalue()

    def _console(self, buffer: io.StringIO) -> Console:
        return Console(
            file=buffer,
            width=self.width,
            force_terminal=self._colour,
            color_system="standard" if self._colour else None,
            no_color=not self._colour,
            highlight=False,
            markup=False,
            emoji=False,
            legacy_windows=False,
            _environ={},
        )


def _text(spans: Iterable[Span], style: str = "") -> Text:
    """Return spans as text of rich; nothing else makes any."""
    text = Text(style=style)
    for span in spans:
        words, span_style = (span, "") if isinstance(span, str) else span
        text.append(visible(words), style=span_style)
    return text


class _BarConsole(Console):
    """Leaves the cursor visible: a signal may end the program at any time."""

    def show_cursor(self, show: bool = True) -> bool:
        return False


@contextlib.contextmanager
def progress_bar(terminal: IO[str], total: int) -> Iterator[Callable[[int, str], None]]:
    """Give a function that draws how much of `total` is done, after a caption; erase it at the end.

    It is redrawn only when that function is called.
    """
    from rich import progress

    console = _BarConsole(file=terminal, force_terminal=True, markup=False)
    columns = (
        progress.TextColumn("{task.description}", markup=False),
        progress.BarColumn(),
        progress.TaskProgressColumn(),
    )
    with progress.Progress(
        *columns,
        console=console,
        auto_refresh=False,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    ) as bar:
        task = bar.add_task("", total=total)

        def draw(done: int, caption: str) -> None:
            bar.update(task, completed=done, description=caption, refresh=True)

        yield draw
