"""Values as labelled lines, for screen readers and for terminals that cannot draw."""

from __future__ import annotations

from pakaz_cli._typing import TYPE_CHECKING
from pakaz_cli.text import markdown
from pakaz_cli.text.display import visible, visible_line
from pakaz_cli.views import sentences
from pakaz_cli.views.view import Page, lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pakaz_cli.authoring.comparison import Comparison
    from pakaz_cli.authoring.evaluation import Report, Result
    from pakaz_cli.knowledge.load import CheckResult
    from pakaz_cli.model import Entry, Finding, KnowledgeBase, Reply, Sector
    from pakaz_cli.search.explain import Explanation
    from pakaz_cli.views.view import Settings


class TextView:
    """One labelled line for each thing shown, without boxes, colour or escape sequences."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def reply(
        self, reply: Reply, base: KnowledgeBase, explanation: Explanation | None = None
    ) -> Page:
        """Show the reply to a question, with its explanation if there is one."""
        shown = [f"Note: {notice}" for notice in sentences.notices(reply)]
        shown += self._reply(reply, base)
        if explanation is not None:
            from pakaz_cli.views import tables

            shown += tables.explanation_sentences(explanation)
        return Page(lines(shown))

    def _reply(self, reply: Reply, base: KnowledgeBase) -> list[str]:
        if reply.answer is not None:
            return self._entry(reply.answer, base)
        choices = [sentences.choice(match.entry, self._settings) for match in reply.listed]
        heading = sentences.no_answer(reply, base, self._settings)
        return [heading, *_numbered("Choice" if reply.offered else "Question", choices)]

    def _entry(self, entry: Entry, base: KnowledgeBase) -> list[str]:
        context = sentences.context(entry, base, self._settings.today)
        related = [
            sentences.choice(other, self._settings) for other in sentences.related(entry, base)
        ]
        return [
            f"Question: {visible(entry.question)}",
            f"Answer: {prose(entry.answer)}",
            *([f"Sector: {context}"] if context else []),
            *_sources(entry),
            *_numbered("Related", related),
        ]

    def entries(self, entries: Sequence[Entry], base: KnowledgeBase) -> Page:
        """Show whole entries, an empty line between them."""
        return Page("\n".join(lines(self._entry(entry, base)) for entry in entries))

    def questions(self, entries: Sequence[Entry]) -> Page:
        """List questions: numbered in a chat, elsewhere with the command that shows each."""
        choices = [sentences.choice(entry, self._settings) for entry in entries]
        return Page(lines(_numbered("Question", choices) if self._settings.in_chat else choices))

    def sectors(self, base: KnowledgeBase) -> Page:
        """List sectors with the command that shows each."""
        return Page(
            lines(
                f"{visible(sector.name)}: {sentences.count(count, 'question')}."
                f" Command: {sentences.command(f'sectors {sector.id}', self._settings)}"
                for sector, count in base.sector_counts()
            )
        )

    def sector(self, sector: Sector, base: KnowledgeBase) -> Page:
        """Show a sector: its note and its questions."""
        note = [f"Note: {prose(sector.note)}"] if sector.note else []
        heading = lines([f"Sector: {visible(sector.name)}", *note])
        return Page(heading + self.questions(base.in_sector(sector.id)).out)

    def sources(self, entry: Entry) -> Page:
        """List the sources of an entry and where else to look."""
        return Page(lines(_sources(entry) or [sentences.NO_SOURCE]))

    def message(self, paragraphs: Sequence[str]) -> Page:
        """Show a message of the program: greeting, notice or error."""
        return Page(lines(map(visible_line, paragraphs)))

    def commands(self, rows: Sequence[tuple[str, str]]) -> Page:
        """List commands, one line each."""
        return self.message([f"{usage}: {meaning}" for usage, meaning in rows])

    def findings(self, checked: CheckResult, findings: Sequence[Finding]) -> Page:
        """List findings in the format of compilers, with a summary on stderr."""
        rows = lines(sentences.finding_line(checked.path, finding) for finding in findings)
        return Page(rows, f"pakaz: {sentences.check_summary(checked, findings)}\n")

    def report(
        self, report: Report, misses: Sequence[Result] | None, comparison: Comparison | None
    ) -> Page:
        """Show an evaluation as sentences."""
        from pakaz_cli.views import tables

        shown = [tables.figures(report), tables.calibration(report), tables.tags(report)]
        said = [sentence for table in shown for sentence in tables.row_sentences(table)]
        said += [sentences.capitalized(time) for time in [tables.timing(report)] if time]
        if misses is not None:
            said += tables.row_sentences(tables.misses(misses)) if misses else ["No misses."]
        if comparison is not None:
            said += tables.row_sentences(tables.changes(comparison))
            said.append(tables.comparison_summary(comparison))
        return Page(lines(map(visible, said)))


def _sources(entry: Entry) -> list[str]:
    """Return the sources of an entry, and where to look for what none of them gives."""
    sources = [
        ", ".join(filter(None, (sentences.source(source), source.url))) for source in entry.sources
    ]
    where = [f"Where to look: {visible(entry.where)}"] if entry.where else []
    return [*_numbered("Source", sources), *where]


def _numbered(label: str, items: Sequence[str]) -> Iterator[str]:
    """Yield each item after its label, its number and the number of all items."""
    for number, item in enumerate(items, 1):
        yield f"{label} {number} of {len(items)}: {item}"


def prose(text: str) -> str:
    """Return small Markdown without its marks, one line for each paragraph or bullet."""
    return "\n".join(
        ("- " if block.bullet else "") + visible(block.text) for block in markdown.parse(text)
    )
