"""Evaluates the search: questions with the ids of their right entries in, a report out."""

from __future__ import annotations

import math
import time
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from pakaz_cli.authoring import metrics
from pakaz_cli.authoring.metrics import Sample, Share
from pakaz_cli.model import Outcome
from pakaz_cli.search.engine import search

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pakaz_cli.authoring.metrics import Bin
    from pakaz_cli.authoring.questions import Asked
    from pakaz_cli.model import Reply
    from pakaz_cli.search.index import Index

#: Cut-offs of the ranking: for the reciprocal rank, and for recall.
RANKS, RECALL_RANKS = 10, 5


class Verdict(StrEnum):
    """The outcome of a question, judged against the expected entries."""

    RIGHT = "right"  #: in scope, answered by a right entry
    WRONG = "wrong"  #: in scope, answered by another entry
    OFFERED = "offered"  #: in scope, a right entry among those offered
    MISSED = "missed"  #: in scope, neither answered nor offered
    FALSE_ANSWER = "false_answer"  #: out of scope, but answered
    DECLINED = "declined"  #: out of scope, and not answered


class Result(NamedTuple):
    """The result of one question."""

    asked: Asked
    verdict: Verdict
    first: str | None  #: id of the entry ranked first
    rank: int | None  #: of the best right entry, from 1; None beyond the first ten
    confidence: float  #: in [0, 1], that the first entry is right
    shown: tuple[str, ...] = ()  #: ids of the answer, or of the entries listed instead, best first

    @property
    def in_scope(self) -> bool:
        """Whether the question has a right entry."""
        return bool(self.asked.expect)

    @property
    def tags(self) -> set[str]:
        """The words of the tag, separated by spaces or commas."""
        return set(self.asked.tag.replace(",", " ").split())


class Counts(NamedTuple):
    """Numbers of questions by verdict. The four verdicts in scope add up to `in_scope`."""

    in_scope: int = 0
    out_of_scope: int = 0
    first: int = 0  #: in scope, a right entry ranked first, whatever the outcome
    right: int = 0
    wrong: int = 0
    offered: int = 0
    missed: int = 0
    false_answers: int = 0  #: out of scope, but answered
    found5: int = 0  #: in scope, a right entry among the first five
    mrr: float | None = None  #: mean reciprocal rank in [0, 1]; None without questions in scope
    shown: int = 0  #: in scope, answered right, or a right entry among those listed
    noise: int = 0  #: out of scope and not answered, but entries are listed

    @classmethod
    def of(cls, results: Sequence[Result]) -> Counts:
        """Count results.

        The reciprocal rank is that of the best right entry, 0 beyond the first ten:
        E. M. Voorhees, "The TREC-8 question answering track report", 1999.
        """
        ranks = [result.rank for result in results if result.in_scope]
        verdicts = [result.verdict for result in results]
        reciprocals = math.fsum(1 / rank for rank in ranks if rank)
        return cls(
            in_scope=len(ranks),
            out_of_scope=len(results) - len(ranks),
            first=ranks.count(1),
            right=verdicts.count(Verdict.RIGHT),
            wrong=verdicts.count(Verdict.WRONG),
            offered=verdicts.count(Verdict.OFFERED),
            missed=verdicts.count(Verdict.MISSED),
            false_answers=verdicts.count(Verdict.FALSE_ANSWER),
            found5=sum(rank is not None and rank <= RECALL_RANKS for rank in ranks),
            mrr=round(reciprocals / len(ranks), 4) if ranks else None,
            shown=sum(not result.asked.expect.isdisjoint(result.shown) for result in results),
            noise=sum(
                result.verdict is Verdict.DECLINED and bool(result.shown) for result in results
            ),
        )

    def shares(self) -> dict[str, Share]:
        """Return each count as a share of the questions in scope or out of scope.

        `p1` is precision at one: a right entry ranked first. `recall5` is recall at five: at least
        one right entry among the first five.
        """
        return {
            "p1": Share(self.first, self.in_scope),
            "right_share": Share(self.right, self.in_scope),
            "wrong_share": Share(self.wrong, self.in_scope),
            "offered_share": Share(self.offered, self.in_scope),
            "missed_share": Share(self.missed, self.in_scope),
            "false_answer_share": Share(self.false_answers, self.out_of_scope),
            "recall5": Share(self.found5, self.in_scope),
            "shown_share": Share(self.shown, self.in_scope),
            "noise_share": Share(self.noise, self.out_of_scope),
        }

    def figures(self) -> dict[str, float | None]:
        """Return every count, every share in [0, 1] and the mean reciprocal rank, by name."""
        return self._asdict() | {name: share.value for name, share in self.shares().items()}


class Report(NamedTuple):
    """The evaluation of a set of questions."""

    results: tuple[Result, ...]  #: in the order of the questions
    total: Counts
    tags: dict[str, Counts]  #: for each word in a tag, in alphabetical order
    auroc: float | None  #: of the confidence, in scope against out of scope
    accuracy_at_5_false: Share
    reliability: tuple[Bin, ...]  #: of the confidence, with equal weight in and out of scope
    ece: float | None  #: expected calibration error in [0, 1]
    ms_per_question: float | None = None  #: processor time, the only figure that varies

    def shares(self) -> dict[str, Share]:
        """Return every share.

        The interval of `accuracy_at_5_false` takes its threshold as given.
        """
        return self.total.shares() | {"accuracy_at_5_false": self.accuracy_at_5_false}

    def figures(self) -> dict[str, float | None]:
        """Return every figure of the report by name; None if there is nothing to measure."""
        return self.total.figures() | {
            "accuracy_at_5_false": self.accuracy_at_5_false.value,
            "auroc": self.auroc,
            "ece": self.ece,
            "ms_per_question": self.ms_per_question,
        }


def evaluate(index: Index, questions: Iterable[Asked]) -> Report:
    """Search for every question and return the report, with the time it took."""
    asked = list(questions)
    start = time.process_time()
    replies = [search(index, question.question, top=RANKS) for question in asked]
    seconds = time.process_time() - start
    report = summarise(list(map(judge, asked, replies)))
    return report._replace(ms_per_question=round(1000 * seconds / len(asked), 3) if asked else None)


def judge(asked: Asked, reply: Reply) -> Result:
    """Return the result of a question, given its reply with a ranking of ten entries."""
    ids = [match.entry.id for match in reply.matches[:RANKS]]
    rank = next((rank for rank, name in enumerate(ids, 1) if name in asked.expect), None)
    listed = [match.entry.id for match in reply.listed]
    return Result(
        asked,
        _verdict(asked, reply, rank),
        ids[0] if ids else None,
        rank,
        reply.confidence,
        (reply.answer.id,) if reply.answer else tuple(listed),
    )


def _verdict(asked: Asked, reply: Reply, rank: int | None) -> Verdict:
    is_answered = reply.outcome is Outcome.ANSWERED
    if not asked.expect:
        return Verdict.FALSE_ANSWER if is_answered else Verdict.DECLINED
    if is_answered:
        return Verdict.RIGHT if rank == 1 else Verdict.WRONG
    if any(match.entry.id in asked.expect for match in reply.offered):
        return Verdict.OFFERED
    return Verdict.MISSED


def summarise(results: Sequence[Result]) -> Report:
    """Return the report on results, without the time."""
    in_scope = [result for result in results if result.in_scope]
    outside = [result.confidence for result in results if not result.in_scope]
    auroc = metrics.auroc([result.confidence for result in in_scope], outside)
    table = metrics.reliability(_samples(results, len(in_scope), len(outside)))
    ece = metrics.calibration_error(table)
    return Report(
        tuple(results),
        Counts.of(results),
        _by_tag(results),
        None if auroc is None else round(auroc, 4),
        metrics.accuracy_at_5_false(
            ((result.confidence, result.rank == 1) for result in in_scope), outside
        ),
        table,
        None if ece is None else round(ece, 4),
    )


def _by_tag(results: Iterable[Result]) -> dict[str, Counts]:
    tagged: dict[str, list[Result]] = {}
    for result in results:
        for tag in result.tags:
            tagged.setdefault(tag, []).append(result)
    return {tag: Counts.of(tagged[tag]) for tag in sorted(tagged)}


def _samples(results: Sequence[Result], in_scope: int, outside: int) -> list[Sample]:
    """Return the predictions that the first entry is right, which out of scope it never is.

    The questions in scope and those out of scope have the same total weight. If there is only one
    of the two kinds, each question has weight 1.
    """
    half = len(results) / 2 if in_scope and outside else None
    weights = {True: half / in_scope, False: half / outside} if half else {True: 1.0, False: 1.0}
    return [
        Sample(result.confidence, result.rank == 1, weights[result.in_scope]) for result in results
    ]


def worst(results: Iterable[Result], count: int) -> list[Result]:
    """Return at most `count` of the bad results, worst first.

    Wrong and false answers come first, by falling confidence, then missed questions by the rank of
    the right entry, those beyond the first ten last. Ties keep the order of the questions.
    """

    def badness(result: Result) -> tuple[bool, float]:
        if result.verdict is Verdict.MISSED:
            return True, result.rank or math.inf
        return False, -result.confidence

    bad = (Verdict.WRONG, Verdict.FALSE_ANSWER, Verdict.MISSED)
    return sorted((result for result in results if result.verdict in bad), key=badness)[:count]
