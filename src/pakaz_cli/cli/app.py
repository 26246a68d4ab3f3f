"""The Typer application: its groups of commands, the options all commands share, how it runs.

Only this module imports typer. `options` declares what the commands accept, with the names that
this module passes on, and `commands` holds the commands.
"""

from __future__ import annotations

import functools
import itertools
import os
from typing import Annotated, Any, NoReturn

import typer
from typer import Argument as Argument
from typer import Context as Context
from typer import Option as Option
from typer.core import TyperCommand
from typer.main import get_command

from pakaz_cli.cli.ask import version
from pakaz_cli.errors import EXIT_TEXTS
from pakaz_cli.terminal import guard

_HELP = """\b
Examples:
  pakaz ask will my gas bill go down
  pakaz ask --sector travel visa fee
  pakaz sectors energy
  pakaz ask --json rice duty | jq -r .answer.id

Answers questions about the Pakistan–Azerbaijan partnership, with dates and sources. Without a
command, on a terminal, pakaz opens a chat.
"""
_EXIT_CODES = "".join(f"\n  {code:<3}  {text}" for code, text in EXIT_TEXTS.items())

app = typer.Typer(
    help=_HELP,
    epilog=f"\b\nExit codes:{_EXIT_CODES}",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
kb_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.add_typer(kb_app, name="kb", help="Create, check, measure and compile knowledge bases.")

#: Its only command declares the options that every command accepts and stores their values.
shared_app = typer.Typer(add_completion=False, rich_markup_mode=None)


class Command(TyperCommand):
    """A command that accepts its own options and, after them in the help, the shared ones."""

    def __init__(self, *args: Any, params: list[Any], **settings: Any) -> None:
        super().__init__(*args, params=[*params, *_shared_command().params], **settings)

    def invoke(self, ctx: Any) -> Any:
        """Pass the shared options to their own function, and then the others to the command's."""
        shared = _shared_command()
        names = [str(option.name) for option in shared.params]
        ctx.invoke(shared.callback, **{name: ctx.params.pop(name) for name in names})
        return super().invoke(ctx)


@functools.cache
def _shared_command() -> Any:
    return get_command(shared_app)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(version(), nl=False)
        raise typer.Exit


@app.callback()
def _root(
    _version: Annotated[
        bool,
        Option(
            "--version",
            "-V",
            is_eager=True,
            callback=_print_version,
            help="Show the version and exit.",
        ),
    ] = False,
) -> None:
    """Accept the options that come before a command."""


def leave(code: int) -> NoReturn:
    """End the command with an exit code."""
    raise typer.Exit(code)


def is_at_terminal() -> bool:
    """Return whether both stdin and stdout are terminals."""
    return os.isatty(0) and os.isatty(1)


def run(arguments: list[str]) -> int:
    """Run the command line on the standard streams and return the exit code.

    Without arguments, it opens a chat on a terminal and prints the help elsewhere.
    """
    if not arguments and is_at_terminal():
        arguments = ["chat"]

    def work() -> None:
        get_command(app).main(arguments, prog_name="pakaz")

    options = itertools.takewhile(lambda argument: argument != "--", arguments)
    return guard.guard(work, debug="--debug" in options)
