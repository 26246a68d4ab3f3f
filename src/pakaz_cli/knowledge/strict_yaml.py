"""A strict, small YAML: text, lists and mappings with their places, and nothing else.

The events of a YAML parser are walked here, so that no type is guessed (`no`, `010` and
`2024-13-45` stay text), nothing is built that a hostile file could make grow, and every
complaint has its line and column. libyaml's parser is used when it is there; both parsers give
the same verdict: what they disagree on is refused before they see it, or left to the slower one.
"""

from __future__ import annotations

import contextlib
import gc
import re
from typing import TYPE_CHECKING, Any

import yaml

from pakaz_cli.knowledge.yaml_errors import LINE_BREAK, escape_finding, syntax_finding
from pakaz_cli.model import Finding, Level

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_DEPTH = 16
MAX_SCALAR_BYTES = 64 * 1024
#: A file with more findings than this is not read further.
MAX_FINDINGS = 1_000
#: Up to this size a syntax error is told in the words of one parser, whichever found it.
_REPARSE_CHARACTERS = 256 * 1024

FAST_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
PURE_LOADER: Any = yaml.SafeLoader


class Node:
    """A text, list or mapping with the place where it starts (both counted from 1)."""

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
        #: whether it is a text whose first line is the next one of the file (``|``)
        self.is_block = is_block


class Pair:
    """A key of a mapping, with its own place, and its value."""

    __slots__ = ("key", "value")

    def __init__(self, key: Node, value: Node) -> None:
        self.key = key
        self.value = value


class _Stop(Exception):  # noqa: N818 - not an error: what was found is already noted
    """The rest of the file is not worth or not safe reading."""


def parse(text: str, loader: Any = None) -> tuple[Node | None, list[Finding]]:
    """Return the document in `text` and everything that is wrong with its YAML.

    The node is None when there is no document or when reading had to stop. `loader` is a PyYAML
    loader class, by default the fastest there is.
    """
    findings = list(_raw_findings(text))
    if findings:
        return None, findings
    loader = loader or FAST_LOADER
    builder = _Builder(text)
    try:
        with _gc_paused():
            builder.build(yaml.parse(text, Loader=loader))
    except _Stop:
        return None, builder.findings
    except (ValueError, OverflowError):  # what Python's parser says of an escape beyond Unicode
        builder.findings.append(escape_finding(text))
        return None, builder.findings
    except yaml.YAMLError as error:
        if loader is not PURE_LOADER and len(text) <= _REPARSE_CHARACTERS:
            return parse(text, PURE_LOADER)
        return None, _told(error, text, builder.findings, loader)
    return builder.root, builder.findings


def _told(error: Any, text: str, found: list[Finding], loader: Any) -> list[Finding]:
    """Return what was found up to a syntax error, and it. libyaml may stop where it looks ahead."""
    finding, mark = syntax_finding(error, text), error.problem_mark
    if loader is not PURE_LOADER and mark is not None and mark.index < _REPARSE_CHARACTERS:
        beginning = parse(text[:_REPARSE_CHARACTERS], PURE_LOADER)[1]
        earlier = [one for one in beginning if one[:2] < finding[:2]]
        if len(earlier) > len(found):
            return earlier
    return [*found, finding]


@contextlib.contextmanager
def _gc_paused() -> Iterator[None]:
    """Pause the garbage collector: building makes no cycles, and it would visit every node anew."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


#: What must not stand in the file itself. A tab is among them: one parser takes it after a colon,
#: the other does not. The line and paragraph separators would end a line that nobody sees ending.
_UNWANTED = re.compile(
    "[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|^%", re.MULTILINE
)
#: A block text whose header runs into a comment: libyaml takes it, Python's parser does not.
_NO_SPACE = re.compile(r"[|>][-+0-9]*#")
#: A comment that looks like the rest of the text before it (``issue #5``).
_LOST = re.compile(r" #[^\s#!]")


def _raw_findings(text: str) -> Iterator[Finding]:
    line, line_start, breaks = 1, 0, LINE_BREAK.finditer(text)
    following = next(breaks, None)
    for count, found in enumerate(_UNWANTED.finditer(text)):
        while following is not None and following.end() <= found.start():
            line, line_start = line + 1, following.end()
            following = next(breaks, None)
        column = found.start() - line_start + 1
        if count == MAX_FINDINGS:
            yield _too_many(line, column)
            return
        character = found.group()
        if character == "\t":
            yield Finding(line, column, "tab", "a tab; indent and separate with spaces")
        elif character == "%":
            yield Finding(line, column, "yaml-feature", "a directive (%…) is not used here")
        else:
            yield Finding(
                line, column, "control-character", f"U+{ord(character):04X} must not stand here"
            )


def _too_many(line: int, column: int) -> Finding:
    return Finding(line, column, "too-many", f"over {MAX_FINDINGS} findings; the rest was not read")


class _Builder:
    """Builds nodes from events with a stack of its own, so that depth costs no recursion."""

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
            self.findings.append(_too_many(line, column))
            raise _Stop
        self.findings.append(Finding(line, column, code, message, level))

    def _document(self, event: Any) -> None:
        if self.root is not None:
            self._note(event.start_mark, "yaml-feature", "a second document; one file holds one")
            raise _Stop

    def _check(self, event: Any) -> None:
        if event.anchor is not None:
            self._note(
                event.start_mark,
                "yaml-feature",
                f"an anchor (&{event.anchor[:40]}) is not used here",
            )
        if event.tag is not None:
            self._note(
                event.start_mark,
                "yaml-feature",
                f"a tag ({event.tag[:40]}) is not used here: all is text",
            )

    def _scalar(self, event: Any) -> None:
        self._check(event)
        value: str = event.value
        if (
            len(value) > MAX_SCALAR_BYTES // 4
            and len(value.encode("utf-8", "replace")) > MAX_SCALAR_BYTES
        ):
            self._note(event.start_mark, "too-long", f"a text over {MAX_SCALAR_BYTES // 1024} KiB")
            value = ""
        if self._expects_key() and value == "<<" and not event.style:
            self._note(event.start_mark, "yaml-feature", "a merge key (<<) is not used here")
        if not event.style:
            self._check_plain(event)
        elif event.style in "|>" and _NO_SPACE.match(self._text, event.start_mark.index):
            raise yaml.MarkedYAMLError(None, None, "a space is missing before #", event.start_mark)
        mark = event.start_mark
        is_block = event.style == "|"
        self._add(Node(value, mark.line + 1, mark.column + 1, is_block=is_block))

    def _check_plain(self, event: Any) -> None:
        """Check a text without quotes."""
        if "?" in event.value and self._flow_depth:
            # libyaml reads on, Python's parser does not.
            problem = "a text with ? inside [ ] or { } needs quotes"
            raise yaml.MarkedYAMLError(None, None, problem, event.start_mark)
        if _LOST.match(self._text, event.end_mark.index):
            message = "a comment starts at ' #'; quote the text if this belongs to it"
            self._note(event.end_mark, "lost-text", message, Level.CHECK)

    def _alias(self, event: Any) -> None:
        self._note(
            event.start_mark,
            "yaml-feature",
            f"an alias (*{event.anchor[:40]}) is not used here; quote the text",
        )
        self._add(Node("", event.start_mark.line + 1, event.start_mark.column + 1))

    def _start_mapping(self, event: Any) -> None:
        self._start(event, {})

    def _start_list(self, event: Any) -> None:
        self._start(event, [])

    def _start(self, event: Any, value: list[Node] | dict[str, Pair]) -> None:
        self._check(event)
        if len(self._open) == MAX_DEPTH:
            self._note(event.start_mark, "too-deep", f"nested deeper than {MAX_DEPTH} levels")
            raise _Stop
        node = Node(value, event.start_mark.line + 1, event.start_mark.column + 1)
        self._add(node)
        self._open.append(node)
        self._keys.append(None)
        self._flow_depth += 1 if event.flow_style else 0

    def _end(self, event: Any) -> None:
        self._open.pop()
        self._keys.pop()
        # No block style stands inside flow style: at depth 0 it is a block that ends.
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
                self._note_at(node, "wrong-type", "a key must be text")
            self._keys[-1] = node
            return
        self._keys[-1] = None
        if not isinstance(key.value, str):
            return
        earlier = mapping.get(key.value)
        if earlier is not None:
            message = f"the key {key.value!r} stands on line {earlier.key.line} already"
            self._note_at(key, "duplicate-key", message)
            return
        mapping[key.value] = Pair(key, node)

    def _note_at(self, node: Node, code: str, message: str) -> None:
        self._note(_Mark(node.line - 1, node.column - 1), code, message)


class _Mark:
    """A place in the form the parser gives it: counted from 0."""

    def __init__(self, line: int, column: int) -> None:
        self.line = line
        self.column = column
