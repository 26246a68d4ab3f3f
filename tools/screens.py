"""Make the pictures in docs/screens from the output of the installed command.

Run it after a change of the output, and review the difference by eye:

    pip install -e '.[test]' && python tools/screens.py

The command runs on a pseudo-terminal of 80 columns, which pyte interprets. The chat is one session,
typed like a person would, and each picture shows a part of it. The pictures load nothing from
elsewhere: the text is in the viewer's monospaced font. Two runs give the same bytes with the same
version of rich; tests/test_pictures.py compares the text alone.
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
#: High enough that nothing scrolls off.
ROWS, COLUMNS = 400, 80
_TIMEOUT_SECONDS = 120
#: A menu is complete when the screen has not changed for this long.
_QUIET_SECONDS = 0.4
_END = "\x04"

#: The command line of each picture of a single command.
COMMAND_LINES = {
    "answer": "ask can i get a visa on arrival at baku",
    "sectors": "sectors",
    "did-you-mean": "ask lng",
}
TYPED_START, FIRST_SUGGESTION = "can i get a visa on arri", "Can Pakistanis get a visa on arrival"
#: The lines typed after the first question, for each picture of the chat.
TYPED = {
    "chat": ["and the price?"],
    "chat-choices": ["3", "flights", "1"],
    "chat-help": ["can i work in baku on a student visa", "/hlep", "/help"],
}

_NAMES = ("black", "red", "green", "brown", "blue", "magenta", "cyan", "white")
#: Background, foreground, the eight colours and their bright variants.
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
#: Aspect ratio of DejaVu Sans Mono at 21 instead of rich's 20 pixels, so that box lines meet.
_FONT_ASPECT_RATIO = 0.602 * 21 / 20
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
    """A screen that represents dim text, which pyte does not support, as blinking text."""

    def select_graphic_rendition(self, *attrs: int, **_: Any) -> None:
        """Set the style of the text that follows."""
        super().select_graphic_rendition(*(5 if attr == 2 else attr for attr in attrs))


class Terminal:
    """The command on a pseudo-terminal, and the person who types."""

    def __init__(self, words: list[str], home: str) -> None:
        self.screen = Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self.screen)
        self._pid, self._terminal = pty.fork()
        if self._pid == 0:
            _exec(words, home)

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self._terminal, keys.encode())

    def wait_until(self, condition: Callable[[], bool]) -> None:
        """Read output until a condition holds; exit with the screen if it never does."""
        end = time.monotonic() + _TIMEOUT_SECONDS
        while not condition():
            if time.monotonic() > end or not self._read(0.05):
                raise SystemExit("timed out with this screen:\n" + "\n".join(self.shown()))

    def wait_until_quiet(self) -> None:
        """Read output until the screen has not changed for a while."""
        changed = time.monotonic()
        while time.monotonic() - changed < _QUIET_SECONDS:
            before = self.shown()
            self._read(0.05)
            if self.shown() != before:
                changed = time.monotonic()

    def wait_until_exit(self) -> None:
        """Read output until the command exits."""
        while self._read(_TIMEOUT_SECONDS):
            pass
        os.close(self._terminal)
        os.waitpid(self._pid, 0)

    def _read(self, seconds: float) -> bool:
        """Read the output that arrives in time; return whether more may follow."""
        if select.select([self._terminal], [], [], seconds)[0]:
            try:
                chunk = os.read(self._terminal, 1 << 16)
            except OSError:  # Linux raises EIO once no process has the terminal open
                chunk = b""
            self._stream.feed(chunk)
            return bool(chunk)
        return True

    def shown(self) -> list[str]:
        """Return the lines of the screen up to the last non-empty one."""
        lines = [line.rstrip() for line in self.screen.display]
        while lines and not lines[-1]:
            lines.pop()
        return lines

    def row(self) -> int:
        """Return the row of the cursor."""
        return int(self.screen.cursor.y)

    def line(self) -> str:
        """Return the line of the cursor."""
        return str(self.screen.display[self.row()]).rstrip()

    def wait_for_prompt(self) -> None:
        """Read output until the next line can be typed."""
        self.wait_until(lambda: self.line() == "›")

    def enter(self, typed: str) -> None:
        """Type the rest of a line and read the reply."""
        row = self.row()
        self.type(typed + "\r")
        self.wait_until(lambda: self.row() > row and self.line() == "›")

    def picture(self, name: str, title: str, start: int = 0, *, cursor: bool = False) -> str:
        """Return the SVG of the rows from `start` to the last non-empty one."""
        rows = range(start, len(self.shown()))
        return _svg(name, title, [self._styled(row, cursor=cursor) for row in rows])

    def _styled(self, row: int, *, cursor: bool) -> Text:
        """Return a row as text for rich."""
        cells = [self.screen.buffer[row][column] for column in range(COLUMNS)]
        if cursor and row == self.row():
            at = self.screen.cursor.x
            cells[at] = cells[at]._replace(reverse=True)
        line = Text(no_wrap=True)
        for style, group in itertools.groupby(cells, key=lambda cell: cell._replace(data="")):
            text = "".join(cell.data for cell in group)
            # SVG renderers drop spaces at the start and end of a text element.
            for piece in re.split(r"(^ +|  +| +$)", text):
                line.append(piece, _style(style))
        return line


def _exec(words: list[str], home: str) -> NoReturn:
    """Replace this process by the command, in an environment free of local settings."""
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
        font_aspect_ratio=_FONT_ASPECT_RATIO,
    )
    # rich clips text to its line, which leaves gaps in boxes, and exports line breaks as text.
    drawn = re.sub(r' clip-path="url\(#[\w-]+-line-\d+\)"|<text [^>]*>\n</text>', "", drawn)
    drawn = drawn.replace("</text>", "</text>\n")
    return "".join(f"{line.strip()}\n" for line in drawn.splitlines() if line.strip())


def command_picture(name: str) -> dict[str, str]:
    """Return the picture of a command and its output."""
    line = COMMAND_LINES[name]
    with tempfile.TemporaryDirectory() as home:
        terminal = Terminal(line.split(), home)
        terminal.wait_until_exit()
    return {name: terminal.picture(name, f"pakaz {line}")}


def chat_pictures() -> dict[str, str]:
    """Return the pictures of a chat."""
    title = "pakaz chat"
    with tempfile.TemporaryDirectory() as home:
        terminal = Terminal(["chat"], home)
        terminal.wait_for_prompt()
        terminal.type(TYPED_START)
        terminal.wait_until(lambda: FIRST_SUGGESTION in "".join(terminal.shown()))
        terminal.wait_until_quiet()
        name = "chat-suggestions"
        made = {name: terminal.picture(name, title, cursor=True)}
        terminal.type("\t")
        terminal.wait_until(lambda: terminal.line().startswith(f"› {FIRST_SUGGESTION}"))
        terminal.enter("")
        start = 0
        for name, lines in TYPED.items():
            for line in lines:
                terminal.enter(line)
            if name == list(TYPED)[-1]:
                terminal.type(_END)
                terminal.wait_until_exit()
            end = terminal.row()
            made[name] = terminal.picture(name, title, start)
            start = end
    return made


#: Functions that make the pictures, by name; one may make several.
MAKERS: dict[str, Callable[[], dict[str, str]]] = {
    **{name: lambda name=name: command_picture(name) for name in COMMAND_LINES},
    "chat": chat_pictures,
}


def main() -> None:
    """Write every picture."""
    SCREENS.mkdir(exist_ok=True)
    for make in MAKERS.values():
        for name, drawn in make().items():
            (SCREENS / f"{name}.svg").write_text(drawn, "utf-8")


if __name__ == "__main__":
    main()
