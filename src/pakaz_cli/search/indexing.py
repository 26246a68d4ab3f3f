"""Fills the search tables of a knowledge base: which terms occur where, with which weights."""

from __future__ import annotations

import heapq
import math
from array import array
from typing import TYPE_CHECKING, NamedTuple

from pakaz_cli.knowledge import database as tables
from pakaz_cli.search import english
from pakaz_cli.search.synonyms import Synonyms
from pakaz_cli.search.weights import (
    Fields,
    Statistics,
    checksum,
    entry_terms,
    frequencies,
    vector,
)
from pakaz_cli.text.words import split_words, stem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from pakaz_cli.knowledge.database import Database
    from pakaz_cli.knowledge.tables import Value
    from pakaz_cli.model import Entry, KnowledgeBase
    from pakaz_cli.search.weights import Posting

#: A term in more entries than this has postings only for those in which its weights are highest.
MAX_POSTINGS = 12_000


class Postings(NamedTuple):
    """The entries that contain a term, in order, with its two weights in each (`EntryTerms`)."""

    entries: array[int]
    frequency: array[float]
    direction: array[float]

    @classmethod
    def empty(cls) -> Postings:
        """Return postings without entries."""
        return cls(array("I"), array("f"), array("f"))

    def packed(self) -> bytes:
        """Return the three arrays as bytes, without the entries beyond MAX_POSTINGS."""
        kept = self
        if len(self.entries) > MAX_POSTINGS:
            rows = zip(*self, strict=True)
            best = heapq.nsmallest(MAX_POSTINGS, rows, key=_heaviest_first)
            entries, frequency, direction = zip(*sorted(best), strict=True)
            kept = Postings(array("I", entries), array("f", frequency), array("f", direction))
        return b"".join(column.tobytes() for column in kept)


def _heaviest_first(posting: Posting) -> tuple[float, int]:
    entry, frequency, direction = posting
    return -frequency - direction, entry


class TextAnalyzer:
    """Splits texts into terms, and remembers the words that it meets."""

    def __init__(self, synonyms: Synonyms) -> None:
        self._synonyms = synonyms
        #: word → its stem
        self.stems: dict[str, str] = {}

    def terms(self, text: str) -> list[str]:
        """Return the terms of a text."""
        words = split_words(text)
        for word in words:
            if word not in self.stems:
                self.stems[word] = stem(word)
        return [term for term, _ in self._synonyms.spans([self.stems[word] for word in words])]

    def fields(self, entry: Entry, sector_name: str) -> Fields:
        """Return the terms of an entry."""
        return Fields(
            [self.terms(phrasing) for phrasing in (entry.question, *entry.variants)],
            [term for keyword in entry.keywords for term in self.terms(keyword)],
            self.terms(entry.answer),
            self.terms(sector_name),
        )


def in_memory(base: KnowledgeBase) -> Database:
    """Return the search tables of a knowledge base, in memory."""
    database = tables.in_memory()
    build(database, base)
    return database


def build(database: Database, base: KnowledgeBase) -> None:
    """Fill the search tables. Raises OSError if they cannot be written."""
    english.load_frequencies()
    synonyms = Synonyms.of(base.synonyms)
    analyzer = TextAnalyzer(synonyms)
    names = {sector.id: sector.name for sector in base.sectors}
    entries = [analyzer.fields(entry, names.get(entry.sector or "", "")) for entry in base.entries]
    counts, statistics = _statistics(entries, analyzer.stems)
    weights = {term: statistics.rarity(term, count) for term, count in counts.items()}
    postings: dict[str, Postings] = {}
    database.fill(
        "phrasings",
        ((number, *_packed(each.phrasings, weights)) for number, each in enumerate(entries)),
    )
    database.fill("entry_terms", _entry_terms(entries, weights, statistics, postings))
    denied = _analyzed((entry.counterexamples for entry in base.entries), synonyms)
    uncovered = _analyzed((subject.questions for subject in base.not_covered), synonyms)
    examples = (*denied.values(), *uncovered.values())
    used = {term for asked in examples for terms in asked for term in terms}
    stems = {stem for phrase in synonyms.terms for stem in phrase}.union(analyzer.stems.values())
    # No word is corrected to one that only counter-examples have, but it is known.
    unused = (used | stems) - weights.keys()
    weights |= {term: statistics.rarity(term, 0) for term in unused}
    database.fill("term", _terms(weights, counts, _not_covered(uncovered, weights)))
    for table, owned in (("counterexamples", denied), ("not_covered_questions", uncovered)):
        rows = ((owner, *_packed(asked, weights)) for owner, asked in owned.items())
        database.fill(table, rows)
    database.fill("postings", ((term, postings[term].packed()) for term in sorted(postings)))
    database.fill("exact", _checksums(base, entries))
    database.fill("words_by_length", _words_by_length(analyzer.stems))
    database.fill("sector_entries", _sector_entries(base))
    lines = "\n".join(f"{' '.join(phrase)}\t{term}" for phrase, term in synonyms.terms.items())
    database.fill("statistics", [(0, *statistics, lines)])


def _statistics(
    entries: Iterable[Fields], words: Collection[str]
) -> tuple[dict[str, int], Statistics]:
    """Return how many entries contain each term, and the figures about all entries."""
    counts: dict[str, int] = {}
    length, size = 0.0, 0
    for fields in entries:
        found = frequencies(fields)
        for term in found:
            counts[term] = counts.get(term, 0) + 1
        length += math.fsum(found.values())
        size += 1
    return counts, Statistics(
        size, length / max(1, size) or 1.0, len(words), max(map(len, words), default=0)
    )


def _entry_terms(
    entries: Iterable[Fields],
    weights: Mapping[str, float],
    statistics: Statistics,
    postings: dict[str, Postings],
) -> Iterator[tuple[Value, ...]]:
    """Yield the rows of the terms of each entry, and add the entry to the postings of its terms."""
    for number, fields in enumerate(entries):
        phrasings = (*fields.phrasings, fields.keywords)
        vectors = [vector(terms, weights.__getitem__) for terms in phrasings]
        found = entry_terms(frequencies(fields), vectors, statistics)
        for term, (frequency, direction) in found.items():
            known = postings.get(term)
            if known is None:
                known = postings[term] = Postings.empty()
            known.entries.append(number)
            known.frequency.append(frequency)
            known.direction.append(direction)
        packed = array("f", [weight for pair in found.values() for weight in pair])
        yield number, "\n".join(found), packed.tobytes()


def _packed(phrasings: Sequence[list[str]], weights: Mapping[str, float]) -> tuple[str, bytes]:
    """Return phrasings as they are stored: their terms, and the weight of each."""
    packed = array("f")
    for terms in phrasings:
        components = vector(terms, weights.__getitem__)
        # A repeated term counts once.
        packed.extend(components.pop(term, 0.0) for term in terms)
    return "\n".join("\t".join(terms) for terms in phrasings), packed.tobytes()


def _terms(
    weights: Mapping[str, float], counts: Mapping[str, int], not_covered: Mapping[str, bytes]
) -> Iterator[tuple[Value, ...]]:
    """Yield the rows of terms."""
    for term, weight in sorted(weights.items()):
        yield term, weight, counts.get(term, 0), not_covered.get(term, b"")


def _analyzed(texts: Iterable[tuple[str, ...]], synonyms: Synonyms) -> dict[int, list[list[str]]]:
    """Return the terms of counter-examples by the number of their owner, which has some."""
    analyzer = TextAnalyzer(synonyms)
    return {owner: list(map(analyzer.terms, asked)) for owner, asked in enumerate(texts) if asked}


def _not_covered(
    uncovered: Mapping[int, list[list[str]]], weights: Mapping[str, float]
) -> dict[str, bytes]:
    """Return, for each term, the questions about subjects that are not covered, as stored."""
    found: dict[str, tuple[array[int], array[int], array[float]]] = {}
    for subject, asked in uncovered.items():
        for number, terms in enumerate(asked):
            for term, weight in vector(terms, weights.__getitem__).items():
                columns = found.setdefault(term, (array("I"), array("I"), array("f")))
                columns[0].append(subject)
                columns[1].append(number)
                columns[2].append(weight)
    return {
        term: b"".join(column.tobytes() for column in columns) for term, columns in found.items()
    }


def _checksums(base: KnowledgeBase, entries: Iterable[Fields]) -> Iterator[tuple[int, bytes]]:
    """Yield the checksums of all phrasings, by words and by terms, each with its entries."""
    by_checksum: dict[int, dict[int, None]] = {}
    for number, (entry, fields) in enumerate(zip(base.entries, entries, strict=True)):
        texts = (entry.question, *entry.variants)
        for phrasing, terms in zip(texts, fields.phrasings, strict=True):
            for words in (split_words(phrasing), dict.fromkeys(terms)):
                by_checksum.setdefault(checksum(words), {})[number] = None
    for key, numbers in sorted(by_checksum.items()):
        yield key, array("I", numbers).tobytes()


def _words_by_length(words: Iterable[str]) -> Iterator[tuple[int, str]]:
    by_length: dict[int, list[str]] = {}
    for word in words:
        by_length.setdefault(len(word), []).append(word)
    for length, found in sorted(by_length.items()):
        yield length, "\n".join(sorted(found))


def _sector_entries(base: KnowledgeBase) -> Iterator[tuple[str, bytes]]:
    by_sector: dict[str, array[int]] = {sector.id: array("I") for sector in base.sectors}
    for number, entry in enumerate(base.entries):
        if entry.sector in by_sector:
            by_sector[entry.sector].append(number)
    for sector, entries in sorted(by_sector.items()):
        yield sector, entries.tobytes()
