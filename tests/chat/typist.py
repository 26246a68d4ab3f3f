"""Types at a command on a pseudo-terminal and reads its screen with pyte."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Callable

import pyte
import pytest

from tests.conftest import PATIENCE


class Typist:
    """A command on a pseudo-terminal, its screen, and the keys typed at it."""

    def __init__(
        self,
        words: list[str],
        environ: dict[str, str],
        columns: int = 80,
        *,
        survives_hangup: bool = False,
    ) -> None:
        self.screen = pyte.Screen(columns, 24)
        self.stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            if survives_hangup:
                signal.signal(signal.SIGHUP, signal.SIG_IGN)
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
            os.execve(words[0], words, environ)

    def type(self, keys: str | bytes) -> None:
        os.write(self.terminal, keys.encode() if isinstance(keys, str) else keys)

    def sees(self, shown: str) -> str:
        """Wait until a text is shown and return the whole screen."""
        self.waits(lambda: shown in self.shown())
        return self.shown()

    def gets(self, typed: str) -> None:
        """Wait until the prompt has returned a line and reads the next one."""
        self.sees(f"got {typed}")
        self.waits(lambda: self.line().startswith(("›", ">")))

    def asks(self, line: str, shown: str) -> str:
        """Type a line, wait for a text and the next prompt, and return the screen."""
        assert shown not in self.shown()
        self.type(f"{line}\r")
        self.sees(shown)
        self.waits(lambda: self.line() in ("›", ">"))
        return self.shown()

    def waits(self, condition: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, self.shown()
            self._look()

    def _look(self) -> bool:
        """Read what is drawn within a moment; return False at the end of the output."""
        if not select.select([self.terminal], [], [], 0.05)[0]:
            return True
        try:
            chunk = os.read(self.terminal, 65536)
        except OSError:  # EOF of a pseudo-terminal on Linux
            return False
        self.raw += chunk
        self.stream.feed(chunk)
        return bool(chunk)

    def shown(self) -> str:
        return "\n".join(line.rstrip() for line in self.screen.display).rstrip()

    def line(self) -> str:
        """The line with the cursor."""
        return str(self.screen.display[self.screen.cursor.y]).rstrip()

    def has_line(self, line: str) -> None:
        self.waits(lambda: self.line() == line)

    def is_interruptible(self) -> bool:
        """Whether Ctrl-C sends a signal rather than a key."""
        return bool(termios.tcgetattr(self.terminal)[3] & termios.ISIG)

    def resize(self, columns: int) -> None:
        """Change the width of the window, which sends SIGWINCH."""
        self.screen.resize(24, columns)
        size = struct.pack("HHHH", 24, columns, 0, 0)
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, size)

    def hang_up(self) -> None:
        os.close(self.terminal)
        self.terminal = -1

    def code(self) -> int:
        """Wait for the command to end and return its exit code."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if self.terminal >= 0:
                self._look()
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.pid = 0
                while self.terminal >= 0 and self._look():
                    pass
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.01)
        pytest.fail("the command does not end")

    def leave(self) -> None:
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        if self.terminal >= 0:
            os.close(self.terminal)
