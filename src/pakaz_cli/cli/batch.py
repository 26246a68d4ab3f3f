"""Answers one question per line: bytes in, one JSON record per line out."""

from __future__ import annotations

import collections
import json
import math
import re
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from pakaz_cli.cli.option_names import DEFAULT_TOP
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


class BatchOptions(NamedTuple):
    """How lines are read and answered."""

    today: date
    is_json: bool = False  #: a line is a JSON object with a question and optionally an id
    sector: str | None = None
    top: int = DEFAULT_TOP
    explain: bool = False


class Answer(NamedTuple):
    """The result of a line."""

    outcome: Outcome | None  #: None for a line that could not be read
    record: str  #: one line of JSON, with its line break


class _Question(NamedTuple):
    text: str
    identifier: str | None = None  #: as JSON


class _BadLineError(ValueError):
    """A line cannot be read; the message is the reason for its record."""

    def __init__(self, reason: str, identifier: str | None = None) -> None:
        super().__init__(reason)
        self.identifier = identifier


def answers(index: Index, lines: Iterable[Line], options: BatchOptions) -> Iterator[Answer]:
    """Yield the answer to each line that is not blank, before the next line is read.

    A line that cannot be read gets an error record, and the stream goes on. Raises
    UnknownSectorError for an unknown sector.
    """
    read = _read_json if options.is_json else _Question
    for line in lines:
        try:
            typed = _decode(line.content)
            if typed.isspace() or not typed:
                continue
            question = read(typed)
        except _BadLineError as bad:
            record = json_lines.error_record(str(bad))
            yield Answer(None, json_lines.numbered(record, line.number, bad.identifier))
            continue
        outcome, record = _answer(index, question.text, options)
        yield Answer(outcome, json_lines.numbered(record, line.number, question.identifier))


def _answer(index: Index, question: str, options: BatchOptions) -> tuple[Outcome, dict[str, Any]]:
    decision = decide(index, question, sector=options.sector)
    reply = to_reply(index, decision, options.top)
    record = json_lines.reply_record(reply, options.today)
    if options.explain:
        from pakaz_cli.search.explain import explain

        record["explain"] = json_lines.explanation_record(explain(index, decision))
    return reply.outcome, record


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
    """A number as it was written, since converting it could change its digits."""

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
        counts = collections.Counter(name for name, _ in pairs)
        duplicate = next(name for name, count in counts.items() if count > 1)
        raise _BadLineError(f"the key {duplicate!r} is there twice")
    return found


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_Number, parse_float=_float, parse_constant=_constant
)


def _read_json(line: str) -> _Question:
    """Return the question of a JSON object, and its id as JSON with every number as written."""
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
    if type(read.get("question")) is not str:  # _Number is a subclass
        raise _BadLineError("'question' must be text", identifier)
    # JSON can escape unpaired surrogates, which UTF-8 cannot encode.
    return _Question(_SURROGATES.sub("\ufffd", read["question"]), identifier)


def _as_json(value: Any) -> str:
    if isinstance(value, _Number):
        return str(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_as_json, value))}]"
    if isinstance(value, dict):
        return (
            f"{{{', '.join(f'{_as_json(key)}: {_as_json(item)}' for key, item in value.items())}}}"
        )
    return json.dumps(value, ensure_ascii=False)
