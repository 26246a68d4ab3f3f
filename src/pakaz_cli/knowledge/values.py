"""What the values of a knowledge base may be, in YAML and in a compiled file alike.

Each function returns the problem with a value, or None. There are no regular expressions: an answer
from a compiled file does not import `re`.
"""

from __future__ import annotations

import functools

from pakaz_cli._typing import TYPE_CHECKING
from pakaz_cli.text.dates import last_day

if TYPE_CHECKING:
    from typing import TypeAlias

    #: The code and the message of a finding.
    Problem: TypeAlias = tuple[str, str]

MAX_TEXT_BYTES = 64 * 1024
MAX_ID = 64
MAX_URL = 2_000

_ID_CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789-"
#: Printable ASCII without the space and the characters that RFC 3986 does not allow.
_URL_CHARACTERS = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in '"<>\\^`{|}')


def too_long(value: str) -> Problem | None:
    """Return a problem for text of more than MAX_TEXT_BYTES in UTF-8."""
    if len(value) <= MAX_TEXT_BYTES // 4 or len(value.encode("utf-8", "replace")) <= MAX_TEXT_BYTES:
        return None
    return "too-long", f"text is longer than {MAX_TEXT_BYTES // 1024} KiB"


def text(value: str) -> Problem | None:
    """Check text of one or more lines: without control characters, and not blank."""
    # A control character is not printable; looking for them all takes longer.
    if not value.replace("\n", "").isprintable() and not _control_characters().isdisjoint(value):
        code = ord(next(filter(_control_characters().__contains__, value)))
        return "control-character", f"U+{code:04X} is not allowed in text"
    if not value.strip():
        return "empty", "must not be empty"
    return None


def line(value: str) -> Problem | None:
    """Check a single line of text."""
    problem = text(value)
    if problem is None and "\n" in value:
        return "line-break", "must be a single line"
    return problem


def identifier(value: str) -> Problem | None:
    """Check an id: 1–64 lower-case letters, digits and dashes."""
    problem = line(value)
    if problem is None and (len(value) > MAX_ID or value.strip(_ID_CHARACTERS)):
        message = f"an id is 1–{MAX_ID} of a–z, 0–9 and '-', not {value[:80]!r}"
        return "bad-id", message
    return problem


def date(value: str) -> Problem | None:
    """Check a date: YYYY, YYYY-MM or YYYY-MM-DD."""
    problem = line(value)
    if problem is None and last_day(value) is None:
        message = f"a date is YYYY, YYYY-MM or YYYY-MM-DD, not {value[:40]!r}"
        return "bad-date", message
    return problem


def url(value: str) -> Problem | None:
    """Check a web address, of http or https."""
    problem = line(value)
    if problem is None and not _is_url(value):
        message = f"a URL is http:// or https:// and at most {MAX_URL} ASCII characters"
        return "bad-url", message
    return problem


def _is_url(value: str) -> bool:
    start = value[:8].lower()
    scheme = len("https://") if start == "https://" else len("http://")
    is_web = start.startswith(("http://", "https://"))
    return is_web and scheme < len(value) <= MAX_URL and not value.strip(_URL_CHARACTERS)


@functools.cache
def _control_characters() -> frozenset[str]:
    """Return C0 except newline, DEL, C1 and surrogates."""
    codes = (*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000))
    return frozenset(map(chr, codes)) - {"\n"}
