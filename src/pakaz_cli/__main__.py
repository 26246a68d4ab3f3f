"""Starts the program; also ``python -m pakaz_cli``.

What must hold from the first line of code on is set up here, before anything slow is imported.
"""

import os
import signal
import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    if hasattr(signal, "SIGPIPE"):
        # As git and grep: when the reader goes away, end silently by the signal (141 in a shell).
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        from pakaz_cli import cli  # noqa: PLC0415 - Ctrl-C while this loads is caught too

        code = cli.run(sys.argv[1:])
    except KeyboardInterrupt:
        code = 130
        os._exit(code)  # nothing is open for writing, and no traceback may come from the exit
    sys.exit(code)


if __name__ == "__main__":
    main()
