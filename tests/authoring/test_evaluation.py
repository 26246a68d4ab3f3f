"""Evaluation: the metrics, the verdicts, and the command that shows them."""

from __future__ import annotations

import json
import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pakaz_cli.authoring import comparison, evaluation, limits
from pakaz_cli.authoring.comparison import Change, Comparison, Earlier
from pakaz_cli.authoring.evaluation import Counts, Result, Verdict, judge, summarise, worst
from pakaz_cli.authoring.metrics import (
    Bin,
    Interval,
    Sample,
    Share,
    accuracy_at_5_false,
    auroc,
    calibration_error,
    reliability,
)
from pakaz_cli.authoring.questions import Asked
from pakaz_cli.errors import UsageError
from pakaz_cli.knowledge.load import load_base
from pakaz_cli.model import Entry, Match, Outcome, Reply
from pakaz_cli.search.index import Index
from tests.conftest import SMALL, Pakaz
from tests.terminal.test_streams import on_terminal

CONFIDENCES = st.integers(0, 10).map(lambda tenths: tenths / 10)
SAMPLES = st.lists(st.builds(Sample, CONFIDENCES, st.booleans(), st.sampled_from([0.5, 1.0, 3.0])))

QUESTIONS = [
    {"question": "rice customs exemption", "expect": ["rice-duty"], "tag": "plain open"},
    {"question": "gas price", "expect": ["gas-price"], "tag": "short, open"},
    {"question": "cost of one shipment", "expect": ["rice-duty"], "tag": "open"},
    {"question": "zyzzyva", "expect": ["rice-duty"]},
    {"question": "gas deal", "expect": [], "tag": "short"},
    {"question": "xylophone", "expect": []},
]


@pytest.fixture
def asked(tmp_path: Path) -> str:
    """A question file of clear cases: exact phrasings, and words that no entry has."""
    path = tmp_path / "questions.jsonl"
    path.write_text("".join(json.dumps(question) + "\n" for question in QUESTIONS))
    return str(path)


def reply(*ids: str, outcome: Outcome = Outcome.UNKNOWN, offered: int = 0) -> Reply:
    matches = tuple(Match(Entry(name, "Q?", "A."), 0.5) for name in ids)
    return Reply("q", outcome, 0.5, matches, matches[:offered])


def result(
    verdict: Verdict = Verdict.RIGHT,
    confidence: float = 0.5,
    rank: int | None = 1,
    question: str = "q",
    tag: str = "",
) -> Result:
    is_out = verdict in (Verdict.FALSE_ANSWER, Verdict.DECLINED)
    asked = Asked(question, frozenset() if is_out else frozenset({"a"}), tag)
    return Result(asked, verdict, "a", None if is_out else rank, confidence)


@pytest.mark.parametrize(
    ("hits", "of", "interval"),
    [
        (0, 10, (0.0, 0.2775)),  # by hand, from the formula: z² / (n + z²) at either end
        (10, 10, (0.7225, 1.0)),
        (
            81,
            263,
            (0.2553, 0.3662),
        ),  # R: prop.test(81, 263, correct = FALSE), also in Newcombe 1998
        (15, 148, (0.0624, 0.1605)),
        (1, 29, (0.0061, 0.1718)),
        (0, 0, None),
    ],
)
def test_the_interval_of_a_share_is_the_wilson_score_interval(
    hits: int, of: int, interval: tuple[float, float] | None
) -> None:
    assert Share(hits, of).interval == interval


@given(st.integers(0, 300), st.integers(1, 300))
def test_an_interval_contains_its_share_and_mirrors_that_of_the_complement(
    hits: int, of: int
) -> None:
    hits = min(hits, of)
    inner, other = Share(hits, of).interval, Share(of - hits, of).interval
    assert inner
    assert other
    assert 0 <= inner.low <= round(hits / of, 4) <= inner.high <= 1
    assert inner == pytest.approx(Interval(1 - other.high, 1 - other.low), abs=1e-4)


@given(st.lists(CONFIDENCES, min_size=1), st.lists(CONFIDENCES, min_size=1))
def test_auroc_is_the_share_of_ordered_pairs_with_ties_as_half(
    positives: list[float], negatives: list[float]
) -> None:
    pairs = [
        Fraction(1, 2) if high == low else Fraction(high > low)
        for high in positives
        for low in negatives
    ]
    assert auroc(positives, negatives) == pytest.approx(float(sum(pairs) / len(pairs)))


def test_auroc_is_1_for_separated_classes_and_none_without_either_class() -> None:
    assert auroc([0.9, 0.8], [0.7, 0.1]) == 1
    assert auroc([0.5], [0.5]) == 0.5
    assert auroc([], [0.5]) is None
    assert auroc([0.5], []) is None


def test_accuracy_at_5_false_uses_the_lowest_threshold_that_1_in_20_may_exceed() -> None:
    out = [number / 100 for number in range(40)]  # two may be exceeded by: 0.39 and 0.38
    inside = [(0.37, True), (0.375, True), (0.9, True), (0.9, False)]
    assert accuracy_at_5_false(inside, out) == (2, 4)
    assert accuracy_at_5_false(inside, [0.4] * 19) == (1, 4)
    assert accuracy_at_5_false(inside, [0.9]) == (0, 4)
    assert accuracy_at_5_false(inside, []).value is None


@given(
    st.lists(st.tuples(CONFIDENCES, st.booleans()), min_size=1),
    st.lists(CONFIDENCES, min_size=1, max_size=60),
)
def test_accuracy_at_5_false_is_the_maximum_over_all_allowed_thresholds(
    inside: list[tuple[float, bool]], out: list[float]
) -> None:
    best = max(
        sum(right and confidence > threshold for confidence, right in inside)
        for threshold in [-1.0, *out, 1.0]
        if 20 * sum(one > threshold for one in out) <= len(out)
    )
    assert accuracy_at_5_false(inside, out) == (best, len(inside))


def test_bins_rise_in_confidence_and_differ_in_size_by_at_most_1() -> None:
    table = reliability([Sample(number / 100, False) for number in range(37)])
    assert sorted(one.size for one in table) == [3] * 3 + [4] * 7
    assert [one.confidence for one in table] == sorted(one.confidence for one in table)
    assert len(reliability([Sample(0.5, True)] * 3)) == 3
    assert reliability([]) == ()


def test_a_bin_has_the_weighted_mean_confidence_and_share_right() -> None:
    samples = [Sample(0.25, True, 3.0), Sample(0.75, False, 1.0)]
    assert reliability(samples, bins=1) == (Bin(0.375, 0.75, 2, 4.0),)


@given(SAMPLES, st.integers(0, 1000))
def test_the_reliability_table_does_not_depend_on_the_order_of_samples(
    samples: list[Sample], seed: int
) -> None:
    shuffled = random.Random(seed).sample(samples, len(samples))
    assert reliability(shuffled) == reliability(samples)
    assert sum(one.size for one in reliability(samples)) == len(samples)


def test_the_calibration_error_is_the_weighted_mean_distance_of_confidence_and_share() -> None:
    table = [Bin(0.2, 0.0, 5, 3.0), Bin(0.9, 1.0, 5, 1.0)]
    assert calibration_error(table) == pytest.approx((3 * 0.2 + 1 * 0.1) / 4)
    assert calibration_error([Bin(1.0, 1.0, 9, 9.0)]) == 0
    assert calibration_error([]) is None


@pytest.mark.parametrize(
    ("expect", "answer", "verdict", "rank"),
    [
        ("a", reply("a", "b", outcome=Outcome.ANSWERED), Verdict.RIGHT, 1),
        ("b", reply("a", "b", outcome=Outcome.ANSWERED), Verdict.WRONG, 2),
        ("b", reply("a", "b", outcome=Outcome.AMBIGUOUS, offered=2), Verdict.OFFERED, 2),
        ("c", reply("a", "b", "c", outcome=Outcome.AMBIGUOUS, offered=2), Verdict.MISSED, 3),
        ("a", reply("a"), Verdict.MISSED, 1),
        ("z", reply("a"), Verdict.MISSED, None),
        ("l", reply(*"abcdefghijkl"), Verdict.MISSED, None),
        ("a", reply(), Verdict.MISSED, None),
        ("", reply("a", outcome=Outcome.ANSWERED), Verdict.FALSE_ANSWER, None),
        ("", reply("a", "b", outcome=Outcome.AMBIGUOUS, offered=2), Verdict.DECLINED, None),
        ("", reply(), Verdict.DECLINED, None),
    ],
)
def test_each_question_has_one_verdict(
    expect: str, answer: Reply, verdict: Verdict, rank: int | None
) -> None:
    judged = judge(Asked("q", frozenset(expect)), answer)
    assert (judged.verdict, judged.rank) == (verdict, rank)
    assert judged.first == (answer.matches[0].entry.id if answer.matches else None)


def test_the_best_ranked_of_several_right_entries_counts() -> None:
    judged = judge(Asked("q", frozenset("bc")), reply("a", "b", "c"))
    assert judged.rank == 2


def test_verdicts_in_scope_add_up_and_ranks_beyond_ten_add_nothing_to_mrr() -> None:
    results = [
        result(Verdict.RIGHT, rank=1),
        result(Verdict.WRONG, rank=2),
        result(Verdict.OFFERED, rank=5),
        result(Verdict.MISSED, rank=6),
        result(Verdict.MISSED, rank=None),
        result(Verdict.FALSE_ANSWER),
        result(Verdict.DECLINED),
    ]
    counts = Counts.of(results)
    assert counts == Counts(
        in_scope=5,
        out_of_scope=2,
        first=1,
        right=1,
        wrong=1,
        offered=1,
        missed=2,
        false_answers=1,
        found5=3,
        mrr=round((1 + 1 / 2 + 1 / 5 + 1 / 6) / 5, 4),
    )
    figures = counts.figures()
    assert (figures["p1"], figures["recall5"], figures["false_answer_share"]) == (0.2, 0.6, 0.5)


def test_shown_and_noise_count_what_is_listed_in_and_out_of_scope() -> None:
    first_two = reply("b", "a").matches
    listing = [
        reply("b", "a", outcome=Outcome.AMBIGUOUS, offered=2),
        reply("b", "a")._replace(closest=first_two),
        reply("b", "a")._replace(closest=first_two[:1]),
    ]
    replies = [reply("a", outcome=Outcome.ANSWERED), reply("a"), *listing]
    in_scope = [judge(Asked("q", frozenset({"a"})), each) for each in replies]
    assert [bool({"a"} & {*one.shown}) for one in in_scope] == [True, False, True, True, False]
    outside = [judge(Asked("q", frozenset()), each) for each in replies]
    counts = Counts.of(in_scope + outside)
    assert (counts.shown, counts.noise, counts.false_answers) == (3, 3, 1)
    assert (counts.figures()["shown_share"], counts.figures()["noise_share"]) == (0.6, 0.6)


def test_each_question_is_counted_once() -> None:
    questions = [Asked(str(one["question"]), frozenset(one["expect"])) for one in QUESTIONS]
    report = evaluation.evaluate(Index(load_base(str(SMALL))), questions)
    assert [one.verdict for one in report.results] == list(
        map(Verdict, ("right", "right", "wrong", "missed", "false_answer", "declined"))
    )
    assert report.ms_per_question is not None
    assert report.ms_per_question >= 0


def test_a_question_counts_for_each_word_of_its_tag() -> None:
    results = [result(tag="hard open"), result(tag="hard, short,hard"), result(tag=" ")]
    counted = {tag: counts.in_scope for tag, counts in summarise(results).tags.items()}
    assert counted == {"hard": 2, "open": 1, "short": 1}


def test_questions_in_and_out_of_scope_have_equal_weight_in_calibration() -> None:
    right = [result(confidence=1.0) for _ in range(30)]
    false = [result(Verdict.FALSE_ANSWER, 1.0) for _ in range(10)]
    assert summarise(right + false).ece == 0.5
    assert {one.right for one in summarise(right + false).reliability} == {0.5}
    assert summarise(right).ece == 0
    assert summarise(false).ece == 1
    assert sum(one.weight for one in summarise(right).reliability) == 30


def test_confidence_is_measured_against_the_first_entry_not_the_outcome() -> None:
    assert summarise([result(Verdict.MISSED, 1.0, rank=1)]).ece == 0
    assert summarise([result(Verdict.OFFERED, 1.0, rank=2)]).ece == 1


def test_a_figure_that_cannot_be_measured_is_none() -> None:
    empty = summarise([]).figures()
    assert {name for name, value in empty.items() if value == 0} == {
        *("in_scope", "out_of_scope", "first", "right", "wrong", "offered", "missed"),
        *("false_answers", "found5", "shown", "noise"),
    }
    in_scope = summarise([result()]).figures()
    assert [name for name, value in in_scope.items() if value is None] == [
        *("false_answer_share", "noise_share"),
        *("accuracy_at_5_false", "auroc", "ms_per_question"),
    ]


def test_the_worst_results_are_confident_wrong_answers_then_near_misses() -> None:
    results = [
        result(Verdict.MISSED, 0.9, rank=None, question="7"),
        result(Verdict.RIGHT, question="right"),
        result(Verdict.MISSED, 0.1, rank=3, question="5"),
        result(Verdict.MISSED, 0.2, rank=3, question="6"),
        result(Verdict.MISSED, 0.2, rank=1, question="4"),
        result(Verdict.WRONG, 0.6, rank=9, question="2"),
        result(Verdict.OFFERED, question="offered"),
        result(Verdict.DECLINED, question="declined"),
        result(Verdict.WRONG, 0.6, rank=2, question="3"),
        result(Verdict.FALSE_ANSWER, 0.7, question="1"),
    ]
    assert [one.asked.question for one in worst(results, 99)] == list("1234567")
    assert [one.asked.question for one in worst(results, 2)] == list("12")


def test_a_comparison_lists_changes_and_counts_the_rest() -> None:
    earlier = [Earlier("a", "right", "a"), Earlier("b", "missed", None), Earlier("c", "right", "a")]
    now = [result(question="b"), result(question="a"), result(question="d")]
    assert comparison.compare(earlier, now) == Comparison(
        changes=(Change(earlier[1], now[0]),), same=1, new=1, gone=1
    )


def test_repeated_questions_are_compared_in_order() -> None:
    earlier = [Earlier("a", "right", "a"), Earlier("a", "wrong", "b")]
    now = [result(question="a"), result(question="a"), result(question="a")]
    compared = comparison.compare(earlier, now)
    assert (len(compared.changes), compared.same, compared.new, compared.gone) == (1, 1, 1, 0)


@pytest.mark.parametrize(
    ("least", "most", "value", "is_met"),
    [
        (["p1=0.5"], [], 0.5, True),
        (["p1=0.51"], [], 0.5, False),
        ([], ["p1=.5"], 0.5, True),
        ([], ["p1=0.4"], 0.5, False),
        (["p1=0"], [], None, False),
        ([], ["p1=1"], None, False),
    ],
)
def test_a_limit_is_inclusive_and_never_met_by_none(
    least: list[str], most: list[str], value: float | None, is_met: bool
) -> None:
    (limit,) = limits.parse(least, most, ["p1"])
    assert limit.is_met(value) is is_met
    assert bool(limits.missed([limit], {"p1": value})) is not is_met


@pytest.mark.parametrize("typed", ["p1", "", "p1=", "p1=x", "p1=nan", "p1=inf", "p2=0.5", "=1"])
def test_a_limit_without_a_metric_or_a_number_is_a_usage_error(typed: str) -> None:
    with pytest.raises(UsageError):
        limits.parse([typed], [], ["p1"])
    with pytest.raises(UsageError):
        limits.parse([], [typed], ["p1"])


def test_limits_are_checked_before_any_file_is_read(pakaz: Pakaz) -> None:
    shown = pakaz("kb", "eval", "/nowhere", "--min", "p2=0.5")
    assert (shown.out, shown.code) == ("", 2)
    assert shown.err.startswith("pakaz: error: no metric 'p2'; choose from: in_scope, ")
    assert pakaz("kb", "eval", "/nowhere", "--misses", "0").code == 2


def test_the_json_report_has_every_figure_and_every_question(pakaz: Pakaz, asked: str) -> None:
    report = pakaz("kb", "eval", asked, "--json").json
    counts = {"in_scope": 4, "out_of_scope": 2, "right": 2, "wrong": 1, "offered": 0, "missed": 1}
    assert {name: report[name] for name in counts} == counts
    assert (report["false_answers"], report["false_answer_share"]) == (1, 0.5)
    assert report["intervals"]["right_share"] == [0.15, 0.85]
    assert report["intervals"].keys() == {key for key in report if key.endswith("_share")} | {
        *("p1", "recall5", "accuracy_at_5_false")
    }
    assert [sorted(one) for one in report["reliability"]] == [
        ["count", "mean_confidence", "right_share"]
    ] * 6
    assert list(report["tags"]) == ["open", "plain", "short"]
    assert (report["tags"]["open"]["in_scope"], report["tags"]["short"]["out_of_scope"]) == (3, 1)
    assert [one["outcome"] for one in report["questions"]] == [
        *("right", "right", "wrong", "missed", "false_answer", "declined")
    ]
    assert [one["expect"] for one in report["questions"]] == [one["expect"] for one in QUESTIONS]
    assert "misses" not in report
    assert "changes" not in report


def test_only_the_time_varies_from_run_to_run(pakaz: Pakaz, asked: str) -> None:
    runs: list[Any] = [pakaz("kb", "eval", asked, "--json").json for _ in range(2)]
    times = [run.pop("ms_per_question") for run in runs]
    assert runs[0] == runs[1]
    assert all(isinstance(time, float) for time in times)
    plain = {pakaz("kb", "eval", asked, "--misses", "9") for _ in range(2)}
    assert len(plain) == 1


def test_plain_rows_begin_with_their_kind(pakaz: Pakaz, asked: str) -> None:
    lines = pakaz("kb", "eval", asked, "--misses", "2").lines
    assert lines[0] == "questions in scope\t4"
    assert "answered right\t2\t50.0 %\t15.0 to 85.0 %" in lines
    assert [line.split("\t")[0] for line in lines[15:]] == [
        *(["calibration"] * 6 + ["tag"] * 3 + ["miss"] * 2)
    ]
    assert "tag\tplain\t1/0\t100 %\t100 %\t0 %\t0 %\t100 %\t–\t–\t1.000" in lines
    assert [line.split("\t")[:2] + line.split("\t")[3:] for line in lines[-2:]] == [
        ["miss", "wrong", "gas-price", "rice-duty", "cost of one shipment"],
        ["miss", "false answer", "gas-deal", "nothing", "gas deal"],
    ]


def test_labelled_lines_name_every_number(pakaz: Pakaz, asked: str) -> None:
    lines = pakaz("kb", "eval", asked, "--format", "text", "--misses", "3").lines
    assert "Answered right: count 2, share 50.0 %, 95 % interval 15.0 to 85.0 %" in lines
    assert any(line.startswith("Calibration 1 of 6: confidence 0.") for line in lines)
    assert any(line.startswith("Tag open: in/out 3/0, first ") for line in lines)
    assert any(line.startswith("Processor time: ") for line in lines)
    assert lines[-1].startswith("Miss 3 of 3: outcome missed, confidence ")


def test_bars_are_blocks_or_ascii_as_the_encoding_allows(pakaz: Pakaz, asked: str) -> None:
    drawn, code = on_terminal("kb", "eval", asked, environ={"NO_COLOR": "1"})
    assert code == 0
    assert "answered right            " in drawn
    assert any("50.0 %" in line and "██████ " in line for line in drawn.splitlines())
    ascii_only = pakaz("kb", "eval", asked, "--format", "rich", PYTHONIOENCODING="ascii").out
    row = next(line for line in ascii_only.splitlines() if "answered right" in line)
    assert row.count("#") == 6
    assert "█" not in ascii_only


@pytest.mark.parametrize("width", [40, 60, 80, 100])
def test_no_table_is_wider_than_the_terminal(pakaz: Pakaz, asked: str, width: int) -> None:
    drawn = pakaz("kb", "eval", asked, "--format", "rich", "--misses", "9", "--width", str(width))
    assert max(map(len, drawn.lines)) <= width
    assert "plain" in drawn.out


def test_each_missed_limit_is_a_line_on_stderr_and_the_exit_code_1(
    pakaz: Pakaz, asked: str
) -> None:
    options = ("--min", "right_share=0.9", "--min", "in_scope=4", "--max", "wrong_share=0.1")
    shown = pakaz("kb", "eval", asked, "--json", "--quiet", *options)
    assert shown.code == 1
    assert shown.json["right_share"] == 0.5
    assert shown.err.splitlines() == [
        "pakaz: right_share is 0.5; the minimum is 0.9",
        "pakaz: wrong_share is 0.25; the maximum is 0.1",
    ]
    met = pakaz("kb", "eval", asked, "--min", "right_share=0.5", "--max", "wrong_share=0.25")
    assert (met.err, met.code) == ("", 0)


@pytest.mark.parametrize("name", ["mrr", "recall5", "auroc", "ece", "accuracy_at_5_false"])
def test_every_figure_can_be_a_limit(pakaz: Pakaz, asked: str, name: str) -> None:
    assert pakaz("kb", "eval", asked, "--min", f"{name}=0").code == 0
    assert pakaz("kb", "eval", asked, "--max", f"{name}=-1").code == 1


def test_compare_reads_the_json_of_an_earlier_run(pakaz: Pakaz, asked: str, tmp_path: Path) -> None:
    old = tmp_path / "old.json"
    old.write_text(pakaz("kb", "eval", asked, "--json").out)
    lines = Path(asked).read_text().splitlines(keepends=True)
    Path(asked).write_text("".join(lines[1:]).replace('["gas-price"]', '["gas-deal"]'))
    shown = pakaz("kb", "eval", asked, "--compare", str(old))
    assert shown.lines[-1] == "change\tright\twrong\tgas-price\tgas-price\tgas price"
    assert shown.err == "pakaz: 1 question changed outcome, 4 unchanged, 0 new, 1 removed\n"
    record = pakaz("kb", "eval", asked, "--compare", str(old), "--json").json
    assert record["compared"] == {"changed": 1, "same": 4, "new": 0, "gone": 1}
    (change,) = record["changes"]
    assert (change["question"], change["outcome_before"], change["outcome"]) == (
        *("gas price", "right", "wrong"),
    )
    drawn = pakaz("kb", "eval", asked, "--compare", str(old), "--format", "rich").out
    assert "before right, now wrong" in drawn


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("", "1:1:"),
        ('{"questions": [\n  nope', "2:3:"),
        ("[]", "1:1:"),
        ('{"schema": 1, "p1": 0.5}', "1:1:"),
        ('{"questions": [{"question": "q", "outcome": 1, "first": null}]}', "1:1:"),
        ('{"questions": [{"question": "q", "outcome": "right"}]}', "1:1:"),
        ("[" * 100_000, "1:1:"),
        ("\xff", "1:1:"),
    ],
)
def test_a_malformed_earlier_report_exits_65(
    pakaz: Pakaz, asked: str, tmp_path: Path, content: str, place: str
) -> None:
    old = tmp_path / "old.json"
    old.write_bytes(content.encode("latin-1"))
    shown = pakaz("kb", "eval", asked, "--compare", str(old))
    assert (shown.out, shown.code) == ("", 65)
    assert shown.err.startswith(f"{old}:{place} ")


def test_a_missing_earlier_report_exits_66(pakaz: Pakaz, asked: str) -> None:
    assert pakaz("kb", "eval", asked, "--compare", "/nowhere").code == 66


def test_control_characters_in_questions_stay_in_their_row(pakaz: Pakaz, tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    hostile = {
        "question": "gas price\n\tmiss\x1b[31m\u202e [/x] \ud800",
        "expect": [],
        "tag": "\x1b",
    }
    path.write_text(json.dumps(hostile) + "\n")
    old = tmp_path / "old.json"
    old.write_text(
        json.dumps({"questions": [hostile | {"outcome": "x\n\x1b", "first": "\x1b\n\t"}]})
    )
    options = ("--misses", "1", "--compare", str(old))
    for fmt in ("rich", "text", "plain", "json"):
        shown = pakaz("kb", "eval", str(path), *options, "--format", fmt)
        assert shown.code == 0
        assert "\x1b" not in shown.out + shown.err
        assert "\u202e" not in shown.out
    rows = pakaz("kb", "eval", str(path), *options).lines
    assert rows[-1].count("\t") == 5


def test_an_empty_set_and_a_set_of_one_kind_are_reported(pakaz: Pakaz, tmp_path: Path) -> None:
    path = tmp_path / "q.yaml"
    for content in ("[]", "- {question: xylophone, expect: []}"):
        path.write_text(content)
        for fmt in ("rich", "text", "plain", "json"):
            shown = pakaz("kb", "eval", str(path), "--misses", "3", "--format", fmt)
            assert (shown.err, shown.code) == ("", 0)
        assert pakaz("kb", "eval", str(path), "--json").json["p1"] is None
        assert pakaz("kb", "eval", str(path), "--min", "p1=0").err == (
            "pakaz: p1 cannot be measured on these questions; the minimum is 0\n"
        )
