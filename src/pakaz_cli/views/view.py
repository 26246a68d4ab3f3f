"""What every format offers: a method for each kind of thing the program shows."""

from __future__ import annotations

from pakaz_cli._typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from pakaz_cli.authoring.comparison import Comparison
    from pakaz_cli.authoring.evaluation import Report, Result
    from pakaz_cli.knowledge.load import CheckResult
    from pakaz_cli.model import Entry, Finding, KnowledgeBase, Reply, Sector
    from pakaz_cli.search.explain import Explanation


class Page(NamedTuple):
    """Text for stdout and stderr, complete with its last line break."""

    out: str = ""
    err: str = ""


def lines(texts: Iterable[str]) -> str:
    """Return texts with a line break after each."""
    return "".join(text + "\n" for text in texts)


class Settings(NamedTuple):
    """What a view needs to know besides the values it shows."""

    today: date
    kb: str | None = None  #: the value of --kb, repeated in the commands that are suggested
    in_chat: bool = False  #: lists are numbered, and commands begin with a slash


class View(Protocol):
    """A format: turns values into pages and writes nothing."""

    def reply(
        self, reply: Reply, base: KnowledgeBase, explanation: Explanation | None = None
    ) -> Page:
        """Show the reply to a question, with its explanation if there is one."""

    def entries(self, entries: Sequence[Entry], base: KnowledgeBase) -> Page:
        """Show whole entries."""

    def questions(self, entries: Sequence[Entry]) -> Page:
        """List the questions of entries."""

    def sectors(self, base: KnowledgeBase) -> Page:
        """List the sectors with the number of their entries."""

    def sector(self, sector: Sector, base: KnowledgeBase) -> Page:
        """Show one sector: its note and its questions."""

    def findings(self, checked: CheckResult, findings: Sequence[Finding]) -> Page:
        """Show the findings of a check, or that there are none."""

    def report(
        self, report: Report, misses: Sequence[Result] | None, comparison: Comparison | None
    ) -> Page:
        """Show an evaluation, and the worst questions and the comparison if given."""


class ChatView(View, Protocol):
    """A format that the chat can use as well."""

    def message(self, paragraphs: Sequence[str]) -> Page:
        """Show a message of the program: greeting, notice or error."""

    def commands(self, rows: Sequence[tuple[str, str]]) -> Page:
        """List commands, each with its description."""

    def sources(self, entry: Entry) -> Page:
        """List the sources of an entry and where else to look."""
