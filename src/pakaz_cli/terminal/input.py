"""Lines of bytes from a file or standard input, however many there are and however long one is."""

from __future__ import annotations

import os
import select
import stat
import sys

from pakaz_cli._typing import TYPE_CHECKING, NamedTuple
from pakaz_cli.errors import InputMissingError
from pakaz_cli.text.display import as_typed

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Bytes that a line may have; of a longer one no more than that is ever held.
MAX_LINE = 64 * 1024
_CHUNK = 64 * 1024
_MARK = b"\xef\xbb\xbf"
_STANDARD = "standard input"


class Line(NamedTuple):
    """A line without its end."""

    number: int  #: counted from 1
    content: bytes | None  #: None for one of more than MAX_LINE bytes


class Source:
    """What lines are read from. It stays open until the process ends, as does its only reader."""

    def __init__(self, descriptor: int, name: str) -> None:
        self._descriptor = descriptor
        self._name = name
        status = os.fstat(descriptor)
        #: Bytes there are to read, where that is known: of a regular file.
        self.size: int | None = None
        #: Bytes that have been read.
        self.taken = 0
        if stat.S_ISREG(status.st_mode):
            self.size = max(0, status.st_size - os.lseek(descriptor, 0, os.SEEK_CUR))

    @property
    def is_terminal(self) -> bool:
        """Whether somebody types the lines."""
        return os.isatty(self._descriptor)

    def lines(self, end: bytes = b"\n") -> Iterator[Line]:
        r"""Yield each line as soon as it is there, whole, without waiting for more.

        Only `end` ends a line, and the end of the input ends the last; where it is a line feed, a
        carriage return before it belongs to it. A byte order mark before the first line is dropped.
        Raises InputMissingError where reading fails.
        """
        for number, content in enumerate(self._split(end), 1):
            if content is None:
                yield Line(number, None)
                continue
            kept = content.removeprefix(_MARK) if number == 1 else content
            yield Line(number, kept.removesuffix(b"\r") if end == b"\n" else kept)

    def _split(self, end: bytes) -> Iterator[bytes | None]:
        held = b""
        is_too_long = False
        while chunk := self._read():
            *whole, held = (held + chunk).split(end)
            for content in whole:
                yield None if is_too_long or len(content) > MAX_LINE else content
                is_too_long = False
            if len(held) > MAX_LINE:
                is_too_long, held = True, b""
        if held or is_too_long:
            yield None if is_too_long else held

    def _read(self) -> bytes:
        """Return what there is, up to a chunk, waiting for the first byte; nothing at the end."""
        while True:
            try:
                chunk = os.read(self._descriptor, _CHUNK)
            except BlockingIOError:  # whoever shares the other end made it so
                select.select([self._descriptor], [], [])
            except OSError as error:
                raise _missing(self._name, error) from error
            else:
                self.taken += len(chunk)
                return chunk


def open_source(path: str | None) -> Source:
    """Return the file at `path`, or standard input for None or ``-``, open for reading.

    A named pipe will do, and so will what a shell makes of ``<(…)``. Raises InputMissingError when
    it is not there, may not be read or is closed.
    """
    if path is None or path == "-":
        if sys.stdin is None:
            raise InputMissingError("questions", [(_STANDARD, "closed")])
        return Source(sys.stdin.fileno(), _STANDARD)
    try:
        # A directory opens as well, and says at the first reading what it is.
        return Source(os.open(path, os.O_RDONLY | os.O_CLOEXEC), as_typed(path))
    except OSError as error:
        raise _missing(as_typed(path), error) from error


def _missing(name: str, error: OSError) -> InputMissingError:
    reason = error.strerror or "unreadable"
    return InputMissingError("questions", [(name, reason[0].lower() + reason[1:])])
