"""Reads all of a compiled file: whether it is intact, follows the rules, and agrees with itself.

A command checks only what it reads, see `knowledge.database`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pakaz_cli.errors import InputInvalidError
from pakaz_cli.knowledge import values
from pakaz_cli.knowledge.compiled import CompiledBase
from pakaz_cli.knowledge.load import CheckResult
from pakaz_cli.search.index import Index
from pakaz_cli.search.indexing import MAX_POSTINGS
from pakaz_cli.search.weights import checksum

if TYPE_CHECKING:
    from collections.abc import Iterable


def verify(checked: CheckResult) -> CheckResult:
    """Return the result of a check, with what is wrong inside a compiled file."""
    if not isinstance(checked.base, CompiledBase):
        return checked
    try:
        checked.base.database.verify()
        _Verifier(checked.base).verify()
    except InputInvalidError as error:
        return CheckResult(checked.path, None, tuple(error.findings))
    return checked


class _Verifier:
    """Reads every value through the functions that commands use, which check it."""

    def __init__(self, base: CompiledBase) -> None:
        self._base = base
        self._database = base.database
        self._index = Index(base)

    def verify(self) -> None:
        """Raise InputInvalidError if anything contradicts anything else."""
        self._verify_ids()
        self._verify_entries()
        self._verify_sectors()
        self._verify_terms()
        self._verify_words()
        self._verify_counterexamples()
        self._require(all(self._base.synonyms), "a group of synonyms is empty")

    def _require(self, condition: bool, reason: str) -> None:
        if not condition:
            raise self._database.damaged(reason)

    def _verify_ids(self) -> None:
        entries = self._base.entries
        ids = list(self._base.ids())
        self._require(len(ids) == len(entries), "the number of ids is wrong")
        for number, entry in enumerate(entries):
            self._require(self._base.number(entry.id) == number, f"id {entry.id!r} is misplaced")
        counts = {
            table: sum(1 for _ in self._database.rows(table))
            for table in ("entry", "entry_terms", "phrasings")
        }
        self._require(set(counts.values()) == {len(entries)}, "the number of entries is wrong")

    def _verify_entries(self) -> None:
        for number, entry in enumerate(self._base.entries):
            known = entry.sector is None or self._base.sector(entry.sector) is not None
            self._require(known, f"entry {entry.id!r} has an unknown sector")
            others = all(self._base.number(other) is not None for other in entry.related)
            self._require(others, f"entry {entry.id!r} has an unknown related entry")
            terms = self._index.entry_terms(number)
            self._require_known(terms)
            phrasings = self._index.phrasings(number)
            self._require(
                len(phrasings) == 1 + len(entry.variants),
                f"entry {entry.id!r} has another number of phrasings",
            )
            for phrasing in phrasings:
                self._require(terms.keys() >= {*phrasing.terms}, "a phrasing has unknown terms")
                same = self._index.entries_with(checksum(dict.fromkeys(phrasing.terms)))
                self._require(number in same, "a phrasing has no checksum")

    def _require_known(self, terms: Iterable[str]) -> None:
        for term in terms:
            self._require(self._index.vocabulary.count(term) > 0, f"term {term!r} is unknown")

    def _verify_sectors(self) -> None:
        ids = [sector.id for sector in self._base.sectors]
        self._require(len({*ids}) == len(ids), "a sector is repeated")
        rows = [row["sector"] for row in self._database.rows("sector_entries")]
        self._require(rows == sorted(ids), "the sectors differ")
        members: dict[str | None, set[int]] = {}
        for number, entry in enumerate(self._base.entries):
            members.setdefault(entry.sector, set()).add(number)
        for sector, count in self._base.sector_counts():
            expected = members.get(sector.id, set())
            found = self._index.in_sector(sector.id)
            self._require(
                expected == found and count == len(expected),
                f"sector {sector.id!r} has other entries",
            )

    def _verify_terms(self) -> None:
        with_postings = {row["term"] for row in self._database.rows("postings")}
        for row in self._database.rows("term"):
            term = row["term"]
            self._require_line(term)
            count = self._index.vocabulary.count(term)
            self._require((count > 0) == (term in with_postings), f"term {term!r} has no entries")
            if count:
                found = len(self._index.postings(term))
                self._require(found == min(count, MAX_POSTINGS), f"term {term!r} is miscounted")
        self._require_known(with_postings)
        for row in self._database.rows("exact"):
            self._require(bool(self._index.entries_with(row["phrasing"])), "a checksum of no entry")

    def _verify_words(self) -> None:
        vocabulary = self._index.vocabulary
        self._require(
            vocabulary.statistics.entries == len(self._base.entries), "miscounted entries"
        )
        count = longest = 0
        for row in self._database.rows("words_by_length"):
            length = row["length"]
            for word in row["words"].split("\n"):
                self._require_line(word)
                known = len(word) == length and vocabulary.knows(word)
                self._require(known, f"word {word!r} is misplaced")
                count, longest = count + 1, max(longest, length)
        statistics = vocabulary.statistics
        self._require(
            (statistics.words, statistics.longest) == (count, longest), "miscounted words"
        )
        for term in vocabulary.synonyms.terms.values():
            self._require_line(term)

    def _verify_counterexamples(self) -> None:
        written = {number: one.counterexamples for number, one in enumerate(self._base.entries)}
        subjects = enumerate(self._base.not_covered)
        written |= {-1 - number: subject.questions for number, subject in subjects}
        for owner, texts in written.items():
            found = self._index.counterexamples(owner) if texts else []
            self._require(len(found) == len(texts), "a counter-example is missing")
        self._require(all(texts for owner, texts in written.items() if owner < 0), "no questions")
        counts = [
            sum(1 for _ in self._database.rows(table))
            for table in ("counterexamples", "not_covered_questions")
        ]
        self._require(sum(counts) == sum(map(bool, written.values())), "miscounted owners")
        for row in self._database.rows("term"):
            for owner, number in self._index.vocabulary.not_covered(row["term"]):
                self._index.counterexample(owner, number)

    def _require_line(self, text: str) -> None:
        problem = values.line(text)
        self._require(problem is None, problem[1] if problem else "")
