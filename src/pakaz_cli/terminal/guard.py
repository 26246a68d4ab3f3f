"""The outermost error handler: every error becomes an exit code and a line on stderr."""

from __future__ import annotations

import sys

from pakaz_cli._typing import TYPE_CHECKING
from pakaz_cli.errors import Exit, InputInvalidError, PakazError
from pakaz_cli.terminal import streams
from pakaz_cli.text.display import as_typed

if TYPE_CHECKING:
    from collections.abc import Callable


def guard(work: Callable[[], None], *, debug: bool) -> int:
    """Call `work` on guarded standard streams and return the exit code.

    `work` may raise SystemExit. An exception that is not a `PakazError` is a bug, reported in one
    line, with its traceback if `debug`.
    """
    streams.claim_streams()
    code: int | None
    try:
        code = _exit_code(work)
        sys.stdout.flush()
    except PakazError as error:
        code = _report(error)
    except MemoryError:
        code = None
    except Exception as bug:  # noqa: BLE001 - anything else is a bug
        code = report_bug(bug, debug=debug)
    if code is None:  # reported only here, when the traceback no longer holds what filled memory
        code = report_out_of_memory()
    sys.stderr.flush()
    return code


def _exit_code(work: Callable[[], None]) -> int:
    try:
        work()
    except SystemExit as leaving:
        return int(leaving.code or 0)
    return Exit.OK


def _report(error: PakazError) -> int:
    if isinstance(error, InputInvalidError):
        from pakaz_cli.views import sentences

        for finding in error.findings:
            streams.write_err(sentences.finding_line(error.path, finding) + "\n")
    streams.warn(f"error: {as_typed(str(error))}")
    return error.code


def report_out_of_memory() -> int:
    """Report that memory is full and return the exit code; free what filled it before."""
    streams.warn("error: out of memory")
    return Exit.BUG


def report_bug(bug: Exception, *, debug: bool) -> int:
    """Report a bug in one line, with its traceback if `debug`, and return the exit code."""
    if debug:
        import traceback

        streams.write_err("".join(traceback.format_exception(bug)))
    message = f"{type(bug).__name__}: {bug}"[:500].replace("\n", " ")
    streams.warn(f"a bug in pakaz, please report it: {message} (--debug shows where)")
    return Exit.BUG
