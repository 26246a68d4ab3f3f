"""Starts the program; also ``python -m pakaz_cli``.

What must hold from the first line of code on is set up here, before anything slow is imported.
"""

import gc
import os
import sys

_INTERRUPTED = 130


def main() -> None:
    """Run the command line and leave with its exit code."""
    try:
        import signal  # noqa: PLC0415 - Ctrl-C while it loads is caught

        if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
            # At once, whatever is being done: an exception could get lost where nobody catches it.
            signal.signal(signal.SIGINT, lambda *_: os._exit(_INTERRUPTED))
        if hasattr(signal, "SIGPIPE"):
            # As git and grep: when the reader goes away, end silently by the signal (141).
            signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    except KeyboardInterrupt:
        os._exit(_INTERRUPTED)
    # A command is over before garbage in circles adds up, and looking for it costs a tenth of it.
    gc.disable()
    from pakaz_cli.cli import fast_path  # noqa: PLC0415 - signals come first

    code = fast_path.run(sys.argv[1:])
    if code is not None:
        os._exit(code)  # all is written, and there is nothing to tidy up
    from pakaz_cli.cli import commands  # noqa: PLC0415 - slow to load

    sys.exit(commands.run(sys.argv[1:]))


if __name__ == "__main__":
    main()
