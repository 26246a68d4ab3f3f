"""Compiled files that an attacker would write: changed at will, with checksums that are right."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from pakaz_cli.knowledge import tables

#: table → its rows, without what proves them
Rows = dict[str, list[list[Any]]]

_PAGE = 4096
#: Cells of an interior page: child and key, 8 bytes, and the place of the cell, 2 bytes.
_CHILDREN = 400


def forge(whole: Path, path: Path, change: Callable[[Rows], object]) -> Path:
    """Return a copy of a file with changed rows, every one of them proven."""
    path.write_bytes(whole.read_bytes())
    with closing(sqlite3.connect(path)) as connection:
        rows: Rows = {}
        for table, key in tables.KEYS.items():
            query = f"SELECT * FROM {table} WHERE {key} > ? ORDER BY {key}"
            stored = connection.execute(query, (tables.lowest(table),))
            rows[table] = [list(row[:-2]) for row in stored]
        change(rows)
        for table, changed in rows.items():
            connection.execute(f"DELETE FROM {table}")
            places = ", ".join("?" * (len(tables.COLUMNS[table]) + 2))
            connection.executemany(
                f"INSERT INTO {table} VALUES ({places})", tables.chained(table, changed)
            )
        connection.commit()
    return path


def forge_cell(whole: Path, path: Path, table: str, column: str, value: object) -> Path:
    """Return a copy of a file with one value in all rows of a column."""
    position = list(tables.COLUMNS[table]).index(column)

    def change(rows: Rows) -> None:
        for row in rows[table]:
            row[position] = value

    return forge(whole, path, change)


def bomb(whole: Path, path: Path, table: str, depth: int) -> Path:
    """Return a copy of a file in which the rows of a table seem to be there 401 ** depth times.

    The page with its rows is named again and again by interior pages, which name each other.
    """
    data = bytearray(whole.read_bytes())
    connection = sqlite3.connect(whole)
    query = "SELECT rootpage FROM sqlite_master WHERE name = ?"
    (root,) = connection.execute(query, (table,)).fetchone()
    connection.close()
    start = (root - 1) * _PAGE
    assert data[start] == 13, "the rows fill several pages"
    data += data[start : start + _PAGE]
    for level in range(depth):
        below = len(data) // _PAGE
        if level < depth - 1:
            data += _interior(below)
        else:
            data[start : start + _PAGE] = _interior(below)
    data[28:32] = (len(data) // _PAGE).to_bytes(4, "big")
    path.write_bytes(data)
    return path


def _interior(child: int) -> bytes:
    """Return an interior page of a table that has one page as each of its children."""
    content = b"".join(
        child.to_bytes(4, "big") + bytes([number % 128]) for number in range(_CHILDREN)
    )
    first = _PAGE - len(content)
    places = b"".join((first + 5 * number).to_bytes(2, "big") for number in range(_CHILDREN))
    header = bytes([5, 0, 0]) + _CHILDREN.to_bytes(2, "big") + first.to_bytes(2, "big") + b"\0"
    page = header + child.to_bytes(4, "big") + places
    return page + bytes(first - len(page)) + content
