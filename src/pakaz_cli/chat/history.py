"""Where the questions of a chat are kept: in memory and, where that is wished, in a file.

The file holds one JSON string a line and is only added to, each line by one write, so that several
chats can share it. Whatever is wrong with it, the chat goes on in memory and says so once.
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

#: The newest lines that are read, and the size from which on a file is moved aside.
MOST_LINES = 1_000
MOST_BYTES = 1 << 20
_FOLDER_MODE, _FILE_MODE = 0o700, 0o600
#: A FIFO in the place of the file must not hold the chat up, nor a link lead it elsewhere.
_FLAGS = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK


class History:
    """What was asked, oldest first."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.notice: str | None = None  #: why it is not kept as it should be, one sentence
        self._file: FileIO | None = None

    @classmethod
    def open(cls, environ: Mapping[str, str]) -> History:
        """Return the history that is kept in the state directory of the user."""
        history = cls()
        folder = state_folder(environ)
        if folder is None:
            history.notice = "The history is not kept: there is no home directory."
            return history
        path = folder / "history"
        try:
            _make(folder)
            folder.chmod(_FOLDER_MODE)
            history._file = _opened(path)
            history._read(path)
        except OSError as error:
            history._give_up(f"{path}: {error.strerror}")
        return history

    def add(self, line: str) -> None:
        """Add a line; not one that is blank or the same as the last one."""
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
        """Close the file; from now on lines are added in memory alone."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _read(self, path: Path) -> None:
        """Read the newest lines; move aside what is too large or not ours."""
        if self._file is None:
            return
        raw = _whole(self._file)
        records = raw.splitlines()
        if len(raw) <= MOST_BYTES and (not records or _parsed(records[0]) is not None):
            parsed = map(_parsed, records[-MOST_LINES:])
            self.lines = [line for line in parsed if line is not None]
            if raw and not raw.endswith(b"\n"):  # a write was cut off: the next line is its own
                self._file.write(b"\n")
            return
        aside = path.with_suffix(".bak")
        path.replace(aside)
        self.close()
        self._file = _opened(path)
        why = "too large" if len(raw) > MOST_BYTES else "not readable"
        self.notice = f"The history was {why}. It is now {aside}, and a new one begins."

    def _give_up(self, reason: str | None) -> None:
        self.close()
        self.notice = self.notice or f"The history is not kept: {reason}."


def state_folder(environ: Mapping[str, str]) -> Path | None:
    """Return the folder for what pakaz remembers, as XDG has it, or None where there is no home."""
    state = environ.get("XDG_STATE_HOME", "")
    if Path(state).is_absolute():
        return Path(state) / "pakaz"
    home = Path(environ.get("HOME", ""))
    is_usable = home.is_absolute() and os.access(home, os.X_OK)
    return home / ".local" / "state" / "pakaz" if is_usable else None


def _make(folder: Path) -> None:
    """Make a folder, and the folders above it, for its owner alone.

    Modes are set, since those that mkdir is given depend on the umask.
    """
    if not folder.is_dir():
        _make(folder.parent)
        folder.mkdir(_FOLDER_MODE, exist_ok=True)
        folder.chmod(_FOLDER_MODE)


def _opened(path: Path) -> FileIO:
    """Return the file, open for reading and adding, unbuffered."""
    number = os.open(path, _FLAGS, _FILE_MODE)
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise OSError(0, "not a regular file")
    file = FileIO(number, "a+")
    try:
        os.fchmod(number, _FILE_MODE)
    except OSError:
        file.close()
        raise
    return file


def _whole(file: FileIO) -> bytes:
    """Return what a file holds, or more of it than is allowed."""
    raw = b""
    file.seek(0)
    while len(raw) <= MOST_BYTES and (chunk := file.read(MOST_BYTES + 1)):
        raw += chunk
    return raw


def _parsed(record: bytes) -> str | None:
    """Return the text of a record, or None where it is none."""
    try:
        line = json.loads(record.decode())
    except (ValueError, RecursionError):
        return None
    return _storable(line) if isinstance(line, str) else None


def _storable(line: str) -> str:
    """Return a line with U+FFFD for what UTF-8 cannot hold."""
    return line.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
