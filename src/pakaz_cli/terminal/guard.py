"""The outermost error handler: every error becomes an exit code and a line on stderr."""

from __future__ import annotations

import errno
import os
import sys

from pakaz_cli._typing import TYPE_CHECKING
from pakaz_cli.errors import Exit, InputInvalidError, PakazError
from pakaz_cli.terminal import streams
from pakaz_cli.text.display import as_typed

if TYPE_CHECKING:
    from collections.abc import Callable

#: What the system says when it has no more of something; no bug of ours.
_EXHAUSTED = (errno.ENOMEM, errno.EMFILE, errno.ENFILE)


def guard(work: Callable[[], None], *, debug: bool, is_silent: bool = False) -> int:
    """Call `work` on guarded standard streams and return the exit code.

    `work` may raise SystemExit. An exception that is not a `PakazError` is a bug, reported in one
    line, with its traceback if `debug`. If `is_silent`, nothing is written to stderr.
    """
    streams.claim_streams(is_silent=is_silent)
    code: int | None
    try:
        code = _exit_code(work)
        sys.stdout.flush()
    except MemoryError:
        code = None
    except Exception as error:  # noqa: BLE001 - nothing may escape
        code = _report(error, debug=debug)
    if code is None:  # reported only here, when the traceback no longer holds what filled memory
        code = report_out_of_memory()
    sys.stderr.flush()
    return code


def report(failure: BaseException, *, debug: bool) -> int:
    """Report what failed outside `guard`, such as an import, and return the exit code."""
    streams.claim_streams()
    code = _report(failure, debug=debug)
    sys.stderr.flush()
    return code


def _exit_code(work: Callable[[], None]) -> int:
    try:
        work()
    except SystemExit as leaving:
        return int(leaving.code or 0)
    return Exit.OK


def _report(failure: BaseException, *, debug: bool) -> int:
    if isinstance(failure, MemoryError):
        return report_out_of_memory()
    if not isinstance(failure, PakazError):
        return report_bug(failure, debug=debug)
    if isinstance(failure, InputInvalidError):
        from pakaz_cli.views import sentences

        for finding in failure.findings:
            streams.write_err(sentences.finding_line(failure.path, finding) + "\n")
    streams.warn(f"error: {as_typed(str(failure))}")
    return failure.code


def report_out_of_memory() -> int:
    """Report that memory is full and return the exit code; free what filled it before."""
    streams.warn("error: out of memory")
    return Exit.BUG


def report_bug(bug: BaseException, *, debug: bool) -> int:
    """Report a bug in one line, with its traceback if `debug`, and return the exit code.

    A part of the program that cannot be loaded, and a system that has no more memory or open files,
    are said to be that.
    """
    if debug:
        import traceback

        streams.write_err("".join(traceback.format_exception(bug)))
    if isinstance(bug, OSError) and bug.errno in _EXHAUSTED:
        streams.warn(f"error: {os.strerror(bug.errno).lower()}")
        return Exit.BUG
    what = "a bug in pakaz, please report it"
    if isinstance(bug, ImportError | SyntaxError):
        what = "error: a part of pakaz cannot be loaded"
    message = f"{type(bug).__name__}: {bug}"[:500].replace("\n", " ")
    streams.warn(f"{what}: {message} (--debug shows where)")
    return Exit.BUG
