"""The commands: each calls the core, shows the result on the screen and chooses the exit code."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pakaz_cli.cli.app import AFTER_DASHES, Command, Context, app, is_at_terminal, kb_app, leave
from pakaz_cli.cli.app import run as run
from pakaz_cli.cli.ask import CODES, ask_once, question_of
from pakaz_cli.cli.option_names import DEFAULT_TOP
from pakaz_cli.cli.options import (
    CompareOption,
    EntriesArgument,
    ExplainOption,
    FailOption,
    FileArgument,
    HistoryOption,
    KbOption,
    Lines,
    LinesOption,
    MaxOption,
    MinOption,
    MissesOption,
    NewPathArgument,
    NullOption,
    OutputOption,
    PathArgument,
    QuestionsArgument,
    SchemaOption,
    SectorArgument,
    SectorOption,
    Shared,
    SourceArgument,
    StaleOption,
    StrictOption,
    TopOption,
    WordsArgument,
    screen_of,
)
from pakaz_cli.errors import Exit, UnknownSectorError, UsageError
from pakaz_cli.knowledge.load import check_base, load_base
from pakaz_cli.model import Level, Outcome
from pakaz_cli.terminal.screen import Format
from pakaz_cli.terminal.streams import warn
from pakaz_cli.text import dates
from pakaz_cli.text.closest import ids_like, not_found
from pakaz_cli.text.display import as_typed
from pakaz_cli.views import sentences
from pakaz_cli.views.view import Page

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from pakaz_cli.model import KnowledgeBase
    from pakaz_cli.terminal.screen import Screen

#: From the best outcome to the worst; None stands for a line that could not be read.
_CODES = {**CODES, None: Exit.BAD_DATA}
_FROM_BEST = tuple(_CODES)

#: Maximum bytes of a question read from stdin; the search uses fewer.
_MAX_STDIN = 64 * 1024


@app.command("ask", cls=Command)
def ask(
    context: Context,
    words: WordsArgument,
    kb: KbOption = None,
    sector: SectorOption = None,
    top: TopOption = DEFAULT_TOP,
    explain: ExplainOption = False,
) -> None:
    """Answer one question.

    Exit codes: 0 answered, 1 unknown, 3 ambiguous.
    """
    screen = screen_of(context)
    is_on_stdin = words == ["-"] and not context.meta[AFTER_DASHES]
    question = _read_stdin(screen) if is_on_stdin else question_of(words)
    leave(ask_once(screen, question, kb, sector, top, explain=explain))


def _read_stdin(screen: Screen) -> str:
    from pakaz_cli.terminal.input import open_source

    if sys.stdin is None:
        return ""
    source = open_source("-")
    if source.is_terminal:
        screen.advise("type a question, then press Ctrl-D")
    return source.head(_MAX_STDIN).decode("utf-8-sig", "replace").strip("\r\n")


@app.command("chat", cls=Command)
def chat(context: Context, kb: KbOption = None, history: HistoryOption = False) -> None:
    """Ask, choose and follow up in a conversation.

    Plain pakaz on a terminal opens it too.
    """
    screen = screen_of(context)
    from pakaz_cli.views.json_lines import JsonView

    if isinstance(screen.view, JsonView):
        raise UsageError("chat has no JSON output; use pakaz batch")
    if not is_at_terminal():
        raise UsageError("chat needs a terminal; in scripts, use pakaz batch")
    from pakaz_cli.chat import loop
    from pakaz_cli.chat.conversation import Conversation

    shared: Shared = context.obj
    conversation = Conversation(load_base(kb), kb, screen.today)
    loop.start(screen, conversation, keeps_history=history, debug=shared.debug)


@app.command("batch", cls=Command)
def batch(
    context: Context,
    file: FileArgument = None,
    kb: KbOption = None,
    sector: SectorOption = None,
    top: TopOption = DEFAULT_TOP,
    explain: ExplainOption = False,
    lines: LinesOption = Lines.TEXT,
    null: NullOption = False,
    fail: FailOption = False,
    schema: SchemaOption = False,
) -> None:
    """Answer one question per line, each with one line of JSON.

    --format changes nothing. Exit code 0 when all lines are processed; see --fail.
    """
    from pakaz_cli.cli import batch as stream
    from pakaz_cli.search.index import Index
    from pakaz_cli.terminal import progress
    from pakaz_cli.terminal.input import open_source
    from pakaz_cli.views import json_lines

    screen = screen_of(context, Format.JSON)
    if schema:
        screen.show(Page(json_lines.schema()))
        return
    base = load_base(kb)
    _check_sector(base, sector)
    source = open_source(file)
    if source.is_terminal:
        screen.advise("type one question per line, then press Ctrl-D")
    options = stream.BatchOptions(screen.today, lines is Lines.JSONL, sector, top, explain)
    worst: Outcome | None = Outcome.ANSWERED
    read = source.lines(b"\0" if null else b"\n")
    with progress.shown(source, quiet=screen.quiet) as update:
        for count, answer in enumerate(stream.answers(Index(base), read, options), 1):
            screen.show(Page(answer.record))
            worst = max(worst, answer.outcome, key=_FROM_BEST.index)
            update(count)
    if fail:
        leave(_CODES[worst])


@app.command("sectors", cls=Command)
def sectors(context: Context, sector: SectorArgument = None, kb: KbOption = None) -> None:
    """List the sectors, or show one."""
    screen = screen_of(context)
    base = load_base(kb)
    if sector is None:
        screen.show(screen.view.sectors(base))
        return
    found = base.sector(sector)
    if found is None:
        _warn_missing("sector", [sector], [known.id for known in base.sectors])
        leave(Exit.UNKNOWN)
    screen.show(screen.view.sector(found, base))


@app.command("list", cls=Command)
def list_questions(
    context: Context, kb: KbOption = None, sector: SectorOption = None, stale: StaleOption = None
) -> None:
    """List the questions."""
    screen = screen_of(context)
    base = load_base(kb)
    _check_sector(base, sector)
    entries = base.in_sector(sector)
    if stale is not None:
        days = dates.span_days(stale)
        if days is None:
            raise UsageError(
                f"--stale takes a number with d, w, m or y, such as 180d, not {stale!r}"
            )
        entries = tuple(e for e in entries if dates.is_stale(e.as_of, screen.today, days))
    screen.show(screen.view.questions(entries))


def _check_sector(base: KnowledgeBase, sector: str | None) -> None:
    if sector is not None and base.sector(sector) is None:
        raise UnknownSectorError(sector, [known.id for known in base.sectors])


@app.command("show", cls=Command)
def show(context: Context, ids: EntriesArgument, kb: KbOption = None) -> None:
    """Show entries by id."""
    screen = screen_of(context)
    base = load_base(kb)
    found = [base.entry(identifier) for identifier in ids]
    missing = [identifier for identifier, entry in zip(ids, found, strict=True) if entry is None]
    _warn_missing("entry", missing, ids_like(missing, base))
    screen.show(screen.view.entries([entry for entry in found if entry is not None], base))
    if missing:
        leave(Exit.UNKNOWN)


def _warn_missing(what: str, missing: Sequence[str], known: Collection[str]) -> None:
    for sentence in not_found(what, list(map(as_typed, missing)), known):
        warn(sentence)


@kb_app.command("check", cls=Command)
def check(
    context: Context, path: PathArgument = None, kb: KbOption = None, strict: StrictOption = False
) -> None:
    """Report all errors in a knowledge base.

    Exit codes: 0 no findings, 65 findings.
    """
    from pakaz_cli.authoring import integrity

    screen = screen_of(context)
    place = kb if path is None else path
    checked = integrity.verify(check_base(place, whole=True, strict=strict))
    findings = checked.findings
    if strict and checked.base is not None and checked.root is None:
        raise UsageError("--strict needs the YAML file, not a compiled one")
    if strict:
        from pakaz_cli.authoring import rules

        findings = rules.lint(checked, screen.today)
    found = [finding for finding in findings if strict or finding.level >= Level.CHECK]
    screen.show(screen.view.findings(checked, found))
    if found:
        leave(Exit.BAD_DATA)


@kb_app.command("eval", cls=Command)
def evaluate(
    context: Context,
    questions: QuestionsArgument,
    kb: KbOption = None,
    misses: MissesOption = None,
    minimum: MinOption = None,
    maximum: MaxOption = None,
    compare: CompareOption = None,
) -> None:
    """Measure how well a knowledge base answers test questions.

    Exit code 1 when a figure is outside its --min or --max.
    """
    from pakaz_cli.authoring import comparison, limits
    from pakaz_cli.authoring import evaluation as measure
    from pakaz_cli.authoring import questions as files
    from pakaz_cli.search.index import Index

    screen = screen_of(context)
    wanted = limits.parse(minimum or (), maximum or (), measure.summarise(()).figures())
    base = load_base(kb)
    asked = files.load(questions, base)
    earlier = None if compare is None else comparison.load(compare)
    report = measure.evaluate(Index(base), asked)
    worst = None if misses is None else measure.worst(report.results, misses)
    changed = None if earlier is None else comparison.compare(earlier, report.results)
    screen.show(screen.view.report(report, worst, changed))
    too_bad = limits.missed(wanted, report.figures())
    for sentence in too_bad:
        warn(sentence)
    if too_bad:
        leave(Exit.UNKNOWN)


@kb_app.command("build", cls=Command)
def build(context: Context, path: SourceArgument, output_path: OutputOption) -> None:
    """Compile a knowledge base into a file for --kb.

    Compiled, a large knowledge base answers as fast as a small one.
    """
    from pakaz_cli.authoring.compile import compile_file

    screen = screen_of(context)
    base = compile_file(path, output_path)
    entries = sentences.count(len(base.entries), "entry", "entries")
    screen.advise(f"wrote {as_typed(output_path)}: {entries}")


@kb_app.command("init", cls=Command)
def init(context: Context, path: NewPathArgument) -> None:
    """Write a small example knowledge base; never overwrite a file."""
    import shlex

    from pakaz_cli.authoring import template

    screen = screen_of(context)
    template.write(path)
    quoted = shlex.quote(as_typed(path))
    screen.advise(f"wrote {as_typed(path)}; next: pakaz kb check --strict -- {quoted}")
