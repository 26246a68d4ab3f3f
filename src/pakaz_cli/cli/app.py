"""The Typer application: its groups of commands, the options all commands share, how it runs.

Only this module imports typer. `options` declares what the commands accept, with the names that
this module passes on, and `commands` holds the commands.
"""

from __future__ import annotations

import collections
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
from pakaz_cli.cli.option_names import COMPLETE_VARIABLE
from pakaz_cli.errors import EXIT_TEXTS, CannotCreateError, UsageError
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

#: The variables that Typer reads when a shell asks for completions.
_WORDS_TO_COMPLETE = collections.defaultdict(
    lambda: {"_TYPER_COMPLETE_ARGS"}, complete_bash={"COMP_WORDS", "COMP_CWORD"}
)

#: Where a context keeps the arguments after ``--``, which the parser mixes with the others.
AFTER_DASHES = "pakaz.after_dashes"

#: Its only command declares the options that every command accepts and stores their values.
shared_app = typer.Typer(add_completion=False, rich_markup_mode=None)


class Command(TyperCommand):
    """A command that accepts its own options and, after them in the help, the shared ones."""

    def __init__(self, *args: Any, params: list[Any], **settings: Any) -> None:
        super().__init__(*args, params=[*params, *_shared_command().params], **settings)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Note what follows ``--`` and parse the arguments."""
        options: list[Any] = [param for param in self.params if param.param_type_name == "option"]
        with_value = {name for option in options if not option.is_flag for name in option.opts}
        rest = iter(args)
        for argument in rest:
            if argument == "--":
                break
            if argument in with_value:
                next(rest, None)
        ctx.meta[AFTER_DASHES] = list(rest)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Pass the shared options to their own function, and then the others to the command's."""
        shared = _shared_command()
        names = [str(option.name) for option in shared.params]
        ctx.invoke(shared.callback, **{name: ctx.params.pop(name) for name in names})
        try:
            return super().invoke(ctx)
        except EOFError as error:  # a module is cut short; Typer would take it for Ctrl-D
            raise ImportError(str(error)) from error


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

    asked = os.environ.get(COMPLETE_VARIABLE, "")

    def work() -> None:
        if asked.startswith("complete_") and not _WORDS_TO_COMPLETE[asked] <= os.environ.keys():
            raise UsageError(f"{COMPLETE_VARIABLE} is set without the words to complete")
        try:
            get_command(app).main(arguments, prog_name="pakaz")
        except OSError as error:
            if "--install-completion" not in options:
                raise
            reason = error.strerror or "unwritable"
            raise CannotCreateError(str(error.filename), reason.lower()) from error

    options = list(itertools.takewhile(lambda argument: argument != "--", arguments))
    # A message would appear in the middle of the line that a shell completes.
    return guard.guard(work, debug="--debug" in options, is_silent=bool(asked))
