"""Makes any text safe to display: no control or invisible characters remain."""

from __future__ import annotations

import sys
import unicodedata

from pakaz_cli.text.words import CharacterTable


class _Visible(CharacterTable):
    """Maps control and invisible characters to visible notation."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        category = unicodedata.category(character)
        if code < 0x20 or code == 0x7F:
            shown = "^" + chr(code ^ 0x40)
        elif category in ("Cc", "Cf", "Cs", "Zl", "Zp") and character not in "\u200c\u200d":
            shown = f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
        else:
            shown = character
        self[code] = shown
        return shown


_VISIBLE = _Visible({ord("\n"): "\n"})


def visible(text: str) -> str:
    r"""Return `text` with control and invisible characters in visible notation.

    C0 controls and DEL become ``^[``; other controls, format characters, line separators and
    surrogates become ``\u202e``. Newlines and the joiners of Urdu and emoji (U+200C, U+200D) stay.
    """
    return text if text.isascii() and text.isprintable() else text.translate(_VISIBLE)


def visible_line(text: str) -> str:
    """Return `text` as `visible` does, on one line: newlines become ``^J``."""
    return visible(text).replace("\n", "^J")


def as_typed(argument: str) -> str:
    """Decode a command-line argument as UTF-8, whatever the locale; invalid bytes become U+FFFD."""
    try:
        raw = argument.encode(sys.getfilesystemencoding(), "surrogateescape")
    except UnicodeEncodeError:  # a surrogate that encodes no byte
        raw = argument.encode("utf-8", "replace")
    return raw.decode("utf-8", "replace")


def escaped(encoded: str) -> str:
    """Return JSON with all control and invisible characters escaped."""
    # Skipping ASCII by regular expression is faster than `translate` on the whole text.
    import re

    return re.sub(_NOT_ASCII, lambda found: found[0].translate(_ESCAPES), encoded)


class _Escapes(dict[int, str]):
    """Maps characters that JSON allows raw but a terminal should not receive to JSON escapes."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp"):
            raw = character.encode("utf-16-be", "surrogatepass")
            character = "".join(
                f"\\u{raw[at] << 8 | raw[at + 1]:04x}" for at in range(0, len(raw), 2)
            )
        self[code] = character
        return character


_ESCAPES = _Escapes()
_NOT_ASCII = "[^ -~]+"
