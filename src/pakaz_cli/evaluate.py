"""Measures how well questions are found: questions with their right ids in, a report out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pakaz_cli.model import Outcome
from pakaz_cli.search import search

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pakaz_cli.index import Index
    from pakaz_cli.model import Asked, Reply


class Report(NamedTuple):
    """How many questions ended how. The four of a question in scope add up to `in_scope`."""

    in_scope: int = 0
    out_of_scope: int = 0
    first: int = 0  #: in scope, a right entry ranked first, whatever the outcome
    right: int = 0  #: in scope, answered by a right entry
    wrong: int = 0  #: in scope, answered by another entry
    offered: int = 0  #: in scope, a right entry among those offered
    missed: int = 0  #: in scope, neither answered nor offered
    false_answers: int = 0  #: out of scope, yet answered

    def shares(self) -> dict[str, float | None]:
        """Return each count as a share of its questions, in [0, 1]; None where there are none.

        `p1` is precision at one: the share of questions in scope with a right entry first.
        """

        def share(count: int, of: int) -> float | None:
            return round(count / of, 4) if of else None

        return {
            "p1": share(self.first, self.in_scope),
            "right_share": share(self.right, self.in_scope),
            "wrong_share": share(self.wrong, self.in_scope),
            "offered_share": share(self.offered, self.in_scope),
            "missed_share": share(self.missed, self.in_scope),
            "false_answer_share": share(self.false_answers, self.out_of_scope),
        }


def evaluate(index: Index, questions: Iterable[Asked]) -> Report:
    """Ask every question and count what becomes of it."""
    counts = dict.fromkeys(Report._fields, 0)
    for asked in questions:
        reply = search(index, asked.question)
        counts["in_scope" if asked.expect else "out_of_scope"] += 1
        for name in _what_became(asked, reply):
            counts[name] += 1
    return Report(**counts)


def _what_became(asked: Asked, reply: Reply) -> list[str]:
    if not asked.expect:
        return ["false_answers"] if reply.outcome is Outcome.ANSWERED else []
    is_first = bool(reply.matches) and reply.matches[0].entry.id in asked.expect
    first = ["first"] if is_first else []
    if reply.outcome is Outcome.ANSWERED:
        return [*first, "right" if is_first else "wrong"]
    if any(match.entry.id in asked.expect for match in reply.offered):
        return [*first, "offered"]
    return [*first, "missed"]
