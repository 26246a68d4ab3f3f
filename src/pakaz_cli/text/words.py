"""Normalization, tokenization and stemming, the same for entries and questions.

They serve matching only: displayed text is never changed.
"""

from __future__ import annotations

import functools
import itertools
import unicodedata

from pakaz_cli._typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re

#: Letters that Unicode does not decompose, with the form that people type instead.
_SAME_LETTER = {
    "ə": "e",  # Azerbaijani: Gəncə, Gence
    "ı": "i",
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "æ": "ae",
    "œ": "oe",
    "ي": "ی",  # Arabic letters that Urdu writes in their Persian forms
    "ى": "ی",
    "ك": "ک",
    "ـ": "",  # the Arabic elongation mark (tatweel)
}

#: Accents on Latin, Greek and Cyrillic letters, and Arabic vowel marks. Marks of Indic scripts are
#: vowels of the word and are kept.
_OPTIONAL_MARKS = (
    range(0x0300, 0x0370),
    range(0x0610, 0x061B),
    range(0x064B, 0x0660),
    range(0x0670, 0x0671),
    range(0x06D6, 0x06EE),
)


class CharacterTable(dict[int, str]):
    """A table for ``str.translate`` that computes each entry on first use."""


class _Folding(CharacterTable):
    """Maps decomposed characters; optional marks and format characters are removed."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        category = unicodedata.category(character)
        if category == "Cf" or any(code in marks for marks in _OPTIONAL_MARKS):
            folded = ""
        elif category == "Nd":
            folded = str(unicodedata.digit(character))
        else:
            folded = _SAME_LETTER.get(character, character)
        self[code] = folded
        return folded


class _Separators(CharacterTable):
    """Maps every character that is not part of a word to a space; apostrophes are removed."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        kept = unicodedata.category(character)[0] in "LMN" or character in ".,"
        self[code] = character if kept else " "
        return self[code]


# Patterns are compiled on use, because re is slow to import and rarely needed.

_DIGITS_AND_COMMAS = r"[\d,]+"
#: A comma, or a point that is not between digits.
_SEPARATING = r",|(?<!\d)\.|\.(?!\d)"

#: A run of combining marks longer than in any word (Unicode's Stream-Safe Text Format allows 30),
#: or of other non-word characters. U+FF9E and U+FF9F decompose to marks.
_MANY_MARKS = r"(?:[^\w\x00-\x7f]|[\uff9e\uff9f]){31,}"

_FOLDING = _Folding()
_SEPARATORS = _Separators(dict.fromkeys(map(ord, "'’‘ʼ`´"), ""))


def fold(text: str) -> str:
    """Normalize the differences between spellings that people use interchangeably.

    These are compatibility forms (NFKC), case, Latin diacritics, dotted and dotless i, ə and e, the
    Arabic and Urdu forms of yeh and kaf, Arabic vowel marks and invisible format characters:
    ``BAKI``, ``Bakı`` and ``baki`` all become ``baki``. The function is idempotent.

    >>> fold("Gəncə, BAKI, ﬁnance")
    'gence, baki, finance'
    """
    if text.isascii():
        return text.lower()
    import re

    composed = unicodedata.normalize("NFKC", re.sub(_MANY_MARKS, _in_order, text))
    decomposed = unicodedata.normalize("NFKD", composed.casefold())
    folded = unicodedata.normalize("NFKC", decomposed.translate(_FOLDING))
    # Removing a mark can make other characters adjacent, which a second pass may compose.
    return folded if folded == text else fold(folded)


def _in_order(found: re.Match[str]) -> str:
    """Return a run of characters decomposed, with its marks in canonical order.

    `unicodedata.normalize` does this as its first step, but sorts marks in quadratic time.
    """
    text = "".join(unicodedata.normalize("NFKD", character) for character in found.group())
    runs = itertools.groupby(text, key=lambda character: unicodedata.combining(character) > 0)
    return "".join(mark for _, run in runs for mark in sorted(run, key=unicodedata.combining))


def split_words(text: str) -> list[str]:
    """Fold `text` and split it into words: runs of letters, marks and digits.

    Apostrophes are removed (``don't`` becomes ``dont``), a point between digits is kept (``1.8``),
    a comma that groups digits is removed (``3,680`` becomes ``3680``, ``1,00,000`` ``100000``), and
    everything else separates words.

    >>> split_words("Don't pay $3,680 for 1.8 t!")
    ['dont', 'pay', '3680', 'for', '1.8', 't']
    """
    chunks = fold(text).translate(_SEPARATORS).split()
    found: list[str] = []
    for chunk in chunks:
        if "." in chunk or "," in chunk:
            found.extend(_split_at_points(chunk))
        else:
            found.append(chunk)
    return found


def _split_at_points(chunk: str) -> list[str]:
    """Split a run that contains points or commas, without splitting numbers."""
    import re

    return re.sub(_SEPARATING, " ", re.sub(_DIGITS_AND_COMMAS, _without_grouping, chunk)).split()


def _without_grouping(found: re.Match[str]) -> str:
    """Remove the commas that group digits from a run of digits and commas.

    A grouping comma is preceded by a digit and followed by three digits or, as in South Asia, by
    two digits and another grouping comma.
    """
    runs = found.group().split(",")
    kept = [runs[-1]]
    does_group = False
    for before, after in zip(reversed(runs[:-1]), reversed(runs[1:]), strict=True):
        does_group = len(after) == 3 or (len(after) == 2 and does_group)
        kept += ["" if before and does_group else ",", before]
    return "".join(reversed(kept))


def is_number(word: str) -> bool:
    """Return whether a word contains a digit; such words are only matched exactly."""
    return any(character.isdigit() for character in word)


#: English suffixes that do not change what a question is about, each with its replacement and the
#: minimum length of the resulting stem. The first that leaves a long enough stem applies.
_SUFFIXES = (
    ("ations", "at", 5),
    ("ation", "at", 5),
    ("ments", "", 5),
    ("ment", "", 5),
    ("ings", "", 4),
    ("ing", "", 4),
    ("ies", "y", 4),
    ("ed", "", 4),
    ("es", "", 4),
    ("s", "", 3),
    ("e", "", 4),
)


@functools.lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Return the stem that the regular English forms of a word share.

    It need not be a word. Short words, numbers and words of other scripts are returned unchanged.

    >>> [stem(word) for word in ("cargoes", "cargo", "shipping", "traded", "trade", "gas")]
    ['cargo', 'cargo', 'ship', 'trad', 'trad', 'gas']
    """
    if not word.isascii() or len(word) < 4 or is_number(word):
        return word
    for suffix, replacement, min_length in _SUFFIXES:
        if word.endswith(suffix) and not (suffix == "s" and word[-2] in "sui"):
            base = word[: -len(suffix)] + replacement
            if len(base) >= min_length:
                return _undouble(base)
    return word


def _undouble(base: str) -> str:
    """Drop the doubled consonant that a removed suffix leaves (``shipp`` of ``shipping``)."""
    if len(base) > 4 and base[-1] == base[-2] and base[-1] not in "aeiouls":
        return base[:-1]
    return base
