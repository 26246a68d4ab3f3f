"""Entry point of the `pakaz` command and of ``python -m pakaz_cli``.

Whatever fails from here on, be it an import, ends in one line and an exit code. Hence this module
imports only what is loaded when Python starts, and all else inside `main`.
"""

import gc
import os
import sys

_BUG = 70
_INTERRUPTED = 130
_CANNOT_REPORT = b"pakaz: error: damaged installation, or out of memory (--debug shows where)\n"


def main() -> None:
    """Run the command line and exit with its code."""
    try:
        code = _run(sys.argv[1:])
    except KeyboardInterrupt:
        code = _INTERRUPTED
    except BaseException as failure:  # noqa: BLE001 - the guard was not there yet, or failed itself
        code = _BUG
        try:
            code = _report(failure)
        except BaseException:  # noqa: BLE001 - nothing is left but a constant
            try:  # noqa: SIM105 - nothing may be imported here
                os.write(2, _CANNOT_REPORT)
            except BaseException:  # noqa: BLE001, S110 - nobody can read it
                pass
    os._exit(code)  # all output is flushed, and nothing needs cleaning up


def _run(arguments: list[str]) -> int:
    import signal  # Ctrl-C is handled while it loads

    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        # Exit at once: an exception could be swallowed by whatever is running.
        signal.signal(signal.SIGINT, lambda *_: os._exit(_INTERRUPTED))
    if hasattr(signal, "SIGPIPE"):
        # Like git and grep, die silently (141) when the reader closes the pipe.
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    # A single answer leaves little garbage, and looking for it takes a tenth of the time.
    gc.disable()
    from pakaz_cli.cli import fast_path  # after the signals are set up

    code = fast_path.run(arguments)
    if code is None:
        from pakaz_cli.cli import commands  # slow to load

        gc.freeze()  # the modules just loaded are no garbage
        gc.set_threshold(20_000)  # nor are most of those that a command loads later
        gc.enable()
        code = commands.run(arguments)
    return code


def _report(failure: BaseException) -> int:
    """Report a failure outside the guard; the guard itself may be what cannot be imported."""
    if "_PAKAZ_COMPLETE" in os.environ:
        return _BUG  # a message would appear in the middle of the line that a shell completes
    debug = "--debug" in sys.argv
    try:
        from pakaz_cli.terminal import guard

        return guard.report(failure, debug=debug)
    except BaseException:
        if debug:
            sys.__excepthook__(type(failure), failure, failure.__traceback__)
        raise


if __name__ == "__main__":
    if not sys.flags.safe_path:
        del sys.path[0]  # the current folder: files in it are not ours to run
    main()
