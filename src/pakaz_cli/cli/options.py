"""The options and arguments of all commands: names, help, limits and completion."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable  # noqa: TC003 - typer evaluates the annotations
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, NamedTuple

from pakaz_cli.cli import option_names as names
from pakaz_cli.cli.app import Argument, Context, Option, shared_app
from pakaz_cli.errors import PakazError
from pakaz_cli.knowledge.load import load_base
from pakaz_cli.terminal.screen import Colour, Format, Screen, setting

if TYPE_CHECKING:
    from pakaz_cli.model import KnowledgeBase

#: What completion offers of a knowledge base, whatever it holds: shells run other text as commands.
_OFFERED = re.compile(r"[a-z0-9-]{1,64}")


def _complete_sectors(ctx: Context, incomplete: str) -> list[str]:
    return _completions(ctx, incomplete, lambda base: (sector.id for sector in base.sectors))


def _complete_entries(ctx: Context, incomplete: str) -> list[str]:
    return _completions(ctx, incomplete, lambda base: base.ids(incomplete))


def _completions(
    ctx: Context, incomplete: str, ids: Callable[[KnowledgeBase], Iterable[str]]
) -> list[str]:
    """Return the ids with this prefix, and none if the knowledge base cannot be read."""
    try:
        base = load_base(ctx.params.get("kb") or os.environ.get(names.KB_VARIABLE) or None)
        known = filter(_OFFERED.fullmatch, ids(base))
        return [identifier for identifier in known if identifier.startswith(incomplete)]
    except PakazError:
        return []


class Lines(StrEnum):
    """What the lines of `batch` contain."""

    TEXT = "text"
    JSONL = "jsonl"


KbOption = Annotated[
    str | None,
    Option(names.KB, metavar="PATH", envvar=names.KB_VARIABLE, help="Use this knowledge base."),
]
SectorOption = Annotated[
    str | None,
    Option(names.SECTOR, metavar="ID", autocompletion=_complete_sectors, help="Only this sector."),
]
TopOption = Annotated[
    int,
    Option(
        names.TOP,
        metavar="N",
        min=1,
        max=names.MAX_TOP,
        help="Maximum number of matches in the JSON.",
    ),
]
ExplainOption = Annotated[
    bool,
    Option(names.EXPLAIN, help="Explain the result: matched words, scores and thresholds."),
]
StaleOption = Annotated[
    str | None,
    Option(metavar="AGE", help="Only answers older than this: 180d, 8w, 6m or 1y."),
]
HistoryOption = Annotated[
    bool,
    Option("--history", envvar="PAKAZ_HISTORY", help="Save what you type for the next chat."),
]
StrictOption = Annotated[bool, Option("--strict", help="Also check the authoring rules.")]
WordsArgument = Annotated[
    list[str],
    Argument(metavar="WORDS...", help="The question, with or without quotes; - reads stdin."),
]
SectorArgument = Annotated[
    str | None,
    Argument(
        metavar="[ID]",
        autocompletion=_complete_sectors,
        help="Show the note and the questions of this sector.",
    ),
]
EntriesArgument = Annotated[
    list[str], Argument(metavar="ID...", autocompletion=_complete_entries, help="Entry ids.")
]
PathArgument = Annotated[
    str | None,
    Argument(metavar="[PATH]", help="The file; default: --kb, else the bundled one."),
]
QuestionsArgument = Annotated[
    str,
    Argument(
        metavar="QUESTIONS",
        help="Questions with the expected ids, as JSON Lines or a YAML list.",
    ),
]
MissesOption = Annotated[
    int | None,
    Option(
        metavar="N",
        min=1,
        help="List the N worst results: confident wrong answers first, then near misses.",
    ),
]
MinOption = Annotated[
    list[str] | None,
    Option("--min", metavar="NAME=X", help="Exit 1 if this JSON figure is below X; repeatable."),
]
MaxOption = Annotated[
    list[str] | None,
    Option("--max", metavar="NAME=X", help="Exit 1 if this JSON figure is above X; repeatable."),
]
CompareOption = Annotated[
    str | None,
    Option(metavar="OLD.json", help="Show what changed since this earlier --json report."),
]
FileArgument = Annotated[
    str | None, Argument(metavar="[FILE|-]", help="The questions; default: stdin.")
]
LinesOption = Annotated[
    Lines,
    Option(
        "--input",
        help='text: one question per line; jsonl: {"id": …, "question": …}; the id is returned.',
    ),
]
NullOption = Annotated[
    bool, Option("--null", "-0", help="Questions end with a NUL byte, not a line break.")
]
FailOption = Annotated[
    bool,
    Option(
        "--fail",
        help="Exit with the code of the worst result: 65 bad line, 1 unknown, 3 ambiguous.",
    ),
]
SchemaOption = Annotated[
    bool, Option("--schema", help="Print the JSON Schema of the records and exit.")
]
SourceArgument = Annotated[str, Argument(metavar="PATH", help="The YAML file.")]
OutputOption = Annotated[
    str,
    Option("--output", "-o", metavar="OUT.pakaz", help="The file to write; replaced if it exists."),
]
NewPathArgument = Annotated[str, Argument(metavar="PATH", help="The file to write.")]


class Shared(NamedTuple):
    """The values of the options that every command accepts."""

    format: Format
    colour: Colour
    width: int | None
    quiet: bool
    debug: bool


@shared_app.command()
def _store_shared(
    ctx: Context,
    fmt: Annotated[
        Format,
        Option(
            names.FORMAT,
            envvar=names.FORMAT_VARIABLE,
            help="rich: panels; text: labelled lines; plain: only the answer; auto: rich on a "
            "terminal, text on a dumb or narrow one, plain in a pipe.",
        ),
    ] = Format.AUTO,
    as_json: Annotated[bool, Option(names.JSON, help="Same as --format json.")] = False,
    colour: Annotated[Colour, Option(names.COLOUR, help="When to use colour.")] = Colour.AUTO,
    width: Annotated[
        int | None,
        Option(names.WIDTH, metavar="N", min=1, help="Width of panels, 40 to 100 columns."),
    ] = None,
    quiet: Annotated[bool, Option(*names.QUIET, help="No hints on stderr.")] = False,
    debug: Annotated[bool, Option(names.DEBUG, help="Show the traceback of a bug.")] = False,
) -> None:
    ctx.obj = Shared(Format.JSON if as_json else fmt, colour, width, quiet, debug)


def screen_of(ctx: Context, fmt: Format | None = None) -> Screen:
    """Return the screen that the shared options describe, in the format `fmt` if it is given.

    Raises UsageError if PAKAZ_TODAY is not a date.
    """
    shared: Shared = ctx.obj
    settings = setting(ctx.params.get("kb"))
    return Screen(fmt or shared.format, shared.colour, shared.width, settings, quiet=shared.quiet)
