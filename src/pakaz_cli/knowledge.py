"""Finds, opens and reads knowledge bases.

A named knowledge base is the only one tried; without a name it is the bundled one. The current
directory is never searched.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pakaz_cli import document, schema
from pakaz_cli.errors import InputInvalidError, InputMissingError
from pakaz_cli.model import Finding, KnowledgeBase, Level
from pakaz_cli.text import as_typed

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_FILE_BYTES = 512 * 1024 * 1024

_PACKAGE = Path(__file__).parent
#: Where the bundled knowledge base is: inside a wheel, or beside `src` in a checkout.
_PACKAGED = _PACKAGE / "data" / "faq.yaml"
_CHECKOUT = _PACKAGE.parent.parent / "knowledge" / "faq.yaml"


class Checked(NamedTuple):
    """A knowledge base as read, all that was found, and the document with its places.

    `base` is None where errors forbid its use.
    """

    path: str
    base: KnowledgeBase | None
    findings: tuple[Finding, ...]
    root: document.Node | None = None


def load(path: str | None = None) -> KnowledgeBase:
    """Return the knowledge base at `path`, or the bundled one for None.

    Raises InputMissingError when it is not there or is no readable file, InputInvalidError when its
    content has errors.
    """
    checked = check(path)
    if checked.base is None:
        errors = [finding for finding in checked.findings if finding.level is Level.ERROR]
        raise InputInvalidError("knowledge base", checked.path, errors)
    return checked.base


def check(path: str | None = None) -> Checked:
    """Read the knowledge base at `path`, or the bundled one, and tell all that is wrong with it.

    Raises InputMissingError when it is not there or is no readable file.
    """
    shown, data = read_first([path] if path is not None else bundled_places(), "knowledge base")
    if isinstance(data, Finding):
        return Checked(shown, None, (data,))
    text, findings = decode(data)
    root = None
    if not findings:
        root, findings = document.parse(text)
    if root is None:
        if not findings:
            findings = [Finding(1, 1, "empty", "the file holds no document")]
        return Checked(shown, None, tuple(findings))
    base, more = schema.build(root)
    findings = sorted([*findings, *more])
    if any(finding.level is Level.ERROR for finding in findings):
        base = None
    return Checked(shown, base, tuple(findings), root)


def bundled_places() -> list[str]:
    """Return the paths at which the bundled knowledge base may be, in the order to try them."""
    places = [_PACKAGED]
    if _PACKAGE.parent.name == "src":
        places.append(_CHECKOUT)
    return [str(place) for place in places]


def read_first(places: Sequence[str], what: str) -> tuple[str, bytes | Finding]:
    """Return the first of `places` that is a readable file, and its bytes.

    A file over the size limit gives a finding instead of bytes. Raises InputMissingError, which
    names every place tried and why it failed.
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
    with open(descriptor, "rb") as file:  # noqa: PTH123 - the open file is asked, not the path
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "not a file")
        if status.st_size <= MAX_FILE_BYTES:
            data = file.read(status.st_size)
            if not file.read(1):
                return data
            raise OSError(errno.EAGAIN, "it grew while it was read")
    return Finding(1, 1, "too-large", f"the file is over {MAX_FILE_BYTES // 1024 // 1024} MiB")


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror[0].lower() + error.strerror[1:]
    return "not a path"


def decode(data: bytes) -> tuple[str, list[Finding]]:
    """Return bytes as text (UTF-8, with or without a byte order mark), or a finding."""
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        message = f"not UTF-8: byte 0x{data[error.start]:02x} at offset {error.start}"
        return "", [Finding(line, column, "encoding", message)]
