"""The tables of a compiled knowledge base, and how a row proves that it is whole and in its place.

Each row ends with the key of the following row and a checksum. So a row that was changed, left out,
repeated or moved to another table is noticed, and so is a key that seems to be missing although it
is not: the row before it would have to name it.
"""

from __future__ import annotations

import functools
import itertools
import sys
from zlib import crc32

from pakaz_cli._typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    Value = str | bytes | int | float | None
    Columns = dict[str, tuple[type, ...]]

#: Incremented whenever the tables or the meaning of their contents change. Arrays are stored in
#: native byte order, so each byte order has its own format.
FORMAT = 3 if sys.byteorder == "little" else 1003

_TEXT, _PACKED, _COUNT, _REAL = (str,), (bytes,), (int,), (float,)
_OPTIONAL = (str, type(None))

#: What a search reads: the types of each column, of which the first is the key. `packed` is an
#: array of numbers: the three columns of `indexing.Postings`, one after the other; the two weights
#: of each term of an entry; the weight of each term of each phrasing or counter-example; the
#: entries of a sector, or with a phrasing of that checksum. Words, the terms of an entry, phrasings
#: and counter-examples are lines, and the terms of a phrasing are separated by tabs. `not_covered`
#: of a term is the subjects that are not covered, the numbers of their questions, and weights.
SEARCHED: dict[str, Columns] = {
    "statistics": {
        "number": _COUNT,
        "entries": _COUNT,
        "mean_length": _REAL,
        "words": _COUNT,
        "longest": _COUNT,
        "synonym_terms": _TEXT,
    },
    "term": {"term": _TEXT, "weight": _REAL, "entries": _COUNT, "not_covered": _PACKED},
    "postings": {"term": _TEXT, "packed": _PACKED},
    "entry_terms": {"entry": _COUNT, "terms": _TEXT, "packed": _PACKED},
    "phrasings": {"entry": _COUNT, "terms": _TEXT, "packed": _PACKED},
    "counterexamples": {"entry": _COUNT, "terms": _TEXT, "packed": _PACKED},
    "not_covered_questions": {"subject": _COUNT, "terms": _TEXT, "packed": _PACKED},
    "exact": {"phrasing": _COUNT, "packed": _PACKED},
    "words_by_length": {"length": _COUNT, "words": _TEXT},
    "sector_entries": {"sector": _TEXT, "packed": _PACKED},
}
#: What is displayed.
SHOWN: dict[str, Columns] = {
    "about": {
        "number": _COUNT,
        "source": _TEXT,
        "title": _OPTIONAL,
        "updated": _OPTIONAL,
        "entries": _COUNT,
    },
    "entry": {
        "number": _COUNT,
        "id": _TEXT,
        "question": _TEXT,
        "answer": _TEXT,
        "sector": _OPTIONAL,
        "variants": _TEXT,
        "keywords": _TEXT,
        "as_of": _OPTIONAL,
        "sources": _TEXT,
        "where_to_look": _OPTIONAL,
        "related": _TEXT,
        "counterexamples": _TEXT,
    },
    "entry_ids": {"id": _TEXT, "number": _COUNT},
    "sector": {
        "number": _COUNT,
        "id": _TEXT,
        "name": _TEXT,
        "note": _OPTIONAL,
        "count": _COUNT,
    },
    "synonyms": {"number": _COUNT, "phrases": _TEXT},
    "not_covered": {
        "number": _COUNT,
        "subject": _TEXT,
        "questions": _TEXT,
        "where_to_look": _TEXT,
    },
}
COLUMNS = SEARCHED | SHOWN
_NUMBERS = {
    table: [place for place, kinds in enumerate(columns.values()) if kinds in (_COUNT, _REAL)]
    for table, columns in COLUMNS.items()
}
KEYS = {table: next(iter(columns)) for table, columns in COLUMNS.items()}

_MAX_NUMBER = 2**32
#: What the row before the first one holds, by the type of the column. No key is lower.
_NOTHING: dict[type, Value] = {str: "", bytes: b"", int: 0, float: 0.0}
_TAGS = {str: b"s", bytes: b"b", int: b"i", float: b"f", type(None): b"n"}


def statements(tables: Mapping[str, Columns]) -> list[str]:
    """Return the statements that create some tables."""
    created = []
    for table, columns in tables.items():
        key, *others = columns
        listed = ", ".join((*others, "following", "checksum"))
        created.append(
            f"CREATE TABLE {table} ({key} INTEGER PRIMARY KEY, {listed})"
            if columns[key] is _COUNT
            else f"CREATE TABLE {table} ({key} PRIMARY KEY, {listed}) WITHOUT ROWID"
        )
    return created


def lowest(table: str) -> str | int:
    """Return the key of the row before the first one."""
    return "" if COLUMNS[table][KEYS[table]] is _TEXT else -1


def chained(table: str, rows: Iterable[Sequence[Value]]) -> Iterator[tuple[Value, ...]]:
    """Yield all that is stored of some rows, which must be in the order of their keys.

    A row with the lowest key comes first, so that even an empty table proves that it is empty.
    """
    columns = COLUMNS[table]
    previous: Sequence[Value] = [_NOTHING[kinds[0]] for kinds in columns.values()]
    previous = [lowest(table), *previous[1:]]
    for row in rows:
        yield _complete(table, previous, row[0])
        previous = row
    yield _complete(table, previous, None)


def _complete(table: str, row: Sequence[Value], following: Value) -> tuple[Value, ...]:
    return (*row, following, checksum(table, (*row, following)))


def is_intact(table: str, stored: Sequence[Value]) -> bool:
    """Return whether a stored row has the right checksum and values of the right types.

    The key of the following row must be higher, so that no rows can follow each other in a circle.
    """
    if tuple(map(type, stored)) not in _types(table) or checksum(table, stored[:-1]) != stored[-1]:
        return False
    following: Any = stored[-2]
    if following is not None and not following > stored[0]:
        return False
    # The lowest key is the only number below 0; NaN is in no range.
    return all(-1 <= stored[place] <= _MAX_NUMBER for place in _NUMBERS[table])  # type: ignore[operator]


@functools.cache
def _types(table: str) -> frozenset[tuple[type, ...]]:
    """Return the types that a stored row of a table may have, with those of its last two values."""
    kinds = COLUMNS[table].values()
    key = COLUMNS[table][KEYS[table]]
    return frozenset(itertools.product(*kinds, (*key, type(None)), _COUNT))


def checksum(table: str, values: Iterable[Value]) -> int:
    """Return the CRC-32 of the values of a row, each with its type and length.

    It detects accidental changes, and is no protection against an attacker.
    """
    total = crc32(table.encode())
    for value in values:
        kind = type(value)
        data: Any = value if kind is bytes else str(value).encode()
        total = crc32(data, crc32(b"%c%d:" % (_TAGS[kind], len(data)), total))
    return total
