"""Exit codes, and the errors that carry them.

Every error knows its exit code and builds its own complete sentence; none prints itself.
"""

from __future__ import annotations

from enum import IntEnum

from pakaz_cli._typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pakaz_cli.model import Finding


class Exit(IntEnum):
    """What the program says to the shell. The numbers are public and stable."""

    OK = 0  #: answered; or a listing, help or version written in full
    UNKNOWN = 1  #: nothing fits the question, or an id is not there
    USAGE = 2  #: the command line is wrong
    AMBIGUOUS = 3  #: candidates were offered, none chosen
    BAD_DATA = 65  #: a knowledge base or an input file is malformed
    NO_INPUT = 66  #: a knowledge base or an input file is missing, unreadable or not a file
    BUG = 70  #: an error in pakaz itself
    CANNOT_CREATE = 73  #: a file to be written exists, or cannot be made
    OUTPUT_LOST = 74  #: output could not be written


class PakazError(Exception):
    """Base of every error a user can meet; ``str()`` of it is one complete sentence or more."""

    code = Exit.BUG


class UsageError(PakazError):
    """The command line asks for something that cannot be."""

    code = Exit.USAGE


class UnknownSectorError(UsageError):
    """``--sector`` names no sector of the knowledge base."""

    def __init__(self, sector: str, known: Sequence[str]) -> None:
        super().__init__(sector, known)
        self.sector = sector
        self.known = known

    def __str__(self) -> str:
        if not self.known:
            return f"no sector {self.sector!r}: this knowledge base has no sectors"
        return f"no sector {self.sector!r}; choose from: {', '.join(self.known)}"


class InputMissingError(PakazError):
    """A file is missing, unreadable or not a regular file, at every place tried.

    `tried` holds the places in the order they were tried, each with the reason it failed.
    """

    code = Exit.NO_INPUT

    def __init__(self, what: str, tried: Sequence[tuple[str, str]]) -> None:
        super().__init__(what, tried)
        self.what = what
        self.tried = tried

    def __str__(self) -> str:
        places = "; ".join(f"{place}: {reason}" for place, reason in self.tried)
        return f"cannot read the {self.what} ({places})"


class InputInvalidError(PakazError):
    """A file was read and its content is not what it must be; `findings` says where and why."""

    code = Exit.BAD_DATA

    def __init__(self, what: str, path: str, findings: Sequence[Finding]) -> None:
        super().__init__(what, path, findings)
        self.what = what
        self.path = path
        self.findings = findings

    def __str__(self) -> str:
        count = len(self.findings)
        return f"the {self.what} {self.path} has {count} error{'s' if count != 1 else ''}"


class CannotCreateError(PakazError):
    """A file that was to be written cannot be."""

    code = Exit.CANNOT_CREATE

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"cannot write {self.path}: {self.reason}"


class OutputLostError(PakazError):
    """Something that had to be written could not be: the disk is full, or the stream is closed."""

    code = Exit.OUTPUT_LOST

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"output could not be written: {self.reason}"
