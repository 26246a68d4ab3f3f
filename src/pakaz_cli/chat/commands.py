"""The table of the chat's commands: help, completion and dispatch are made from it."""

from __future__ import annotations

from typing import NamedTuple


class Command(NamedTuple):
    """A command of the chat. ``/name`` calls the method ``_do_name`` of `Conversation`."""

    name: str  #: with its slash
    argument: str  #: placeholder of the required argument in the help; empty if there is none
    completes: str  #: what completes the argument: sectors, entries or path; empty if there is none
    meaning: str

    @property
    def usage(self) -> str:
        """The command as the help shows it."""
        return f"{self.name} {self.argument}".rstrip()


COMMANDS = (
    Command("/help", "", "", "List the commands."),
    Command("/sectors", "", "", "List the sectors."),
    Command("/sector", "ID", "sectors", "Show a sector and its questions."),
    Command("/list", "", "", "List all questions."),
    Command("/show", "ID", "entries", "Show one or more entries by id."),
    Command("/sources", "", "", "List the sources of the last answer."),
    Command("/json", "", "", "Show the last reply as JSON."),
    Command("/kb", "PATH", "path", "Switch to another knowledge base."),
    Command("/reload", "", "", "Reload the knowledge base."),
    Command("/clear", "", "", "Clear the conversation and the screen."),
    Command("/quit", "", "", "Quit."),
)
#: Other names of commands, typed without a slash and alone on the line.
ALIASES = {"exit": "/quit", "quit": "/quit", "?": "/help"}
