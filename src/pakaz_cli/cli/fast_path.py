"""The plain ways to call `ask` and `--version`, understood without Typer.

Typer takes five times as long to load as the rest of an answer. What is not plain is declined, and
left to Typer, which gives the same output and the same exit code for all that is understood here.
"""

from __future__ import annotations

import os
import sys

from pakaz_cli._typing import TYPE_CHECKING, NamedTuple
from pakaz_cli.terminal import guard, screen
from pakaz_cli.terminal.screen import Colour, Format, Screen, setting

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

_FLAGS = {"--json": "json", "--explain": "explain", "--quiet": "quiet", "-q": "quiet"}


class Wish(NamedTuple):
    """What a plain `ask` asks for."""

    words: list[str]
    kb: str | None
    format: Format = Format.AUTO
    color: Colour = Colour.AUTO
    sector: str | None = None
    top: int = 5
    width: int | None = None
    json: bool = False
    explain: bool = False
    quiet: bool = False


def run(arguments: list[str]) -> int | None:
    """Do what a plain command line says and return the exit code, or decline with None."""
    if "_PAKAZ_COMPLETE" in os.environ:
        return None
    if arguments in (["--version"], ["-V"]):
        return guard.guard(_tell_version, debug=False)
    wish = read(arguments, os.environ)
    return None if wish is None else guard.guard(lambda: _ask(wish), debug=False)


def _tell_version() -> None:
    from pakaz_cli.cli.ask import version  # noqa: PLC0415 - each loads what it needs

    screen.tell(version())


def _ask(wish: Wish) -> None:
    from pakaz_cli.cli import ask  # noqa: PLC0415 - each loads what it needs

    fmt = Format.JSON if wish.json else wish.format
    screen = Screen(fmt, wish.color, wish.width, setting(wish.kb), quiet=wish.quiet)
    question = ask.question_of(wish.words)
    sys.exit(ask.ask_once(screen, question, wish.kb, wish.sector, wish.top, explain=wish.explain))


def read(arguments: list[str], environ: Mapping[str, str]) -> Wish | None:
    """Return what a command line asks for if it is a plain `ask`, or None.

    That is words, and options as they are written in the help, each given once with its value
    behind it.
    """
    if arguments[:1] != ["ask"]:
        return None
    given: dict[str, Any] = {}
    words: list[str] = []
    left = iter(arguments[1:])
    for argument in left:
        name = _FLAGS.get(argument) or argument.removeprefix("--")
        if not argument.startswith("-"):
            words.append(argument)
        elif name in given or (argument not in _FLAGS and argument not in _VALUES):
            return None
        elif argument in _FLAGS:
            given[name] = True
        else:
            value = next(left, "-")
            given[name] = None if value.startswith("-") else _VALUES[argument](value)
            if given[name] is None:
                return None
    return _completed(words, given, environ)


def _completed(words: list[str], given: dict[str, Any], environ: Mapping[str, str]) -> Wish | None:
    """Add what the environment tells."""
    told = environ.get("PAKAZ_FORMAT")
    if told and "format" not in given:
        given["format"] = _one_of(Format)(told)
    if not words or given.get("format", Format.AUTO) is None:
        return None
    given.setdefault("kb", environ.get("PAKAZ_KB") or None)
    return Wish(words, **given)


def _one_of(kind: type[Format | Colour]) -> Callable[[str], Format | Colour | None]:
    known = {str(one): one for one in kind}
    return known.get


def _number(most: int) -> Callable[[str], int | None]:
    def read_number(value: str) -> int | None:
        is_plain = value.isascii() and value.isdigit() and len(value) < 9
        return int(value) if is_plain and 1 <= int(value) <= most else None

    return read_number


_VALUES: dict[str, Callable[[str], Any]] = {
    "--kb": str,
    "--sector": str,
    "--format": _one_of(Format),
    "--color": _one_of(Colour),
    "--top": _number(1_000),
    "--width": _number(10**8),
}
