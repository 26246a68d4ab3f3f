"""Suggests what someone may have meant by a name that is not there."""

from __future__ import annotations

import itertools

from pakaz_cli._typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from pakaz_cli.model import KnowledgeBase

#: Longer names are compared by their beginning.
_MAX_LENGTH = 80
#: For so many names that are not there it is looked up what may be meant.
_SUGGESTIONS = 5
#: So many ids are compared; of more, those that begin with the same letters.
_MOST_COMPARED, _NEAR_BY = 5_000, 2


def closest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that is most like `name`, whatever its case, or None where none is."""
    import difflib  # noqa: PLC0415 - wanted only when something is wrong

    by_letters = {one.lower(): one for one in known}
    found = difflib.get_close_matches(name[:_MAX_LENGTH].lower(), by_letters, n=1)
    return by_letters[found[0]] if found else None


def ids_like(names: Sequence[str], base: KnowledgeBase) -> list[str]:
    """Return the ids that may be meant by names that are none: all, or of very many those near."""
    if len(base.entries) <= _MOST_COMPARED:
        return list(base.ids()) if names else []
    return [
        identifier
        for name in names[:_SUGGESTIONS]
        for identifier in itertools.islice(base.ids(name[:_NEAR_BY]), _MOST_COMPARED)
    ]


def not_found(what: str, names: Sequence[str], known: Collection[str]) -> Iterator[str]:
    """Say of each name that it is not there; of the first few, what may be meant."""
    for number, name in enumerate(names):
        close = closest(name, known) if number < _SUGGESTIONS else None
        hint = f"; did you mean {close}?" if close else ""
        yield f"no {what} {name!r}{hint}"
