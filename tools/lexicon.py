"""Compiles the words of Roman Urdu, Azerbaijani and Urdu into the table that the program reads.

    python tools/lexicon.py            rewrites src/pakaz_cli/data/lexicon.txt
    python tools/lexicon.py --check    exits with 1 where that file is out of date

The sources are src/pakaz_cli/data/lexicon/*.txt; the head of each says how its lines are written. A
line of the table is a word as the program folds and stems it, the languages it is of (r, a, u) and
the English words and phrases it means, by their stems, nearest first, or "-" where it says nothing.
"_" joins the words of a phrase. Where two languages share a word, the terms of both follow each
other. Lines are in the order of their words' UTF-8 bytes, so that one is found without reading the
rest.

Nothing is written where a source breaks a rule; what is wrong is printed, and the exit code is 1.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple

from pakaz_cli.search import english
from pakaz_cli.text.words import fold, split_words, stem

DATA = Path(__file__).parent.parent / "src" / "pakaz_cli" / "data"
TABLE = DATA / "lexicon.txt"
#: What an entry has in place of English words if it says nothing.
SILENT = "-"


class Language(NamedTuple):
    """A language: its letter in the table, its source, and how many entries and forms it has."""

    letter: str
    name: str
    entries: int
    forms: int


LANGUAGES = (
    Language("r", "roman-urdu", 1_200, 6_000),
    Language("a", "azerbaijani", 1_200, 12_000),
    Language("u", "urdu", 900, 2_000),
)

#: English words that an FAQ of this field has but that are too rare for english.txt.
_RARER = """
aliyev apricot azerbaijani baku basmati caspian caucasus ceasefire consignment erdogan exporter
fertilizer ganja gwadar halal hazelnut hostel importer islamabad karabakh kebab khankendi kilogram
lachin lentil liquefied lng manat melon multilateral nakhchivan peshawar pistachio pomegranate
preferential privatisation raisin ramadan ratification rupee saffron seaport sharif shehbaz shusha
socar trilateral turkmenistan urdu uzbekistan
"""
RARER = frozenset(map(stem, _RARER.split()))


class Entry(NamedTuple):
    """A line of a source: the forms of a word, which are English, too, and what it means."""

    line: int
    forms: tuple[str, ...]
    marked: frozenset[str]
    phrases: tuple[str, ...]

    @property
    def terms(self) -> tuple[str, ...]:
        """The English phrases by the stems of their words, which "_" joins; each once."""
        phrases = ("_".join(map(key, phrase.split())) for phrase in self.phrases)
        return tuple(dict.fromkeys(phrases))


def key(form: str) -> str:
    """Return the stem under which the program looks up a word."""
    return stem(fold(form))


def entries(text: str) -> list[Entry]:
    """Return what the lines of a source say; comments and empty lines say nothing."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        forms, _, meaning = line.partition(" = ")
        words = forms.split()
        found.append(
            Entry(
                number,
                tuple(word.removeprefix("!") for word in words),
                frozenset(word[1:] for word in words if word.startswith("!")),
                tuple(part.strip() for part in meaning.split(",")),
            )
        )
    return found


def source(language: Language) -> list[Entry]:
    """Return the entries of a language."""
    return entries((DATA / "lexicon" / f"{language.name}.txt").read_text("utf-8"))


def faults(language: Language, found: list[Entry]) -> list[str]:
    """Return which rules the entries of a language break, each with its line."""
    wrong = []
    owners: dict[str, int] = {}
    for entry in found:
        here = [f"{form!r}: {fault}" for form in entry.forms for fault in _of_form(form, entry)]
        here += [f"{term!r}: {fault}" for term in entry.terms for fault in _of_term(term, entry)]
        if len(set(entry.forms)) < len(entry.forms):
            here.append("has a form twice")
        for known in dict.fromkeys(map(key, entry.forms)):
            if known in owners:
                here.append(f"{known!r}: is in line {owners[known]}, too")
            owners[known] = entry.line
        wrong += [f"{language.name}.txt:{entry.line}: {fault}" for fault in here]
    heads = [fold(entry.forms[0]) for entry in found if entry.forms]
    if heads != sorted(heads):
        wrong.append(f"{language.name}.txt: the lines are not sorted by their first words")
    forms = {fold(form) for entry in found for form in entry.forms}
    if len(found) < language.entries or len(forms) < language.forms:
        wrong.append(f"{language.name}.txt: {len(found)} entries, {len(forms)} forms are too few")
    return wrong


def _of_form(form: str, entry: Entry) -> list[str]:
    """Return what is wrong with a form."""
    is_english = english.rarity(key(form)) is not None
    checks = {
        "is no single word": split_words(form) != [fold(form)],
        "means itself": key(form) in " ".join(entry.terms).replace("_", " ").split(),
        'is English, too, and has no "!"': is_english and form not in entry.marked,
        'has a "!" but is no common English word': not is_english and form in entry.marked,
    }
    return [fault for fault, is_so in checks.items() if is_so]


def _of_term(term: str, entry: Entry) -> list[str]:
    """Return what is wrong with an English term."""
    if term == SILENT:
        return ["stands beside other words"] if len(entry.terms) > 1 else []
    stems = term.split("_")
    is_known = all(english.rarity(one) is not None or one in RARER for one in stems)
    return [] if is_known else ["is no common English word and not in RARER"]


def table(sources: dict[str, list[Entry]]) -> str:
    """Return the table of the entries of each language, by the letters of the languages."""
    letters: dict[str, str] = {}
    terms: dict[str, list[str]] = {}
    for letter, found in sources.items():
        for entry in found:
            for known in dict.fromkeys(map(key, entry.forms)):
                letters[known] = letters.get(known, "") + letter
                terms.setdefault(known, []).extend(entry.terms)
    lines = []
    for known in sorted(letters, key=lambda word: word.encode()):
        meant = [term for term in dict.fromkeys(terms[known]) if term not in (SILENT, known)]
        lines.append(f"{known} {letters[known]} {' '.join(meant or [SILENT])}\n")
    return "".join(lines)


def main(arguments: list[str]) -> int:
    """Check the sources, then write the table, or compare it; return the exit code."""
    english.load_frequencies()
    sources = {language.letter: source(language) for language in LANGUAGES}
    wrong = [fault for one in LANGUAGES for fault in faults(one, sources[one.letter])]
    if wrong:
        print("\n".join(wrong), file=sys.stderr)
        return 1
    compiled = table(sources).encode()
    if arguments == ["--check"]:
        if not TABLE.exists() or TABLE.read_bytes() != compiled:
            print("data/lexicon.txt is out of date: run tools/lexicon.py", file=sys.stderr)
            return 1
        return 0
    TABLE.write_bytes(compiled)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
