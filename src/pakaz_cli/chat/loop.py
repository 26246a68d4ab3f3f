"""The loop of the chat: reads a line, answers it, and lets no mishap but lost output end it."""

from __future__ import annotations

import contextlib
import os
import signal
import termios
from typing import TYPE_CHECKING, Protocol

from pakaz_cli.errors import PakazError
from pakaz_cli.terminal import guard, screen
from pakaz_cli.views.view import Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pakaz_cli.chat.conversation import Conversation
    from pakaz_cli.chat.history import History
    from pakaz_cli.terminal.screen import Screen

_CLEAR = "\x1b[H\x1b[2J\x1b[3J"
#: Pasting as it was, lines broken, the cursor shown, no colour, nothing under a line of its own.
_LEAVING = "\x1b[?2004l\x1b[?7h\x1b[?25h\x1b[0m\r\n\x1b[J"


class Prompt(Protocol):
    """Reads what a person types."""

    def read(self) -> str:
        """Return a line; raises EOFError on Ctrl-D and KeyboardInterrupt on Ctrl-C.

        Whatever comes, the next output is on a fresh line.
        """


def start(screen: Screen, conversation: Conversation, *, keeps_history: bool, debug: bool) -> None:
    """Converse as the terminal allows: with completion and a history, or line by line."""
    from pakaz_cli.chat.history import History  # noqa: PLC0415 - for the prompt alone
    from pakaz_cli.chat.prompt import DrawnPrompt, LinePrompt  # noqa: PLC0415 - slow to import

    history = History()
    prompt: Prompt = LinePrompt()
    if screen.is_drawn:
        from pakaz_cli.chat.suggestions import suggest  # noqa: PLC0415 - for the drawn prompt alone

        if keeps_history:
            history = History.open(os.environ)
        prompt = DrawnPrompt(
            lambda line: suggest(conversation.index, line), history, colour=screen.is_coloured
        )
    with contextlib.closing(history), _left_as_found():
        converse(screen, conversation, prompt, history, debug=debug)


def converse(
    screen: Screen, conversation: Conversation, prompt: Prompt, history: History, *, debug: bool
) -> None:
    """Answer line after line, until one of them, or Ctrl-D, ends it.

    A bug is told and the conversation goes on; OutputLostError is raised.
    """
    with _interruptible():
        screen.show(conversation.greeting(screen.chat_view()))
        is_over = is_memory_full = is_interrupted = False
        while not is_over:
            if is_memory_full:
                guard.tell_out_of_memory()
                is_memory_full = False
            try:
                if is_interrupted:
                    screen.show(Page("\n"))  # the terminal has written ^C
                    is_interrupted = False
                _tell_notice(screen, history)
                is_over = _take_turn(screen, conversation, prompt)
            except PakazError:
                raise
            except KeyboardInterrupt:
                is_interrupted = True
            except MemoryError:
                is_memory_full = True
            except Exception as bug:  # noqa: BLE001 - whatever it is, the conversation goes on
                guard.confess(bug, debug=debug)


def _tell_notice(screen: Screen, history: History) -> None:
    if history.notice is not None:
        screen.show(screen.chat_view().message([history.notice]))
        history.notice = None


def _take_turn(screen: Screen, conversation: Conversation, prompt: Prompt) -> bool:
    """Read a line and answer it; tell whether it was the last."""
    try:
        line = prompt.read()
    except KeyboardInterrupt:
        return False
    except EOFError:
        return True
    turn = conversation.answer(line, screen.chat_view())
    page = turn.page
    if turn.clears and screen.is_drawn:
        page = Page(_CLEAR + page.out, page.err)
    screen.show(page)
    return turn.is_over


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """Let Ctrl-C interrupt what is being done, where it would end the program; then as before."""
    before = signal.getsignal(signal.SIGINT)
    if before is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        if before is not None:
            signal.signal(signal.SIGINT, before)


@contextlib.contextmanager
def _left_as_found() -> Iterator[None]:
    """Give the terminal back as it was, also where SIGTERM ends the program."""
    found = termios.tcgetattr(0)

    def end(number: int, _: object) -> None:
        signal.signal(number, signal.SIG_DFL)
        # It may be gone.
        with contextlib.suppress(termios.error, OSError):
            if termios.tcgetattr(0) != found:  # a line is typed: the prompt has set the terminal
                termios.tcsetattr(0, termios.TCSANOW, found)
                screen.tell_at_once(_LEAVING)
        os.kill(os.getpid(), number)

    before = signal.getsignal(signal.SIGTERM)
    if before is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        if before is not None:
            signal.signal(signal.SIGTERM, before)
