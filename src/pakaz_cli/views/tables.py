"""The tables of evaluations and explanations, which each text format shows in its own way."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pakaz_cli.text.display import visible
from pakaz_cli.views import sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pakaz_cli.authoring.comparison import Comparison
    from pakaz_cli.authoring.evaluation import Counts, Report, Result
    from pakaz_cli.authoring.metrics import Share
    from pakaz_cli.search.explain import Explanation


class Table(NamedTuple):
    """Rows under named columns; no cell contains a line break."""

    name: str  #: what a row is, in one word
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    bars: tuple[float | None, ...] = ()  #: a length in [0, 1] for each row, if bars are useful


#: Columns of the longest bar.
BAR = 12
#: The last column of a bar, by how many eighths of it are drawn.
_PARTS = ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")


def bar(share: float | None, *, unicode: bool) -> str:
    """Return a bar for a share in [0, 1]: blocks to an eighth of a column, or ``#`` signs."""
    if not unicode:
        return "#" * round((share or 0) * BAR)
    eighths = round((share or 0) * BAR * 8)
    return "█" * (eighths // 8) + _PARTS[eighths % 8]


#: The rows of the figures: name of the figure, its label, and the name of its count. A figure
#: without a count is no share.
_FIGURES = (
    ("in_scope", "questions in scope", "in_scope"),
    ("p1", "right entry first", "first"),
    ("recall5", "right entry in first 5", "found5"),
    ("mrr", "mean reciprocal rank", None),
    ("right_share", "answered right", "right"),
    ("wrong_share", "answered wrong", "wrong"),
    ("offered_share", "right entry offered", "offered"),
    ("missed_share", "missed", "missed"),
    ("shown_share", "right entry shown", "shown"),
    ("out_of_scope", "questions out of scope", "out_of_scope"),
    ("false_answer_share", "false answers", "false_answers"),
    ("noise_share", "entries listed out of scope", "noise"),
    ("accuracy_at_5_false", "right at 5 % false answers", None),
    ("auroc", "AUROC of confidence", None),
    ("ece", "calibration error", None),
)
_TAG_SHARES = (
    *("p1", "right_share", "wrong_share", "offered_share", "shown_share"),
    *("false_answer_share", "noise_share"),
)


def figures(report: Report) -> Table:
    """Return the figures of a report, except for the time, which varies from run to run."""
    numbers, shares = report.figures(), report.shares()
    rows: list[tuple[str, ...]] = []
    bars: list[float | None] = []
    for name, label, count in _FIGURES:
        share = shares.get(name)
        number = numbers[name]
        if share is not None:
            rows.append((label, str(share.hits), sentences.share(share.value), _interval(share)))
        elif count is not None:
            rows.append((label, str(numbers[count]), "", ""))
        else:
            rows.append((label, "", _decimal(number), ""))
        bars.append(None if count == name else number)
    columns = ("", "count", "share", "95 % interval")
    return Table("figure", "Figures", columns, tuple(rows), tuple(bars))


def calibration(report: Report) -> Table:
    """Return the reliability table: a calibrated confidence equals the share that is right."""
    groups = report.reliability
    rows = tuple(
        (_decimal(group.confidence), _decimal(group.right), str(group.size)) for group in groups
    )
    columns = ("confidence", "share right", "questions")
    bars = tuple(group.right for group in groups)
    return Table("calibration", "Calibration of confidence", columns, rows, bars)


def tags(report: Report) -> Table:
    """Return the main shares of the questions of each tag; JSON has all."""
    columns = ("tag", "in/out", "first", "right", "wrong", "offer", "shown", "false", "noise")
    rows = tuple(_tag_row(tag, counts) for tag, counts in report.tags.items())
    return Table("tag", "By tag", (*columns, "MRR"), rows)


def _tag_row(tag: str, counts: Counts) -> tuple[str, ...]:
    shares = counts.shares()
    percentages = (_percent(shares[name]) for name in _TAG_SHARES)
    return tag, f"{counts.in_scope}/{counts.out_of_scope}", *percentages, _decimal(counts.mrr)


def misses(results: Sequence[Result]) -> Table:
    """Return results with what helps to see why they are bad."""
    rows = (
        (
            *(_label(result.verdict), _decimal(result.confidence), result.first or "nothing"),
            *(" ".join(sorted(result.asked.expect)) or "nothing", _one_line(result.asked.question)),
        )
        for result in results
    )
    columns = ("outcome", "confidence", "first", "expected", "question")
    return Table("miss", "Worst questions", columns, tuple(rows))


def changes(comparison: Comparison) -> Table:
    """Return the questions whose outcome changed."""
    rows = (
        (
            *(_label(before.outcome), _label(now.verdict), _one_line(before.first or "nothing")),
            *(now.first or "nothing", _one_line(now.asked.question)),
        )
        for before, now in comparison.changes
    )
    columns = ("before", "now", "first before", "first now", "question")
    return Table("change", "Changed questions", columns, tuple(rows))


def comparison_summary(comparison: Comparison) -> str:
    """Return a sentence on how two evaluations differ."""
    changed = sentences.count(len(comparison.changes), "question")
    others = f"{comparison.same} unchanged, {comparison.new} new, {comparison.gone} removed"
    return f"{changed} changed outcome, {others}"


def timing(report: Report) -> str:
    """Return a sentence on the time each question took, or an empty string."""
    time = report.ms_per_question
    return "" if time is None else f"processor time: {time:.2f} ms per question"


def explanation_tables(explanation: Explanation) -> list[Table]:
    """Return the tables with rows: how words were read, scores of entries, words matched."""
    tables = (_words_read(explanation), _scores(explanation), _words_matched(explanation))
    return [table for table in tables if table.rows]


def _words_read(explanation: Explanation) -> Table:
    rows = tuple(
        (word.typed, word.read or "–", word.how, _decimal(word.weight))
        for word in explanation.words
    )
    return Table("word", "How the question was read", ("typed", "read as", "how", "weight"), rows)


def _scores(explanation: Explanation) -> Table:
    rows = tuple(
        (
            explained.entry.id,
            *map(_decimal, (explained.score, explained.parts.words, explained.parts.direction)),
            *map(_decimal, (explained.parts.phrasing, explained.parts.letters)),
            _decimal(explained.coverage),
        )
        for explained in explanation.entries
    )
    columns = ("id", "score", "words", "direction", "phrasing", "letters", "coverage")
    return Table("entry", "Scores of the best entries", columns, rows)


def _words_matched(explanation: Explanation) -> Table:
    """Return the words of the question that each entry has, then those it lacks."""
    rows: list[tuple[str, ...]] = []
    for explained in explanation.entries:
        name = explained.entry.id
        rows += (
            (name, *word[:3], _decimal(word.share), ", ".join(word.fields))
            for word in explained.matched
        )
        rows += ((name, word, "–", "missing", "–", "–") for word in explained.missing)
    columns = ("id", "typed", "found", "how", "share", "fields")
    return Table("match", "Words matched in each entry", columns, tuple(rows))


def explanation_summary(explanation: Explanation) -> Iterator[str]:
    """Yield sentences on what led to the decision."""
    if explanation.is_phrasing:
        yield "The question equals a phrasing of the knowledge base word for word."
    entries = explanation.entries
    if entries and entries[0].nearest is not None:
        yield f"Nearest phrasing: {entries[0].nearest}"
    if len(entries) > 1:
        yield f"Lead over the runner-up, {entries[1].entry.id}: {explanation.lead:.3f}"
    if explanation.similarity_weight < 1:
        yield (
            "Answers cover much of the question: similarity to phrasings counts"
            f" {explanation.similarity_weight:.2f}"
        )
    thresholds = explanation.thresholds
    yield (
        f"Confidence {explanation.confidence:.3f}; an answer needs {thresholds['answer_from']:.2f}"
        f" and a lead of {thresholds['min_lead']:.2f}"
    )
    if explanation.reason is not None:
        yield f"Not answered: {explanation.reason}"


def explanation_sentences(explanation: Explanation) -> Iterator[str]:
    """Yield an explanation as sentences, made visible."""
    for table in explanation_tables(explanation):
        yield from map(visible, row_sentences(table))
    yield from map(visible, explanation_summary(explanation))


def row_sentences(table: Table) -> Iterator[str]:
    """Yield each row as a sentence that names its columns, for readers who hear the screen."""
    for number, row in enumerate(table.rows, 1):
        pairs = list(zip(table.columns, row, strict=True))
        is_share = table.name != "figure" or row[1]
        cells = [f"{column} {cell}".strip() if is_share else cell for column, cell in pairs if cell]
        start = f"{cells.pop(0)}: " if table.name in ("figure", "tag") else ""
        place = "" if start else f"{table.name} {number} of {len(table.rows)}: "
        yield sentences.capitalized(place + start + ", ".join(cells))


def _decimal(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _percent(share: Share) -> str:
    return "–" if share.value is None else f"{100 * share.value:.0f} %"


def _interval(share: Share) -> str:
    interval = share.interval
    return f"{100 * interval.low:.1f} to {100 * interval.high:.1f} %" if interval else ""


def _label(outcome: str) -> str:
    return _one_line(outcome.replace("_", " "))


def _one_line(text: str) -> str:
    return " ".join(text.split())
