"""Reads and decodes whole files."""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING

from pakaz_cli.errors import InputMissingError
from pakaz_cli.model import Finding
from pakaz_cli.text.display import as_typed

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_FILE_BYTES = 512 * 1024 * 1024


def read_first(places: Sequence[str], what: str) -> tuple[str, bytes | Finding]:
    """Return the first of `places` that is a readable file, with its content.

    A file over the size limit returns a finding instead of bytes. `what` names the kind of file in
    the InputMissingError, which lists every place tried and the reason it failed.
    """
    tried: list[tuple[str, str]] = []
    for place in places:
        try:
            return as_typed(place), _read(place)
        except (OSError, ValueError) as error:
            tried.append((as_typed(place), _reason(error)))
    raise InputMissingError(what, tried)


def _read(place: str) -> bytes | Finding:
    # Without O_NONBLOCK, opening a named pipe would wait for a writer.
    descriptor = os.open(
        place, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
    )
    with open(descriptor, "rb") as file:  # noqa: PTH123 - a descriptor
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "not a file")
        if status.st_size <= MAX_FILE_BYTES:
            data = file.read(status.st_size)
            if not file.read(1):
                return data
            raise OSError(errno.EAGAIN, "it grew while being read")
    return Finding(
        1, 1, "too-large", f"the file is larger than {MAX_FILE_BYTES // 1024 // 1024} MiB"
    )


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror[0].lower() + error.strerror[1:]
    return "not a valid path"


def decode(data: bytes) -> tuple[str, list[Finding]]:
    """Decode UTF-8, with or without a byte order mark; if invalid, return no text but a finding."""
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        message = f"not UTF-8: byte 0x{data[error.start]:02x} at offset {error.start}"
        return "", [Finding(line, column, "encoding", message)]
