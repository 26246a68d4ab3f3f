"""An index without one phrasing: what it hides, and what it leaves as it is."""

from __future__ import annotations

import pytest

from pakaz_cli.knowledge.loaded import LoadedBase
from pakaz_cli.model import Entry, Sector
from pakaz_cli.search.engine import search
from pakaz_cli.search.index import Index
from pakaz_cli.search.leave_one_out import LeaveOneOut

BASE = LoadedBase(
    (
        Entry("fee", "What is the visa fee?", "40 dollars.", "travel", ("embassy charges",)),
        Entry("stay", "How long is a visa valid?", "90 days.", "travel", ("visa validity",)),
        Entry("visa", "visa", "A permit.", keywords=("permit",)),
    ),
    sectors=(Sector("travel", "Travel", None),),
)
INDEX = Index(BASE)
PHRASINGS = [
    (entry, phrasing)
    for entry, found in enumerate(BASE.entries)
    for phrasing in range(1 + len(found.variants))
]
TERMS = sorted({term for entry in range(3) for term in INDEX.entry_terms(entry)})


def phrasing_of(entry: int, phrasing: int) -> str:
    found = BASE.entries[entry]
    return (found.question, *found.variants)[phrasing]


@pytest.mark.parametrize(("entry", "phrasing"), PHRASINGS)
def test_a_hidden_phrasing_is_not_exact_and_all_others_are(entry: int, phrasing: int) -> None:
    overlay = LeaveOneOut(INDEX, entry, phrasing)
    for owner, number in PHRASINGS:
        asked = phrasing_of(owner, number)
        is_hidden = (owner, number) == (entry, phrasing)
        assert (search(overlay, asked).confidence == 0.99) is not is_hidden
        assert search(INDEX, asked).confidence == 0.99


@pytest.mark.parametrize(("entry", "phrasing"), PHRASINGS)
def test_postings_and_the_terms_of_entries_agree(entry: int, phrasing: int) -> None:
    overlay = LeaveOneOut(INDEX, entry, phrasing)
    for term in TERMS:
        expected = [
            (owner, *overlay.entry_terms(owner)[term])
            for owner in range(len(BASE.entries))
            if term in overlay.entry_terms(owner)
        ]
        assert overlay.postings(term) == expected


def test_a_term_of_the_hidden_phrasing_alone_is_gone_and_the_others_weigh_less() -> None:
    overlay = LeaveOneOut(INDEX, 0, 1)
    assert "embassy" in INDEX.entry_terms(0)
    assert "embassy" not in overlay.entry_terms(0)
    assert [entry for entry, _, _ in overlay.postings("visa")] == [0, 1, 2]
    assert len(overlay.phrasings(0)) == len(INDEX.phrasings(0)) - 1
    assert overlay.phrasings(1) == INDEX.phrasings(1)


def test_the_weights_of_terms_and_the_sectors_stay_as_they_are() -> None:
    overlay = LeaveOneOut(INDEX, 1, 1)
    assert [overlay.vocabulary.weight(term) for term in TERMS] == [
        INDEX.vocabulary.weight(term) for term in TERMS
    ]
    assert overlay.in_sector("travel") == {0, 1}


def test_an_entry_without_its_only_phrasing_is_found_by_its_other_fields() -> None:
    overlay = LeaveOneOut(INDEX, 2, 0)
    assert overlay.phrasings(2) == []
    assert [match.entry.id for match in search(overlay, "permit").matches] == ["visa"]
