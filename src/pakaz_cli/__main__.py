"""Entry point of the `pakaz` command and of ``python -m pakaz_cli``.

It sets up signals before it imports anything slow.
"""

import gc
import os
import sys

_INTERRUPTED = 130


def main() -> None:
    """Run the command line and exit with its code."""
    try:
        import signal  # Ctrl-C is handled while it loads

        if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
            # Exit at once: an exception could be swallowed by whatever is running.
            signal.signal(signal.SIGINT, lambda *_: os._exit(_INTERRUPTED))
        if hasattr(signal, "SIGPIPE"):
            # Like git and grep, die silently (141) when the reader closes the pipe.
            signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    except KeyboardInterrupt:
        os._exit(_INTERRUPTED)
    # A single answer leaves little garbage, and looking for it takes a tenth of the time.
    gc.disable()
    from pakaz_cli.cli import fast_path  # after the signals are set up

    code = fast_path.run(sys.argv[1:])
    if code is not None:
        os._exit(code)  # all output is flushed, and nothing needs cleaning up
    from pakaz_cli.cli import commands  # slow to load

    gc.freeze()  # the modules just loaded are no garbage
    gc.enable()
    sys.exit(commands.run(sys.argv[1:]))


if __name__ == "__main__":
    main()
