"""Describes text that is not valid YAML, or that the strict subset rejects before parsing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pakaz_cli.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Maximum number of findings in a file; reading stops at the next one.
MAX_FINDINGS = 1_000

_LINE_BREAK = re.compile("\r\n|\n|\r")
#: What is not allowed in the file itself. The two parsers disagree on a tab after a colon, and the
#: line and paragraph separators (U+2028, U+2029) would end a line invisibly.
_REJECTED = re.compile(
    "[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|^%", re.MULTILINE
)
_BEYOND_UNICODE = re.compile(r"\\U(?!000|0010)[0-9A-Fa-f]{8}")


def raw_findings(text: str) -> Iterator[Finding]:
    """Yield a finding for each character that is rejected before parsing, up to the maximum."""
    line, line_start, breaks = 1, 0, _LINE_BREAK.finditer(text)
    following = next(breaks, None)
    for count, found in enumerate(_REJECTED.finditer(text)):
        while following is not None and following.end() <= found.start():
            line, line_start = line + 1, following.end()
            following = next(breaks, None)
        column = found.start() - line_start + 1
        if count == MAX_FINDINGS:
            yield too_many(line, column)
            return
        character = found.group()
        if character == "\t":
            yield Finding(line, column, "tab", "use spaces instead of tabs")
        elif character == "%":
            yield Finding(line, column, "yaml-feature", "directives (%…) are not supported")
        else:
            message = f"U+{ord(character):04X} is not allowed"
            yield Finding(line, column, "control-character", message)


def too_many(line: int, column: int) -> Finding:
    """Return the finding that ends a list of `MAX_FINDINGS`."""
    message = f"more than {MAX_FINDINGS} findings; the rest are omitted"
    return Finding(line, column, "too-many", message)


def escape_finding(text: str) -> Finding:
    """Return a finding for the first escape beyond Unicode (such as U+110000)."""
    found = _BEYOND_UNICODE.search(text)
    before = text[: found.start()] if found else ""
    lines = _LINE_BREAK.split(before)
    message = "not valid YAML: an escape beyond U+10FFFF"
    return Finding(len(lines), len(lines[-1]) + 1, "yaml-syntax", message)


#: Advice for the most common mistakes, by a pattern of the line.
_HINTS = (
    (re.compile(r"^\s*(- +)?[\w-]+: [^'\"|>#].*: "), "text that contains ': ' must be quoted"),
    (re.compile(r"(: |- )[@`%]"), "text that starts with @, ` or % must be quoted"),
    (re.compile(r"(: |- )\[.*\][^\],]"), "text that starts with [ must be quoted"),
    (re.compile(r"(: |- )\*"), "text that starts with * must be quoted"),
    (re.compile(r"[\[{].*\?"), "text with ? inside [ ] or { } must be quoted"),
)


def syntax_finding(error: Any, text: str) -> Finding:
    """Return a parser's error as a finding, with advice if the line matches a common mistake."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:  # a character that YAML does not allow
        return Finding(1, 1, "yaml-syntax", "not valid YAML")
    line = next(
        (line for number, line in enumerate(_LINE_BREAK.split(text)) if number == mark.line), ""
    )
    hint = next((f"; {advice}" for pattern, advice in _HINTS if pattern.search(line[:2000])), "")
    problem = getattr(error, "problem", None) or "unreadable"
    return Finding(
        mark.line + 1, mark.column + 1, "yaml-syntax", f"not valid YAML: {problem}{hint}"
    )
