"""Shows the progress of a long run to the person who waits for it."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from typing import TYPE_CHECKING, cast

from pakaz_cli.terminal.streams import DrawingStream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import IO

    from pakaz_cli.terminal.input import Source

#: Seconds before the bar appears, and between two updates.
_PERIOD = 0.2


@contextlib.contextmanager
def shown(source: Source, *, quiet: bool) -> Iterator[Callable[[int], None]]:
    """Give a function to call with the number of questions so far; erase the bar at the end.

    Nothing is drawn if `quiet`, if the size of `source` is unknown, if stderr is not a terminal or
    a dumb one, or if stdout is a terminal, which shows the answers themselves.
    """
    size = source.size
    if quiet or not size or not _is_watched():
        yield lambda _count: None
        return
    with contextlib.ExitStack() as stack:
        draw: Callable[[int, str], None] | None = None
        due = time.monotonic() + _PERIOD

        def update(count: int) -> None:
            nonlocal draw, due
            if time.monotonic() < due:
                return
            if draw is None:
                from pakaz_cli.views.canvas import progress_bar  # rich is slow to import

                terminal = DrawingStream(stack.enter_context(open(2, "w", closefd=False)))
                draw = stack.enter_context(progress_bar(cast("IO[str]", terminal), size))
            draw(source.taken, f"{count:,} questions")
            due = time.monotonic() + _PERIOD

        yield update


def _is_watched() -> bool:
    return sys.stderr.isatty() and not sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
