"""Exit codes, and the errors that carry them.

Every error has an exit code and builds its own message; none prints itself.
"""

from __future__ import annotations

from enum import IntEnum

from pakaz_cli._typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pakaz_cli.model import Finding


class Exit(IntEnum):
    """Exit codes of the program. The numbers are public and stable."""

    OK = 0
    UNKNOWN = 1
    USAGE = 2
    AMBIGUOUS = 3
    BAD_DATA = 65
    NO_INPUT = 66
    BUG = 70
    CANNOT_CREATE = 73
    OUTPUT_LOST = 74


#: What each exit code means, in the words of the help and the documentation.
EXIT_TEXTS: dict[int, str] = {
    Exit.OK: "answered, or printed in full",
    Exit.UNKNOWN: "unknown, or a limit not met",
    Exit.USAGE: "wrong command line",
    Exit.AMBIGUOUS: "ambiguous",
    Exit.BAD_DATA: "malformed data",
    Exit.NO_INPUT: "missing or unreadable input",
    Exit.BUG: "bug in pakaz, or out of memory",
    Exit.CANNOT_CREATE: "cannot create the output file",
    Exit.OUTPUT_LOST: "output could not be written",
    130: "interrupted",
    141: "reader closed the pipe",
}


class PakazError(Exception):
    """The base of all expected errors; ``str()`` gives the message for the user."""

    code = Exit.BUG


class UsageError(PakazError):
    """The command line asks for something that is not possible."""

    code = Exit.USAGE


class UnknownSectorError(UsageError):
    """``--sector`` names an unknown sector."""

    def __init__(self, sector: str, known: Sequence[str]) -> None:
        super().__init__(sector, known)
        self.sector = sector
        self.known = known

    def __str__(self) -> str:
        if not self.known:
            return f"no sector {self.sector!r}: this knowledge base has no sectors"
        return f"no sector {self.sector!r}; choose from: {', '.join(self.known)}"


class InputMissingError(PakazError):
    """A file is missing, unreadable or not a regular file.

    `tried` lists the places in the order they were tried, each with the reason it failed.
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
    """The content of a file is invalid; `findings` says where and why."""

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
    """A file cannot be written."""

    code = Exit.CANNOT_CREATE

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"cannot write {self.path}: {self.reason}"


class OutputLostError(PakazError):
    """Output could not be written, for example because the disk is full."""

    code = Exit.OUTPUT_LOST

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"output could not be written: {self.reason}"
