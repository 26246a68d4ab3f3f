"""Writes a knowledge base as a compiled file, which is there whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import os
import signal
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pakaz_cli.errors import CannotCreateError, UsageError
from pakaz_cli.knowledge import compiled, database
from pakaz_cli.knowledge.load import load_base
from pakaz_cli.search import indexing
from pakaz_cli.text.display import as_typed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from pakaz_cli.model import KnowledgeBase


def compile_file(source: str, path: str) -> KnowledgeBase:
    """Compile the YAML at `source`, write the result to `path`, and return what was compiled.

    Raises InputMissingError, InputInvalidError and CannotCreateError.
    """
    if database.is_ours(source):
        raise UsageError(f"{as_typed(source)} is compiled already")
    base = load_base(source)
    write(path, base, _key_of(source))
    return base


def _key_of(source: str) -> str:
    with Path(source).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write(path: str, base: KnowledgeBase, key: str) -> None:
    """Write a knowledge base to `path`, in the place of an earlier compiled one.

    `key` is the SHA-256 of what it was built from. Raises CannotCreateError where another file is
    there, or none can be.
    """
    try:
        place = Path(path).resolve()
        if place.exists() and not database.is_ours(path):
            raise CannotCreateError(as_typed(path), "another file is there")
        descriptor, name = tempfile.mkstemp(".tmp", ".pakaz-", place.parent)
        os.close(descriptor)
        with _removed(Path(name)):
            _fill(name, base, key)
            _place_into(name, place)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CannotCreateError(as_typed(path), reason[:1].lower() + reason[1:]) from error


@contextlib.contextmanager
def _removed(temporary: Path) -> Iterator[None]:
    """Remove a file in the end, even where a signal ends the program."""
    before: dict[int, Any] = {}

    def leave(number: int, frame: FrameType | None) -> None:
        temporary.unlink(missing_ok=True)
        handler = before[number]
        if callable(handler):
            handler(number, frame)
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            before[number] = signal.signal(number, leave)
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
        temporary.unlink(missing_ok=True)


def _fill(name: str, base: KnowledgeBase, key: str) -> None:
    tables = database.create(name)
    tables.fill("about", [("sha256", key)])
    compiled.fill(tables, base)
    indexing.build(tables, base)
    tables.close()


def _place_into(name: str, place: Path) -> None:
    """Move a written file to its place, once it is on the disk, readable as other new files are."""
    mask = os.umask(0)
    os.umask(mask)
    with Path(name).open("rb") as file:
        os.fchmod(file.fileno(), 0o666 & ~mask)
        os.fsync(file.fileno())
    Path(name).replace(place)
