"""What every format offers: one method for each thing the program shows."""

from __future__ import annotations

from pakaz_cli._typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from pakaz_cli.authoring.comparison import Comparison
    from pakaz_cli.authoring.evaluation import Report, Result
    from pakaz_cli.knowledge.load import CheckResult
    from pakaz_cli.model import Entry, Finding, KnowledgeBase, Reply, Sector
    from pakaz_cli.search.explain import Explanation


class Page(NamedTuple):
    """Text for the two streams; it is complete, with its last line break."""

    out: str = ""
    err: str = ""


class Setting(NamedTuple):
    """What a view must know beyond the values it shows."""

    today: date
    kb: str | None = None  #: the knowledge base named on the command line, for commands to repeat
    in_chat: bool = False  #: a person converses: lists are numbered, commands begin with /


class View(Protocol):
    """A format: turns values into pages and writes nothing."""

    def reply(
        self, reply: Reply, base: KnowledgeBase, explanation: Explanation | None = None
    ) -> Page:
        """Show what became of a question, and why where that is asked for."""

    def entries(self, entries: Sequence[Entry], base: KnowledgeBase) -> Page:
        """Show whole entries."""

    def questions(self, entries: Sequence[Entry]) -> Page:
        """List the questions of entries."""

    def sectors(self, base: KnowledgeBase) -> Page:
        """List the sectors with the number of their entries."""

    def sector(self, sector: Sector, base: KnowledgeBase) -> Page:
        """Show one sector: its note and its questions."""

    def findings(self, checked: CheckResult, findings: Sequence[Finding]) -> Page:
        """Show what is wrong with a knowledge base, or that nothing is."""

    def report(
        self, report: Report, misses: Sequence[Result] | None, comparison: Comparison | None
    ) -> Page:
        """Show an evaluation; the worst questions, and what changed, where they are asked for."""


class ChatView(View, Protocol):
    """A format that can also hold a conversation."""

    def told(self, lines: Sequence[str]) -> Page:
        """Say something of the program's own: greeting, notices, errors; a paragraph a line."""

    def commands(self, rows: Sequence[tuple[str, str]]) -> Page:
        """List commands, each with its meaning."""

    def sources(self, entry: Entry) -> Page:
        """List the sources of an entry and where else to look."""
