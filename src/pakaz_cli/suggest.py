"""Suggests what someone may have meant by a name that is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Longer names are compared by their beginning.
_MAX_LENGTH = 80


def closest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that is most like `name`, or None where none is."""
    import difflib  # noqa: PLC0415 - wanted only when something is wrong

    return next(iter(difflib.get_close_matches(name[:_MAX_LENGTH], list(known), n=1)), None)
