"""Many questions, one a line: bytes in, a record of JSON for each line out."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from pakaz_cli.search.engine import decide, to_reply
from pakaz_cli.terminal.input import MAX_LINE
from pakaz_cli.views import json_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from pakaz_cli.model import Outcome
    from pakaz_cli.search.index import Index
    from pakaz_cli.terminal.input import Line

_SURROGATES = re.compile("[\ud800-\udfff]")


class Wish(NamedTuple):
    """How the lines are read and answered."""

    today: date
    is_json: bool = False  #: a line is an object with a question, and an id where it likes
    sector: str | None = None
    top: int = 5
    explain: bool = False


class Answer(NamedTuple):
    """What became of a line."""

    outcome: Outcome | None  #: None for a line that could not be read
    record: str  #: one line of JSON, with its line break


class _Question(NamedTuple):
    text: str
    identifier: str | None = None  #: as JSON


class _BadLineError(ValueError):
    """A line cannot be read; the message says why, for its record."""

    def __init__(self, reason: str, identifier: str | None = None) -> None:
        super().__init__(reason)
        self.identifier = identifier


def answers(index: Index, lines: Iterable[Line], wish: Wish) -> Iterator[Answer]:
    """Yield what becomes of each line but the blank ones, before the next is read.

    A line that cannot be read gets a record that says so, and the next one is read. Raises
    UnknownSectorError for a sector that is not there.
    """
    read = _read_json if wish.is_json else _Question
    for line in lines:
        try:
            typed = _decode(line.content)
            if typed.isspace() or not typed:
                continue
            question = read(typed)
        except _BadLineError as bad:
            told = json_lines.error_record(str(bad))
            yield Answer(None, json_lines.numbered(told, line.number, bad.identifier))
            continue
        outcome, told = _answer(index, question.text, wish)
        yield Answer(outcome, json_lines.numbered(told, line.number, question.identifier))


def _answer(index: Index, question: str, wish: Wish) -> tuple[Outcome, dict[str, Any]]:
    decision = decide(index, question, sector=wish.sector)
    reply = to_reply(index, decision, wish.top)
    told = json_lines.reply_record(reply, wish.today)
    if wish.explain:
        from pakaz_cli.search.explain import explain  # noqa: PLC0415 - wanted only here

        told["explain"] = json_lines.explanation_record(explain(index, decision))
    return reply.outcome, told


def _decode(content: bytes | None) -> str:
    if content is None:
        raise _BadLineError(f"the line is over {MAX_LINE:,} bytes long")
    nul = content.find(b"\0")
    if nul >= 0:
        raise _BadLineError(f"a NUL byte at offset {nul}")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        wrong = content[error.start]
        raise _BadLineError(f"not UTF-8: byte 0x{wrong:02x} at offset {error.start}") from error


class _Number(str):
    """A number as it was written, which no type of ours could give back."""

    __slots__ = ()


def _float(written: str) -> _Number:
    if math.isinf(float(written)):
        raise _BadLineError(f"the number {written} is too large")
    return _Number(written)


def _constant(name: str) -> NoReturn:
    raise _BadLineError(f"not JSON: {name}")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _BadLineError(f"the key {twice!r} is there twice")
    return found


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_Number, parse_float=_float, parse_constant=_constant
)


def _read_json(line: str) -> _Question:
    """Return the question of an object, and its id as JSON, every number as it was written."""
    identifier = None
    try:
        read = _DECODER.decode(line)
        if isinstance(read, dict) and "id" in read:
            identifier = _as_json(read["id"])
    except json.JSONDecodeError as error:
        reason = error.msg.removesuffix(" at")
        raise _BadLineError(f"not JSON: {reason} at character {error.pos + 1}") from error
    except RecursionError as error:
        raise _BadLineError("nested too deeply") from error
    if not isinstance(read, dict):
        raise _BadLineError("a line must be an object with a question")
    if type(read.get("question")) is not str:  # a number is a text of a type of its own
        raise _BadLineError("'question' must be text", identifier)
    # Half of a character, which JSON can hold and UTF-8 cannot.
    return _Question(_SURROGATES.sub("\ufffd", read["question"]), identifier)


def _as_json(value: Any) -> str:
    if isinstance(value, _Number):
        return str(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_as_json, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_as_json(key)}: {_as_json(one)}' for key, one in value.items())}}}"
    return json.dumps(value, ensure_ascii=False)
