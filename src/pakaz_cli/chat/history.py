"""The history of the chat's lines: in memory and, if requested, in a file.

The file has one JSON string per line and is only appended to, one write per line, so that several
chats can share it. If it cannot be used, the history stays in memory and a notice says so once.
"""

from __future__ import annotations

import json
import os
import stat
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

#: The maximum of lines read, the newest, and the maximum size of the file.
MAX_LINES = 1_000
MAX_BYTES = 1 << 20
_FOLDER_MODE, _FILE_MODE = 0o700, 0o600
#: A FIFO in place of the file must not block the chat, and a link must not redirect it.
_FLAGS = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK


class History:
    """The lines typed, oldest first."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.notice: str | None = None  #: a sentence if it is not saved or was reset
        self._file: FileIO | None = None

    @classmethod
    def open(cls, environ: Mapping[str, str]) -> History:
        """Return the history saved in the state directory of the user."""
        history = cls()
        folder = state_folder(environ)
        if folder is None:
            history.notice = "History is not saved: there is no home directory."
            return history
        path = folder / "history"
        try:
            _make(folder)
            folder.chmod(_FOLDER_MODE)
            history._file = _open(path)
            history._load(path)
        except OSError as error:
            history._give_up(f"{path}: {error.strerror}")
        return history

    def add(self, line: str) -> None:
        """Add a line, unless it is blank or repeats the last one."""
        line = _storable(line)
        if not line.strip() or self.lines[-1:] == [line]:
            return
        self.lines.append(line)
        if self._file is not None:
            record = json.dumps(line, ensure_ascii=False).encode() + b"\n"
            try:
                if self._file.write(record) < len(record):
                    self._give_up("the disk is full")
            except OSError as error:
                self._give_up(error.strerror)

    def close(self) -> None:
        """Close the file; lines added from now on stay in memory."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _load(self, path: Path) -> None:
        """Read the newest lines; a file that is too large or not a history is moved aside."""
        if self._file is None:
            return
        raw = _read(self._file)
        records = raw.splitlines()
        if len(raw) <= MAX_BYTES and (not records or _parse(records[0]) is not None):
            parsed = map(_parse, records[-MAX_LINES:])
            self.lines = [line for line in parsed if line is not None]
            if raw and not raw.endswith(b"\n"):  # the last write was cut off
                self._file.write(b"\n")
            return
        aside = path.with_suffix(".bak")
        path.replace(aside)
        self.close()
        self._file = _open(path)
        problem = "too large" if len(raw) > MAX_BYTES else "unreadable"
        self.notice = f"The history was {problem}: moved to {aside}, and a new one started."

    def _give_up(self, reason: str | None) -> None:
        self.close()
        self.notice = self.notice or f"History is not saved: {reason}."


def state_folder(environ: Mapping[str, str]) -> Path | None:
    """Return the folder for the state of pakaz, as XDG defines it, or None without a home."""
    state = environ.get("XDG_STATE_HOME", "")
    if Path(state).is_absolute():
        return Path(state) / "pakaz"
    home = Path(environ.get("HOME", ""))
    is_usable = home.is_absolute() and os.access(home, os.X_OK)
    return home / ".local" / "state" / "pakaz" if is_usable else None


def _make(folder: Path) -> None:
    """Make a folder and its parents, accessible to the owner only.

    The modes are set afterwards, since mkdir applies the umask.
    """
    if not folder.is_dir():
        _make(folder.parent)
        folder.mkdir(_FOLDER_MODE, exist_ok=True)
        folder.chmod(_FOLDER_MODE)


def _open(path: Path) -> FileIO:
    """Return the file, open for reading and appending, unbuffered."""
    descriptor = os.open(path, _FLAGS, _FILE_MODE)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(0, "not a regular file")
    file = FileIO(descriptor, "a+")
    try:
        os.fchmod(descriptor, _FILE_MODE)
    except OSError:
        file.close()
        raise
    return file


def _read(file: FileIO) -> bytes:
    """Return the content of a file, up to a little over the maximum."""
    raw = b""
    file.seek(0)
    while len(raw) <= MAX_BYTES and (chunk := file.read(MAX_BYTES + 1)):
        raw += chunk
    return raw


def _parse(record: bytes) -> str | None:
    """Return the text of a record, or None if it is malformed."""
    try:
        line = json.loads(record.decode())
    except (ValueError, RecursionError):
        return None
    return _storable(line) if isinstance(line, str) else None


def _storable(line: str) -> str:
    """Return a line with U+FFFD for what UTF-8 cannot encode."""
    return line.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
