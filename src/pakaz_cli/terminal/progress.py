"""How far a long run has come, for a person who waits: one line on stderr, redrawn in place.

It writes to the terminal itself, for what goes through `output` cannot act on one; it writes
nothing but digits and words of its own.
"""

from __future__ import annotations

import contextlib
import os
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pakaz_cli.terminal.input import Source

_STDOUT, _STDERR = 1, 2
#: Seconds between two drawings.
_PERIOD = 0.2


@contextlib.contextmanager
def shown(source: Source, *, quiet: bool) -> Iterator[Callable[[int], None]]:
    """Give a function to call after each question with how many there were; erase at the end.

    Nothing is drawn with `quiet`, where stderr is no terminal or one that can only add lines, where
    the answers themselves go to a terminal, or where the size of the source is not known.
    """
    size = source.size
    if quiet or not size or not _is_watched():
        yield lambda _count: None
        return
    drawn = ""
    due = time.monotonic() + _PERIOD

    def tell(count: int) -> None:
        nonlocal drawn, due
        now = time.monotonic()
        if now >= due:
            due = now + _PERIOD
            told = f"{count:,} questions, {min(100, 100 * source.taken // size)} %"
            _write("\r" + told.ljust(len(drawn)))
            drawn = told

    try:
        yield tell
    finally:
        if drawn:
            _write("\r" + " " * len(drawn) + "\r")


def _is_watched() -> bool:
    return os.isatty(_STDERR) and not os.isatty(_STDOUT) and os.environ.get("TERM") != "dumb"


def _write(drawing: str) -> None:
    with contextlib.suppress(OSError):  # the terminal went away; the answers did not
        os.write(_STDERR, drawing.encode("ascii"))
