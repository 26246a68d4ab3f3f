"""A strict subset of YAML: text, lists and mappings with their positions, and nothing else.

The nodes are built from the events of PyYAML's parser, so that no type is guessed (`no`, `010` and
`2024-13-45` remain text), no hostile file can expand in memory, and every finding has a line and
column. libyaml's parser is used if it is installed. Both parsers accept the same files: whatever
they disagree on is rejected beforehand or left to the pure Python parser.
"""

from __future__ import annotations

import contextlib
import gc
import re
from typing import TYPE_CHECKING, Any

import yaml

from pakaz_cli.knowledge.values import too_long
from pakaz_cli.knowledge.yaml_errors import (
    MAX_FINDINGS,
    escape_finding,
    raw_findings,
    syntax_finding,
    too_many,
)
from pakaz_cli.model import Finding, Level

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_DEPTH = 16
#: Up to this size, the message of a syntax error is always that of the pure Python parser.
_REPARSE_CHARACTERS = 256 * 1024

FAST_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
PURE_LOADER: Any = yaml.SafeLoader


class Node:
    """A text, list or mapping, and the line and column where it starts, counted from 1."""

    __slots__ = ("column", "is_block", "line", "value")

    def __init__(
        self,
        value: str | list[Node] | dict[str, Pair],
        line: int,
        column: int,
        *,
        is_block: bool = False,
    ) -> None:
        self.value = value
        self.line = line
        self.column = column
        #: whether it is a literal block (``|``), whose text starts on the next line of the file
        self.is_block = is_block


class Pair:
    """A key of a mapping, with its own position, and its value."""

    __slots__ = ("key", "value")

    def __init__(self, key: Node, value: Node) -> None:
        self.key = key
        self.value = value


class _Stop(Exception):  # noqa: N818 - not an error: the finding is noted
    """Raised to stop reading the rest of the file."""


def parse(text: str, loader: Any = None) -> tuple[Node | None, list[Finding]]:
    """Return the document in `text` and all findings about its YAML.

    The node is None if there is no document or if reading stopped early. `loader` is a PyYAML
    loader class, by default the fastest that is installed.
    """
    findings = list(raw_findings(text))
    if findings:
        return None, findings
    loader = loader or FAST_LOADER
    builder = _Builder(text)
    try:
        with _gc_paused():
            builder.build(yaml.parse(text, Loader=loader))
    except _Stop:
        return None, builder.findings
    except (ValueError, OverflowError):  # the pure parser, for an escape beyond Unicode
        builder.findings.append(escape_finding(text))
        return None, builder.findings
    except yaml.YAMLError as error:
        if loader is not PURE_LOADER and len(text) <= _REPARSE_CHARACTERS:
            return parse(text, PURE_LOADER)
        return None, _with_syntax_error(error, text, builder.findings, loader)
    return builder.root, builder.findings


def _with_syntax_error(
    error: Any, text: str, findings: list[Finding], loader: Any
) -> list[Finding]:
    """Return the findings up to a syntax error, and the error.

    libyaml reads ahead: it may fail before the pure parser would have found an earlier problem.
    """
    finding, mark = syntax_finding(error, text), error.problem_mark
    if loader is not PURE_LOADER and mark is not None and mark.index < _REPARSE_CHARACTERS:
        start = parse(text[:_REPARSE_CHARACTERS], PURE_LOADER)[1]
        earlier = [one for one in start if one[:2] < finding[:2]]
        if len(earlier) > len(findings):
            return earlier
    return [*findings, finding]


@contextlib.contextmanager
def _gc_paused() -> Iterator[None]:
    """Pause the garbage collector, which would traverse all nodes repeatedly and find no cycles."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


#: A block header directly followed by a comment: accepted by libyaml, not by the pure parser.
_NO_SPACE = re.compile(r"[|>][-+0-9]*#")
#: A comment that looks like part of the text before it (``issue #5``).
_LOST = re.compile(r" #[^\s#!]")


class _Builder:
    """Builds nodes from events, with an explicit stack in place of recursion."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.root: Node | None = None
        self.findings: list[Finding] = []
        self._open: list[Node] = []
        self._keys: list[Node | None] = []
        self._flow_depth = 0

    def build(self, events: Iterator[Any]) -> None:
        handlers = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._start_mapping,
            yaml.SequenceStartEvent: self._start_list,
            yaml.MappingEndEvent: self._end,
            yaml.SequenceEndEvent: self._end,
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._document,
        }
        for event in events:
            handler = handlers.get(type(event))
            if handler is not None:
                handler(event)

    def _note(self, mark: Any, code: str, message: str, level: Level = Level.ERROR) -> None:
        line, column = mark.line + 1, mark.column + 1
        if len(self.findings) == MAX_FINDINGS:
            self.findings.append(too_many(line, column))
            raise _Stop
        self.findings.append(Finding(line, column, code, message, level))

    def _document(self, event: Any) -> None:
        if self.root is not None:
            self._note(event.start_mark, "yaml-feature", "only one document per file is supported")
            raise _Stop

    def _check_properties(self, event: Any) -> None:
        if event.anchor is not None:
            message = f"anchors (&{event.anchor[:40]}) are not supported"
            self._note(event.start_mark, "yaml-feature", message)
        if event.tag is not None:
            message = f"tags ({event.tag[:40]}) are not supported: every value is text"
            self._note(event.start_mark, "yaml-feature", message)

    def _scalar(self, event: Any) -> None:
        self._check_properties(event)
        value: str = event.value
        problem = too_long(value)
        if problem is not None:
            self._note(event.start_mark, *problem)
            value = ""
        if self._expects_key() and value == "<<" and not event.style:
            self._note(event.start_mark, "yaml-feature", "merge keys (<<) are not supported")
        if not event.style:
            self._check_plain(event)
        elif event.style in "|>" and _NO_SPACE.match(self._text, event.start_mark.index):
            raise yaml.MarkedYAMLError(None, None, "missing space before #", event.start_mark)
        mark = event.start_mark
        is_block = event.style == "|"
        self._add(Node(value, mark.line + 1, mark.column + 1, is_block=is_block))

    def _check_plain(self, event: Any) -> None:
        """Check a plain scalar, that is, text without quotes."""
        if "?" in event.value and self._flow_depth:
            # Accepted by libyaml, not by the pure parser.
            problem = "text with ? inside [ ] or { } must be quoted"
            raise yaml.MarkedYAMLError(None, None, problem, event.start_mark)
        if _LOST.match(self._text, event.end_mark.index):
            message = "a comment starts at ' #'; quote the text if it should include this"
            self._note(event.end_mark, "lost-text", message, Level.CHECK)

    def _alias(self, event: Any) -> None:
        message = f"aliases (*{event.anchor[:40]}) are not supported; quote the text"
        self._note(event.start_mark, "yaml-feature", message)
        self._add(Node("", event.start_mark.line + 1, event.start_mark.column + 1))

    def _start_mapping(self, event: Any) -> None:
        self._start(event, {})

    def _start_list(self, event: Any) -> None:
        self._start(event, [])

    def _start(self, event: Any, value: list[Node] | dict[str, Pair]) -> None:
        self._check_properties(event)
        if len(self._open) == MAX_DEPTH:
            self._note(event.start_mark, "too-deep", f"nested more than {MAX_DEPTH} levels deep")
            raise _Stop
        node = Node(value, event.start_mark.line + 1, event.start_mark.column + 1)
        self._add(node)
        self._open.append(node)
        self._keys.append(None)
        self._flow_depth += 1 if event.flow_style else 0

    def _end(self, event: Any) -> None:
        self._open.pop()
        self._keys.pop()
        # Flow collections contain no block collections, so at depth 0 a block collection ends.
        self._flow_depth = max(0, self._flow_depth - 1)

    def _expects_key(self) -> bool:
        return (
            bool(self._open) and isinstance(self._open[-1].value, dict) and self._keys[-1] is None
        )

    def _add(self, node: Node) -> None:
        if not self._open:
            self.root = node
            return
        container = self._open[-1].value
        if isinstance(container, list):
            container.append(node)
        elif isinstance(container, dict):
            self._add_to_mapping(container, node)

    def _add_to_mapping(self, mapping: dict[str, Pair], node: Node) -> None:
        key = self._keys[-1]
        if key is None:
            if not isinstance(node.value, str):
                self._note_at(node, "wrong-type", "key must be text")
            self._keys[-1] = node
            return
        self._keys[-1] = None
        if not isinstance(key.value, str):
            return
        earlier = mapping.get(key.value)
        if earlier is not None:
            message = f"duplicate key {key.value!r}, first on line {earlier.key.line}"
            self._note_at(key, "duplicate-key", message)
            return
        mapping[key.value] = Pair(key, node)

    def _note_at(self, node: Node, code: str, message: str) -> None:
        self._note(_Mark(node.line - 1, node.column - 1), code, message)


class _Mark:
    """A position as the parser gives it, counted from 0."""

    def __init__(self, line: int, column: int) -> None:
        self.line = line
        self.column = column
