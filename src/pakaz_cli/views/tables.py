"""The tables of an evaluation, which every text format shows in its own way."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pakaz_cli.views import sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pakaz_cli.authoring.comparison import Comparison
    from pakaz_cli.authoring.evaluation import Core, Report, Result
    from pakaz_cli.authoring.metrics import Share


class Table(NamedTuple):
    """Rows under named columns; no cell holds a line break."""

    name: str  #: what each row is, in one word
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    bars: tuple[float | None, ...] = ()  #: where it pays to draw, a length in [0, 1] for each row


#: Columns of the longest bar.
BAR = 12
#: A bar's last column, by the eighths of it that are drawn.
_PARTS = ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")


def bar(share: float | None, *, unicode: bool) -> str:
    """Return a bar for a share in [0, 1]: blocks to an eighth of a column, or ``#`` signs."""
    if not unicode:
        return "#" * round((share or 0) * BAR)
    eighths = round((share or 0) * BAR * 8)
    return "█" * (eighths // 8) + _PARTS[eighths % 8]


#: The rows of the figures: name of the figure, what people call it, and the count that belongs to
#: it. A figure without a count of its own is no share.
_FIGURES = (
    ("in_scope", "questions in scope", "in_scope"),
    ("p1", "right entry first", "first"),
    ("recall5", "right entry in first 5", "found5"),
    ("mrr", "mean reciprocal rank", None),
    ("right_share", "answered right", "right"),
    ("wrong_share", "answered wrong", "wrong"),
    ("offered_share", "right entry offered", "offered"),
    ("missed_share", "missed", "missed"),
    ("out_of_scope", "questions out of scope", "out_of_scope"),
    ("false_answer_share", "answered all the same", "false_answers"),
    ("accuracy_at_5_false", "right, 5 % false answers", None),
    ("auroc", "AUROC of confidence", None),
    ("ece", "calibration error", None),
)
_TAG_SHARES = (
    *("p1", "recall5", "right_share", "wrong_share", "offered_share", "missed_share"),
    "false_answer_share",
)


def figures(report: Report) -> Table:
    """Return the figures of a report but the time, which differs from run to run."""
    numbers, shares = report.figures(), report.shares()
    rows: list[tuple[str, ...]] = []
    bars: list[float | None] = []
    for name, told, count in _FIGURES:
        share = shares.get(name)
        number = numbers[name]
        if share is not None:
            rows.append((told, str(share.hits), sentences.share(share.value), _interval(share)))
        elif count is not None:
            rows.append((told, str(numbers[count]), "", ""))
        else:
            rows.append((told, "", _number(number), ""))
        bars.append(None if count == name else number)
    columns = ("", "count", "share", "95 % interval")
    return Table("figure", "Figures", columns, tuple(rows), tuple(bars))


def calibration(report: Report) -> Table:
    """Return the reliability table: a good confidence is about the share that is right."""
    rows = tuple(
        (_number(one.confidence), _number(one.right), str(one.size)) for one in report.reliability
    )
    columns = ("confidence", "share right", "questions")
    bars = tuple(one.right for one in report.reliability)
    return Table("calibration", "Confidence, and how often it is right", columns, rows, bars)


def tags(report: Report) -> Table:
    """Return the core figures of the questions of each tag."""
    columns = ("tag", "in/out", "first", "top 5", "right", "wrong", "offer", "miss", "false")
    rows = tuple(_tag_row(tag, core) for tag, core in report.tags.items())
    return Table("tag", "By tag", (*columns, "MRR"), rows)


def _tag_row(tag: str, core: Core) -> tuple[str, ...]:
    shares = core.shares()
    told = (_percent(shares[name]) for name in _TAG_SHARES)
    return tag, f"{core.in_scope}/{core.out_of_scope}", *told, _number(core.mrr)


def misses(results: Sequence[Result]) -> Table:
    """Return results with all that helps to see why they are bad."""
    rows = (
        (
            *(_words(result.verdict), _number(result.confidence), result.first or "nothing"),
            *(" ".join(sorted(result.asked.expect)) or "nothing", _line(result.asked.question)),
        )
        for result in results
    )
    columns = ("outcome", "confidence", "first", "expected", "question")
    return Table("miss", "Worst questions", columns, tuple(rows))


def changes(comparison: Comparison) -> Table:
    """Return the questions that ended otherwise than before."""
    rows = (
        (
            *(_words(before.outcome), _words(now.verdict), _line(before.first or "nothing")),
            *(now.first or "nothing", _line(now.asked.question)),
        )
        for before, now in comparison.changes
    )
    columns = ("before", "now", "first before", "first now", "question")
    return Table("change", "Changed questions", columns, tuple(rows))


def compared(comparison: Comparison) -> str:
    """Say in a sentence how two evaluations differ."""
    changed = sentences.count(len(comparison.changes), "question")
    others = f"{comparison.same} the same, {comparison.new} new, {comparison.gone} gone"
    return f"{changed} changed outcome, {others}"


def time_told(report: Report) -> str:
    """Say how long a question took, or nothing."""
    time = report.ms_per_question
    return "" if time is None else f"processor time: {time:.2f} ms a question"


def told(table: Table) -> Iterable[str]:
    """Yield each row as a sentence that names its columns, for who cannot see them."""
    for number, row in enumerate(table.rows, 1):
        pairs = list(zip(table.columns, row, strict=True))
        is_share = table.name != "figure" or row[1]
        cells = [f"{column} {cell}".strip() if is_share else cell for column, cell in pairs if cell]
        start = f"{cells.pop(0)}: " if table.name in ("figure", "tag") else ""
        place = "" if start else f"{table.name} {number} of {len(table.rows)}: "
        sentence = place + start + ", ".join(cells)
        yield sentence[0].upper() + sentence[1:]


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _percent(share: Share) -> str:
    return "–" if share.value is None else f"{100 * share.value:.0f} %"


def _interval(share: Share) -> str:
    interval = share.interval
    return f"{100 * interval.low:.1f} to {100 * interval.high:.1f} %" if interval else ""


def _words(outcome: str) -> str:
    return _line(outcome.replace("_", " "))


def _line(text: str) -> str:
    return " ".join(text.split())
