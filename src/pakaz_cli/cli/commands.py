"""The commands: each calls the core, hands the value to the screen and picks the exit code."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

from pakaz_cli.cli.app import (
    CompareOption,
    DebugOption,
    EntriesArgument,
    ExplainOption,
    FailOption,
    FileArgument,
    HistoryOption,
    KbOption,
    LeastOption,
    Lines,
    LinesOption,
    MissesOption,
    MostOption,
    NewPathArgument,
    NullOption,
    OutputOption,
    PathArgument,
    QuestionsArgument,
    SchemaOption,
    SectorArgument,
    SectorOption,
    SourceArgument,
    StaleOption,
    StrictOption,
    TopOption,
    WordsArgument,
    app,
    command,
    is_at_terminal,
    kb_app,
    leave,
)
from pakaz_cli.cli.app import (
    run as run,
)
from pakaz_cli.cli.ask import CODES, ask_once, question_of
from pakaz_cli.errors import Exit, InputMissingError, UnknownSectorError, UsageError
from pakaz_cli.knowledge.load import check_base, load_base
from pakaz_cli.model import Level, Outcome
from pakaz_cli.terminal.screen import Format, Screen, complain
from pakaz_cli.text import dates
from pakaz_cli.text.closest import ids_like, not_found
from pakaz_cli.text.display import as_typed
from pakaz_cli.views import sentences
from pakaz_cli.views.view import Page

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from pakaz_cli.model import KnowledgeBase

#: From best to worst. None is a line that could not be read.
_CODES = {**CODES, None: Exit.BAD_DATA}
_FROM_BEST = tuple(_CODES)

#: Bytes of a question that are read from stdin; more than the search looks at.
_MAX_STDIN = 64 * 1024


@command(app, "ask")
def ask(
    screen: Screen,
    words: WordsArgument,
    kb: KbOption = None,
    sector: SectorOption = None,
    top: TopOption = 5,
    explain: ExplainOption = False,
) -> None:
    """Answer one question.

    Exit code 0 answered, 1 unknown, 3 ambiguous.
    """
    question = _read_stdin(screen) if words == ["-"] else question_of(words)
    leave(ask_once(screen, question, kb, sector, top, explain=explain))


def _read_stdin(screen: Screen) -> str:
    if sys.stdin is None:
        return ""
    if sys.stdin.isatty():
        screen.advise("type a question, then Ctrl-D")
    try:
        raw = sys.stdin.buffer.read(_MAX_STDIN)
    except OSError as error:
        reason = error.strerror or "unreadable"
        raise InputMissingError("question", [("standard input", reason.lower())]) from error
    return raw.decode("utf-8-sig", "replace").strip("\r\n")


@command(app, "chat")
def chat(
    screen: Screen, kb: KbOption = None, history: HistoryOption = False, debug: DebugOption = False
) -> None:
    """Converse: ask, pick, follow up. This is what pakaz alone starts."""
    from pakaz_cli.views.json_lines import JsonView  # noqa: PLC0415 - other commands do not converse

    if isinstance(screen.view, JsonView):
        raise UsageError("a chat gives no JSON; pakaz batch does, line by line")
    if not is_at_terminal():
        raise UsageError("a chat needs a person at a terminal; for scripts there is pakaz batch")
    from pakaz_cli.chat import loop  # noqa: PLC0415
    from pakaz_cli.chat.conversation import Conversation  # noqa: PLC0415

    conversation = Conversation(load_base(kb), kb, screen.today)
    _keep_for_long()
    loop.start(screen, conversation, keeps_history=history, debug=debug)


def _keep_for_long() -> None:
    """Look for garbage again, as may be needed in a long run, but not in what was built by now."""
    gc.freeze()
    gc.enable()


@command(app, "batch", always=Format.JSON)
def batch(
    screen: Screen,
    file: FileArgument = None,
    kb: KbOption = None,
    sector: SectorOption = None,
    top: TopOption = 5,
    explain: ExplainOption = False,
    lines: LinesOption = Lines.TEXT,
    null: NullOption = False,
    fail: FailOption = False,
    schema: SchemaOption = False,
) -> None:
    """Answer many questions, one a line, each with one line of JSON.

    It is JSON in every --format. Exit code 0 when every line was read; see --fail.
    """
    from pakaz_cli.cli import batch as stream  # noqa: PLC0415 - other commands do not read lines
    from pakaz_cli.search.index import Index  # noqa: PLC0415
    from pakaz_cli.terminal import progress  # noqa: PLC0415
    from pakaz_cli.terminal.input import open_source  # noqa: PLC0415
    from pakaz_cli.views import json_lines  # noqa: PLC0415

    if schema:
        screen.show(Page(json_lines.schema()))
        return
    base = load_base(kb)
    _check_sector(base, sector)
    source = open_source(file)
    if source.is_terminal:
        screen.advise("type questions, one a line, then Ctrl-D")
    wish = stream.Wish(screen.today, lines is Lines.JSONL, sector, top, explain)
    worst: Outcome | None = Outcome.ANSWERED
    index = Index(base)
    _keep_for_long()
    with progress.shown(source, quiet=screen.quiet) as tell:
        given = source.lines(b"\0" if null else b"\n")
        for count, answer in enumerate(stream.answers(index, given, wish), 1):
            screen.show(Page(answer.record))
            worst = max(worst, answer.outcome, key=_FROM_BEST.index)
            tell(count)
    if fail:
        leave(_CODES[worst])


@command(app, "sectors")
def sectors(screen: Screen, sector: SectorArgument = None, kb: KbOption = None) -> None:
    """List the sectors, or show one."""
    base = load_base(kb)
    if sector is None:
        screen.show(screen.view.sectors(base))
        return
    found = base.sector(sector)
    if found is None:
        _say_missing("sector", [sector], [known.id for known in base.sectors])
        leave(Exit.UNKNOWN)
    screen.show(screen.view.sector(found, base))


@command(app, "list")
def list_questions(
    screen: Screen, kb: KbOption = None, sector: SectorOption = None, stale: StaleOption = None
) -> None:
    """List every question."""
    base = load_base(kb)
    _check_sector(base, sector)
    entries = base.in_sector(sector)
    if stale is not None:
        days = dates.span_days(stale)
        if days is None:
            raise UsageError(f"a span is a number with d, w, m or y, such as 180d, not {stale!r}")
        entries = tuple(e for e in entries if dates.is_stale(e.as_of, screen.today, days))
    screen.show(screen.view.questions(entries))


def _check_sector(base: KnowledgeBase, sector: str | None) -> None:
    if sector is not None and base.sector(sector) is None:
        raise UnknownSectorError(sector, [known.id for known in base.sectors])


@command(app, "show")
def show(screen: Screen, ids: EntriesArgument, kb: KbOption = None) -> None:
    """Show entries by id."""
    base = load_base(kb)
    found = [base.entry(identifier) for identifier in ids]
    missing = [one for one, entry in zip(ids, found, strict=True) if entry is None]
    _say_missing("entry", missing, ids_like(missing, base))
    screen.show(screen.view.entries([entry for entry in found if entry is not None], base))
    if missing:
        leave(Exit.UNKNOWN)


def _say_missing(what: str, missing: Sequence[str], known: Collection[str]) -> None:
    for sentence in not_found(what, list(map(as_typed, missing)), known):
        complain(sentence)


@command(kb_app, "check")
def check(
    screen: Screen, path: PathArgument = None, kb: KbOption = None, strict: StrictOption = False
) -> None:
    """Tell everything that is wrong with a knowledge base.

    Exit code 0 when nothing is, 65 when something is.
    """
    checked = check_base(kb if path is None else path, whole=True)
    findings = checked.findings
    if strict and checked.base is not None and checked.root is None:
        raise UsageError("--strict needs the YAML that the file was built from")
    if strict:
        from pakaz_cli.authoring import rules  # noqa: PLC0415 - other commands do not lint

        findings = rules.lint(checked, screen.today)
    found = [finding for finding in findings if strict or finding.level >= Level.CHECK]
    screen.show(screen.view.findings(checked, found))
    if found:
        leave(Exit.BAD_DATA)


@command(kb_app, "eval")
def evaluate(
    screen: Screen,
    questions: QuestionsArgument,
    kb: KbOption = None,
    misses: MissesOption = None,
    least: LeastOption = None,
    most: MostOption = None,
    compare: CompareOption = None,
) -> None:
    """Measure how well questions are found.

    Exit code 1 when a figure is not within its --min or --max.
    """
    from pakaz_cli.authoring import comparison, limits  # noqa: PLC0415 - others do not measure
    from pakaz_cli.authoring import evaluation as measure  # noqa: PLC0415
    from pakaz_cli.authoring import questions as files  # noqa: PLC0415
    from pakaz_cli.search.index import Index  # noqa: PLC0415

    wanted = limits.parse(least or (), most or (), measure.summarise(()).figures())
    base = load_base(kb)
    asked = files.load(questions, base)
    earlier = None if compare is None else comparison.load(compare)
    report = measure.evaluate(Index(base), asked)
    worst = None if misses is None else measure.worst(report.results, misses)
    changed = None if earlier is None else comparison.compare(earlier, report.results)
    screen.show(screen.view.report(report, worst, changed))
    too_bad = limits.missed(wanted, report.figures())
    for sentence in too_bad:
        complain(sentence)
    if too_bad:
        leave(Exit.UNKNOWN)


@command(kb_app, "build")
def build(screen: Screen, path: SourceArgument, output_path: OutputOption) -> None:
    """Compile a knowledge base; with --kb, every command reads the result.

    A large one is then asked as fast as a small one.
    """
    from pakaz_cli.authoring.compile import compile_file  # noqa: PLC0415 - other commands do not write

    base = compile_file(path, output_path)
    told = sentences.count(len(base.entries), "entry", "entries")
    screen.advise(f"wrote {as_typed(output_path)}: {told}")


@command(kb_app, "init")
def init(screen: Screen, path: NewPathArgument) -> None:
    """Write a small knowledge base to start from; never overwrites."""
    import shlex  # noqa: PLC0415

    from pakaz_cli.authoring import template  # noqa: PLC0415 - other commands do not write

    template.write(path)
    quoted = shlex.quote(as_typed(path))
    screen.advise(f"wrote {as_typed(path)}; next: pakaz kb check --strict -- {quoted}")
