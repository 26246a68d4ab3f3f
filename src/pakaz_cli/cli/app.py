"""What the command line accepts: every option and argument, their help and their completion.

Only this module imports typer. `command` registers a function of `cli`; `run` reads the arguments.
"""

from __future__ import annotations

import functools
import inspect
import itertools
import os
from collections.abc import Callable, Iterable  # noqa: TC003 - typer reads the annotations
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from typer.main import get_command

from pakaz_cli.cli.ask import version
from pakaz_cli.errors import PakazError
from pakaz_cli.knowledge.load import load_base
from pakaz_cli.terminal import guard
from pakaz_cli.terminal.screen import Colour, Format, Screen, setting

if TYPE_CHECKING:
    from pakaz_cli.model import KnowledgeBase

_EXAMPLES = """\b
Examples:
  pakaz ask will my gas bill go down
  pakaz ask --sector travel visa fee
  pakaz sectors energy
  pakaz ask --json rice duty | jq -r .answer.id
"""

app = typer.Typer(
    help=f"{_EXAMPLES}\nAnswers with dates and sources, on the Pakistan–Azerbaijan partnership. "
    "Alone on a terminal, pakaz opens a chat.",
    epilog="Exit codes: 0 answered, 1 unknown, 2 usage, 3 ambiguous, 65 bad data, 66 no input, "
    "70 bug, 73 cannot create, 74 output lost, 130 interrupted, 141 reader gone.",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
kb_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.add_typer(kb_app, name="kb", help="Check and measure knowledge bases.")


# Ids alone are offered, letters, digits and dashes: a shell may run what a help text holds.


def _complete_sectors(ctx: typer.Context, incomplete: str) -> list[str]:
    return _offered(ctx, incomplete, lambda base: (sector.id for sector in base.sectors))


def _complete_entries(ctx: typer.Context, incomplete: str) -> list[str]:
    return _offered(ctx, incomplete, lambda base: base.ids(incomplete))


def _offered(
    ctx: typer.Context, incomplete: str, ids: Callable[[KnowledgeBase], Iterable[str]]
) -> list[str]:
    """Return the ids that begin so, or none: pressing Tab must never print an error."""
    try:
        base = load_base(ctx.params.get("kb") or os.environ.get("PAKAZ_KB") or None)
        return [identifier for identifier in ids(base) if identifier.startswith(incomplete)]
    except PakazError:
        return []


class Lines(StrEnum):
    """What the lines of `batch` hold."""

    TEXT = "text"
    JSONL = "jsonl"


KbOption = Annotated[
    str | None,
    typer.Option("--kb", metavar="PATH", envvar="PAKAZ_KB", help="Read this knowledge base."),
]
SectorOption = Annotated[
    str | None,
    typer.Option(metavar="ID", autocompletion=_complete_sectors, help="Only this sector."),
]
TopOption = Annotated[
    int, typer.Option("--top", metavar="N", min=1, max=1000, help="Length of the ranking in JSON.")
]
ExplainOption = Annotated[
    bool, typer.Option("--explain", help="Show why: words matched, scores, thresholds.")
]
FormatOption = Annotated[
    Format,
    typer.Option(
        "--format",
        envvar="PAKAZ_FORMAT",
        help="rich: panels; text: labelled lines; plain: the bare answer; "
        "auto: rich on a terminal, text on a dumb or narrow one, plain in a pipe.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Short for --format json.")]
ColourOption = Annotated[Colour, typer.Option("--color", help="When to colour.")]
WidthOption = Annotated[
    int | None, typer.Option(metavar="N", min=1, help="Columns for panels, 40 to 100.")
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No advice on stderr.")]
StaleOption = Annotated[
    str | None,
    typer.Option(metavar="SPAN", help="Only answers known as of longer ago: 180d, 8w, 6m, 1y."),
]
HistoryOption = Annotated[
    bool,
    typer.Option("--history", envvar="PAKAZ_HISTORY", help="Keep what is typed for the next time."),
]
StrictOption = Annotated[bool, typer.Option("--strict", help="Check the authoring rules too.")]
WordsArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="WORDS...",
        help="The question; quotes are not needed. - reads it from stdin.",
    ),
]
SectorArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="[ID]",
        autocompletion=_complete_sectors,
        help="Show this sector's note and questions.",
    ),
]
EntriesArgument = Annotated[
    list[str],
    typer.Argument(metavar="ID...", autocompletion=_complete_entries, help="Ids of entries."),
]
PathArgument = Annotated[
    str | None,
    typer.Argument(metavar="[PATH]", help="The file; else --kb, else the bundled one."),
]
QuestionsArgument = Annotated[
    str,
    typer.Argument(metavar="QUESTIONS", help="JSON Lines, or a YAML list, of question and expect."),
]
MissesOption = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        min=1,
        help="List the N worst questions: confident wrong answers first, then near misses.",
    ),
]
LeastOption = Annotated[
    list[str] | None,
    typer.Option(
        "--min",
        metavar="NAME=X",
        help="Exit 1 unless this figure of the JSON is at least X; may be repeated.",
    ),
]
MostOption = Annotated[
    list[str] | None,
    typer.Option("--max", metavar="NAME=X", help="Exit 1 unless this figure is at most X."),
]
CompareOption = Annotated[
    str | None,
    typer.Option(metavar="OLD.json", help="Show what changed since this report of --json."),
]
FileArgument = Annotated[
    str | None,
    typer.Argument(metavar="[FILE|-]", help="The questions; - or nothing reads them from stdin."),
]
LinesOption = Annotated[
    Lines,
    typer.Option(
        "--input", help='text: a question a line; jsonl: {"id": …, "question": …}, id is echoed.'
    ),
]
NullOption = Annotated[
    bool, typer.Option("--null", "-0", help="A NUL byte, not a line break, ends a question.")
]
FailOption = Annotated[
    bool,
    typer.Option(
        "--fail",
        help="Exit with the worst outcome: 65 unreadable, 1 unknown, 3 ambiguous, 0 answered.",
    ),
]
SchemaOption = Annotated[
    bool, typer.Option("--schema", help="Print the JSON Schema of the records and leave.")
]
SourceArgument = Annotated[str, typer.Argument(metavar="PATH", help="The YAML file.")]
OutputOption = Annotated[
    str,
    typer.Option(
        "--output", "-o", metavar="OUT.pakaz", help="The file to write, in place of an earlier one."
    ),
]
NewPathArgument = Annotated[str, typer.Argument(metavar="PATH", help="The file to write.")]
DebugOption = Annotated[bool, typer.Option("--debug", help="Show the traceback of a bug.")]

#: The options about output, which every command takes, with their defaults.
_SCREEN_OPTIONS: dict[str, tuple[Any, Any]] = {
    "fmt": (FormatOption, Format.AUTO),
    "as_json": (JsonOption, False),
    "colour": (ColourOption, Colour.AUTO),
    "width": (WidthOption, None),
    "quiet": (QuietOption, False),
    "debug": (DebugOption, False),
}


def command(
    group: typer.Typer, name: str, *, always: Format | None = None
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a command whose first parameter is the screen made from the shared options.

    A command that has one format takes the option, as every other does, and keeps its format. A
    function gets the shared options that are parameters of its own.
    """

    def register(function: Callable[..., None]) -> Callable[..., None]:
        taken = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
        own = [parameter for parameter in taken if parameter.name not in _SCREEN_OPTIONS]
        wanted = [parameter.name for parameter in taken if parameter.name in _SCREEN_OPTIONS]
        shared = [
            inspect.Parameter(
                option, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
            )
            for option, (annotation, default) in _SCREEN_OPTIONS.items()
        ]

        @functools.wraps(function)
        def run(**values: Any) -> None:
            given = {option: values.pop(option) for option in _SCREEN_OPTIONS}
            fmt, as_json, colour, width, quiet, _ = given.values()
            chosen = always or (Format.JSON if as_json else fmt)
            screen = Screen(chosen, colour, width, setting(values.get("kb")), quiet=quiet)
            function(screen, **values, **{option: given[option] for option in wanted})

        parameters = [*own, *shared]
        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
        group.command(name)(run)
        return function

    return register


def _tell_version(wanted: bool) -> None:
    if wanted:
        typer.echo(version(), nl=False)
        raise typer.Exit


@app.callback()
def _root(
    _version: Annotated[
        bool,
        typer.Option(
            "--version",
            "-V",
            is_eager=True,
            callback=_tell_version,
            help="Tell the version and leave.",
        ),
    ] = False,
) -> None:
    """Everything else is in the commands."""


def leave(code: int) -> NoReturn:
    """End the command with an exit code."""
    raise typer.Exit(code)


def is_at_terminal() -> bool:
    """Tell whether a person types and reads here."""
    return os.isatty(0) and os.isatty(1)


def run(arguments: list[str]) -> int:
    """Run the command line on the standard streams and return the exit code.

    Without arguments it is a chat where a person can hold one, else the help.
    """
    if not arguments and is_at_terminal():
        arguments = ["chat"]

    def work() -> None:
        get_command(app).main(arguments, prog_name="pakaz")

    options = itertools.takewhile(lambda argument: argument != "--", arguments)
    return guard.guard(work, debug="--debug" in options)
