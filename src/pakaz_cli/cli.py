"""The commands: each parses, calls one core function, hands the value on and picks the exit code.

Only this module imports typer, and only it knows which outcome is which exit code.
"""

from __future__ import annotations

import functools
import inspect
import os
import sys
from collections.abc import Callable, Iterator  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from typer.main import get_command

from pakaz_cli import __version__, boundary, knowledge, output, text
from pakaz_cli.errors import Exit, PakazError, UnknownSectorError
from pakaz_cli.model import Level, Outcome
from pakaz_cli.output import Colour, Format, Screen

if TYPE_CHECKING:
    from pakaz_cli.model import Entry, KnowledgeBase, Reply

_EXAMPLES = """\b
Examples:
  pakaz ask will my gas bill go down
  pakaz ask --sector travel how much is the visa
  pakaz sectors energy
  pakaz ask --json lng terms | jq -r .answer.id
"""

_OUTCOME_CODES = {
    Outcome.ANSWERED: Exit.OK,
    Outcome.UNKNOWN: Exit.UNKNOWN,
    Outcome.AMBIGUOUS: Exit.AMBIGUOUS,
}

#: Bytes of a question that are read from stdin; more than the search looks at.
_MAX_STDIN = 64 * 1024

app = typer.Typer(
    help=f"{_EXAMPLES}\nAnswers with dates and sources, on the Pakistan–Azerbaijan partnership.",
    epilog="Exit codes: 0 answered, 1 unknown, 2 usage, 3 ambiguous, 65 bad data, 66 no input, "
    "70 bug, 74 output lost, 130 interrupted.",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
kb_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.add_typer(kb_app, name="kb", help="Check and measure knowledge bases.")


def _complete_sectors(ctx: typer.Context, incomplete: str) -> Iterator[tuple[str, str]]:
    for sector in _base_for_completion(ctx).sectors:
        if sector.id.startswith(incomplete):
            yield sector.id, text.visible(sector.name)


def _complete_entries(ctx: typer.Context, incomplete: str) -> Iterator[tuple[str, str]]:
    for entry in _base_for_completion(ctx).entries:
        if entry.id.startswith(incomplete):
            yield entry.id, text.visible(entry.question)


def _base_for_completion(ctx: typer.Context) -> KnowledgeBase:
    """Return the knowledge base, or an empty one: pressing Tab must never print an error."""
    try:
        return knowledge.load(ctx.params.get("kb") or os.environ.get("PAKAZ_KB") or None)
    except PakazError:
        from pakaz_cli.model import KnowledgeBase as Empty  # noqa: PLC0415 - rarely needed

        return Empty(())


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
FormatOption = Annotated[
    Format,
    typer.Option(
        "--format",
        envvar="PAKAZ_FORMAT",
        help="rich: panels; text: labelled lines; plain: the bare answer; "
        "auto: rich on a terminal, else plain.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Short for --format json.")]
ColourOption = Annotated[Colour, typer.Option("--color", help="When to colour.")]
WidthOption = Annotated[
    int | None, typer.Option(metavar="N", min=1, help="Columns for panels, 40 to 100.")
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No advice on stderr.")]
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


def _command(group: typer.Typer, name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a command whose first parameter is the screen made from the shared options."""

    def register(function: Callable[..., None]) -> Callable[..., None]:
        own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
        shared = [
            inspect.Parameter(
                option, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
            )
            for option, (annotation, default) in _SCREEN_OPTIONS.items()
        ]

        @functools.wraps(function)
        def run(**values: Any) -> None:
            fmt, as_json, colour, width, quiet, _debug = (
                values.pop(option) for option in _SCREEN_OPTIONS
            )
            screen = Screen(Format.JSON if as_json else fmt, colour, width, quiet=quiet)
            function(screen, **values)

        parameters = [*own, *shared]
        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
        group.command(name)(run)
        return function

    return register


def _tell_version(wanted: bool) -> None:
    if not wanted:
        return
    try:
        updated = knowledge.load(os.environ.get("PAKAZ_KB") or None).updated
        told = f"knowledge base updated {updated}" if updated else "knowledge base undated"
    except PakazError as error:
        told = str(error)
    typer.echo(f"pakaz {__version__} ({text.visible(told)})")
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


@_command(app, "ask")
def ask(
    screen: Screen,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="WORDS...", help="The question; quotes are not needed. - reads it from stdin."
        ),
    ],
    kb: KbOption = None,
    sector: SectorOption = None,
    top: TopOption = 5,
) -> None:
    """Answer one question.

    Exit code 0 answered, 1 unknown, 3 ambiguous.
    """
    from pakaz_cli.index import Index  # noqa: PLC0415 - other commands do not search
    from pakaz_cli.search import search  # noqa: PLC0415

    question = _read_stdin() if words == ["-"] else " ".join(map(text.as_typed, words))
    base = knowledge.load(kb)
    reply = search(Index(base), question, sector=sector, top=top)
    screen.show(screen.view.reply(reply, base))
    _leave_with(reply)


def _read_stdin() -> str:
    if sys.stdin is None:
        return ""
    if sys.stdin.isatty():
        output.complain("type a question, then Ctrl-D")
    return sys.stdin.buffer.read(_MAX_STDIN).decode("utf-8-sig", "replace").strip("\r\n")


def _leave_with(reply: Reply) -> NoReturn:
    raise typer.Exit(_OUTCOME_CODES[reply.outcome])


@_command(app, "sectors")
def sectors(
    screen: Screen,
    sector: Annotated[
        str | None,
        typer.Argument(
            metavar="[ID]",
            autocompletion=_complete_sectors,
            help="Show this sector's note and questions.",
        ),
    ] = None,
    kb: KbOption = None,
) -> None:
    """List the sectors, or show one."""
    base = knowledge.load(kb)
    if sector is None:
        screen.show(screen.view.sectors(base))
        return
    found = base.sector(sector)
    if found is None:
        _say_missing("sector", sector, [known.id for known in base.sectors])
        raise typer.Exit(Exit.UNKNOWN)
    screen.show(screen.view.sector(found, base))


@_command(app, "list")
def list_questions(screen: Screen, kb: KbOption = None, sector: SectorOption = None) -> None:
    """List every question."""
    base = knowledge.load(kb)
    if sector is not None and base.sector(sector) is None:
        raise UnknownSectorError(sector, [known.id for known in base.sectors])
    screen.show(screen.view.questions(base.in_sector(sector)))


@_command(app, "show")
def show(
    screen: Screen,
    ids: Annotated[
        list[str],
        typer.Argument(metavar="ID...", autocompletion=_complete_entries, help="Ids of entries."),
    ],
    kb: KbOption = None,
) -> None:
    """Show entries by id."""
    base = knowledge.load(kb)
    found: list[Entry] = []
    for identifier in ids:
        entry = base.entry(identifier)
        if entry is None:
            _say_missing("entry", identifier, [known.id for known in base.entries])
        else:
            found.append(entry)
    screen.show(screen.view.entries(found, base))
    if len(found) < len(ids):
        raise typer.Exit(Exit.UNKNOWN)


def _say_missing(what: str, identifier: str, known: list[str]) -> None:
    import difflib  # noqa: PLC0415 - wanted only when something is wrong

    close = difflib.get_close_matches(identifier[:80], known, n=1)
    hint = f"; did you mean {close[0]}?" if close else ""
    output.complain(f"no {what} {text.as_typed(identifier)!r}{hint}")


@_command(kb_app, "check")
def check(
    screen: Screen,
    path: Annotated[
        str | None,
        typer.Argument(metavar="[PATH]", help="The file; else --kb, else the bundled one."),
    ] = None,
    kb: KbOption = None,
) -> None:
    """Tell everything that is wrong with a knowledge base.

    Exit code 0 when nothing is, 65 when something is.
    """
    checked = knowledge.check(path or kb)
    findings = [finding for finding in checked.findings if finding.level >= Level.CHECK]
    screen.show(screen.view.findings(checked, findings))
    if findings:
        raise typer.Exit(Exit.BAD_DATA)


@_command(kb_app, "eval")
def evaluate(
    screen: Screen,
    questions: Annotated[
        str,
        typer.Argument(
            metavar="QUESTIONS", help="JSON Lines, or a YAML list, of question and expect."
        ),
    ],
    kb: KbOption = None,
) -> None:
    """Measure how well questions are found."""
    from pakaz_cli import evaluate as measure  # noqa: PLC0415 - other commands do not measure
    from pakaz_cli import questions as files  # noqa: PLC0415
    from pakaz_cli.index import Index  # noqa: PLC0415

    base = knowledge.load(kb)
    asked = files.load(questions, base)
    screen.show(screen.view.report(measure.evaluate(Index(base), asked)))


def run(arguments: list[str]) -> int:
    """Run the command line on the standard streams and return the exit code."""

    def work() -> None:
        get_command(app).main(arguments, prog_name="pakaz")

    return boundary.guard(work, debug="--debug" in arguments)
