"""The small Markdown of answers and notes: paragraphs, ``- `` bullets, bold, and web links.

A Markdown library is not used because importing one takes longer than the rest of start-up. Other
Markdown is displayed as typed; `leftovers` reports it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator


class Span(NamedTuple):
    """A run of text with one style."""

    text: str
    bold: bool = False
    url: str | None = None


class Block(NamedTuple):
    """A paragraph or a bullet, with its line breaks replaced by spaces."""

    spans: tuple[Span, ...]
    bullet: bool = False

    @property
    def text(self) -> str:
        """The plain text; a link is followed by its URL."""
        return "".join(
            f"{span.text} ({span.url})" if span.url else span.text for span in self.spans
        )


# No repetition is nested, and each one is bounded, so matching takes linear time.
_SPAN = re.compile(
    r"\*\*(?P<bold>[^*\n]{1,500})\*\*|(?<!!)\[(?P<label>[^\[\]\n]{1,500})\]\((?P<url>https?://[^\s()]{1,2000}(?:\([^\s()]{0,500}\)[^\s()]{0,500})?)\)"
)

#: Replaces a span that is rendered, to keep the text on both sides apart.
_RENDERED = "x"

_LEFTOVERS = tuple(
    (re.compile(pattern), what)
    for pattern, what in (
        (r"^ {0,3}#{1,6} ", "a heading"),
        (r"^ {0,3}\d{1,2}[.)] ", "a numbered list"),
        (r"^ {0,3}> ", "a block quote"),
        (r"^ {0,3}[*+] ", "a bullet that does not start with '- '"),
        (r"^ +- ", "a nested bullet"),
        (r"^ {0,3}(```|~~~)", "a code block"),
        (r"^ {0,3}(-{3,}|\*{3,}|_{3,}) *$", "a horizontal rule"),
        (r"^ *\|.*\| *$", "a table"),
        (r"`[^`\n]{1,500}`", "code"),
        (r"!\[", "an image"),
        (r"</?[a-zA-Z][^<>\n]{0,500}>", "HTML"),
        (r"(?<![\w*])\*[^\s*][^*\n]{0,500}\*(?![\w*])", "italics"),
        (r"(?<!\w)_[^\s_][^_\n]{0,500}_(?!\w)", "italics"),
        (r"\[[^\[\]\n]{1,500}\]\([^)\n]{0,500}\)", "a link that is not http or https"),
    )
)


def parse(text: str) -> tuple[Block, ...]:
    """Return the paragraphs and bullets of `text`, in order."""
    blocks: list[Block] = []
    lines: list[str] = []
    bullet = False

    def close() -> None:
        if lines:
            blocks.append(Block(tuple(_spans(" ".join(lines))), bullet))
            lines.clear()

    for line in text.split("\n"):
        starts_bullet = line.startswith("- ")
        if starts_bullet or not line.strip(" "):
            close()
            bullet = starts_bullet
        content = line[2:].strip(" ") if starts_bullet else line.strip(" ")
        if content:
            lines.append(content)
    close()
    return tuple(blocks)


def _spans(text: str) -> Iterator[Span]:
    end = 0
    for found in _SPAN.finditer(text):
        if found.start() > end:
            yield Span(text[end : found.start()])
        if found["bold"] is not None:
            yield Span(found["bold"], bold=True)
        else:
            yield Span(found["label"], url=found["url"])
        end = found.end()
    if end < len(text):
        yield Span(text[end:])


def leftovers(text: str) -> Iterator[tuple[int, str]]:
    """Yield the number of each line with Markdown that is not rendered, and the name of its kind.

    Lines count from 0; for each line, only the first kind is reported.
    """
    lines = text.split("\n")
    for number, line in enumerate(lines):
        rest = _SPAN.sub(_RENDERED, line)
        for pattern, what in _LEFTOVERS:
            if pattern.search(rest):
                yield number, what
                break
    start = 0
    for end in range(1, len(lines) + 1):
        # Bold may span the lines of a paragraph.
        if end == len(lines) or not lines[end].strip(" ") or lines[end].startswith("- "):
            if "**" in _SPAN.sub(_RENDERED, " ".join(lines[start:end])):
                opening = next(number for number in range(start, end) if "**" in lines[number])
                yield opening, "unclosed bold"
            start = end
