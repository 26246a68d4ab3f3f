"""Values as plain text for scripts: the bare answer, or rows separated by tabs."""

from __future__ import annotations

from pakaz_cli._typing import TYPE_CHECKING
from pakaz_cli.text.display import visible
from pakaz_cli.views import sentences
from pakaz_cli.views.view import Page, lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pakaz_cli.authoring.comparison import Comparison
    from pakaz_cli.authoring.evaluation import Report, Result
    from pakaz_cli.knowledge.load import CheckResult
    from pakaz_cli.model import Entry, Finding, KnowledgeBase, Reply, Sector
    from pakaz_cli.search.explain import Explanation
    from pakaz_cli.views.view import Settings


class PlainView:
    """The data alone on stdout; notices, offers and explanations on stderr."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def reply(
        self, reply: Reply, base: KnowledgeBase, explanation: Explanation | None = None
    ) -> Page:
        """Show the reply to a question, with its explanation if there is one."""
        notices = _prefixed(sentences.notices(reply))
        page = self._reply(reply, base)
        err = lines(notices) + page.err
        if explanation is not None:
            from pakaz_cli.views import tables

            err += lines(_prefixed(tables.explanation_sentences(explanation)))
        return Page(page.out, err)

    def _reply(self, reply: Reply, base: KnowledgeBase) -> Page:
        if reply.answer is not None:
            return self.entries([reply.answer], base)
        listed = (
            f"  {number}. {visible(entry.question)}  ({sentences.show(entry, self._settings)})"
            for number, (entry, _) in enumerate(reply.listed, 1)
        )
        heading = sentences.no_answer(reply, base, self._settings)
        return Page(err=lines([f"pakaz: {heading}", *listed]))

    def entries(self, entries: Sequence[Entry], base: KnowledgeBase) -> Page:
        """Show the answers of entries, an empty line between them."""
        answers = "\n".join(visible(entry.answer) + "\n" for entry in entries)
        ages = ((entry.id, sentences.stale(entry, self._settings.today)) for entry in entries)
        return Page(answers, lines(_prefixed(f"{name}: {age}" for name, age in ages if age)))

    def questions(self, entries: Sequence[Entry]) -> Page:
        """List entries: id, sector, question."""
        return Page(_rows((entry.id, entry.sector or "", entry.question) for entry in entries))

    def sectors(self, base: KnowledgeBase) -> Page:
        """List sectors: id, name, number of entries."""
        return Page(
            _rows((sector.id, sector.name, str(count)) for sector, count in base.sector_counts())
        )

    def sector(self, sector: Sector, base: KnowledgeBase) -> Page:
        """Show a sector: its name, its note, its questions with their ids."""
        parts = filter(None, (sector.name, sector.note))
        questions = _rows((entry.id, entry.question) for entry in base.in_sector(sector.id))
        return Page("\n".join([*(visible(part) + "\n" for part in parts), questions]))

    def findings(self, checked: CheckResult, findings: Sequence[Finding]) -> Page:
        """List findings in the format of compilers, with a summary on stderr."""
        rows = lines(sentences.finding_line(checked.path, finding) for finding in findings)
        return Page(rows, f"pakaz: {sentences.check_summary(checked, findings)}\n")

    def report(
        self, report: Report, misses: Sequence[Result] | None, comparison: Comparison | None
    ) -> Page:
        """List an evaluation: name, count, share, interval; then rows that begin with their kind.

        The time is left out, so that equal questions and entries give equal output.
        """
        from pakaz_cli.views import tables

        shown = [tables.calibration(report), tables.tags(report)]
        shown += [] if misses is None else [tables.misses(misses)]
        shown += [] if comparison is None else [tables.changes(comparison)]
        rows = [(table.name, *row) for table in shown for row in table.rows]
        summary = [] if comparison is None else [tables.comparison_summary(comparison)]
        return Page(_rows([*tables.figures(report).rows, *rows]), lines(_prefixed(summary)))


def _prefixed(notices: Iterable[str]) -> Iterable[str]:
    """Return lines for stderr, after the program's name."""
    return (f"pakaz: {notice}" for notice in notices)


def _rows(rows: Iterable[Sequence[str]]) -> str:
    return lines("\t".join(map(visible, row)).rstrip("\t") for row in rows)
