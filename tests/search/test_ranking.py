"""The ranking where very many entries share something with a question, with low limits."""

from __future__ import annotations

import pytest

from pakaz_cli.authoring import questions
from pakaz_cli.knowledge.load import load_base
from pakaz_cli.knowledge.loaded import LoadedBase
from pakaz_cli.model import Entry
from pakaz_cli.search import indexing, ranking
from pakaz_cli.search.engine import search
from pakaz_cli.search.index import Index
from pakaz_cli.search.query import Term
from tests.conftest import ROOT

BUNDLED = Index(load_base(str(ROOT / "knowledge" / "faq.yaml")))
GOLDEN = questions.load(str(ROOT / "knowledge" / "golden.yaml"), BUNDLED.base)
LIMITS = ("_MAX_CHOOSING", "_MAX_ADDING", "_MAX_COMPLETED", "_MAX_KEPT")


def limit(monkeypatch: pytest.MonkeyPatch, *limits: int) -> None:
    for name, value in zip(LIMITS, limits, strict=True):
        monkeypatch.setattr(ranking, name, value)


def terms(text: str) -> list[Term]:
    return BUNDLED.reader.read(text.split()).terms


def test_low_limits_seldom_change_the_first_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = [question.question for question in GOLDEN if question.expect]
    whole = [search(BUNDLED, question).matches[0] for question in asked]
    limit(monkeypatch, 30, 60, 20, 1_000)
    first = [search(BUNDLED, question).matches[0] for question in asked]
    same = sum(a.entry == b.entry for a, b in zip(whole, first, strict=True))
    assert whole != first
    assert same / len(asked) >= 0.9


def test_no_limit_keeps_the_rarest_term_from_choosing(monkeypatch: pytest.MonkeyPatch) -> None:
    limit(monkeypatch, 0, 0, 0, 1_000)
    ranked = ranking.rank(BUNDLED, terms("azerbaijan pakistan pipeline"))
    assert len(ranked.order) == BUNDLED.vocabulary.count("pipelin")


def test_terms_of_the_question_choose_before_their_expansions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    base = LoadedBase(
        (
            *(Entry(f"price-{n}", f"What is the price of item {n}?", "A.") for n in range(5)),
            Entry("cost", "What does it cost?", "B."),
        )
    )
    limit(monkeypatch, 0, 0, 0, 1_000)
    index = Index(base)
    ranked = ranking.rank(index, index.reader.read(["price"]).terms)
    assert {base.entries[entry].id for entry in ranked.order} == {f"price-{n}" for n in range(5)}


def test_common_terms_add_only_to_the_entries_that_were_chosen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    everything = ranking.rank(BUNDLED, terms("azerbaijan pipeline"))
    limit(monkeypatch, 0, 12_000, 0, 1_000)
    added = ranking.rank(BUNDLED, terms("azerbaijan pipeline"))
    assert len(added.order) == BUNDLED.vocabulary.count("pipelin") < len(everything.order)
    assert added.order[0] == everything.order[0]


def test_the_commonest_terms_complete_the_best_entries_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    everything = ranking.rank(BUNDLED, terms("azerbaijan pipeline"))
    limit(monkeypatch, 0, 0, 1_000, 1_000)
    completed = ranking.rank(BUNDLED, terms("azerbaijan pipeline"))
    limit(monkeypatch, 0, 12_000, 0, 1_000)
    added = ranking.rank(BUNDLED, terms("azerbaijan pipeline"))
    assert completed.order == added.order
    assert completed.order[0] == everything.order[0]
    assert completed.scores == pytest.approx(added.scores, abs=1e-6)


def test_so_many_entries_are_kept_as_the_limit_says(monkeypatch: pytest.MonkeyPatch) -> None:
    limit(monkeypatch, 0, 0, 2, 3)
    assert len(ranking.rank(BUNDLED, terms("azerbaijan visa")).order) == 3


def test_a_term_in_very_many_entries_has_postings_where_it_weighs_most(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    base = LoadedBase(
        tuple(
            Entry(f"e{n}", "What is gas?" if n in (1, 3) else f"Who is {n}?", "Gas, oil, and more.")
            for n in range(6)
        )
    )
    monkeypatch.setattr(indexing, "MAX_POSTINGS", 2)
    index = Index(base)
    assert index.vocabulary.count("gas") == 6
    assert [entry for entry, _, _ in index.postings("gas")] == [1, 3]
    everywhere = [entry for entry, _, _ in index.postings("oil")]
    assert everywhere == [0, 1]  # of equal weights, those of the first entries
