"""Parses the plain forms of `ask` and `--version` without Typer.

Typer takes five times as long to load as the rest of an answer. Anything else is declined and left
to Typer, which gives the same output and exit code for every command line that is accepted here.
"""

from __future__ import annotations

import os
import sys

from pakaz_cli._typing import TYPE_CHECKING, NamedTuple
from pakaz_cli.cli import option_names as names
from pakaz_cli.terminal import guard, streams
from pakaz_cli.terminal.screen import Colour, Format, Screen, setting

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

#: The field of `AskOptions` that each flag sets.
_FLAGS = {names.JSON: "json", names.EXPLAIN: "explain", **dict.fromkeys(names.QUIET, "quiet")}


class AskOptions(NamedTuple):
    """The words and options of an `ask`."""

    words: list[str]
    kb: str | None
    format: Format = Format.AUTO
    color: Colour = Colour.AUTO
    sector: str | None = None
    top: int = names.DEFAULT_TOP
    width: int | None = None
    json: bool = False
    explain: bool = False
    quiet: bool = False


def run(arguments: list[str]) -> int | None:
    """Run a plain command line and return its exit code, or decline with None."""
    if names.COMPLETE_VARIABLE in os.environ:
        return None
    if arguments in (["--version"], ["-V"]):
        return guard.guard(_print_version, debug=False)
    options = parse(arguments, os.environ)
    return None if options is None else guard.guard(lambda: _ask(options), debug=False)


def _print_version() -> None:
    from pakaz_cli.cli.ask import version

    streams.write_out(version())


def _ask(options: AskOptions) -> None:
    from pakaz_cli.cli import ask

    words, kb, fmt, colour, sector, top, width, as_json, explain, quiet = options
    fmt = Format.JSON if as_json else fmt
    screen = Screen(fmt, colour, width, setting(kb), quiet=quiet)
    sys.exit(ask.ask_once(screen, ask.question_of(words), kb, sector, top, explain=explain))


def parse(arguments: list[str], environ: Mapping[str, str]) -> AskOptions | None:
    """Return the options of a plain `ask` command line, or None for any other.

    Plain is: words, and options spelled as in the help, each at most once and followed by its
    value.
    """
    if arguments[:1] != ["ask"]:
        return None
    given: dict[str, Any] = {}
    words: list[str] = []
    rest = iter(arguments[1:])
    for argument in rest:
        name = _FLAGS.get(argument) or argument.removeprefix("--")
        if not argument.startswith("-"):
            words.append(argument)
        elif name in given or (argument not in _FLAGS and argument not in _VALUES):
            return None
        elif argument in _FLAGS:
            given[name] = True
        else:
            value = next(rest, "-")
            given[name] = None if value.startswith("-") else _VALUES[argument](value)
            if given[name] is None:
                return None
    return _with_environment(words, given, environ)


def _with_environment(
    words: list[str], given: dict[str, Any], environ: Mapping[str, str]
) -> AskOptions | None:
    """Add the options that environment variables set."""
    fmt = environ.get(names.FORMAT_VARIABLE)
    if fmt and "format" not in given:
        given["format"] = _one_of(Format)(fmt)
    if not words or given.get("format", Format.AUTO) is None:
        return None
    given.setdefault("kb", environ.get(names.KB_VARIABLE) or None)
    return AskOptions(words, **given)


def _one_of(kind: type[Format | Colour]) -> Callable[[str], Format | Colour | None]:
    return {str(member): member for member in kind}.get


def _number(maximum: int) -> Callable[[str], int | None]:
    def read_number(value: str) -> int | None:
        is_plain = value.isascii() and value.isdigit() and len(value) < 9
        return int(value) if is_plain and 1 <= int(value) <= maximum else None

    return read_number


#: For each option with a value, what parses it; None for a value that is declined.
_VALUES: dict[str, Callable[[str], Any]] = {
    names.KB: str,
    names.SECTOR: str,
    names.FORMAT: _one_of(Format),
    names.COLOUR: _one_of(Colour),
    names.TOP: _number(names.MAX_TOP),
    names.WIDTH: _number(10**8),
}
