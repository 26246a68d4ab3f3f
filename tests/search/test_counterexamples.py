"""Counter-examples: what they keep from being answered, and what they leave alone."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pakaz_cli.authoring.compile import compile_file
from pakaz_cli.chat import followup
from pakaz_cli.chat.conversation import Conversation
from pakaz_cli.knowledge.load import load_base
from pakaz_cli.knowledge.loaded import LoadedBase
from pakaz_cli.model import Entry, NotCovered, Outcome
from pakaz_cli.search.engine import decide, search
from pakaz_cli.search.index import Index
from pakaz_cli.search.query import is_content
from pakaz_cli.views import json_lines
from pakaz_cli.views.labelled import TextView
from pakaz_cli.views.view import Settings
from tests.conftest import ROOT, run_pakaz

BUNDLED = Index(load_base(str(ROOT / "knowledge" / "faq.yaml")))

ENTRIES = (
    Entry(
        "fee",
        "How much does the visa cost for Pakistanis?",
        "27 dollars.",
        variants=("visa fee", "price of an e-visa"),
        counterexamples=("how much does the visa cost for indians", "visa fee for dogs"),
    ),
    Entry(
        "aid",
        "How much aid has Azerbaijan given to Pakistan?",
        "Two million.",
        counterexamples=("how much aid has Pakistan given to Azerbaijan",),
    ),
    Entry("gas", "What price does Pakistan pay for gas?", "It is secret.", variants=("gas price",)),
)
LIVE = NotCovered("live gas prices", ("gas price today", "price of gas now"), "the exchange")
INDEX = Index(LoadedBase(ENTRIES, not_covered=(LIVE,)))


def test_no_counterexample_of_an_entry_is_answered_by_it() -> None:
    for index in (INDEX, BUNDLED):
        for entry in index.entries:
            for question in entry.counterexamples:
                answer = search(index, question).answer
                assert answer is None or answer.id != entry.id, question


def test_every_question_that_is_not_covered_is_unknown_and_names_its_subject() -> None:
    for index in (INDEX, BUNDLED):
        for subject in index.base.not_covered:
            for question in subject.questions:
                reply = search(index, question)
                assert (reply.outcome, reply.is_counterexample) == (Outcome.UNKNOWN, True), question
                assert reply.not_covered is subject, question


@pytest.mark.parametrize(
    ("question", "outcome", "subject"),
    [
        ("what does the visa cost for an indian", Outcome.UNKNOWN, None),
        ("what does the visa cost for a pakistani", Outcome.ANSWERED, None),
        ("how much aid did pakistan give to azerbaijan", Outcome.UNKNOWN, None),
        ("how much aid did azerbaijan give to pakistan", Outcome.ANSWERED, None),
        ("tell me the gas price of today", Outcome.UNKNOWN, LIVE),
        ("gas price", Outcome.ANSWERED, None),
    ],
)
def test_a_question_nearest_to_a_counterexample_is_unknown_and_one_nearest_to_a_phrasing_answered(
    question: str, outcome: Outcome, subject: NotCovered | None
) -> None:
    reply = search(INDEX, question)
    assert (reply.outcome, reply.not_covered) == (outcome, subject)
    assert reply.is_counterexample == (outcome is Outcome.UNKNOWN)


WORDS = ("visa", "fee", "gas", "price", "aid", "cost", "indians", "ship", "abc", "the", "how", "7")
ASKED = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)


@settings(max_examples=300, deadline=None)
@given(
    phrasings=st.lists(ASKED, min_size=1, max_size=4),
    denied=st.lists(ASKED, max_size=3),
    uncovered=st.lists(ASKED, max_size=3),
    others=st.lists(ASKED, min_size=1, max_size=3),
)
def test_in_any_knowledge_base_counterexamples_win_and_change_nothing_they_share_no_word_with(
    phrasings: list[str], denied: list[str], uncovered: list[str], others: list[str]
) -> None:
    entries = tuple(Entry(f"e{n}", text, "A.") for n, text in enumerate(phrasings))
    plain = Index(LoadedBase(entries))
    changed = entries[0]._replace(counterexamples=tuple(denied))
    subjects = (NotCovered("S", tuple(uncovered), "W"),) if uncovered else ()
    index = Index(LoadedBase((changed, *entries[1:]), not_covered=subjects))
    for question in denied:
        answer = search(index, question).answer
        assert answer is None or answer.id != "e0"
    for question in uncovered:
        assert search(index, question).outcome is Outcome.UNKNOWN
    taken = {word for text in denied + uncovered for word in text.split()}
    for question in others + phrasings:
        before, after = decide(plain, question), decide(index, question)
        content = {word for word in question.split() if is_content(word)}
        if content and taken.isdisjoint(content):
            assert after.outcome is before.outcome
            assert after.confidence == before.confidence


def test_a_phrasing_is_answered_however_near_a_counterexample_is() -> None:
    for index in (INDEX, BUNDLED):
        for entry in index.entries:
            for phrasing in (entry.question, *entry.variants):
                assert search(index, phrasing).answer is entry, phrasing


def test_a_question_that_is_not_covered_is_no_follow_up() -> None:
    reply = search(INDEX, "gas price today")
    assert followup.understand(INDEX, reply.question, reply, ENTRIES[2]) is None


KB = """\
schema: 1
not_covered:
  - subject: live gas prices
    questions: [gas price today]
    where: the exchange.
entries:
  - id: gas
    question: What is the price of gas?
    variants: [gas price]
    not: [gas price in india]
    answer: It is secret.
"""


@pytest.mark.parametrize("form", ["yaml", "compiled"])
def test_every_format_says_that_a_subject_is_not_covered_and_where_to_look(
    form: str, tmp_path: Path
) -> None:
    path = tmp_path / "kb.yaml"
    path.write_text(KB)
    if form == "compiled":
        compile_file(str(path), str(tmp_path / "kb.pakaz"))
        path = tmp_path / "kb.pakaz"
    asked = ("ask", "gas price today", "--kb", str(path))
    said = "I don't know. Not covered here: live gas prices. Where to look: the exchange."
    assert run_pakaz(*asked) == ("", f"pakaz: {said}\n", 1)
    assert run_pakaz(*asked, "--format", "text") == (f"{said}\n", "", 1)
    drawn = run_pakaz(*asked, "--format", "rich", "--width", "100")
    assert (said in drawn.out, drawn.code) == (True, 1)
    explained = run_pakaz(*asked, "--explain")
    assert 'Not answered: nearest to a counter-example of "live gas prices":' in explained.err
    chat = Conversation(load_base(str(path)), None, date(2026, 1, 1))
    view = TextView(Settings(date(2026, 1, 1), in_chat=True))
    assert chat.answer("gas price today", view).page.out == f"{said}\n"


def test_only_the_record_of_a_question_near_a_counterexample_says_what_is_not_covered(
    tmp_path: Path,
) -> None:
    path = tmp_path / "kb.yaml"
    path.write_text(KB)
    lines = b"gas price today\ngas price in india\ngas price\nelephants\n"
    run = run_pakaz("batch", "--kb", str(path), stdin=lines)
    live, denied, answered, unknown = map(json.loads, run.out.splitlines())
    assert live["not_covered"] == {"subject": "live gas prices", "where": "the exchange."}
    assert (denied["not_covered"], denied["outcome"]) == (None, "unknown")
    assert "not_covered" not in answered | unknown
    for record in (live, denied, answered, unknown):
        jsonschema.validate(record, json.loads(json_lines.schema()))
