"""``ask --explain``: how an outcome is explained to people and scripts."""

from __future__ import annotations

import pytest

from pakaz_cli.search.engine import ANSWER_FROM, MIN_LEAD
from tests.conftest import Pakaz


def test_json_explains_how_words_were_read_what_matched_and_the_thresholds(pakaz: Pakaz) -> None:
    record = pakaz("ask", "--json", "--explain", "rice customs exemtion zebra").json
    why = record["explain"]
    assert [(word["typed"], word["read"], word["how"]) for word in why["words"]] == [
        ("rice", "rice", "same"),
        ("customs", "custom", "same"),
        ("exemtion", "exemption", "corrected"),
        ("zebra", "zebra", "same"),
    ]
    first = why["entries"][0]
    assert first["id"] == record["matches"][0]["id"] == "rice-duty"
    assert first["score"] == record["matches"][0]["score"]
    assert set(first["parts"]) == {"words", "direction", "phrasing", "letters"}
    assert all(0 <= part <= 1 for part in first["parts"].values())
    matched = {word["typed"]: word for word in first["matched"]}
    assert matched["exemtion"]["found"] == "exemption"
    assert matched["exemtion"]["how"] == "corrected"
    assert "answer" in matched["rice"]["fields"] or "question" in matched["rice"]["fields"]
    assert first["missing"] == ["zebra"]
    assert why["thresholds"]["answer_from"] == ANSWER_FROM
    assert why["thresholds"]["min_lead"] == MIN_LEAD
    assert why["runner_up"] == (why["entries"][1]["id"] if len(why["entries"]) > 1 else None)


def test_without_the_option_nothing_is_explained(pakaz: Pakaz) -> None:
    assert "explain" not in pakaz("ask", "--json", "rice customs exemtion").json


def test_synonyms_and_related_words_are_marked(pakaz: Pakaz) -> None:
    why = pakaz("ask", "--json", "--explain", "liquefied natural gas contract").json["explain"]
    assert ("liquefied natural gas", "synonym") in {(w["typed"], w["how"]) for w in why["words"]}
    found = {word["how"] for entry in why["entries"] for word in entry["matched"]}
    assert found <= {"same", "corrected", "synonym", "akin"}
    akin = pakaz("ask", "--json", "--explain", "customs levy on rice").json["explain"]
    assert "akin" in {word["how"] for entry in akin["entries"] for word in entry["matched"]}


def test_in_a_pipe_stdout_has_only_the_answer(pakaz: Pakaz) -> None:
    done = pakaz("ask", "--explain", "rice customs exemtion")
    assert done.out == pakaz("ask", "rice customs exemtion").out
    for line in ("Word 1 of 3: typed rice", "Entry 1 of ", "Match 1 of "):
        assert f"pakaz: {line}" in done.err
    assert "pakaz: Nearest phrasing: " in done.err


@pytest.mark.parametrize("look", ["rich-100", "rich-40", "text"])
def test_text_formats_show_every_word_and_every_part(pakaz: Pakaz, look: str) -> None:
    fmt, _, width = look.partition("-")
    done = pakaz(
        "ask", "--explain", "--format", fmt, "rice customs exemtion", COLUMNS=width or "80"
    ).out
    joined = " ".join(done.split())
    for part in ("exemtion", "corrected", "letters", "phrasing", "Confidence", "rice-duty"):
        assert part in joined


@pytest.mark.parametrize("asked", ["", "the", "zzzz qqqq", "2024", "?!"])
@pytest.mark.parametrize("fmt", ["rich", "text", "plain", "json"])
def test_a_question_that_finds_nothing_is_explained_too(pakaz: Pakaz, asked: str, fmt: str) -> None:
    assert pakaz("ask", "--explain", "--format", fmt, "--", asked).code == 1


def test_an_exact_phrasing_is_marked(pakaz: Pakaz) -> None:
    record = pakaz(
        "ask", "--json", "--explain", "What was agreed about liquefied natural gas?"
    ).json
    assert record["explain"]["is_phrasing"] is True


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ("flights", "one word fits several entries"),
        ("visa fee for egypt", "the entry does not speak of a country in the question"),
        (
            "when was the karachi port built",
            "no phrasing of the entry asks this kind of question (how, when, who …)",
        ),
        ("salam, kya haal hai", "small talk asks nothing of a knowledge base"),
        ("visa fee", None),
        ("volcanoes", None),
        ("lng", None),
    ],
)
def test_the_reason_is_given_where_a_near_entry_is_not_the_answer(
    bundled: Pakaz, asked: str, why: str | None
) -> None:
    assert bundled("ask", "--json", "--explain", asked).json["explain"]["held_back"] == why
    told = bundled("ask", "--explain", "--format", "text", asked).out
    assert ("Not answered: " in told) == (why is not None)
