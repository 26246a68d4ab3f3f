"""Our own comparisons of words give the same results as RapidFuzz."""

from __future__ import annotations

from unittest import mock

from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA, Indel, LCSseq  # noqa: TID251 - what ours must agree with

from pakaz_cli.knowledge.load import load_base
from pakaz_cli.search import similarity
from pakaz_cli.search.engine import search
from pakaz_cli.search.index import Index
from tests.conftest import ROOT

TYPED = st.text(st.sampled_from("abcdəß1"), max_size=12) | st.text(max_size=80)


@settings(max_examples=500, deadline=None)
@given(TYPED, TYPED)
def test_distance_and_similarity_are_those_of_rapidfuzz(first: str, second: str) -> None:
    assert similarity.distance(first, second) == OSA.distance(first, second)
    assert similarity.common_length(first, second) == LCSseq.similarity(first, second)
    expected = Indel.normalized_similarity(first, second)
    for left in (10**9, 0):
        with mock.patch.object(similarity._workload, "_left", left):
            assert similarity.indel_similarity(first, second) == expected


@settings(max_examples=300, deadline=None)
@given(
    st.text(st.sampled_from("abcdə"), max_size=9),
    st.lists(st.text(st.sampled_from("abcdə"), max_size=9), max_size=30),
    st.integers(0, 3),
)
def test_the_words_within_edits_are_the_same_with_and_without_rapidfuzz(
    word: str, known: list[str], limit: int
) -> None:
    found = []
    for left in (10**9, 0):
        with mock.patch.object(similarity._workload, "_left", left):
            found.append(sorted(similarity.within_edits(word, known, limit)))
    expected = [(other, OSA.distance(word, other)) for other in known]
    assert found[0] == found[1] == sorted(pair for pair in expected if pair[1] <= limit)


def test_a_reply_does_not_depend_on_when_rapidfuzz_takes_over() -> None:
    base = load_base(str(ROOT / "knowledge" / "faq.yaml"))
    questions = ["chawal dutty khatam", "wht is teh viza fee", "loadsheding", "gass bils go dwn"]
    replies = []
    for left in (10**9, 20_000, 500, 0):
        with mock.patch.object(similarity._workload, "_left", left):
            index = Index(base)
            replies.append([search(index, question) for question in questions])
    assert sum(bool(reply.corrections) for reply in replies[0]) >= 3
    assert replies == [replies[0]] * 4
