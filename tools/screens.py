"""Makes the pictures of docs/screens from what the installed command really writes.

Run it after a change of what is shown; the difference is then for the eye:

    pip install -e '.[test]' && python tools/screens.py

The command runs on a pseudo-terminal of 80 columns, and pyte reads what it draws there. The chat is
one session, typed as a person would, of which each picture shows a part. Nothing in a picture is
loaded from elsewhere: the letters are in the monospaced font of whoever looks. Two runs give the
same bytes with the same version of rich; tests/test_pictures.py compares the text alone.
"""

from __future__ import annotations

import fcntl
import io
import itertools
import os
import pty
import re
import select
import struct
import sys
import tempfile
import termios
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pyte
from rich.console import Console
from rich.style import Style
from rich.terminal_theme import TerminalTheme
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

SCREENS = Path(__file__).parent.parent / "docs" / "screens"
COMMAND = Path(sys.executable).parent / "pakaz"
#: So high that nothing scrolls away.
ROWS, COLUMNS = 400, 80
_WAIT_SECONDS = 20
#: A menu that has not changed for so long is the last one.
_QUIET_SECONDS = 0.4
_END = "\x04"

#: What is typed on a command line, for each picture of one answer.
COMMAND_LINES = {
    "answer": "ask can i get a visa on arrival at baku",
    "sectors": "sectors",
    "did-you-mean": "ask lng",
}
BEGUN, FIRST_SUGGESTED = "can i get a visa on arri", "Can Pakistanis get a visa on arrival"
#: What is typed after the first question, for each picture of the chat.
TYPED = {
    "chat": ["and the price?"],
    "chat-choices": ["3", "flights", "1"],
    "chat-help": ["weather in baku tomorrow", "/hlep", "/help"],
}

#: Background, letters, the eight colours, and these bright.
_NAMES = ("black", "red", "green", "brown", "blue", "magenta", "cyan", "white")
_THEME = TerminalTheme(
    (27, 29, 35),
    (226, 228, 233),
    [
        (27, 29, 35),
        (242, 119, 122),
        (126, 198, 121),
        (240, 198, 116),
        (110, 170, 240),
        (204, 153, 204),
        (102, 204, 204),
        (226, 228, 233),
    ],
    [
        (148, 153, 166),
        (255, 145, 148),
        (153, 220, 148),
        (255, 216, 140),
        (140, 192, 255),
        (225, 180, 225),
        (140, 225, 225),
        (255, 255, 255),
    ],
)
#: That of DejaVu Sans Mono at 21 of the 20 pixels that rich counts with: lines of boxes then meet.
_LETTER_WIDTH = 0.602 * 21 / 20
_TEMPLATE = """\
<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg" role="img">
<style>
.{unique_id}-matrix {{
  font: 21px "DejaVu Sans Mono", Menlo, Consolas, monospace;
}}
.{unique_id}-title {{ font: bold 18px "DejaVu Sans", Helvetica, Arial, sans-serif; }}
{styles}
</style>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


class Screen(pyte.Screen):  # type: ignore[misc]
    """A screen that knows dim letters, which pyte does not: they stand in for blinking ones."""

    def select_graphic_rendition(self, *attrs: int, **_: Any) -> None:
        """Set how the next letters look."""
        super().select_graphic_rendition(*(5 if attr == 2 else attr for attr in attrs))


class Terminal:
    """The command on a terminal of its own, and a person before it."""

    def __init__(self, words: list[str], home: str) -> None:
        self.screen = Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self.screen)
        self._pid, self._terminal = pty.fork()
        if self._pid == 0:
            _become(words, home)

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self._terminal, keys.encode())

    def waits(self, condition: Callable[[], bool]) -> None:
        """Look at the screen until it is as it should be."""
        end = time.monotonic() + _WAIT_SECONDS
        while not condition():
            if time.monotonic() > end or not self._reads(0.05):
                raise SystemExit("it did not come to this:\n" + "\n".join(self.shown()))

    def rests(self) -> None:
        """Look at the screen until it has not changed for a while."""
        changed = time.monotonic()
        while time.monotonic() - changed < _QUIET_SECONDS:
            before = self.shown()
            self._reads(0.05)
            if self.shown() != before:
                changed = time.monotonic()

    def ends(self) -> None:
        """Look at the screen until the command is over."""
        while self._reads(_WAIT_SECONDS):
            pass
        os.close(self._terminal)
        os.waitpid(self._pid, 0)

    def _reads(self, seconds: float) -> bool:
        """Show what comes, if it comes in time; tell whether more may come."""
        if select.select([self._terminal], [], [], seconds)[0]:
            try:
                chunk = os.read(self._terminal, 1 << 16)
            except OSError:  # how Linux says that nobody writes any more
                chunk = b""
            self._stream.feed(chunk)
            return bool(chunk)
        return True

    def shown(self) -> list[str]:
        """Return the lines of the screen up to the last that is not empty."""
        lines = [line.rstrip() for line in self.screen.display]
        while lines and not lines[-1]:
            lines.pop()
        return lines

    def row(self) -> int:
        """Return the number of the row that the cursor is in."""
        return int(self.screen.cursor.y)

    def line(self) -> str:
        """Return the line that the cursor is in."""
        return str(self.screen.display[self.row()]).rstrip()

    def asks(self) -> None:
        """Wait until the next line can be typed."""
        self.waits(lambda: self.line() == "›")

    def enters(self, typed: str) -> None:
        """Type the rest of a line and wait for the reply."""
        row = self.row()
        self.type(typed + "\r")
        self.waits(lambda: self.row() > row and self.line() == "›")

    def picture(self, name: str, title: str, start: int = 0, *, cursor: bool = False) -> str:
        """Draw the rows from one on, up to the last that is not empty."""
        rows = range(start, len(self.shown()))
        return _svg(name, title, [self._styled(row, cursor=cursor) for row in rows])

    def _styled(self, row: int, *, cursor: bool) -> Text:
        """Return a row as rich draws it."""
        cells = [self.screen.buffer[row][column] for column in range(COLUMNS)]
        if cursor and row == self.row():
            at = self.screen.cursor.x
            cells[at] = cells[at]._replace(reverse=True)
        line = Text(no_wrap=True)
        for look, alike in itertools.groupby(cells, key=lambda cell: cell._replace(data="")):
            text = "".join(cell.data for cell in alike)
            # Programs that draw pictures drop spaces where a piece of text begins and ends.
            for piece in re.split(r"(^ +|  +| +$)", text):
                line.append(piece, _style(look))
        return line


def _become(words: list[str], home: str) -> NoReturn:
    """Turn this process into the command, with nothing of this machine shining through."""
    size = struct.pack("HHHH", ROWS, COLUMNS, 0, 0)
    fcntl.ioctl(0, termios.TIOCSWINSZ, size)
    environ = {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "COLUMNS": str(COLUMNS),
        "HOME": home,
        "PAKAZ_TODAY": "2026-11-23",
    }
    os.execve(COMMAND, [str(COMMAND), *words], environ)


def _style(cell: Any) -> Style:
    colour = cell.fg.removeprefix("bright")
    number = _NAMES.index(colour) + 8 * (cell.fg != colour) if colour in _NAMES else None
    return Style(
        color="default" if number is None else f"color({number})",
        bold=cell.bold or None,
        dim=cell.blink or None,
        reverse=cell.reverse or None,
    )


def _svg(name: str, title: str, lines: list[Text]) -> str:
    console = Console(
        record=True,
        width=COLUMNS,
        file=io.StringIO(),
        force_terminal=True,
        color_system="standard",
        highlight=False,
        legacy_windows=False,
        _environ={},
    )
    for line in lines:
        console.print(line, no_wrap=True, overflow="crop")
    drawn = console.export_svg(
        title=title,
        theme=_THEME,
        code_format=_TEMPLATE,
        unique_id=name,
        font_aspect_ratio=_LETTER_WIDTH,
    )
    # Text is cut at its line, which would leave gaps in boxes, and line breaks are text to rich.
    drawn = re.sub(r' clip-path="url\(#[\w-]+-line-\d+\)"|<text [^>]*>\n</text>', "", drawn)
    drawn = drawn.replace("</text>", "</text>\n")
    return "".join(f"{line.strip()}\n" for line in drawn.splitlines() if line.strip())


def of_command(name: str) -> dict[str, str]:
    """Return the picture of a command and what it writes."""
    line = COMMAND_LINES[name]
    with tempfile.TemporaryDirectory() as home:
        terminal = Terminal(line.split(), home)
        terminal.ends()
    return {name: terminal.picture(name, f"pakaz {line}")}


def of_chat() -> dict[str, str]:
    """Return the pictures of a chat."""
    title = "pakaz chat"
    with tempfile.TemporaryDirectory() as home:
        terminal = Terminal(["chat"], home)
        terminal.asks()
        terminal.type(BEGUN)
        terminal.waits(lambda: FIRST_SUGGESTED in "".join(terminal.shown()))
        terminal.rests()
        name = "chat-suggestions"
        made = {name: terminal.picture(name, title, cursor=True)}
        terminal.type("\t")
        terminal.waits(lambda: terminal.line().startswith(f"› {FIRST_SUGGESTED}"))
        start = 0
        typed = [""]
        for name, more in TYPED.items():
            for line in [*typed, *more]:
                terminal.enters(line)
            typed = []
            if name == list(TYPED)[-1]:
                terminal.type(_END)
                terminal.ends()
            end = terminal.row()
            made[name] = terminal.picture(name, title, start)
            start = end
    return made


#: What makes the pictures, by name; one may make several.
MAKERS: dict[str, Callable[[], dict[str, str]]] = {
    **{name: lambda name=name: of_command(name) for name in COMMAND_LINES},
    "chat": of_chat,
}


def main() -> None:
    """Write every picture."""
    SCREENS.mkdir(exist_ok=True)
    for make in MAKERS.values():
        for name, drawn in make().items():
            (SCREENS / f"{name}.svg").write_text(drawn, "utf-8")


if __name__ == "__main__":
    main()
