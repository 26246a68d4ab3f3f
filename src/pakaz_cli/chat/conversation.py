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
    from collections.abc import Sequence
    from datetime import date

    from pakaz_cli.model import Entry, KnowledgeBase, Reply, Sector
    from pakaz_cli.views.view import ChatView

#: At most so many questions of the nearest sector follow an unknown one.
_MAX_NEAREST = 20
#: "2", "2." or "#2". A number of more than three digits that no list has is a question: a year.
_NUMBER = re.compile(r"#?(\d{1,9})[.)]?")
_SHORT = 3
_COMMANDS = {command.name: command for command in COMMANDS}
#: Of a name that is not there, so much is repeated.
_MAX_NAME = 80
_KEPT = "Kept the knowledge base as it was."


class Turn(NamedTuple):
    """What is shown after one line."""

    page: Page
    is_over: bool = False
    clears: bool = False  #: whether the screen is cleared first, where that can be done


class Conversation:
    """A person's questions, one after the other, and what a number or a follow-up refers to."""

    def __init__(self, base: KnowledgeBase, path: str | None, today: date) -> None:
        self._today = today
        self._swap(base, path)

    def _swap(self, base: KnowledgeBase, path: str | None) -> None:
        self.index = Index(base)
        self._path = path
        self._forget()

    def _forget(self) -> None:
        #: what a number picks from
        self._choices: Sequence[Entry] = ()
        self._last: Entry | None = None
        self._reply: Reply | None = None

    @property
    def _base(self) -> KnowledgeBase:
        return self.index.base

    def greeting(self, view: ChatView) -> Page:
        """Say what can be asked, and how to learn more."""
        return _say(view, f"{self._size()}. Ask one, or type /help.")

    def _size(self) -> str:
        questions = sentences.count(len(self._base.entries), "question")
        sectors = len(self._base.sectors)
        return f"{questions} in {sentences.count(sectors, 'sector')}" if sectors else questions

    def answer(self, line: str, view: ChatView) -> Turn:
        """Return what follows a line. What goes wrong is told, but for lost output."""
        try:
            return self._answer(as_typed(line), view)
        except OutputLostError:
            raise
        except PakazError as error:
            return Turn(_say(view, f"error: {error}"))

    def _answer(self, line: str, view: ChatView) -> Turn:
        typed = line.strip()
        name, argument = _command_of(typed)
        if name:
            return self._command(name, argument, view)
        number = _NUMBER.fullmatch(typed)
        if number and (len(number[1]) <= _SHORT or int(number[1]) <= len(self._choices)):
            return Turn(self._pick(int(number[1]), view))
        return Turn(self._ask(" ".join(typed.split()), view) if typed else Page())

    def _pick(self, number: int, view: ChatView) -> Page:
        if 1 <= number <= len(self._choices):
            return self._shown([self._choices[number - 1]], view)
        if not self._choices:
            return _say(view, "Nothing to choose from yet; ask a question, or type /list.")
        are = "is" if len(self._choices) == 1 else "are"
        return _say(view, f"There {are} {sentences.count(len(self._choices), 'choice')}.")

    def _shown(self, entries: Sequence[Entry], view: ChatView) -> Page:
        """Show whole entries, and go on from the last of them."""
        self._go_on_from(entries[-1])
        return view.entries(entries, self._base)

    def _go_on_from(self, entry: Entry) -> None:
        self._last = entry
        self._choices = sentences.related(entry, self._base)

    def _ask(self, question: str, view: ChatView) -> Page:
        reply = engine.search(self.index, question)
        told = Page()
        if self._last is not None:
            taken = followup.understand(self.index, question, reply, self._last)
            if taken is not None:
                subject = " ".join(self._last.question.split())
                told = _say(view, f'Taken as a question on "{subject}"')
                reply = taken
        self._reply = reply
        page = _joined(told, view.reply(reply, self._base))
        if reply.answer is not None:
            self._go_on_from(reply.answer)
            return page
        self._choices = [match.entry for match in reply.offered]
        if reply.nearest_sector is None:
            return page
        return _joined(page, self._nearest(reply.nearest_sector, view))

    def _nearest(self, sector: Sector, view: ChatView) -> Page:
        """List the first questions of the sector that an unknown one is nearest to."""
        entries = self._base.in_sector(sector.id)
        self._choices = entries[:_MAX_NEAREST]
        page = view.questions(self._choices)
        if len(entries) == len(self._choices):
            return page
        return _joined(page, _say(view, f"/sector {sector.id} shows all {len(entries)}."))

    def _command(self, name: str, argument: str, view: ChatView) -> Turn:
        command = _COMMANDS.get(name)
        if command is None:
            close = closest(name, _COMMANDS)
            hint = f"did you mean {close}?" if close else "type /help"
            return Turn(_say(view, f"no command {name[:_MAX_NAME]!r}; {hint}"))
        if bool(argument) != bool(command.argument):
            return Turn(_say(view, f"usage: {command.usage}"))
        if name == "/quit":
            return Turn(Page(), is_over=True)
        if name == "/clear":
            self._forget()
            return Turn(_say(view, "Forgotten what was said."), clears=True)
        if command.argument:
            return Turn(self._with_argument(name, argument, view))
        return Turn(self._without_argument(name, view))

    def _with_argument(self, name: str, argument: str, view: ChatView) -> Page:
        if name == "/sector":
            return self._sector(argument, view)
        if name == "/show":
            return self._show(argument.split(), view)
        return self._kb(argument, view)

    def _without_argument(self, name: str, view: ChatView) -> Page:
        if name == "/help":
            return view.commands(_help())
        if name == "/sectors":
            known = self._base.sectors
            return view.sectors(self._base) if known else _say(view, "There are no sectors.")
        if name == "/list":
            self._choices = self._base.entries
            return view.questions(self._choices)
        if name == "/sources":
            return self._sources(view)
        if name == "/json":
            if self._reply is None:
                return _say(view, "Nothing asked yet.")
            return Page(json_lines.line(json_lines.reply_record(self._reply, self._today)))
        return self._reload(view)

    def _sources(self, view: ChatView) -> Page:
        if self._last is None:
            return _say(view, "Nothing answered yet.")
        return view.sources(self._last)

    def _sector(self, identifier: str, view: ChatView) -> Page:
        sector = self._base.sector(identifier)
        if sector is None:
            known = [one.id for one in self._base.sectors]
            return _say(view, *not_found("sector", [identifier[:_MAX_NAME]], known))
        self._choices = self._base.in_sector(sector.id)
        return view.sector(sector, self._base)

    def _show(self, ids: Sequence[str], view: ChatView) -> Page:
        known = [entry for one in ids if (entry := self._base.entry(one)) is not None]
        missing = [one[:_MAX_NAME] for one in ids if self._base.entry(one) is None]
        told = Page()
        if missing:
            known_ids = ids_like(missing, self._base)
            told = _say(view, *not_found("entry", missing, known_ids))
        return _joined(told, self._shown(known, view)) if known else told

    def _kb(self, path: str, view: ChatView) -> Page:
        # A shell would have done this.
        with contextlib.suppress(ValueError):  # what can be no name of a user
            path = os.path.expanduser(path)  # noqa: PTH111 - text
        return self._read(path, f"Now asking {path}: ", view)

    def _reload(self, view: ChatView) -> Page:
        return self._read(self._path, "Read again: ", view)

    def _read(self, path: str | None, done: str, view: ChatView) -> Page:
        """Ask the knowledge base at `path` from now on, if it can be used."""
        try:
            checked = check_base(path)
        except InputMissingError as error:
            return _say(view, f"error: {error}", _KEPT)
        if checked.base is None:
            errors = [found for found in checked.findings if found.level is Level.ERROR]
            return _joined(view.findings(checked, errors), _say(view, _KEPT))
        self._swap(checked.base, path)
        return _say(view, f"{done}{self._size()}.")


def _command_of(typed: str) -> tuple[str, str]:
    """Return the command that a line is and its argument, both empty where it is none."""
    alias = ALIASES.get(typed.lower())
    if alias is not None:
        return alias, ""
    if not typed.startswith("/"):
        return "", ""
    name, *rest = typed.split(maxsplit=1)
    return name.lower(), "".join(rest)


def _help() -> list[tuple[str, str]]:
    """Return each command, with its other names, and its meaning."""
    return [
        (
            ", ".join([command.usage, *(a for a, name in ALIASES.items() if name == command.name)]),
            command.meaning,
        )
        for command in COMMANDS
    ]


def _say(view: ChatView, *lines: str) -> Page:
    return view.message([visible_line(line) for line in lines])


def _joined(*pages: Page) -> Page:
    return Page("".join(page.out for page in pages), "".join(page.err for page in pages))
