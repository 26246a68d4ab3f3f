"""The loop of the chat: reads a line and answers it, until a command, Ctrl-D or lost output."""

from __future__ import annotations

import contextlib
import os
import signal
import termios
from typing import TYPE_CHECKING, Protocol

from pakaz_cli.chat.interrupts import Interruptible, sigint_calls
from pakaz_cli.errors import PakazError
from pakaz_cli.terminal import guard, streams
from pakaz_cli.views.view import Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pakaz_cli.chat.conversation import Conversation
    from pakaz_cli.chat.history import History
    from pakaz_cli.terminal.screen import Screen

_CLEAR = "\x1b[H\x1b[2J\x1b[3J"
#: Bracketed paste off, line wrap on, cursor on, no style; then a new line, cleared to the end.
_RESET = "\x1b[?2004l\x1b[?7h\x1b[?25h\x1b[0m\r\n\x1b[J"


class Prompt(Protocol):
    """Reads the lines that are typed."""

    def read(self) -> str:
        """Return a line. Raises EOFError on Ctrl-D and KeyboardInterrupt on Ctrl-C.

        In each case, the next output starts on a new line.
        """


def start(screen: Screen, conversation: Conversation, *, keeps_history: bool, debug: bool) -> None:
    """Converse at the terminal, with completion and history if it can be drawn on."""
    from pakaz_cli.chat.history import History

    prompt: Prompt
    if screen.is_drawn:
        from pakaz_cli.chat.prompt import DrawnPrompt  # slow to import
        from pakaz_cli.chat.suggestions import suggest

        history = History.open(os.environ) if keeps_history else History()
        prompt = DrawnPrompt(
            lambda line: suggest(conversation.index, line), history, colour=screen.is_coloured
        )
    else:
        from pakaz_cli.chat.line_prompt import LinePrompt

        history, prompt = History(), LinePrompt()
    with contextlib.closing(history), _terminal_restored():
        converse(screen, conversation, prompt, history, debug=debug)


def converse(
    screen: Screen, conversation: Conversation, prompt: Prompt, history: History, *, debug: bool
) -> None:
    """Answer lines until a command or Ctrl-D ends the conversation.

    A bug is reported and the conversation continues. Raises PakazError, such as OutputLostError.
    """
    turn = Interruptible()
    with sigint_calls(turn.interrupt):
        screen.show(conversation.greeting(screen.chat_view()))
        is_over = is_memory_full = is_interrupted = False
        while not is_over:
            if is_memory_full:
                guard.report_out_of_memory()
                is_memory_full = False
            try:
                with turn:
                    if is_interrupted:
                        screen.show(Page("\n"))  # after the ^C that the terminal shows
                        is_interrupted = False
                    _show_notice(screen, history)
                    is_over = _take_turn(screen, conversation, prompt)
            except PakazError:
                raise
            except KeyboardInterrupt:
                is_interrupted = True
            except MemoryError:
                is_memory_full = True
            except Exception as bug:  # noqa: BLE001 - the conversation continues after any bug
                guard.report_bug(bug, debug=debug)


def _show_notice(screen: Screen, history: History) -> None:
    if history.notice is not None:
        screen.show(screen.chat_view().message([history.notice]))
        history.notice = None


def _take_turn(screen: Screen, conversation: Conversation, prompt: Prompt) -> bool:
    """Read a line and answer it; return whether it was the last."""
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
def _terminal_restored() -> Iterator[None]:
    """Restore the terminal at the end, also when SIGTERM ends the program."""
    original = termios.tcgetattr(0)

    def end(number: int, _: object) -> None:
        signal.signal(number, signal.SIG_DFL)
        with contextlib.suppress(termios.error, OSError):  # the terminal may be gone
            if termios.tcgetattr(0) != original:  # the prompt has drawn something
                termios.tcsetattr(0, termios.TCSANOW, original)
                streams.write_out_now(_RESET)
        os.kill(os.getpid(), number)

    before = signal.getsignal(signal.SIGTERM)
    if before is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        with contextlib.suppress(termios.error, OSError):
            termios.tcsetattr(0, termios.TCSANOW, original)
        if before is not None:
            signal.signal(signal.SIGTERM, before)
