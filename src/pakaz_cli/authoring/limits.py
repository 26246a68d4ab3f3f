"""The minimum and maximum values of an evaluation's figures, as given with --min and --max."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from pakaz_cli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping


class Limit(NamedTuple):
    """A figure and its bound, inclusive."""

    name: str
    bound: float
    is_minimum: bool

    def is_met(self, value: float | None) -> bool:
        """Return whether a value is within the limit; None never is."""
        if value is None:
            return False
        return value >= self.bound if self.is_minimum else value <= self.bound


def parse(least: Iterable[str], most: Iterable[str], names: Collection[str]) -> list[Limit]:
    """Return the limits given as ``NAME=X``, minimums first.

    Raises UsageError if the name is not among `names` or X is not a number.
    """
    typed = [(text, "--min") for text in least] + [(text, "--max") for text in most]
    return [_limit(text, option, names) for text, option in typed]


def _limit(text: str, option: str, names: Collection[str]) -> Limit:
    name, equals, number = text.partition("=")
    if not equals:
        raise UsageError(f"{option} takes NAME=X, such as p1=0.9, not {text!r}")
    if name not in names:
        raise UsageError(f"no metric {name!r}; choose from: {', '.join(names)}")
    try:
        bound = float(number)
    except ValueError:
        bound = math.nan
    if not math.isfinite(bound):
        raise UsageError(f"{option} {name} takes a number, not {number!r}")
    return Limit(name, bound, option == "--min")


def missed(limits: Iterable[Limit], figures: Mapping[str, float | None]) -> list[str]:
    """Return a sentence for each limit that the figures do not meet."""
    return [
        _sentence(limit, figures[limit.name])
        for limit in limits
        if not limit.is_met(figures[limit.name])
    ]


def _sentence(limit: Limit, value: float | None) -> str:
    state = "cannot be measured on these questions" if value is None else f"is {value:g}"
    kind = "minimum" if limit.is_minimum else "maximum"
    return f"{limit.name} {state}; the {kind} is {limit.bound:g}"
