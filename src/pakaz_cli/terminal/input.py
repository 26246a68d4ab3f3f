"""Reads lines of bytes from a file or standard input in bounded memory."""

from __future__ import annotations

import os
import stat
import sys

from pakaz_cli._typing import TYPE_CHECKING, NamedTuple
from pakaz_cli.errors import InputMissingError
from pakaz_cli.terminal.streams import wait_until_ready
from pakaz_cli.text.display import as_typed

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Maximum length of a line in bytes; the content of a longer one is dropped while it is read.
MAX_LINE = 64 * 1024
_CHUNK = 64 * 1024
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_STANDARD = "standard input"


class Line(NamedTuple):
    """A line without its terminator."""

    number: int  #: from 1
    content: bytes | None  #: None if longer than MAX_LINE


class Source:
    """A file or stream that is read line by line. It stays open until the process ends."""

    def __init__(self, descriptor: int, name: str) -> None:
        self._descriptor = descriptor
        self._name = name
        status = os.fstat(descriptor)
        #: Bytes to read; None unless it is a regular file.
        self.size: int | None = None
        #: Bytes read so far.
        self.taken = 0
        if stat.S_ISREG(status.st_mode):
            self.size = max(0, status.st_size - os.lseek(descriptor, 0, os.SEEK_CUR))

    @property
    def is_terminal(self) -> bool:
        """Whether the lines are typed by a person."""
        return os.isatty(self._descriptor)

    def lines(self, end: bytes = b"\n") -> Iterator[Line]:
        r"""Yield each line as soon as it is complete.

        `end`, or the end of the input, terminates a line; a carriage return before a line feed is
        dropped, and so is a byte order mark before the first line. Raises InputMissingError if
        reading fails.
        """
        for number, content in enumerate(self._split(end), 1):
            if content is None:
                yield Line(number, None)
                continue
            kept = content.removeprefix(_BYTE_ORDER_MARK) if number == 1 else content
            yield Line(number, kept.removesuffix(b"\r") if end == b"\n" else kept)

    def _split(self, end: bytes) -> Iterator[bytes | None]:
        rest = b""
        is_too_long = False
        while chunk := self._read():
            *complete, rest = (rest + chunk).split(end)
            for content in complete:
                yield None if is_too_long or len(content) > MAX_LINE else content
                is_too_long = False
            if len(rest) > MAX_LINE:
                is_too_long, rest = True, b""
        if rest or is_too_long:
            yield None if is_too_long else rest

    def head(self, size: int) -> bytes:
        """Return the input up to `size` bytes; more is not read. Raises InputMissingError."""
        head = b""
        while len(head) < size and (chunk := self._read(size - len(head))):
            head += chunk
        return head

    def _read(self, size: int = _CHUNK) -> bytes:
        """Wait for input and return up to `size` bytes of it, or no bytes at its end."""
        while True:
            try:
                chunk = os.read(self._descriptor, size)
            except BlockingIOError:  # another process made the pipe non-blocking
                wait_until_ready(self._descriptor)
            except OSError as error:
                raise _missing(self._name, error) from error
            else:
                self.taken += len(chunk)
                return chunk


def open_source(path: str | None) -> Source:
    """Open the file at `path`, or standard input for None or ``-``.

    Named pipes and the shell's ``<(…)`` work too. Raises InputMissingError if it is missing,
    unreadable or closed.
    """
    if path is None or path == "-":
        if sys.stdin is None:
            raise InputMissingError("questions", [(_STANDARD, "closed")])
        return Source(sys.stdin.fileno(), _STANDARD)
    try:
        # A directory can be opened; the first read then fails.
        return Source(os.open(path, os.O_RDONLY | os.O_CLOEXEC), as_typed(path))
    except OSError as error:
        raise _missing(as_typed(path), error) from error


def _missing(name: str, error: OSError) -> InputMissingError:
    reason = error.strerror or "unreadable"
    return InputMissingError("questions", [(name, reason[0].lower() + reason[1:])])
