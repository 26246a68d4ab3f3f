"""Shows any text safely: nothing in it can act on a terminal or hide."""

from __future__ import annotations

import sys
import unicodedata

from pakaz_cli.text.words import CharacterTable


class _Visible(CharacterTable):
    """Maps characters that act on a terminal, or hide, to something a person can see."""

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
    r"""Return `text` with nothing in it that could act on a terminal; newlines stay.

    C0 controls and DEL are shown as ``^[``, other controls, invisible format characters, line
    separators and surrogates as ``\u202e``. The joiners of Urdu and emoji (U+200C, U+200D) stay.
    """
    return text if text.isascii() and text.isprintable() else text.translate(_VISIBLE)


def visible_line(text: str) -> str:
    """Return `text` visible as one line: a newline is shown as ``^J``."""
    return visible(text).replace("\n", "^J")


def as_typed(argument: str) -> str:
    """Return a command-line argument as text: UTF-8 whatever the locale, bad bytes as U+FFFD."""
    try:
        raw = argument.encode(sys.getfilesystemencoding(), "surrogateescape")
    except UnicodeEncodeError:  # a surrogate that stands for no byte
        raw = argument.encode("utf-8", "replace")
    return raw.decode("utf-8", "replace")


def escaped(encoded: str) -> str:
    """Return JSON with every character escaped that acts on a terminal or hides."""
    # Most of it is ASCII, which the expression passes over faster than `translate` does.
    import re  # noqa: PLC0415 - the plain answer does not need it

    return re.sub(_NOT_ASCII, lambda found: found[0].translate(_ESCAPES), encoded)


class _Escapes(dict[int, str]):
    """Maps the characters that JSON may hold raw but a terminal should not get; others stay."""

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
