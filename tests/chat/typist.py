"""A person who types at a terminal: a pseudo-terminal, and pyte for its screen."""

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

#: Long enough for a busy machine.
TIMEOUT_SECONDS = 15


class Typist:
    """A person at a terminal of some width, at which a command was started."""

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
        """Wait until something is shown; return all of the screen."""
        self.waits(lambda: shown in self.shown())
        return self.shown()

    def gets(self, typed: str) -> None:
        """Wait until something was read, and the next line may be typed."""
        self.sees(f"got {typed}")
        self.waits(lambda: self.line().startswith(("›", ">")))

    def asks(self, line: str, shown: str) -> str:
        """Type a line; return the screen when this is shown and the next line may be typed."""
        assert shown not in self.shown()
        self.type(f"{line}\r")
        self.sees(shown)
        self.waits(lambda: self.line() in ("›", ">"))
        return self.shown()

    def waits(self, condition: Callable[[], bool]) -> None:
        end = time.monotonic() + TIMEOUT_SECONDS
        while not condition():
            assert time.monotonic() < end, self.shown()
            self._look()

    def _look(self) -> bool:
        """Take what is drawn within a moment; return False at its end."""
        if not select.select([self.terminal], [], [], 0.05)[0]:
            return True
        try:
            chunk = os.read(self.terminal, 65536)
        except OSError:  # how Linux says that nobody writes any more
            return False
        self.raw += chunk
        self.stream.feed(chunk)
        return bool(chunk)

    def shown(self) -> str:
        return "\n".join(line.rstrip() for line in self.screen.display).rstrip()

    def line(self) -> str:
        """The line that the cursor is on."""
        return str(self.screen.display[self.screen.cursor.y]).rstrip()

    def has_line(self, line: str) -> None:
        self.waits(lambda: self.line() == line)

    def is_interruptible(self) -> bool:
        """Whether Ctrl-C is a signal, and not a key that the command reads."""
        return bool(termios.tcgetattr(self.terminal)[3] & termios.ISIG)

    def resize(self, columns: int) -> None:
        """Make the window so wide; the system tells the command by SIGWINCH."""
        self.screen.resize(24, columns)
        size = struct.pack("HHHH", 24, columns, 0, 0)
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, size)

    def hang_up(self) -> None:
        os.close(self.terminal)
        self.terminal = -1

    def code(self) -> int:
        """Wait until it ends, and return the exit code."""
        end = time.monotonic() + TIMEOUT_SECONDS
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
        pytest.fail("it does not end")

    def leave(self) -> None:
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        if self.terminal >= 0:
            os.close(self.terminal)
