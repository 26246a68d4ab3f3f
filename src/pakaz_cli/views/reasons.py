"""The tables of an explanation, which every text format shows in its own way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pakaz_cli.views.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pakaz_cli.search.explain import Explanation


def tables(explanation: Explanation) -> Iterator[Table]:
    """Yield the tables that hold something: how words were read, what entries got, what matched."""
    for table in (_words(explanation), _entries(explanation), _matched(explanation)):
        if table.rows:
            yield table


def _words(explanation: Explanation) -> Table:
    rows = tuple(
        (word.typed, word.read, word.how, _number(word.weight)) for word in explanation.words
    )
    return Table("word", "How the question was read", ("typed", "counts as", "how", "weight"), rows)


def _entries(explanation: Explanation) -> Table:
    rows = tuple(
        (
            one.entry.id,
            *map(_number, (one.score, one.parts.words, one.parts.direction)),
            *map(_number, (one.parts.phrasing, one.parts.letters, one.coverage)),
        )
        for one in explanation.entries
    )
    columns = ("id", "score", "words", "direction", "phrasing", "letters", "held")
    return Table("entry", "What the best entries got", columns, rows)


def _matched(explanation: Explanation) -> Table:
    """Return what each entry holds of the question, then what it does not."""
    rows: list[tuple[str, ...]] = []
    for one in explanation.entries:
        rows += (
            (
                one.entry.id,
                word.typed,
                word.found,
                word.how,
                _number(word.share),
                ", ".join(word.fields),
            )
            for word in one.matched
        )
        rows += ((one.entry.id, word, "–", "missing", "–", "–") for word in one.missing)
    columns = ("id", "typed", "found", "how", "share", "where")
    return Table("match", "Which words matched where", columns, tuple(rows))


def summary(explanation: Explanation) -> Iterator[str]:
    """Yield sentences on what decided."""
    if explanation.is_phrasing:
        yield "The question is word for word a phrasing of the knowledge base."
    for one in explanation.entries[:1]:
        if one.nearest is not None:
            yield f"Nearest phrasing: {one.nearest}"
    if len(explanation.entries) > 1:
        lead = f"{explanation.lead:.3f}"
        yield f"Lead over the runner-up, {explanation.entries[1].entry.id}: {lead}"
    limits = explanation.thresholds
    if explanation.similarity_weight < 1:
        weight = f"{explanation.similarity_weight:.2f}"
        yield f"Answers hold much of the question: likeness counts {weight}"
    yield (
        f"Confidence {explanation.confidence:.3f}; answered from {limits['answer_from']:.2f} on"
        f" with a lead of {limits['min_lead']:.2f}"
    )
    if explanation.reason is not None:
        yield f"Offered all the same: {explanation.reason}"


def _number(value: float) -> str:
    return f"{value:.3f}"
