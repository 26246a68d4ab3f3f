"""Draws lines, panels and tables as wide as the terminal. Only this module imports rich.

Callers give words, each run with its style, and get parts that they put on a page in any order.
No text is ever given to rich as a string, which it would read as markup: everything goes through
`visible`, and then through `Text`. The colours are the terminal's own sixteen, which its owner has
chosen to be readable on the background.
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

    #: Words alone, or words and how they look: "bold", "dim", a colour, or several of these.
    Span: TypeAlias = str | tuple[str, str]
    #: What can be put on a page. Only this module looks inside.
    Part: TypeAlias = RenderableType

#: Columns a panel takes: narrower ones are unreadable, wider ones tire the eye.
MIN_WIDTH, MAX_WIDTH = 40, 100
#: Columns that the border of a panel and its padding take, and those that it takes from a title.
_FRAME, _TITLE_FRAME = 4, 8


class Column(NamedTuple):
    """A column of a table."""

    name: str
    is_number: bool = False  #: aligned on its right
    is_whole: bool = False  #: its cells are never broken
    width: int | None = None  #: as wide as its cells need, where there is none
    style: str = ""


class Canvas:
    """A terminal of so many columns; `unicode` tells whether it shows line drawing."""

    def __init__(self, columns: int, *, colour: bool, unicode: bool) -> None:
        self.width = max(MIN_WIDTH, min(columns, MAX_WIDTH))
        self.unicode = unicode
        self._colour = colour
        self._box = box.ROUNDED if unicode else box.ASCII
        self._table_box = box.SIMPLE_HEAD if unicode else box.ASCII2
        self._measuring = self._console(io.StringIO())

    def line(self, *spans: Span, style: str = "") -> Part:
        """Return a line; inside a panel it is broken to fit, on a page it never is."""
        return _text(spans, style)

    def hanging(
        self, prefix: Span, *spans: Span, style: str = "", is_inside: bool = False
    ) -> list[Part]:
        """Return lines that start under each other, the first after `prefix`.

        They fit the page, or a panel on it for `is_inside`.
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
        """Return a panel; a title too long for the border is the first line inside."""
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
        """Return a table; a tight one has no lines and little space between its columns."""
        from rich.table import Table  # noqa: PLC0415 - answers do not need it

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
        """Return parts as text, one under the other."""
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
    """Return words as rich takes them: the one place where it is given any."""
    text = Text(style=style)
    for span in spans:
        words, look = (span, "") if isinstance(span, str) else span
        text.append(visible(words), style=look)
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
    from rich import progress  # noqa: PLC0415 - answers do not need it

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
