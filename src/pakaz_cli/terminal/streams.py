"""The standard streams, and the functions that write to them."""

from __future__ import annotations

import io
import os
import sys

from pakaz_cli._typing import TYPE_CHECKING
from pakaz_cli.errors import OutputLostError
from pakaz_cli.text.display import visible, visible_line

if TYPE_CHECKING:
    from typing import Any, TextIO

#: What becomes of a character that an encoding lacks.
_ERRORS = "backslashreplace"


def write_out(text: str) -> None:
    """Write whole lines to stdout. Raises OutputLostError."""
    sys.stdout.write(text)


def write_out_now(text: str) -> None:
    """Write ASCII text to stdout unbuffered, as a signal handler must. Raises OSError."""
    os.write(1, text.encode("ascii"))


def write_err(text: str) -> None:
    """Write whole lines to stderr."""
    sys.stderr.write(text)


def warn(text: str) -> None:
    """Write one line to stderr, prefixed with the program's name."""
    sys.stderr.write(f"pakaz: {visible_line(text)}\n")


class _WaitingFile(io.FileIO):
    """A file whose writes wait for the reader, even where another process made it non-blocking."""

    def write(self, data: Any) -> int:
        """Write some bytes, at least one, and return how many."""
        while (written := super().write(data)) is None:
            wait_until_ready(self.fileno(), writing=True)
        return written


def _waiting(stream: TextIO | None) -> TextIO | None:
    """Return a stream to the same place that waits, and writes whatever its encoding lacks."""
    if not isinstance(stream, io.TextIOWrapper):
        return stream
    if not isinstance(stream.buffer, io.BufferedWriter | io.FileIO):  # in memory
        stream.reconfigure(errors=_ERRORS, newline="\n")
        return stream
    # Also if Python runs unbuffered: a raw stream may write only a part, without an error.
    buffer = io.BufferedWriter(_WaitingFile(stream.fileno(), "wb", closefd=False))
    return io.TextIOWrapper(
        buffer, stream.encoding, _ERRORS, newline="\n", line_buffering=stream.line_buffering
    )


def wait_until_ready(descriptor: int, *, writing: bool = False) -> None:
    """Wait until a non-blocking descriptor can be read or written, or is closed."""
    import select

    poll = select.poll()
    poll.register(descriptor, select.POLLOUT if writing else select.POLLIN)
    poll.poll()


class Stream:
    """A standard stream that never loses output silently and can write every character.

    It replaces `sys.stdout` and `sys.stderr`, so that what libraries print (help, usage errors)
    keeps the same promises. A character missing from the encoding is written as an escape.
    If the stream is closed or its disk is full, OutputLostError is raised.
    """

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = _waiting(stream)

    def use_utf8(self) -> None:
        """Write UTF-8 from now on, whatever the locale says."""
        if isinstance(self._stream, io.TextIOWrapper):
            self._stream.reconfigure(encoding="utf-8", errors=_ERRORS)

    @property
    def encoding(self) -> str:
        """Name of the encoding."""
        return self._stream.encoding if self._stream else "utf-8"

    def isatty(self) -> bool:
        """Return whether this is a terminal."""
        return self._stream is not None and self._stream.isatty()

    def fileno(self) -> int:
        """Return the file descriptor. Raises OSError if the stream is closed."""
        if self._stream is None:
            raise OSError("closed")
        return self._stream.fileno()

    def write(self, text: str) -> int:
        """Write text and return its length."""
        if not isinstance(text, str):  # libraries probe in this way whether a stream takes bytes
            raise TypeError("write() argument must be str")
        if text and self._stream is None:
            self._lose("the stream is closed")
        elif text and self._stream is not None:
            try:
                self._stream.write(self._prepared(text))
            except OSError as error:
                self._lose(error.strerror)
        return len(text)

    def _prepared(self, text: str) -> str:
        return text

    def flush(self) -> None:
        """Pass everything written on to the operating system."""
        try:
            if self._stream is not None:
                self._stream.flush()
        except OSError as error:
            self._lose(error.strerror)

    def _lose(self, reason: str | None) -> None:
        if self._stream is not None:
            # Discard what is still buffered; the interpreter would try to write it again at exit.
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, self._stream.fileno())
            os.close(null)
            self._stream = None
        raise OutputLostError(reason or "unknown reason")


class DrawingStream(Stream):
    """A terminal for decoration such as a progress bar: what cannot be written is dropped."""

    def _lose(self, reason: str | None) -> None:
        try:
            super()._lose(reason)
        except OutputLostError:
            return


class ErrorStream(DrawingStream):
    """Standard error: no text written to it, by pakaz or a library, can act on a terminal.

    What cannot be written is dropped: a message that nobody can read must not change the exit code.
    """

    def _prepared(self, text: str) -> str:
        return visible(text)


def claim_streams(*, is_silent: bool = False) -> None:
    """Replace the standard streams by guarded ones; if `is_silent`, stderr goes nowhere."""
    sys.stdout = Stream(sys.stdout)
    sys.stderr = ErrorStream(None if is_silent else sys.stderr)
