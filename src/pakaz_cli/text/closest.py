"""Suggests similar names for an unknown name."""

from __future__ import annotations

import itertools

from pakaz_cli._typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from pakaz_cli.model import KnowledgeBase

#: Maximum number of characters of a name that are compared.
_MAX_LENGTH = 80
#: Maximum number of unknown names that get a suggestion.
_MAX_SUGGESTIONS = 5
#: Maximum number of ids that are compared; in a larger knowledge base, only ids with the same first
#: characters are.
_MAX_COMPARED, _PREFIX_LENGTH = 5_000, 2


def closest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name most similar to `name`, ignoring case, or None if none is similar.

    Of very many names, only those with the same first characters are compared.
    """
    import difflib

    by_lower = {candidate.lower(): candidate for candidate in known}
    if len(by_lower) > _MAX_COMPARED:
        start = name[:_PREFIX_LENGTH].lower()
        alike = (candidate for candidate in by_lower if candidate.startswith(start))
        by_lower = {lower: by_lower[lower] for lower in itertools.islice(alike, _MAX_COMPARED)}
    found = difflib.get_close_matches(name[:_MAX_LENGTH].lower(), by_lower, n=1)
    return by_lower[found[0]] if found else None


def ids_like(names: Sequence[str], base: KnowledgeBase) -> list[str]:
    """Return the entry ids to compare with unknown names: all, or in a large base those nearby."""
    if len(base.entries) <= _MAX_COMPARED:
        return list(base.ids()) if names else []
    return [
        identifier
        for name in names[:_MAX_SUGGESTIONS]
        for identifier in itertools.islice(base.ids(name[:_PREFIX_LENGTH]), _MAX_COMPARED)
    ]


def not_found(what: str, names: Sequence[str], known: Collection[str]) -> Iterator[str]:
    """Yield a message for each unknown name; the first few suggest a known one."""
    for number, name in enumerate(names):
        close = closest(name, known) if number < _MAX_SUGGESTIONS else None
        hint = f"; did you mean {close}?" if close else ""
        yield f"no {what} {name!r}{hint}"
