"""The outermost function: whatever happens inside it ends as an exit code and a line on stderr."""

from __future__ import annotations

import sys

from pakaz_cli._typing import TYPE_CHECKING
from pakaz_cli.errors import Exit, InputInvalidError, PakazError
from pakaz_cli.terminal import screen
from pakaz_cli.text.display import as_typed

if TYPE_CHECKING:
    from collections.abc import Callable


def guard(work: Callable[[], None], *, debug: bool) -> int:
    """Do `work` on guarded standard streams and return the exit code.

    `work` may leave by SystemExit. With `debug`, an error that is no `PakazError`, and so a bug,
    shows its traceback.
    """
    screen.claim_streams()
    code: int | None
    try:
        code = _exit_code(work)
        sys.stdout.flush()
    except PakazError as error:
        code = _explain(error)
    except MemoryError:
        code = None
    except Exception as bug:  # noqa: BLE001 - the boundary: whatever it is, it is a bug of ours
        code = confess(bug, debug=debug)
    if code is None:  # told only here: the error is gone, and with it what filled the memory
        code = tell_out_of_memory()
    sys.stderr.flush()
    return code


def _exit_code(work: Callable[[], None]) -> int:
    try:
        work()
    except SystemExit as leaving:
        return int(leaving.code or 0)
    return Exit.OK


def _explain(error: PakazError) -> int:
    if isinstance(error, InputInvalidError):
        from pakaz_cli.views import sentences  # noqa: PLC0415 - wanted only here

        for finding in error.findings:
            screen.tell_error(sentences.finding_line(error.path, finding) + "\n")
    screen.complain(f"error: {as_typed(str(error))}")
    return error.code


def tell_out_of_memory() -> int:
    """Tell that the memory is full, when what filled it is gone, and return the exit code."""
    screen.complain("error: out of memory")
    return Exit.BUG


def confess(bug: Exception, *, debug: bool) -> int:
    """Tell of a bug in one line, with `debug` where it is, and return the exit code."""
    if debug:
        import traceback  # noqa: PLC0415 - wanted only here

        screen.tell_error("".join(traceback.format_exception(bug)))
    told = f"{type(bug).__name__}: {bug}"[:500].replace("\n", " ")
    screen.complain(f"a bug in pakaz, please report it: {told} (--debug shows where)")
    return Exit.BUG
