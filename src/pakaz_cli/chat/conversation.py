"""The conversation: a line in, a page out. It knows no terminal."""

from __future__ import annotations

import contextlib
import os
import re
from typing import TYPE_CHECKING, NamedTuple

from pakaz_cli.chat import followup
from pakaz_cli.chat.commands import ALIASES, COMMANDS
from pakaz_cli.errors import InputMissingError, OutputLostError, PakazError
from pakaz_cli.knowledge.load import check_base
from pakaz_cli.model import Level
from pakaz_cli.search import engine
from pakaz_cli.search.index import Index
from pakaz_cli.text.closest import closest, ids_like, not_found
from pakaz_cli.text.display import as_typed, visible_line
from pakaz_cli.views import json_lines, sentences
from pakaz_cli.views.view import Page

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from pakaz_cli.model import Entry, KnowledgeBase, Reply
    from pakaz_cli.views.view import ChatView

#: A choice: "2", "2." or "#2". A number too large for the list is a question if it has more than
#: _MAX_CHOICE_DIGITS digits, such as a year.
_NUMBER = re.compile(r"#?(\d{1,9})[.)]?")
_MAX_CHOICE_DIGITS = 3
#: The maximum of characters repeated from an unknown name.
_MAX_NAME = 80
_COMMANDS = {command.name: command for command in COMMANDS}
_UNCHANGED = "The current knowledge base stays in use."


class Turn(NamedTuple):
    """The response to one line."""

    page: Page
    is_over: bool = False
    clears: bool = False  #: the screen is cleared first, if it can be


class Conversation:
    """A sequence of questions, and what a number or a follow-up in it refers to."""

    def __init__(self, base: KnowledgeBase, path: str | None, today: date) -> None:
        self._today = today
        self._use(base, path)

    def _use(self, base: KnowledgeBase, path: str | None) -> None:
        self.index = Index(base)
        self._path = path
        self._clear()

    def _clear(self) -> None:
        #: the list that a number chooses from
        self._choices: Sequence[Entry] = ()
        #: the entry shown last, which a follow-up refers to
        self._last: Entry | None = None
        self._reply: Reply | None = None

    @property
    def _base(self) -> KnowledgeBase:
        return self.index.base

    def greeting(self, view: ChatView) -> Page:
        """Return the size of the knowledge base and how to get help."""
        return _message(view, f"{self._size()}. Ask a question, or type /help.")

    def _size(self) -> str:
        questions = sentences.count(len(self._base.entries), "question")
        sectors = len(self._base.sectors)
        return f"{questions} in {sentences.count(sectors, 'sector')}" if sectors else questions

    def answer(self, line: str, view: ChatView) -> Turn:
        """Return the response to a line; of all errors, only OutputLostError is raised."""
        try:
            return self._respond(as_typed(line).strip(), view)
        except OutputLostError:
            raise
        except PakazError as error:
            return Turn(_message(view, f"error: {error}"))

    def _respond(self, line: str, view: ChatView) -> Turn:
        name, argument = _parse_command(line)
        if name:
            return self._run(name, argument, view)
        number = _NUMBER.fullmatch(line)
        if number and (
            len(number[1]) <= _MAX_CHOICE_DIGITS or int(number[1]) <= len(self._choices)
        ):
            return Turn(self._choose(int(number[1]), view))
        return Turn(self._ask(" ".join(line.split()), view) if line else Page())

    def _choose(self, number: int, view: ChatView) -> Page:
        if 1 <= number <= len(self._choices):
            return self._show([self._choices[number - 1]], view)
        if not self._choices:
            return _message(view, "Nothing to choose from yet: ask a question, or type /list.")
        verb = "is" if len(self._choices) == 1 else "are"
        return _message(view, f"There {verb} {sentences.count(len(self._choices), 'choice')}.")

    def _show(self, entries: Sequence[Entry], view: ChatView) -> Page:
        """Show whole entries, of which the last is now the subject."""
        self._set_subject(entries[-1])
        return view.entries(entries, self._base)

    def _set_subject(self, entry: Entry) -> None:
        self._last = entry
        self._choices = sentences.related(entry, self._base)

    def _ask(self, question: str, view: ChatView) -> Page:
        reply = engine.search(self.index, question)
        notice = Page()
        if self._last is not None:
            resolved = followup.understand(self.index, question, reply, self._last)
            if resolved is not None:
                subject = " ".join(self._last.question.split())
                notice = _message(view, f'Understood as a follow-up to "{subject}"')
                reply = resolved
        self._reply = reply
        page = _joined(notice, view.reply(reply, self._base))
        if reply.answer is not None:
            self._set_subject(reply.answer)
            return page
        self._choices = [match.entry for match in reply.listed]
        return page

    def _run(self, name: str, argument: str, view: ChatView) -> Turn:
        """Run a command: ``/name`` is the method ``_do_name``."""
        command = _COMMANDS.get(name)
        if command is None:
            close = closest(name, _COMMANDS)
            hint = f"did you mean {close}?" if close else "type /help"
            return Turn(_message(view, f"no command {name[:_MAX_NAME]!r}; {hint}"))
        if bool(argument) != bool(command.argument):
            return Turn(_message(view, f"Usage: {command.usage}"))
        method: Callable[..., Page | Turn] = getattr(self, f"_do_{name.removeprefix('/')}")
        result = method(argument, view) if argument else method(view)
        return result if isinstance(result, Turn) else Turn(result)

    def _do_help(self, view: ChatView) -> Page:
        aliases = {
            command.name: [alias for alias, name in ALIASES.items() if name == command.name]
            for command in COMMANDS
        }
        return view.commands(
            [
                (", ".join([command.usage, *aliases[command.name]]), command.meaning)
                for command in COMMANDS
            ]
        )

    def _do_sectors(self, view: ChatView) -> Page:
        if not self._base.sectors:
            return _message(view, "This knowledge base has no sectors.")
        return view.sectors(self._base)

    def _do_sector(self, identifier: str, view: ChatView) -> Page:
        sector = self._base.sector(identifier)
        if sector is None:
            known = [sector.id for sector in self._base.sectors]
            return _message(view, *not_found("sector", [identifier[:_MAX_NAME]], known))
        self._choices = self._base.in_sector(sector.id)
        return view.sector(sector, self._base)

    def _do_list(self, view: ChatView) -> Page:
        self._choices = self._base.entries
        return view.questions(self._choices)

    def _do_show(self, argument: str, view: ChatView) -> Page:
        ids = argument.split()
        found = [entry for name in ids if (entry := self._base.entry(name)) is not None]
        missing = [name[:_MAX_NAME] for name in ids if self._base.entry(name) is None]
        page = Page()
        if missing:
            page = _message(view, *not_found("entry", missing, ids_like(missing, self._base)))
        return _joined(page, self._show(found, view)) if found else page

    def _do_sources(self, view: ChatView) -> Page:
        if self._last is None:
            return _message(view, "No answer yet.")
        return view.sources(self._last)

    def _do_json(self, view: ChatView) -> Page:
        if self._reply is None:
            return _message(view, "No question asked yet.")
        return Page(json_lines.line(json_lines.reply_record(self._reply, self._today)))

    def _do_kb(self, path: str, view: ChatView) -> Page:
        with contextlib.suppress(ValueError):  # a path that cannot contain a user name
            path = os.path.expanduser(path)  # noqa: PTH111 - text
        return self._load(path, f"Now using {path}", view)

    def _do_reload(self, view: ChatView) -> Page:
        return self._load(self._path, "Reloaded", view)

    def _do_clear(self, view: ChatView) -> Turn:
        self._clear()
        return Turn(_message(view, "Conversation cleared."), clears=True)

    def _do_quit(self, view: ChatView) -> Turn:
        return Turn(Page(), is_over=True)

    def _load(self, path: str | None, message: str, view: ChatView) -> Page:
        """Use the knowledge base at `path` from now on, if it is valid."""
        try:
            checked = check_base(path)
        except InputMissingError as error:
            return _message(view, f"error: {error}", _UNCHANGED)
        if checked.base is None:
            errors = [found for found in checked.findings if found.level is Level.ERROR]
            return _joined(view.findings(checked, errors), _message(view, _UNCHANGED))
        self._use(checked.base, path)
        return _message(view, f"{message}: {self._size()}.")


def _parse_command(line: str) -> tuple[str, str]:
    """Return the command on a line and its argument, or two empty strings if it is a question."""
    alias = ALIASES.get(line.lower())
    if alias is not None:
        return alias, ""
    if not line.startswith("/"):
        return "", ""
    name, *rest = line.split(maxsplit=1)
    return name.lower(), "".join(rest)


def _message(view: ChatView, *paragraphs: str) -> Page:
    return view.message([visible_line(paragraph) for paragraph in paragraphs])


def _joined(*pages: Page) -> Page:
    return Page("".join(page.out for page in pages), "".join(page.err for page in pages))
