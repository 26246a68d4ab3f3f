"""Dates: what is valid, how old an answer is, and where its age is shown."""

from __future__ import annotations

from datetime import date

import pytest

from pakaz_cli.text import dates
from tests.conftest import Pakaz

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("written", "last"),
    [
        ("2024", date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 29)),
        ("1900-02", date(1900, 2, 28)),
        ("2000-02-29", date(2000, 2, 29)),
        ("0001-01-01", date(1, 1, 1)),
    ],
)
def test_the_last_day_of_a_date_is_that_of_its_period(written: str, last: date) -> None:
    assert dates.last_day(written) == last


@pytest.mark.parametrize(
    "written",
    [
        "",
        "24",
        "2024-13",
        "2024-00",
        "2024-13-45",
        "2023-02-29",
        "1900-02-29",
        "0000",
        "2024-1-1",
        "２０２４",
        "2024-04-31",
    ],
)
def test_an_invalid_date_has_no_last_day(written: str) -> None:
    assert dates.last_day(written) is None


@pytest.mark.parametrize(
    ("written", "age"),
    [
        ("2026-11-23", "0 days ago"),
        ("2026-11-22", "1 day ago"),
        ("2026-09-24", "60 days ago"),
        ("2026-09-23", "2 months ago"),
        ("2026-01-22", "10 months ago"),
        ("2024-11-24", "23 months ago"),
        ("2024-11-23", "2 years ago"),
        ("2018-05-14", "8 years ago"),
        ("2027", "0 days ago"),
    ],
)
def test_an_age_is_in_the_largest_unit_of_which_two_have_passed(written: str, age: str) -> None:
    assert dates.format_age(written, TODAY) == age


def test_an_answer_is_stale_after_180_days() -> None:
    assert not dates.is_stale("2026-05-27", TODAY)
    assert dates.is_stale("2026-05-26", TODAY)
    assert not dates.is_stale(None, TODAY)


@pytest.mark.parametrize(
    ("span", "days"), [("180d", 180), ("8w", 56), ("6m", 180), ("1y", 365), ("0d", 0)]
)
def test_a_span_is_a_number_and_a_unit(span: str, days: int) -> None:
    assert dates.span_days(span) == days


@pytest.mark.parametrize("span", ["", "180", "d", "-1d", "1.5d", "1 d", "9999999d", "１d"])
def test_an_invalid_span_is_none(span: str) -> None:
    assert dates.span_days(span) is None


def test_a_stale_answer_says_so_in_every_format(pakaz: Pakaz) -> None:
    age = "known as of 22 Jan 2026, 10 months ago"
    words = ("ask", "lng contract signed")
    later = "2026-11-23"
    assert pakaz(*words, PAKAZ_TODAY=later).err == f"pakaz: gas-deal: {age}\n"
    assert f"Energy · {age}" in pakaz(*words, "--format", "rich", PAKAZ_TODAY=later).out
    assert f"Sector: Energy · {age}" in pakaz(*words, "--format", "text", PAKAZ_TODAY=later).lines
    assert pakaz(*words, "--json", PAKAZ_TODAY=later).json["answer"]["age_days"] == 305


def test_a_recent_answer_shows_its_date_without_an_age(pakaz: Pakaz) -> None:
    assert pakaz("ask", "lng contract signed").err == ""
    assert "Energy · as of 22 Jan 2026" in pakaz("show", "gas-deal", "--format", "rich").out
    assert pakaz("show", "rice-duty", "--json").json["age_days"] is None


def test_stale_answers_are_listed(pakaz: Pakaz) -> None:
    def stale(span: str, today: str) -> list[str]:
        return [
            line.split("\t")[0] for line in pakaz("list", "--stale", span, PAKAZ_TODAY=today).lines
        ]

    assert stale("180d", "2026-02-01") == []
    assert stale("180d", "2026-07-01") == ["gas-price"]
    assert stale("6m", "2026-11-23") == ["gas-deal", "gas-price"]
    assert stale("1y", "2026-11-23") == []


@pytest.mark.parametrize(
    ("words", "environ"),
    [
        (["list", "--stale", "180"], {}),
        (["list"], {"PAKAZ_TODAY": "soon"}),
        (["list"], {"PAKAZ_TODAY": "2026-02"}),
    ],
)
def test_a_bad_span_or_day_is_a_usage_error(
    pakaz: Pakaz, words: list[str], environ: dict[str, str]
) -> None:
    result = pakaz(*words, **environ)  # type: ignore[arg-type]
    assert (result.code, result.out) == (2, "")
