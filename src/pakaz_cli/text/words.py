"""Folding and splitting, the same for documents and questions; showing text safely.

Folding serves matching only: what a person reads stays as it was written.
"""

from __future__ import annotations

import functools
import itertools
import unicodedata

from pakaz_cli._typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re

#: Letters that Unicode does not decompose but that people type in either form.
_SAME_LETTER = {
    "ə": "e",  # Azerbaijani: Gəncə, Gence
    "ı": "i",
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "æ": "ae",
    "œ": "oe",
    "ي": "ی",  # Arabic forms of letters that Urdu writes with their Persian forms
    "ى": "ی",
    "ك": "ک",
    "ـ": "",  # the Arabic stretching mark
}

#: Accents on Latin, Greek and Cyrillic letters, and Arabic vowel marks. The marks of Indic scripts
#: are vowels of the word and stay.
_OPTIONAL_MARKS = (
    range(0x0300, 0x0370),
    range(0x0610, 0x061B),
    range(0x064B, 0x0660),
    range(0x0670, 0x0671),
    range(0x06D6, 0x06EE),
)


class CharacterTable(dict[int, str]):
    """A table for ``str.translate`` that works each character out once, when first met."""


class _Folding(CharacterTable):
    """Maps decomposed characters: optional marks and format characters vanish."""

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
    """Maps everything that is no part of a word to a space; apostrophes vanish."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        kept = unicodedata.category(character)[0] in "LMN" or character in ".,"
        self[code] = character if kept else " "
        return self[code]


# These are texts because few runs need re, which is slow to import.

_DIGITS_AND_COMMAS = r"[\d,]+"
#: A comma, or a point that does not stand between digits.
_SEPARATING = r",|(?<!\d)\.|\.(?!\d)"

#: A run of marks longer than any word has (Unicode's limit for streams is 30), or of other signs.
#: The last two stand for marks.
_MANY_MARKS = r"(?:[^\w\x00-\x7f]|[\uff9e\uff9f]){31,}"

_FOLDING = _Folding()
_SEPARATORS = _Separators(dict.fromkeys(map(ord, "'’‘ʼ`´"), ""))


def fold(text: str) -> str:
    """Return `text` with the differences removed that typing habits make.

    Compatibility forms (NFKC), case, Latin diacritics, dotted and dotless i, ə and e, the Arabic
    and Urdu forms of yeh and kaf, Arabic vowel marks and invisible format characters fold together:
    ``BAKI``, ``Bakı`` and ``baki`` become ``baki``. Folding twice changes nothing more.

    >>> fold("Gəncə, BAKI, ﬁnance")
    'gence, baki, finance'
    """
    if text.isascii():
        return text.lower()
    import re  # noqa: PLC0415 - see above

    composed = unicodedata.normalize("NFKC", re.sub(_MANY_MARKS, _in_order, text))
    decomposed = unicodedata.normalize("NFKD", composed.casefold())
    folded = unicodedata.normalize("NFKC", decomposed.translate(_FOLDING))
    # Removing a mark can bring another pair together, so that a second pass may find more.
    return folded if folded == text else fold(folded)


def _in_order(found: re.Match[str]) -> str:
    """Return signs decomposed, their marks in canonical order.

    That is what normalising does first, but its way of sorting takes quadratic time.
    """
    signs = "".join(unicodedata.normalize("NFKD", sign) for sign in found.group())
    runs = itertools.groupby(signs, key=lambda sign: unicodedata.combining(sign) > 0)
    return "".join(sign for _, run in runs for sign in sorted(run, key=unicodedata.combining))


def split_words(text: str) -> list[str]:
    """Fold `text` and split it into words: runs of letters, marks and digits.

    Apostrophes join (``don't`` is ``dont``); a point between digits stays (``1.8``), a comma that
    groups digits goes (``3,680`` is ``3680``, ``1,00,000`` is ``100000``); all else separates.

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
    """Split a run that holds points or commas, keeping numbers whole."""
    import re  # noqa: PLC0415 - see above

    return re.sub(_SEPARATING, " ", re.sub(_DIGITS_AND_COMMAS, _without_grouping, chunk)).split()


def _without_grouping(found: re.Match[str]) -> str:
    """Return digits and commas without the commas that group.

    These have a digit before and three after or, as in South Asia, two and another such comma.
    """
    runs = found.group().split(",")
    kept = [runs[-1]]
    does_group = False
    for before, after in zip(reversed(runs[:-1]), reversed(runs[1:]), strict=True):
        does_group = len(after) == 3 or (len(after) == 2 and does_group)
        kept += ["" if before and does_group else ",", before]
    return "".join(reversed(kept))


def is_number(word: str) -> bool:
    """Tell whether a word holds a digit: such words are matched exactly or not at all."""
    return any(character.isdigit() for character in word)


#: Endings that English adds without changing what a question is about, each with what takes its
#: place and the least length of what remains. The first that leaves enough applies.
_ENDINGS = (
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
    """Return a key that the plain English forms of a word share; other scripts stay untouched.

    The key is for comparing, not for reading.

    >>> [stem(word) for word in ("cargoes", "cargo", "shipping", "traded", "trade", "gas")]
    ['cargo', 'cargo', 'ship', 'trad', 'trad', 'gas']
    """
    if not word.isascii() or len(word) < 4 or is_number(word):
        return word
    for ending, instead, least in _ENDINGS:
        if word.endswith(ending) and not (ending == "s" and word[-2] in "sui"):
            base = word[: -len(ending)] + instead
            if len(base) >= least:
                return _undouble(base)
    return word


def _undouble(base: str) -> str:
    """Drop the doubled consonant that an ending left behind (``shipp`` of ``shipping``)."""
    if len(base) > 4 and base[-1] == base[-2] and base[-1] not in "aeiouls":
        return base[:-1]
    return base
