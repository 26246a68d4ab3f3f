"""Starts the program; also ``python -m pakaz_cli``.

What must hold from the first line of code on is set up here, before anything slow is imported.
"""

import os
import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    try:
        import signal  # noqa: PLC0415 - Ctrl-C while anything loads is caught

        if hasattr(signal, "SIGPIPE"):
            # As git and grep: when the reader goes away, end silently by the signal (141).
            signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        from pakaz_cli import cli  # noqa: PLC0415

        code = cli.run(sys.argv[1:])
    except KeyboardInterrupt:
        os._exit(130)  # nothing is open for writing, and no traceback may come from the exit
    sys.exit(code)


if __name__ == "__main__":
    main()
