"""What the streams can show, and the only place that writes to them."""

from __future__ import annotations

import io
import os
import sys
from datetime import date
from enum import StrEnum

from pakaz_cli._typing import TYPE_CHECKING, NamedTuple
from pakaz_cli.errors import OutputLostError, UsageError
from pakaz_cli.text import dates
from pakaz_cli.text.display import as_typed, visible, visible_line
from pakaz_cli.views.view import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TextIO

    from pakaz_cli.views.panels import RichView
    from pakaz_cli.views.view import ChatView, Page, View

#: A terminal with fewer columns gets no panels.
MIN_PANEL_COLUMNS = 40
_DEFAULT_COLUMNS = 80


class Format(StrEnum):
    """How output looks."""

    AUTO = "auto"
    RICH = "rich"
    TEXT = "text"
    PLAIN = "plain"
    JSON = "json"


class Colour(StrEnum):
    """Whether output is coloured."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class Terminal(NamedTuple):
    """What is known of the place that output goes to."""

    is_terminal: bool
    is_dumb: bool  #: TERM=dumb: it can only add lines
    columns: int
    colour: bool
    unicode: bool  #: whether its encoding has the line-drawing characters

    @classmethod
    def of(
        cls, stream: TextIO, environ: Mapping[str, str], colour: Colour, width: int | None
    ) -> Terminal:
        """Look at a stream and the environment; `colour` and `width` are the user's wish."""
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
    """Return the columns that COLUMNS tells, else the terminal itself, else 80."""
    told = environ.get("COLUMNS", "")
    if told.isascii() and told.isdigit() and len(told) < 9 and int(told) > 0:
        return int(told)
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
    """The chosen format on the standard streams."""

    def __init__(
        self, fmt: Format, colour: Colour, width: int | None, setting: Settings, *, quiet: bool
    ) -> None:
        self._wanted = fmt, colour, width
        self._setting = setting
        terminal = self._terminal()
        self._format = _resolve(fmt, terminal)
        self.quiet = quiet
        self.today = setting.today
        self.is_coloured = terminal.colour
        self.is_drawn = self._format is Format.RICH and not terminal.is_dumb
        self.view: View = _view(self._format, terminal, setting)

    def _terminal(self) -> Terminal:
        _, colour, width = self._wanted
        return Terminal.of(sys.stdout, os.environ, colour, width)

    def chat_view(self) -> ChatView:
        """Return the view for the next reply of a chat: the window may have been resized."""
        terminal = self._terminal()
        setting = self._setting._replace(in_chat=True)
        if _resolve(self._wanted[0], terminal) is Format.RICH:
            return _rich_view(terminal, setting)
        from pakaz_cli.views.labelled import TextView  # noqa: PLC0415 - each format loads what it needs

        return TextView(setting)

    def show(self, page: Page) -> None:
        """Write a page; with --quiet, without its advice. Raises OutputLostError."""
        if self._format is Format.JSON and isinstance(sys.stdout, Stream):
            sys.stdout.use_utf8()
        if page.err and not self.quiet:
            sys.stderr.write(page.err)
        sys.stdout.write(page.out)
        sys.stdout.flush()

    def advise(self, text: str) -> None:
        """Write a line of advice to stderr, unless --quiet."""
        if not self.quiet:
            complain(text)


def _resolve(fmt: Format, terminal: Terminal) -> Format:
    """Return the format that `fmt` means here."""
    if fmt is Format.AUTO:
        if not terminal.is_terminal:
            return Format.PLAIN
        fmt = Format.TEXT if terminal.is_dumb else Format.RICH
    if fmt is Format.RICH and terminal.columns < MIN_PANEL_COLUMNS:
        return Format.TEXT
    return fmt


def _view(fmt: Format, terminal: Terminal, setting: Settings) -> View:
    if fmt is Format.JSON:
        from pakaz_cli.views.json_lines import JsonView  # noqa: PLC0415 - each format loads what it needs

        return JsonView(setting)
    if fmt is Format.RICH:
        return _rich_view(terminal, setting)
    if fmt is Format.TEXT:
        from pakaz_cli.views.labelled import TextView  # noqa: PLC0415

        return TextView(setting)
    from pakaz_cli.views.plain import PlainView  # noqa: PLC0415

    return PlainView(setting)


def _rich_view(terminal: Terminal, setting: Settings) -> RichView:
    from pakaz_cli.views.panels import RichView  # noqa: PLC0415 - rich is slow to import

    return RichView(terminal.columns, setting, colour=terminal.colour, unicode=terminal.unicode)


def today() -> date:
    """Return the day, which `PAKAZ_TODAY` overrides; nothing else asks the clock.

    Raises UsageError where that is no date.
    """
    told = os.environ.get("PAKAZ_TODAY")
    if not told:
        return date.today()
    day = dates.last_day(told) if len(told) == len("YYYY-MM-DD") else None
    if day is None:
        raise UsageError(f"PAKAZ_TODAY must be a date YYYY-MM-DD, not {told!r}")
    return day


def setting(kb: str | None) -> Settings:
    """Return what views must know; a knowledge base that `PAKAZ_KB` names need not be repeated."""
    is_named = kb is not None and kb != os.environ.get("PAKAZ_KB")
    return Settings(today(), as_typed(kb) if kb is not None and is_named else None)


def tell(text: str) -> None:
    """Write whole lines to stdout."""
    sys.stdout.write(text)


def tell_at_once(text: str) -> None:
    """Write to stdout past what is buffered, as a signal handler must. Raises OSError."""
    os.write(1, text.encode("ascii"))


def tell_error(text: str) -> None:
    """Write whole lines to stderr."""
    sys.stderr.write(text)


def complain(text: str) -> None:
    """Write one line to stderr, after the program's name."""
    sys.stderr.write(f"pakaz: {visible_line(text)}\n")


class Stream:
    """A standard stream that never loses output silently and never fails on a character.

    It stands in for `sys.stdout` and `sys.stderr`, so that what libraries print (help, usage
    errors) keeps the same promises. A character that the encoding lacks is written as an escape.
    Where the stream is closed or its disk is full, OutputLostError is raised.
    """

    def __init__(self, stream: TextIO | None) -> None:
        if isinstance(stream, io.TextIOWrapper) and isinstance(stream.buffer, io.RawIOBase):
            # Python runs unbuffered: a raw stream may write a part and say nothing of it.
            encoding = stream.encoding
            stream = io.TextIOWrapper(io.BufferedWriter(stream.detach()), encoding)
        self._stream = stream
        self._reconfigure()

    def use_utf8(self) -> None:
        """Write UTF-8 from now on, whatever the locale says."""
        self._reconfigure("utf-8")

    def _reconfigure(self, encoding: str | None = None) -> None:
        if isinstance(self._stream, io.TextIOWrapper):
            self._stream.reconfigure(encoding=encoding, errors="backslashreplace", newline="\n")

    @property
    def encoding(self) -> str:
        """Name of the encoding."""
        return self._stream.encoding if self._stream else "utf-8"

    def isatty(self) -> bool:
        """Tell whether this is a terminal."""
        return self._stream is not None and self._stream.isatty()

    def fileno(self) -> int:
        """Return the file descriptor; raises OSError where there is none."""
        if self._stream is None:
            raise OSError("closed")
        return self._stream.fileno()

    def write(self, text: str) -> int:
        """Write text; returns its length."""
        if not isinstance(text, str):  # how libraries ask whether this stream takes bytes
            raise TypeError("write() argument must be str")
        if text and self._stream is None:
            self._lose("the stream is closed")
        elif text and self._stream is not None:
            try:
                self._stream.write(self._shown(text))
            except OSError as error:
                self._lose(error.strerror)
        return len(text)

    def _shown(self, text: str) -> str:
        return text

    def flush(self) -> None:
        """Hand everything written to the system."""
        try:
            if self._stream is not None:
                self._stream.flush()
        except OSError as error:
            self._lose(error.strerror)

    def _lose(self, reason: str | None) -> None:
        if self._stream is not None:
            # What is still buffered goes nowhere; else the interpreter tries it again at its end.
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, self._stream.fileno())
            os.close(null)
            self._stream = None
        raise OutputLostError(reason or "unknown reason")


class ErrorStream(Stream):
    """Standard error: whoever writes to it, nothing in the text can act on a terminal.

    What cannot be written is dropped: a complaint that nobody can read must not hide the exit code.
    """

    def _shown(self, text: str) -> str:
        return visible(text)

    def _lose(self, reason: str | None) -> None:
        try:
            super()._lose(reason)
        except OutputLostError:
            return


def claim_streams() -> None:
    """Put guarded streams in the place of the standard ones."""
    sys.stdout = Stream(sys.stdout)
    sys.stderr = ErrorStream(sys.stderr)
