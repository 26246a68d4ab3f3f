"""Compiles a knowledge base; the file is written completely or not at all."""

from __future__ import annotations

import contextlib
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
    """Compile the YAML at `source` to `path`, and return the knowledge base.

    Raises UsageError if the source is compiled already, and InputMissingError, InputInvalidError
    and CannotCreateError.
    """
    if database.is_database(source):
        raise UsageError(f"{as_typed(source)} is already compiled")
    base = load_base(source)
    write(path, base, compiled.fingerprint(Path(source).read_bytes()))
    return base


def write(path: str, base: KnowledgeBase, source: str) -> None:
    """Write a knowledge base to `path`, replacing an earlier compiled file.

    `source` is the fingerprint of its YAML. Raises CannotCreateError if another kind of file exists
    or the file cannot be written.
    """
    try:
        target = Path(path).resolve()
        if target.exists() and not database.is_database(path):
            reason = "the file exists and is not a compiled knowledge base"
            raise CannotCreateError(as_typed(path), reason)
        descriptor, name = tempfile.mkstemp(".tmp", ".pakaz-", target.parent)
        os.close(descriptor)
        temporary = Path(name)
        with _removed_at_exit(temporary):
            created = database.create(name)
            compiled.fill(created, base, source)
            indexing.build(created, base)
            created.save()
            _move(temporary, target)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CannotCreateError(as_typed(path), reason[:1].lower() + reason[1:]) from error


@contextlib.contextmanager
def _removed_at_exit(temporary: Path) -> Iterator[None]:
    """Remove a file at the end, also if a signal ends the program."""
    previous: dict[int, Any] = {}

    def on_signal(number: int, frame: FrameType | None) -> None:
        temporary.unlink(missing_ok=True)
        handler = previous[number]
        if callable(handler):
            handler(number, frame)
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            previous[number] = signal.signal(number, on_signal)
    try:
        yield
    finally:
        for one, handler in previous.items():
            signal.signal(one, handler)
        temporary.unlink(missing_ok=True)


def _move(temporary: Path, target: Path) -> None:
    """Move a file to its target once it is on the disk, with the permissions of a new file."""
    mask = os.umask(0)
    os.umask(mask)
    with temporary.open("rb") as file:
        os.fchmod(file.fileno(), 0o666 & ~mask)
        os.fsync(file.fileno())
    temporary.replace(target)
