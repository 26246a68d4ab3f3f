"""The commands of the chat, from which its help, its completion and its understanding are made."""

from __future__ import annotations

from typing import NamedTuple


class Command(NamedTuple):
    """A command that is typed in the chat."""

    name: str  #: with its slash
    argument: str  #: what is typed after it, as the help calls it; empty where nothing is
    completes: str  #: what the argument is one of: sectors, entries or path; empty where nothing
    meaning: str

    @property
    def usage(self) -> str:
        """The command as the help writes it."""
        return f"{self.name} {self.argument}".rstrip()


COMMANDS = (
    Command("/help", "", "", "List the commands."),
    Command("/sectors", "", "", "List the sectors."),
    Command("/sector", "ID", "sectors", "Show a sector and its questions."),
    Command("/list", "", "", "List every question."),
    Command("/show", "ID", "entries", "Show the entry with this id; several ids may be given."),
    Command("/sources", "", "", "List the sources of the last answer."),
    Command("/json", "", "", "Show the record of the last reply, as JSON."),
    Command("/kb", "PATH", "path", "Ask another knowledge base."),
    Command("/reload", "", "", "Read the knowledge base again."),
    Command("/clear", "", "", "Forget what was said and clear the screen."),
    Command("/quit", "", "", "Leave."),
)
#: Words that, typed alone, are commands too.
ALIASES = {"exit": "/quit", "quit": "/quit", "?": "/help"}
