"""What standard output can show, and the view chosen for it."""

from __future__ import annotations

import os
import sys
from datetime import date
from enum import StrEnum

from pakaz_cli._typing import TYPE_CHECKING, NamedTuple
from pakaz_cli.errors import UsageError
from pakaz_cli.terminal.streams import Stream, warn
from pakaz_cli.text import dates
from pakaz_cli.text.display import as_typed
from pakaz_cli.views.view import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TextIO

    from pakaz_cli.views.panels import RichView
    from pakaz_cli.views.view import ChatView, Page, View

#: A narrower terminal gets labelled lines instead of panels.
MIN_PANEL_COLUMNS = 40
_DEFAULT_COLUMNS = 80


class Format(StrEnum):
    """How output is laid out."""

    AUTO = "auto"
    RICH = "rich"
    TEXT = "text"
    PLAIN = "plain"
    JSON = "json"


class Colour(StrEnum):
    """When output is coloured."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class Terminal(NamedTuple):
    """What an output stream can show."""

    is_terminal: bool
    is_dumb: bool  #: TERM=dumb: no cursor movement, no colour
    columns: int
    colour: bool
    unicode: bool  #: whether its encoding has box-drawing characters

    @classmethod
    def of(
        cls, stream: TextIO, environ: Mapping[str, str], colour: Colour, width: int | None
    ) -> Terminal:
        """Inspect a stream and the environment; `colour` and `width` are options of the user."""
        is_terminal = stream.isatty()
        is_dumb = environ.get("TERM") == "dumb"
        wants_colour = is_terminal and not is_dumb and not environ.get("NO_COLOR")
        return cls(
            is_terminal,
            is_dumb,
            width or _columns(stream, environ),
            wants_colour if colour is Colour.AUTO else colour is Colour.ALWAYS,
            _can_encode(stream, "╭─│•"),
        )


def _columns(stream: TextIO, environ: Mapping[str, str]) -> int:
    """Return the columns of COLUMNS, else of the terminal, else 80."""
    value = environ.get("COLUMNS", "")
    if value.isascii() and value.isdigit() and len(value) < 9 and int(value) > 0:
        return int(value)
    try:
        return os.get_terminal_size(stream.fileno()).columns or _DEFAULT_COLUMNS
    except (OSError, ValueError):
        return _DEFAULT_COLUMNS


def _can_encode(stream: TextIO, characters: str) -> bool:
    try:
        characters.encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


class Screen:
    """The chosen format on the standard streams.

    `fmt`, `colour` and `width` (None: that of the terminal) are options of the user. `is_drawn`
    is whether output may move the cursor.
    """

    def __init__(
        self, fmt: Format, colour: Colour, width: int | None, setting: Settings, *, quiet: bool
    ) -> None:
        self._options = fmt, colour, width
        self._setting = setting
        terminal = self._terminal()
        self._format = _resolve(fmt, terminal)
        self.quiet = quiet
        self.today = setting.today
        self.is_coloured = terminal.colour
        self.is_drawn = self._format is Format.RICH and not terminal.is_dumb
        self.view: View = _view(self._format, terminal, setting)

    def _terminal(self) -> Terminal:
        _, colour, width = self._options
        return Terminal.of(sys.stdout, os.environ, colour, width)

    def chat_view(self) -> ChatView:
        """Return the view for the next reply of a chat, at the present size of the window."""
        terminal = self._terminal()
        setting = self._setting._replace(in_chat=True)
        if _resolve(self._options[0], terminal) is Format.RICH:
            return _rich_view(terminal, setting)
        from pakaz_cli.views.labelled import TextView

        return TextView(setting)

    def show(self, page: Page) -> None:
        """Write a page; --quiet leaves out what it has for stderr. Raises OutputLostError."""
        if self._format is Format.JSON and isinstance(sys.stdout, Stream):
            sys.stdout.use_utf8()
        if page.err and not self.quiet:
            sys.stderr.write(page.err)
        sys.stdout.write(page.out)
        sys.stdout.flush()

    def advise(self, text: str) -> None:
        """Write a line of advice to stderr, unless --quiet."""
        if not self.quiet:
            warn(text)


def _resolve(fmt: Format, terminal: Terminal) -> Format:
    """Return the format that `fmt` means on this terminal."""
    if fmt is Format.AUTO:
        if not terminal.is_terminal:
            return Format.PLAIN
        fmt = Format.TEXT if terminal.is_dumb else Format.RICH
    if fmt is Format.RICH and terminal.columns < MIN_PANEL_COLUMNS:
        return Format.TEXT
    return fmt


def _view(fmt: Format, terminal: Terminal, setting: Settings) -> View:
    if fmt is Format.JSON:
        from pakaz_cli.views.json_lines import JsonView

        return JsonView(setting)
    if fmt is Format.RICH:
        return _rich_view(terminal, setting)
    if fmt is Format.TEXT:
        from pakaz_cli.views.labelled import TextView

        return TextView(setting)
    from pakaz_cli.views.plain import PlainView

    return PlainView(setting)


def _rich_view(terminal: Terminal, setting: Settings) -> RichView:
    from pakaz_cli.views.panels import RichView  # rich is slow to import

    return RichView(terminal.columns, setting, colour=terminal.colour, unicode=terminal.unicode)


def today() -> date:
    """Return the current date, or that of `PAKAZ_TODAY`; nothing else reads the clock.

    Raises UsageError if `PAKAZ_TODAY` is not a date.
    """
    value = os.environ.get("PAKAZ_TODAY")
    if not value:
        return date.today()
    day = dates.last_day(value) if len(value) == len("YYYY-MM-DD") else None
    if day is None:
        raise UsageError(f"PAKAZ_TODAY must be a date YYYY-MM-DD, not {value!r}")
    return day


def setting(kb: str | None) -> Settings:
    """Return what views need to know.

    Commands that a view suggests repeat --kb, unless `PAKAZ_KB` already names that file.
    """
    is_named = kb is not None and kb != os.environ.get("PAKAZ_KB")
    return Settings(today(), as_typed(kb) if kb is not None and is_named else None)
