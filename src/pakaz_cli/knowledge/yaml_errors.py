"""Tells what is wrong with a text that is no YAML."""

from __future__ import annotations

import re
from typing import Any

from pakaz_cli.model import Finding

LINE_BREAK = re.compile("\r\n|\n|\r")

_BEYOND_UNICODE = re.compile(r"\\U(?!000|0010)[0-9A-Fa-f]{8}")


def escape_finding(text: str) -> Finding:
    """Return the place of the first escape that stands for no character."""
    found = _BEYOND_UNICODE.search(text)
    before = text[: found.start()] if found else ""
    lines = LINE_BREAK.split(before)
    message = "not valid YAML: an escape that is no character"
    return Finding(len(lines), len(lines[-1]) + 1, "yaml-syntax", message)


#: What people most often mean when a line is no YAML, by what the line looks like.
_HINTS = (
    (re.compile(r"^\s*(- +)?[\w-]+: [^'\"|>#].*: "), "a text that holds ': ' needs quotes"),
    (re.compile(r"(: |- )[@`%]"), "a text that starts with @, ` or % needs quotes"),
    (re.compile(r"(: |- )\[.*\][^\],]"), "a text that starts with [ needs quotes"),
    (re.compile(r"(: |- )\*"), "a text that starts with * needs quotes"),
    (re.compile(r"[\[{].*\?"), "a text with ? inside [ ] or { } needs quotes"),
)


def syntax_finding(error: Any, text: str) -> Finding:
    """Return what a YAML parser found wrong, with advice where the line looks like a slip."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:  # a character that YAML does not allow at all
        return Finding(1, 1, "yaml-syntax", "not valid YAML")
    line = next(
        (line for number, line in enumerate(LINE_BREAK.split(text)) if number == mark.line), ""
    )
    hint = next((f"; {advice}" for pattern, advice in _HINTS if pattern.search(line[:2000])), "")
    problem = getattr(error, "problem", None) or "unreadable"
    return Finding(
        mark.line + 1, mark.column + 1, "yaml-syntax", f"not valid YAML: {problem}{hint}"
    )
