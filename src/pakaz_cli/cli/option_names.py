"""What the two readers of the command line, Typer and the fast path, must agree on."""

KB = "--kb"
SECTOR = "--sector"
TOP = "--top"
EXPLAIN = "--explain"
FORMAT = "--format"
JSON = "--json"
COLOUR = "--color"
WIDTH = "--width"
QUIET = ("--quiet", "-q")
DEBUG = "--debug"

KB_VARIABLE = "PAKAZ_KB"
FORMAT_VARIABLE = "PAKAZ_FORMAT"
#: Set by the shell while it completes a command line.
COMPLETE_VARIABLE = "_PAKAZ_COMPLETE"

DEFAULT_TOP = 5
MAX_TOP = 1_000
