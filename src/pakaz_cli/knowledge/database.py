"""The SQLite tables of a compiled knowledge base, in a file or in memory.

A file is opened read-only and read on demand. It is untrusted data: its schema must be exactly the
one that this program creates, so that no foreign view, trigger or function ever runs.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import sys
from zlib import crc32

from pakaz_cli._typing import TYPE_CHECKING
from pakaz_cli.errors import InputInvalidError, InputMissingError
from pakaz_cli.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    Value = str | bytes | int | float | None
    Row = sqlite3.Row

#: Incremented whenever the tables or the meaning of their contents change. Arrays are stored in
#: native byte order, so each byte order has its own format.
FORMAT = 2 if sys.byteorder == "little" else 1002
#: The first bytes of every SQLite file, and the application id of a compiled file ("pakz").
_FILE_HEADER = b"SQLite format 3\0"
_APPLICATION = 0x70616B7A
#: Maximum length in bytes of a path that SQLite opens.
_MAX_PATH = 500

#: What a search reads. `packed` is an array of numbers: the three columns of `indexing.Postings`,
#: one after the other; the two weights of each term of an entry; the weight of each term of each
#: phrasing; the entries of a sector. Words, the terms of an entry and its phrasings are lines, and
#: the terms of a phrasing are separated by tabs.
_SEARCHED = {
    "about": "name PRIMARY KEY, value",
    "term": "term PRIMARY KEY, weight, entries",
    "postings": "term PRIMARY KEY, packed",
    "entry_terms": "entry INTEGER PRIMARY KEY, terms, packed",
    "phrasings": "entry INTEGER PRIMARY KEY, terms, packed",
    "words_by_length": "length INTEGER PRIMARY KEY, words",
    "sector_entries": "sector PRIMARY KEY, packed",
}
#: What is displayed.
_SHOWN = {
    "entry": "number INTEGER PRIMARY KEY, id, question, answer, sector, variants, keywords, as_of,"
    " sources, where_to_look, related",
    "entry_ids": "id PRIMARY KEY, number",
    "sector": "number INTEGER PRIMARY KEY, id, name, note, count",
    "synonyms": "number INTEGER PRIMARY KEY, phrases",
}
#: The entries with a phrasing of a given checksum; the caller must compare the words as well.
_EXACT = "CREATE TABLE exact (checksum, entry, PRIMARY KEY (checksum, entry)) WITHOUT ROWID"
_COLUMNS = _SEARCHED | _SHOWN
#: The first column of each table is its key.
_KEYS = {table: columns.split()[0].rstrip(",") for table, columns in _COLUMNS.items()}


class Database:
    """Open tables. Any problem with the file raises InputInvalidError.

    Each row ends with a checksum of its values, which detects accidental changes.
    """

    def __init__(self, connection: sqlite3.Connection, path: str) -> None:
        self._connection = connection
        self._path = path

    def find(self, table: str, key: Value) -> Row | None:
        """Return the row of a table with this key, or None."""
        return next(self.rows(table, f"WHERE {_KEYS[table]} = ?", key), None)

    def get(self, table: str, key: Value) -> Row:
        """Return the row of a table with this key, which must exist."""
        row = self.find(table, key)
        if row is None:
            raise self._damaged(f"table {table} has no row {key!r}")
        return row

    def rows(self, table: str, condition: str = "", *values: Value) -> Iterator[Row]:
        """Yield the rows of a table, without their checksums, that meet an SQL condition."""
        cursor = self._connection.cursor()
        query = f"SELECT * FROM {table} {condition}"  # noqa: S608 - the table is one of `_COLUMNS`
        for *row, checksum in self._read(cursor, query, values):
            if _checksum(row) != checksum:
                raise self._damaged(f"wrong checksum in table {table}")
            yield sqlite3.Row(cursor, tuple(row))

    def exact(self, checksum: int) -> list[int]:
        """Return the positions of the entries with a phrasing of this checksum."""
        query = "SELECT entry FROM exact WHERE checksum = ?"
        return [entry for (entry,) in self._read(self._connection.cursor(), query, (checksum,))]

    def _read(
        self, cursor: sqlite3.Cursor, query: str, values: Sequence[Value] = ()
    ) -> Iterator[tuple[Any, ...]]:
        try:
            yield from cursor.execute(query, values)
        except UnicodeEncodeError:  # a lone surrogate, which no text in a file can contain
            return
        except (sqlite3.DatabaseError, OverflowError, UnicodeDecodeError) as error:
            raise self._damaged(str(error)) from error

    def fill(self, table: str, rows: Iterable[Sequence[Value]]) -> None:
        """Add rows to a table. Raises OSError if they cannot be written."""
        columns = _COLUMNS[table].count(",") + 1
        places = ", ".join("?" * (columns + 1))
        self._write(
            f"INSERT INTO {table} VALUES ({places})",  # noqa: S608 - the table is one of `_COLUMNS`
            ((*row, _checksum(row)) for row in rows),
        )

    def fill_exact(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Add pairs of a checksum and an entry's position. Raises OSError as `fill` does."""
        self._write("INSERT INTO exact VALUES (?, ?)", pairs)

    def _write(self, query: str, rows: Iterable[Sequence[Value]]) -> None:
        try:
            self._connection.executemany(query, rows)
        except sqlite3.OperationalError as error:
            raise OSError(str(error)) from error

    def verify(self) -> None:
        """Read the whole file. Raises InputInvalidError if it is damaged."""
        (result,) = next(self._read(self._connection.cursor(), "PRAGMA integrity_check(1)"))
        if result != "ok":
            raise self._damaged(str(result))
        for table in _KEYS:
            for _ in self.rows(table):
                pass

    def close(self) -> None:
        """Commit and close the file. Raises OSError if it cannot be written."""
        try:
            self._connection.commit()
            self._connection.close()
        except sqlite3.OperationalError as error:
            raise OSError(str(error)) from error

    def _damaged(self, reason: str) -> InputInvalidError:
        return _invalid(self._path, "damaged", f"the file is damaged: {reason}")


def _checksum(row: Iterable[Value]) -> int:
    total = 0
    for value in row:
        total = crc32(value if isinstance(value, bytes) else str(value).encode(), total)
    return total


def _invalid(path: str, code: str, message: str) -> InputInvalidError:
    return InputInvalidError("knowledge base", path, [Finding(1, 1, code, message)])


def _statements(tables: Mapping[str, str]) -> list[str]:
    created = [f"CREATE TABLE {name} ({columns}, checksum)" for name, columns in tables.items()]
    return [*created, _EXACT]


def in_memory() -> Database:
    """Return the empty tables of a search, in memory."""
    connection = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
    for statement in _statements(_SEARCHED):
        connection.execute(statement)
    return Database(connection, "")


def create(path: str) -> Database:
    """Return all tables, empty, in a new file. Raises OSError if it cannot be created."""
    try:
        connection = sqlite3.connect(path)
        # The caller moves a complete file into place, so an interrupted write does no harm.
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        connection.execute(f"PRAGMA user_version = {FORMAT}")
        for statement in _statements(_COLUMNS):
            connection.execute(statement)
    except sqlite3.OperationalError as error:
        raise OSError(str(error)) from error
    return Database(connection, path)


def is_database(path: str) -> bool:
    """Return whether a path is a file with SQLite's header; it may be foreign or damaged."""
    try:
        # Without O_NONBLOCK, opening a named pipe would wait for a writer.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except (OSError, ValueError):
        return False
    try:
        is_file = stat.S_ISREG(os.fstat(descriptor).st_mode)
        return is_file and os.read(descriptor, len(_FILE_HEADER)) == _FILE_HEADER
    except OSError:
        return False
    finally:
        os.close(descriptor)


def open_file(path: str, shown: str) -> Database:
    """Open a compiled file, for which `is_database` holds, for reading.

    `shown` is how errors name it. Raises InputMissingError if it cannot be opened, and
    InputInvalidError if it is foreign, of another format, or truncated.
    """
    raw = os.fsencode(os.path.join(".", path))  # noqa: PTH118 - pathlib is slow to import
    if len(raw) > _MAX_PATH:
        raise InputMissingError("knowledge base", [(shown, "its path is too long")])
    quoted = "".join(
        chr(byte) if chr(byte).isalnum() and byte < 128 else f"%{byte:02x}" for byte in raw
    )
    try:
        connection = sqlite3.connect(
            f"file:{quoted}?mode=ro&immutable=1",
            uri=True,
            check_same_thread=False,
            isolation_level=None,
        )
        _inspect(connection, os.path.getsize(path), shown)  # noqa: PTH202
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        raise _invalid(shown, "damaged", f"the file is damaged: {error}") from error
    return Database(connection, shown)


def _inspect(connection: sqlite3.Connection, size: int, shown: str) -> None:
    def pragma(name: str) -> int:
        return int(connection.execute(f"PRAGMA {name}").fetchone()[0])

    connection.execute("PRAGMA trusted_schema = OFF")
    if pragma("application_id") != _APPLICATION:
        raise _invalid(shown, "foreign", "the file is a database, but not a knowledge base")
    version = pragma("user_version")
    if version != FORMAT:
        message = (
            f"the file has format {version}, but this version of pakaz reads {FORMAT}; rebuild it"
        )
        raise _invalid(shown, "bad-format", message)
    if pragma("page_count") * pragma("page_size") != size:
        raise _invalid(shown, "damaged", "the file is damaged: its length is wrong")
    rows = connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    if [statement for (statement,) in rows] != _statements(_COLUMNS):
        raise _invalid(shown, "foreign", "the tables are not those of a knowledge base")
