"""What the figures of an evaluation must reach, as typed after --min and --max."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from pakaz_cli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping


class Limit(NamedTuple):
    """A figure and its bound, which it may equal."""

    name: str
    bound: float
    is_least: bool  #: whether the figure must be at least the bound, else at most

    def is_met(self, value: float | None) -> bool:
        """Tell whether a value is within the limit; a figure without a value never is."""
        if value is None:
            return False
        return value >= self.bound if self.is_least else value <= self.bound


def parse(least: Iterable[str], most: Iterable[str], names: Collection[str]) -> list[Limit]:
    """Return the limits that ``NAME=X`` texts mean.

    Raises UsageError where the name is not among `names`, or X is no number.
    """
    typed = [(text, "--min") for text in least] + [(text, "--max") for text in most]
    return [_limit(text, option, names) for text, option in typed]


def _limit(text: str, option: str, names: Collection[str]) -> Limit:
    name, equals, number = text.partition("=")
    if not equals:
        raise UsageError(f"{option} takes NAME=X, such as p1=0.9, not {text!r}")
    if name not in names:
        raise UsageError(f"no figure {name!r}; choose from: {', '.join(names)}")
    try:
        bound = float(number)
    except ValueError:
        bound = math.nan
    if not math.isfinite(bound):
        raise UsageError(f"{option} {name} takes a number, not {number!r}")
    return Limit(name, bound, option == "--min")


def missed(limits: Iterable[Limit], figures: Mapping[str, float | None]) -> list[str]:
    """Return a sentence for each limit that is not met by the figures as they are reported."""
    return [
        _sentence(limit, figures[limit.name])
        for limit in limits
        if not limit.is_met(figures[limit.name])
    ]


def _sentence(limit: Limit, value: float | None) -> str:
    told = "cannot be measured on these questions" if value is None else f"is {value:g}"
    return (
        f"{limit.name} {told}; wanted: at {'least' if limit.is_least else 'most'} {limit.bound:g}"
    )
