"""Values as JSON: the records that scripts read. Keys are only ever added."""

from __future__ import annotations

import json

from pakaz_cli._typing import TYPE_CHECKING
from pakaz_cli.text.dates import age_days
from pakaz_cli.text.display import escaped
from pakaz_cli.views import sentences
from pakaz_cli.views.view import Page

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from typing import Any

    from pakaz_cli.authoring.comparison import Comparison
    from pakaz_cli.authoring.evaluation import Counts, Report, Result
    from pakaz_cli.knowledge.load import CheckResult
    from pakaz_cli.model import Entry, Finding, KnowledgeBase, Reply, Sector
    from pakaz_cli.search.explain import ExplainedEntry, Explanation
    from pakaz_cli.views.view import Settings

SCHEMA = 1


class JsonView:
    r"""One object per line, in UTF-8; control and invisible characters are ``\u`` escapes."""

    def __init__(self, settings: Settings) -> None:
        self._today = settings.today

    def reply(
        self, reply: Reply, base: KnowledgeBase, explanation: Explanation | None = None
    ) -> Page:
        """Show the reply to a question, with its explanation if there is one."""
        notice = sentences.cut(reply)
        record = reply_record(reply, self._today)
        if explanation is not None:
            record["explain"] = explanation_record(explanation)
        return Page(line(record), f"pakaz: {notice}\n" if notice else "")

    def entries(self, entries: Sequence[Entry], base: KnowledgeBase) -> Page:
        """Show whole entries."""
        return _lines(entry_record(entry, self._today) for entry in entries)

    def questions(self, entries: Sequence[Entry]) -> Page:
        """List the questions of entries."""
        return _lines(_heading(entry) for entry in entries)

    def sectors(self, base: KnowledgeBase) -> Page:
        """List the sectors with the number of their entries."""
        return _lines(
            {"id": sector.id, "name": sector.name, "entries": count}
            for sector, count in base.sector_counts()
        )

    def sector(self, sector: Sector, base: KnowledgeBase) -> Page:
        """Show one sector: its note and its questions."""
        questions = [
            {"id": entry.id, "question": entry.question} for entry in base.in_sector(sector.id)
        ]
        return Page(
            line(
                {"id": sector.id, "name": sector.name, "note": sector.note, "questions": questions}
            )
        )

    def findings(self, checked: CheckResult, findings: Sequence[Finding]) -> Page:
        """List the findings of a check."""
        return _lines(
            {
                "path": checked.path,
                "line": finding.line,
                "column": finding.column,
                "code": finding.code,
                "message": finding.message,
            }
            for finding in findings
        )

    def report(
        self, report: Report, misses: Sequence[Result] | None, comparison: Comparison | None
    ) -> Page:
        """Show an evaluation as one object."""
        record = report_record(report)
        if misses is not None:
            record["misses"] = list(map(_result, misses))
        if comparison is not None:
            record |= _comparison(comparison)
        return Page(line(record))


def reply_record(reply: Reply, today: date) -> dict[str, Any]:
    """Return the record of one question.

    `cut` is there only if the question was too long, `not_covered` only if it is unknown because it
    is near a counter-example: the subject, or null for a counter-example of an entry.
    """
    record = {
        "schema": SCHEMA,
        "question": reply.question,
        "outcome": reply.outcome.value,
        "confidence": reply.confidence,
        "answer": entry_record(reply.answer, today) if reply.answer else None,
        "matches": [_heading(match.entry) | {"score": match.score} for match in reply.matches],
        "corrections": [
            {"from": correction.typed, "to": correction.read} for correction in reply.corrections
        ],
        "closest": [match.entry.id for match in reply.closest],
    }
    if reply.is_counterexample:
        subject = reply.not_covered
        record["not_covered"] = (
            {"subject": subject.subject, "where": subject.where} if subject else None
        )
    return record | ({"cut": True} if reply.cut else {})


def error_record(error: str) -> dict[str, Any]:
    """Return the record of a question that could not be read."""
    return {"schema": SCHEMA, "outcome": "error", "error": error}


def numbered(record: dict[str, Any], number: int, identifier: str | None = None) -> str:
    """Return a record as one line of JSON with the number of the line that it answers.

    `identifier` is JSON text, so that its numbers stay as they were written.
    """
    id_field = "" if identifier is None else f'"id": {identifier}, '
    others = {name: value for name, value in record.items() if name != "schema"}
    head = f'{{"schema": {SCHEMA}, "line": {number}, {id_field}'
    return escaped(head + _encode(others).removeprefix("{")) + "\n"


def schema() -> str:
    """Return the JSON Schema of the records of questions."""
    from pathlib import Path  # slow to import

    return (Path(__file__).parent.parent / "data" / "record.schema.json").read_text("utf-8")


def explanation_record(explanation: Explanation) -> dict[str, Any]:
    """Return an explanation as a record."""
    entries = explanation.entries
    return {
        "words": [word._asdict() for word in explanation.words],
        "entries": list(map(_explained, entries)),
        "is_phrasing": explanation.is_phrasing,
        "held_back": explanation.reason,
        "runner_up": entries[1].entry.id if len(entries) > 1 else None,
        "lead": explanation.lead,
        "likeness_counts": explanation.similarity_weight,
        "thresholds": explanation.thresholds,
    }


def _explained(explained: ExplainedEntry) -> dict[str, Any]:
    parts = explained.parts
    return {
        "id": explained.entry.id,
        "score": explained.score,
        "parts": {
            name: round(getattr(parts, name), 4)
            for name in ("words", "direction", "phrasing", "letters")
        },
        "nearest": explained.nearest,
        "coverage": explained.coverage,
        "matched": [word._asdict() for word in explained.matched],
        "missing": list(explained.missing),
    }


def entry_record(entry: Entry, today: date) -> dict[str, Any]:
    """Return an entry as a record.

    `age_days` is the days from `as_of` to today, or null without a date. An undated source has no
    `date`, and `where` is there only if the entry says where to look.
    """
    record: dict[str, Any] = _heading(entry) | {
        "answer": entry.answer,
        "as_of": entry.as_of,
        "age_days": age_days(entry.as_of, today),
        "sources": [
            {
                name: value
                for name, value in source._asdict().items()
                if name != "key" and value is not None
            }
            for source in entry.sources
        ],
        "related": list(entry.related),
    }
    return record | ({"where": entry.where} if entry.where else {})


def report_record(report: Report) -> dict[str, Any]:
    """Return an evaluation as a record; `ms_per_question` alone varies from run to run."""
    return {
        "schema": SCHEMA,
        **report.figures(),
        "intervals": _intervals(report),
        "reliability": [
            {
                "mean_confidence": round(group.confidence, 4),
                "right_share": round(group.right, 4),
                "count": group.size,
            }
            for group in report.reliability
        ],
        "tags": {
            tag: counts.figures() | {"intervals": _intervals(counts)}
            for tag, counts in report.tags.items()
        },
        "questions": list(map(_result, report.results)),
    }


def _intervals(measured: Report | Counts) -> dict[str, Any]:
    return {name: share.interval for name, share in measured.shares().items()}


def _result(result: Result) -> dict[str, Any]:
    return {
        "question": result.asked.question,
        "expect": sorted(result.asked.expect),
        "tag": result.asked.tag,
        "outcome": result.verdict.value,
        "first": result.first,
        "rank": result.rank,
        "confidence": result.confidence,
        "shown": list(result.shown),
    }


def _comparison(comparison: Comparison) -> dict[str, Any]:
    return {
        "compared": {
            "changed": len(comparison.changes),
            "same": comparison.same,
            "new": comparison.new,
            "gone": comparison.gone,
        },
        "changes": [
            _result(now) | {"outcome_before": before.outcome, "first_before": before.first}
            for before, now in comparison.changes
        ],
    }


def line(record: dict[str, Any]) -> str:
    """Return a record as one line of JSON, with its line break."""
    return escaped(_encode(record)) + "\n"


def _heading(entry: Entry) -> dict[str, Any]:
    return {"id": entry.id, "sector": entry.sector, "question": entry.question}


def _lines(records: Iterable[dict[str, Any]]) -> Page:
    return Page("".join(map(line, records)))


_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
