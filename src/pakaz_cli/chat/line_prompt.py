"""Reads lines as the terminal itself edits them, for screen readers and dumb terminals."""

from __future__ import annotations

import os
import select
import sys

_SIGN = "> "
#: Lines that follow each other faster than this were pasted.
_PASTE_SECONDS = 0.03
#: The maximum length of a question in bytes; the rest of a longer one is the next question.
_MAX_BYTES = 1 << 16


class LinePrompt:
    """Reads lines without redrawing anything; lines that arrive together are one question."""

    def __init__(self) -> None:
        self._is_over = False

    def read(self) -> str:
        """Return a line. Raises EOFError on Ctrl-D, and KeyboardInterrupt on Ctrl-C."""
        _write(_SIGN)
        try:
            typed = self._read_lines()
        except KeyboardInterrupt:
            _write("\n")  # after the ^C that the terminal shows
            raise
        if not typed:
            _write("\n")
            raise EOFError
        return typed.decode("utf-8", "replace").removesuffix("\n")

    def _read_lines(self) -> bytes:
        typed = b""
        while not self._is_over and len(typed) < _MAX_BYTES:
            chunk = _read(_MAX_BYTES - len(typed))
            typed += chunk
            self._is_over = not chunk
            if chunk.endswith(b"\n") and not select.select([0], [], [], _PASTE_SECONDS)[0]:
                break
        return typed


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def _read(size: int) -> bytes:
    """Return what was typed up to the end of a line, or nothing if the terminal is gone."""
    try:
        return os.read(0, size)
    except OSError:
        return b""
