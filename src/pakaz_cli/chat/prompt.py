"""Reads lines with completion, suggestions and history. Only this module imports prompt_toolkit."""

from __future__ import annotations

import asyncio
import contextvars
import os
import sys
import termios
from bisect import bisect_right
from concurrent import futures
from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate
from typing import TYPE_CHECKING, TextIO, cast

from prompt_toolkit import PromptSession
from prompt_toolkit.application import get_app
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.buffer import CompletionState
from prompt_toolkit.completion import CompleteEvent, Completer, Completion, PathCompleter
from prompt_toolkit.document import Document
from prompt_toolkit.filters import has_completions, is_searching
from prompt_toolkit.formatted_text import fragment_list_to_text
from prompt_toolkit.history import History as ToolkitHistory
from prompt_toolkit.input.typeahead import store_typeahead
from prompt_toolkit.key_binding import KeyBindings, KeyPress
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout.controls import SearchBufferControl
from prompt_toolkit.layout.processors import Processor, Transformation, TransformationInput
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.output.vt100 import Vt100_Output
from prompt_toolkit.styles import Style

from pakaz_cli.chat.interrupts import sigint_calls
from pakaz_cli.chat.suggestions import path_in
from pakaz_cli.errors import OutputLostError
from pakaz_cli.text.display import visible_line

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Sequence

    from prompt_toolkit.key_binding import KeyPressEvent
    from prompt_toolkit.output import Output

    from pakaz_cli.chat.history import History
    from pakaz_cli.chat.suggestions import Suggestion

_SIGN, _ASCII_SIGN = "› ", "> "
_MENU_LINES = 7
#: Minimum width in columns to show the meaning of a suggestion beside it.
_MEANING_COLUMNS = 60
#: How long drawing waits for suggestions after a key, so that line and menu are drawn together.
_SUGGESTION_WAIT_SECONDS = 0.004

#: The default colours of the terminal, whatever they are; the selected suggestion is reversed.
_DEFAULT = "noinherit fg:default bg:default"
_STYLE = {
    "completion-menu": _DEFAULT,
    "completion-menu.completion": _DEFAULT,
    "completion-menu.completion.current": f"{_DEFAULT} reverse",
    "completion-menu.meta.completion": f"{_DEFAULT} fg:ansibrightblack",
    "completion-menu.meta.completion.current": _DEFAULT,
    "scrollbar.background": _DEFAULT,
    "scrollbar.button": _DEFAULT,
    "auto-suggestion": f"{_DEFAULT} fg:ansibrightblack",
    "sign": "bold",
}


class DrawnPrompt:
    """Reads lines with a menu of suggestions below and the history on the arrow keys.

    The key Ctrl-C clears the line.
    """

    def __init__(
        self,
        suggest: Callable[[str], Sequence[Suggestion]],
        history: History,
        *,
        colour: bool,
    ) -> None:
        sign = _SIGN if _can_encode(_SIGN) else _ASCII_SIGN
        self._output = _GuardedOutput(cast("TextIO", sys.stdout))
        self._session: PromptSession[str] = PromptSession(
            [("class:sign", sign)],
            completer=_SuggestionCompleter(suggest),
            complete_while_typing=True,
            # Without colour, a suggestion in the line looks like what was typed.
            auto_suggest=AutoSuggestFromHistory() if colour else None,
            history=_SharedHistory(history),
            style=Style.from_dict(_STYLE),
            include_default_pygments_style=False,
            color_depth=ColorDepth.DEPTH_4_BIT if colour else ColorDepth.DEPTH_1_BIT,
            reserve_space_for_menu=_MENU_LINES,
            prompt_continuation=" " * len(sign),
            key_bindings=_key_bindings(),
            enable_suspend=True,
            input_processors=[_VisibleText()],
            output=_toolkit_output(cast("TextIO", self._output)),
        )
        for control in self._session.layout.find_all_controls():
            if isinstance(control, SearchBufferControl) and control.input_processors:
                control.input_processors.insert(0, _VisibleText())
        self._is_interrupted = False

    def read(self) -> str:
        """Return a line.

        Raises EOFError on Ctrl-D, KeyboardInterrupt on SIGINT, and OutputLostError.
        """
        self._keep_typeahead()
        self._is_interrupted = False
        try:
            # An exception from a signal handler could stop prompt_toolkit anywhere.
            with sigint_calls(self._interrupt):
                typed = self._session.prompt(pre_run=self._begin, handle_sigint=False)
        finally:
            if self._output.error is not None:
                raise self._output.error from None
            if self._is_interrupted:
                raise KeyboardInterrupt from None
        return typed.encode("utf-8", "surrogateescape").decode("utf-8", "replace")

    def _keep_typeahead(self) -> None:
        """Let the terminal keep keys typed before the next line as they are, without echo.

        While it edits lines itself, it stores Ctrl-D as an end of input, which turns into NUL when
        prompt_toolkit takes over.
        """
        try:
            attributes = termios.tcgetattr(0)
            if not attributes[3] & termios.ICANON:
                return
            attributes[3] &= ~(termios.ICANON | termios.ECHO)
            termios.tcsetattr(0, termios.TCSANOW, attributes)
        except termios.error:  # the terminal is gone, as reading will find
            return
        while keys := self._session.input.read_keys():
            typed = [KeyPress(Keys.ControlD) if key.key == Keys.ControlAt else key for key in keys]
            store_typeahead(self._session.input, typed)

    def _interrupt(self) -> None:
        self._is_interrupted = True
        loop = self._session.app.loop
        if loop is not None:  # otherwise `_begin` will see it
            loop.call_soon_threadsafe(_leave)

    def _begin(self) -> None:
        """Clear what the terminal has echoed of keys pressed before the prompt was drawn."""
        self._session.output.write_raw("\r")
        self._session.output.erase_end_of_line()
        self._session.output.flush()
        if self._is_interrupted:
            _leave()


def _leave() -> None:
    """End the prompt that is running, if any."""
    app = get_app()
    if app.is_running and app.future is not None and not app.future.done():
        app.exit(exception=EOFError())


def _can_encode(sign: str) -> bool:
    try:
        sign.encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _toolkit_output(stream: TextIO) -> Output:
    """Return the output without a bell and without cursor position requests.

    Not every terminal answers these.
    """
    output = Vt100_Output.from_pty(stream, os.environ.get("TERM"), enable_bell=False)
    output.enable_cpr = False
    return output


class _GuardedOutput:
    """Standard output that ends the prompt when it is lost, and keeps the error.

    An exception during drawing would make prompt_toolkit draw that exception.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.error: OutputLostError | None = None

    @property
    def encoding(self) -> str:
        return self._stream.encoding

    def isatty(self) -> bool:
        return self._stream.isatty()

    def fileno(self) -> int:
        return self._stream.fileno()

    def write(self, text: str) -> int:
        self._call(lambda: self._stream.write(text))
        return len(text)

    def flush(self) -> None:
        self._call(self._stream.flush)

    def _call(self, function: Callable[[], object]) -> None:
        if self.error is not None:
            return
        try:
            function()
        except OutputLostError as error:
            self.error = error
            _leave()


class _VisibleText(Processor):
    """Shows control and invisible characters of a line as escapes; the line itself keeps them."""

    def apply_transformation(self, transformation_input: TransformationInput) -> Transformation:
        fragments = transformation_input.fragments
        text = fragment_list_to_text(fragments)
        if visible_line(text) == text:
            return Transformation(fragments)
        starts = [0, *accumulate(len(visible_line(character)) for character in text)]
        return Transformation(
            [(style, visible_line(part)) for style, part, *_ in fragments],
            source_to_display=lambda at: starts[min(at, len(text))],
            display_to_source=lambda at: bisect_right(starts, at) - 1,
        )


class _SharedHistory(ToolkitHistory):
    """Gives prompt_toolkit the history of the chat."""

    def __init__(self, history: History) -> None:
        super().__init__()
        self._history = history

    def load_history_strings(self) -> Iterable[str]:
        return reversed(self._history.lines)  # newest first

    def store_string(self, string: str) -> None:
        self._history.add(string)


class _SuggestionCompleter(Completer):
    """Completes the text before the cursor with suggestions, or with paths."""

    def __init__(self, suggest: Callable[[str], Sequence[Suggestion]]) -> None:
        self._suggest = suggest
        self._paths = PathCompleter(expanduser=True)
        self._worker = ThreadPoolExecutor(1)

    async def get_completions_async(
        self, document: Document, event: CompleteEvent
    ) -> AsyncGenerator[Completion, None]:
        """Yield the completions from a worker thread, all at once.

        Most are ready within the moment that it blocks; for others the line is drawn first.
        """
        context = contextvars.copy_context()  # so that get_app() returns the running one
        found = self._worker.submit(
            context.run, lambda: list(self.get_completions(document, event))
        )
        futures.wait([found], _SUGGESTION_WAIT_SECONDS)
        if not found.done():
            await asyncio.wait([asyncio.wrap_future(found)])
        for completion in found.result():
            yield completion

    def get_completions(self, document: Document, event: CompleteEvent) -> Iterator[Completion]:
        typed = document.text_before_cursor
        path = path_in(typed)
        if path is not None:
            for found in self._paths.get_completions(Document(path), event):
                yield Completion(found.text, found.start_position, visible_line(found.display_text))
            return
        has_room = get_app().output.get_size().columns >= _MEANING_COLUMNS
        try:
            suggestions = self._suggest(typed)
        except Exception:  # noqa: BLE001 - a failure must not stop the typing
            return
        for text, replaced, shown, meaning in suggestions:
            meta = visible_line(meaning) if has_room else ""
            yield Completion(visible_line(text), -replaced, visible_line(shown), meta)


def _key_bindings() -> KeyBindings:
    bindings = KeyBindings()

    @bindings.add("c-c", filter=~is_searching)  # in a search it ends the search
    def _clear_line(event: KeyPressEvent) -> None:
        event.current_buffer.reset()

    @bindings.add("tab")
    def _complete(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        if not (buffer.complete_state and buffer.complete_state.completions):
            # The worker thread has not made the menu yet.
            request = CompleteEvent(completion_requested=True)
            found = list(buffer.completer.get_completions(buffer.document, request))
            buffer.complete_state = CompletionState(buffer.document, found) if found else None
        buffer.complete_next()

    @bindings.add("escape", filter=has_completions, eager=True)
    def _close_menu(event: KeyPressEvent) -> None:
        event.current_buffer.cancel_completion()

    return bindings
