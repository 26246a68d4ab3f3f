"""Reads what a person types in the chat. Only this module imports prompt_toolkit.

`DrawnPrompt` draws on the terminal while it is typed; `LinePrompt` only ever adds to it.
"""

from __future__ import annotations

import asyncio
import contextvars
import os
import select
import sys
from concurrent import futures
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TextIO, cast

from prompt_toolkit import PromptSession
from prompt_toolkit.application import get_app
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.buffer import CompletionState
from prompt_toolkit.completion import CompleteEvent, Completer, Completion, PathCompleter
from prompt_toolkit.document import Document
from prompt_toolkit.filters import has_completions, is_searching
from prompt_toolkit.history import History as ToolkitHistory
from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.output.vt100 import Vt100_Output
from prompt_toolkit.styles import Style

from pakaz_cli.chat.suggestions import path_in
from pakaz_cli.errors import OutputLostError
from pakaz_cli.text.display import visible_line

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Sequence

    from prompt_toolkit.key_binding import KeyPressEvent
    from prompt_toolkit.output import Output

    from pakaz_cli.chat.history import History
    from pakaz_cli.chat.suggestions import Suggestion

_SIGN, _PLAIN_SIGN = "› ", "> "
#: Lines for the menu, under the line that is typed.
_MENU_LINES = 7
#: What a suggestion means stands beside it from this width on.
_COLUMNS_FOR_MEANING = 60
#: So long what is typed waits for its suggestions before it is drawn without them.
_TYPING_WAITS_SECONDS = 0.004
#: Lines that follow each other so fast were pasted, not typed.
_PASTE_SECONDS = 0.03
#: A question has so many bytes at most; what is longer is read in parts.
MOST_BYTES = 1 << 16

#: The colours of the terminal itself, whatever its background; the chosen suggestion is reversed.
_PLAIN = "noinherit fg:default bg:default"
_STYLE = {
    "completion-menu": _PLAIN,
    "completion-menu.completion": _PLAIN,
    "completion-menu.completion.current": f"{_PLAIN} reverse",
    "completion-menu.meta.completion": f"{_PLAIN} fg:ansibrightblack",
    "completion-menu.meta.completion.current": _PLAIN,
    "scrollbar.background": _PLAIN,
    "scrollbar.button": _PLAIN,
    "auto-suggestion": f"{_PLAIN} fg:ansibrightblack",
    "sign": "bold",
}


class DrawnPrompt:
    """Reads a line with suggestions under it, chosen with Tab and arrows, and the history above.

    The key Ctrl-C clears the line.
    """

    def __init__(
        self,
        suggest: Callable[[str], Sequence[Suggestion]],
        history: History,
        *,
        colour: bool,
    ) -> None:
        sign = _SIGN if _can_show(_SIGN) else _PLAIN_SIGN
        self._out = _LostOnce(cast("TextIO", sys.stdout))
        self._session: PromptSession[str] = PromptSession(
            [("class:sign", sign)],
            completer=_Suggesting(suggest),
            complete_while_typing=True,
            # Without colour it could not be told from what was typed.
            auto_suggest=AutoSuggestFromHistory() if colour else None,
            history=_Asked(history),
            style=Style.from_dict(_STYLE),
            include_default_pygments_style=False,
            color_depth=ColorDepth.DEPTH_4_BIT if colour else ColorDepth.DEPTH_1_BIT,
            reserve_space_for_menu=_MENU_LINES,
            prompt_continuation=" " * len(sign),
            key_bindings=_bindings(),
            enable_suspend=True,
            output=_terminal(cast("TextIO", self._out)),
        )

    def read(self) -> str:
        """Return what was typed; raises EOFError on Ctrl-D, OutputLostError, and on a signal."""
        try:
            # Python's own handler loses no signal, not even one that comes right after Enter.
            typed = self._session.prompt(pre_run=self._clear_line, handle_sigint=False)
        finally:
            if self._out.error is not None:
                raise self._out.error from None
        return typed.encode("utf-8", "surrogateescape").decode("utf-8", "replace")

    def _clear_line(self) -> None:
        """Clear what the terminal itself showed of keys that were pressed before they were read."""
        self._session.output.write_raw("\r")
        self._session.output.erase_end_of_line()
        self._session.output.flush()


def _can_show(sign: str) -> bool:
    try:
        sign.encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _terminal(out: TextIO) -> Output:
    """Return the terminal: without the bell, and without asking it where its cursor is.

    Not every terminal answers that.
    """
    terminal = Vt100_Output.from_pty(out, os.environ.get("TERM"), enable_bell=False)
    terminal.enable_cpr = False
    return terminal


class _LostOnce:
    """Standard output for prompt_toolkit; once it is lost, the prompt is over.

    An error raised while it draws would make prompt_toolkit draw an error.
    """

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self.error: OutputLostError | None = None

    @property
    def encoding(self) -> str:
        return self._out.encoding

    def isatty(self) -> bool:
        return self._out.isatty()

    def fileno(self) -> int:
        return self._out.fileno()

    def write(self, text: str) -> int:
        self._guarded(lambda: self._out.write(text))
        return len(text)

    def flush(self) -> None:
        self._guarded(self._out.flush)

    def _guarded(self, call: Callable[[], object]) -> None:
        if self.error is not None:
            return
        try:
            call()
        except OutputLostError as error:
            self.error = error
            app = get_app()
            if app.is_running and app.future is not None and not app.future.done():
                app.exit(exception=EOFError())


class _Asked(ToolkitHistory):
    """The history as prompt_toolkit wants it: newest first."""

    def __init__(self, history: History) -> None:
        super().__init__()
        self._history = history

    def load_history_strings(self) -> Iterable[str]:
        return reversed(self._history.lines)

    def store_string(self, string: str) -> None:
        self._history.add(string)


class _Suggesting(Completer):
    """Suggestions for what stands before the cursor, paths among them."""

    def __init__(self, suggest: Callable[[str], Sequence[Suggestion]]) -> None:
        self._suggest = suggest
        self._paths = PathCompleter(expanduser=True)
        self._worker = ThreadPoolExecutor(1)

    async def get_completions_async(
        self, document: Document, event: CompleteEvent
    ) -> AsyncGenerator[Completion, None]:
        """Give them all at once; what is typed waits for them only so long.

        Mostly they are there by then, and the line and its menu are drawn in one go.
        """
        context = contextvars.copy_context()  # in which get_app() is this one
        made = self._worker.submit(context.run, lambda: list(self.get_completions(document, event)))
        futures.wait([made], _TYPING_WAITS_SECONDS)
        if not made.done():
            await asyncio.wait([asyncio.wrap_future(made)])
        for one in made.result():
            yield one

    def get_completions(self, document: Document, event: CompleteEvent) -> Iterator[Completion]:
        typed = document.text_before_cursor
        path = path_in(typed)
        if path is not None:
            for one in self._paths.get_completions(Document(path), event):
                yield Completion(one.text, one.start_position, visible_line(one.display_text))
            return
        has_room = get_app().output.get_size().columns >= _COLUMNS_FOR_MEANING
        try:
            found = self._suggest(typed)
        except Exception:  # noqa: BLE001 - whatever it is, one can type on and ask
            return
        for text, start, shown, told in found:
            meaning = visible_line(told) if has_room else ""
            yield Completion(visible_line(text), -start, visible_line(shown), meaning)


def _bindings() -> KeyBindings:
    bindings = KeyBindings()

    @bindings.add("c-c", filter=~is_searching)  # there it ends the search
    def _clear(event: KeyPressEvent) -> None:
        event.current_buffer.reset()

    @bindings.add("tab")
    def _choose(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        if not (buffer.complete_state and buffer.complete_state.completions):
            # Tab was faster than the menu, which another thread makes.
            wanted = CompleteEvent(completion_requested=True)
            found = list(buffer.completer.get_completions(buffer.document, wanted))
            buffer.complete_state = CompletionState(buffer.document, found) if found else None
        buffer.complete_next()

    @bindings.add("escape", filter=has_completions, eager=True)
    def _close(event: KeyPressEvent) -> None:
        event.current_buffer.cancel_completion()

    return bindings


class LinePrompt:
    """Reads lines as the terminal itself lets them be typed; draws nothing anew.

    Lines that arrive together were pasted and are one question.
    """

    def __init__(self) -> None:
        self._is_over = False

    def read(self) -> str:
        """Return what was typed; raises EOFError on Ctrl-D, and what Ctrl-C's signal raises."""
        _write(_PLAIN_SIGN)
        try:
            typed = self._lines()
            line = typed.decode("utf-8", "replace").removesuffix("\n")
        except KeyboardInterrupt:
            _write("\n")  # the terminal has written ^C
            raise
        if not typed:
            _write("\n")
            raise EOFError
        return line

    def _lines(self) -> bytes:
        typed = b""
        while not self._is_over and len(typed) < MOST_BYTES:
            chunk = _read(MOST_BYTES - len(typed))
            typed += chunk
            self._is_over = not chunk
            if chunk.endswith(b"\n") and not select.select([0], [], [], _PASTE_SECONDS)[0]:
                break
        return typed


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def _read(most: int) -> bytes:
    """Return what was typed up to the end of a line; nothing at the end, or with no terminal."""
    try:
        return os.read(0, most)
    except OSError:
        return b""
