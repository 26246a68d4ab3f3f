"""From a knowledge base to what a search reads: which words stand where, and what they say."""

from __future__ import annotations

import heapq
from array import array
from typing import TYPE_CHECKING, NamedTuple

from pakaz_cli.knowledge import database as tables
from pakaz_cli.search import english
from pakaz_cli.search.synonyms import Synonyms
from pakaz_cli.search.weights import Fields, Statistics, checksum, frequencies, held, vector
from pakaz_cli.text.words import split_words, stem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from pakaz_cli.knowledge.database import Database, Value
    from pakaz_cli.model import Entry, KnowledgeBase

#: Of a term that stands in more entries than this, only those are noted of which it says most.
MOST_POSTINGS = 12_000


class Postings(NamedTuple):
    """Where a term stands: for each of some entries, in their order, what it is worth there."""

    entries: array[int]  #: positions of entries
    frequency: array[float]  #: these two as in `Held`
    direction: array[float]


class Vocabulary:
    """Splits texts into terms, and keeps the words that it meets."""

    def __init__(self, synonyms: Synonyms) -> None:
        self._synonyms = synonyms
        #: word as it is written → stem
        self.stems: dict[str, str] = {}

    def terms(self, source: str) -> list[str]:
        """Return the terms of a text."""
        words = split_words(source)
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
    """Return the tables of a search that are gone when the program ends."""
    database = tables.in_memory()
    build(database, base)
    return database


def build(database: Database, base: KnowledgeBase) -> None:
    """Fill the tables of a search. Raises OSError where they cannot be written."""
    english.split()
    synonyms = Synonyms.of(base.synonyms)
    vocabulary = Vocabulary(synonyms)
    names = {sector.id: sector.name for sector in base.sectors}
    found = [vocabulary.fields(entry, names.get(entry.sector or "", "")) for entry in base.entries]
    holding, statistics = _statistics(found, vocabulary.stems)
    weights = {term: statistics.rarity(term, count) for term, count in holding.items()}
    postings: dict[str, Postings] = {}
    database.fill("phrased", _phrased(found, weights))
    database.fill("held", _held(found, weights, statistics, postings))
    stems = {stem for phrase in synonyms.terms for stem in phrase}.union(vocabulary.stems.values())
    known = sorted(stems - weights.keys())
    counted = ((term, weights[term], count) for term, count in sorted(holding.items()))
    database.fill("term", counted)
    database.fill("term", ((stem, statistics.rarity(stem, 0), 0) for stem in known))
    database.fill("posting", ((term, _packed(postings[term])) for term in sorted(postings)))
    database.fill_exact(sorted(_sums(base, found)))
    database.fill("written", _written(vocabulary.stems))
    database.fill("standing", _standing(base))
    meant = "\n".join(f"{' '.join(phrase)}\t{term}" for phrase, term in synonyms.terms.items())
    database.fill("about", (statistics._asdict() | {"meant": meant}).items())


def _statistics(
    found: Iterable[Fields], words: Collection[str]
) -> tuple[dict[str, int], Statistics]:
    """Return how many entries hold each term, and what else must be known of all."""
    holding: dict[str, int] = {}
    length, entries = 0.0, 0
    for fields in found:
        counts = frequencies(fields)
        for term in counts:
            holding[term] = holding.get(term, 0) + 1
        length += sum(counts.values())
        entries += 1
    return holding, Statistics(
        entries, length / max(1, entries) or 1.0, len(words), max(map(len, words), default=0)
    )


def _held(
    found: Iterable[Fields],
    weights: Mapping[str, float],
    statistics: Statistics,
    postings: dict[str, Postings],
) -> Iterator[tuple[Value, ...]]:
    """Yield what each entry holds, and add it to the postings of its terms."""
    weight = weights.__getitem__
    for number, fields in enumerate(found):
        vectors = [vector(terms, weight) for terms in (*fields.phrasings, fields.keywords)]
        worth = held(frequencies(fields), vectors, statistics)
        for term, (frequency, direction) in worth.items():
            known = postings.get(term)
            if known is None:
                known = postings[term] = Postings(array("I"), array("f"), array("f"))
            known.entries.append(number)
            known.frequency.append(frequency)
            known.direction.append(direction)
        packed = array("f", [part for pair in worth.values() for part in pair])
        yield number, "\n".join(worth), packed.tobytes()


def _phrased(
    found: Iterable[Fields], weights: Mapping[str, float]
) -> Iterator[tuple[int, str, bytes]]:
    """Yield the phrasings of each entry, and their vectors."""
    for number, fields in enumerate(found):
        packed = array("f")
        for terms in fields.phrasings:
            left = vector(terms, weights.__getitem__)
            # What stands there once more adds nothing.
            packed.extend(left.pop(term, 0.0) for term in terms)
        yield number, "\n".join("\t".join(terms) for terms in fields.phrasings), packed.tobytes()


def _telling(postings: Postings) -> Postings:
    """Return the postings of a term in the entries of which it says most."""
    rows = zip(*postings, strict=True)
    best = heapq.nsmallest(MOST_POSTINGS, rows, key=lambda row: (-row[1] - row[2], row[0]))
    entries, frequency, direction = zip(*sorted(best), strict=True)
    return Postings(array("I", entries), array("f", frequency), array("f", direction))


def _packed(postings: Postings) -> bytes:
    noted = _telling(postings) if len(postings.entries) > MOST_POSTINGS else postings
    return b"".join(part.tobytes() for part in noted)


def _sums(base: KnowledgeBase, found: Iterable[Fields]) -> set[tuple[int, int]]:
    """Return the checksums of phrasings, by their words and by their terms, with their entries."""
    return {
        (checksum(told), number)
        for number, (entry, fields) in enumerate(zip(base.entries, found, strict=True))
        for phrasing, terms in zip((entry.question, *entry.variants), fields.phrasings, strict=True)
        for told in (split_words(phrasing), dict.fromkeys(terms))
    }


def _written(words: Iterable[str]) -> Iterator[tuple[int, str]]:
    by_length: dict[int, list[str]] = {}
    for word in words:
        by_length.setdefault(len(word), []).append(word)
    for length, having in by_length.items():
        yield length, "\n".join(sorted(having))


def _standing(base: KnowledgeBase) -> Iterator[tuple[str, bytes]]:
    """Yield each sector with its entries."""
    numbers: dict[str, array[int]] = {sector.id: array("I") for sector in base.sectors}
    for number, entry in enumerate(base.entries):
        if entry.sector in numbers:
            numbers[entry.sector].append(number)
    for sector, entries in numbers.items():
        yield sector, entries.tobytes()
