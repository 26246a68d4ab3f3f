"""What SIGINT does in the chat: it ends the current turn, and never the chat."""

from __future__ import annotations

import contextlib
import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Interruptible:
    """A block, entered by `with`, that SIGINT ends with KeyboardInterrupt.

    The exception is raised once per block and never outside one, so that a storm of signals cannot
    raise it again while the first one is being handled.
    """

    def __init__(self) -> None:
        self._is_running = False

    def __enter__(self) -> None:
        self._is_running = True

    def __exit__(self, *_: object) -> None:
        self._is_running = False

    def interrupt(self) -> None:
        """Raise KeyboardInterrupt inside the block; do nothing outside it."""
        if self._is_running:
            self._is_running = False
            raise KeyboardInterrupt


@contextlib.contextmanager
def sigint_calls(function: Callable[[], None]) -> Iterator[None]:
    """Call `function` on SIGINT, unless that is ignored from outside."""
    before = signal.getsignal(signal.SIGINT)
    if before is None or before is signal.SIG_IGN:
        yield
        return
    signal.signal(signal.SIGINT, lambda *_: function())
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
