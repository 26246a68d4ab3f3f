"""The SQLite tables of a compiled knowledge base, in a file or in memory.

A file is opened read-only and read on demand. It is untrusted data: its schema must be exactly the
one that this program creates, so that no foreign view, trigger or function ever runs. Every row is
checked as it is read, see `tables`; nothing is read twice or without end, whatever the file says.
"""

from __future__ import annotations

import os
import sqlite3
import stat

from pakaz_cli._typing import TYPE_CHECKING
from pakaz_cli.errors import InputInvalidError, InputMissingError
from pakaz_cli.knowledge import tables
from pakaz_cli.knowledge.tables import FORMAT, KEYS
from pakaz_cli.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from pakaz_cli.errors import PakazError
    from pakaz_cli.knowledge.tables import Value

    Row = sqlite3.Row

#: The first bytes of every SQLite file, and the application id of a compiled file ("pakz").
_FILE_HEADER = b"SQLite format 3\0"
_APPLICATION = 0x70616B7A
_PAGE_BYTES = 4096
#: The header of the file, and of its first page, which holds the schema.
_HEADER_BYTES = 108
#: Where the header of the file has the version of the library that wrote it.
_LIBRARY_VERSION = 96
#: In the header of a page: it has rows, and no other pages below it.
_LEAF = 13
#: Maximum length in bytes of a path that SQLite opens.
_MAX_PATH = 500
#: The errors of the system, by the low byte of their codes. All others are those of the content.
_UNREADABLE = {sqlite3.SQLITE_PERM, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}


class _Connection(sqlite3.Connection):
    """A connection that is closed when the last reference to it is gone.

    Python would do the same, and from version 3.13 on warn of it.
    """

    def __del__(self) -> None:
        try:  # noqa: SIM105 - contextlib is slow to import
            self.close()
        except sqlite3.ProgrammingError:  # it was never opened
            pass


class Database:
    """Open tables; closed when the last reference is gone.

    Any problem with the content of the file raises InputInvalidError, and any with reading it
    InputMissingError.
    """

    def __init__(self, connection: sqlite3.Connection, path: str, shown: str = "") -> None:
        self._connection = connection
        self._path = path
        self._shown = shown  #: how errors name the file

    def find(self, table: str, key: str | int) -> Row | None:
        """Return the row of a table with this key, or None."""
        column = KEYS[table]
        condition = f"WHERE {column} <= ? ORDER BY {column} DESC LIMIT 1"
        try:
            row, following = next(self._read(table, condition, key), (None, None))
        except UnicodeEncodeError:  # a lone surrogate, which no text in a file can contain
            return None
        if row is not None and row[0] == key:
            return None if key == tables.lowest(table) else row
        if row is None or row[0] > key or (following is not None and following <= key):
            raise self._broken(table)
        return None

    def get(self, table: str, key: str | int) -> Row:
        """Return the row of a table with this key, which must exist."""
        row = self.find(table, key)
        if row is None:
            raise self.damaged(f"table {table} has no row {key!r}")
        return row

    def rows(self, table: str, start: str | int | None = None) -> Iterator[Row]:
        """Yield the rows of a table in the order of their keys, from the key `start` on."""
        column = KEYS[table]
        lowest = tables.lowest(table)
        first = start or lowest
        comparison = "<=" if first == lowest else "<"
        condition = f"WHERE {column} {comparison} ? ORDER BY {column} DESC LIMIT 1"
        (last, *_), expected = next(self._read(table, condition, first), ((None,), None))
        if last is None or last > first or (expected is not None and expected < first):
            raise self._broken(table)
        for row, following in self._read(table, f"WHERE {column} > ? ORDER BY {column}", last):
            if row[0] != expected:
                raise self._broken(table)
            expected = following
            yield row
        if expected is not None:
            raise self._broken(table)

    def _read(self, table: str, condition: str, *values: Value) -> Iterator[tuple[Row, Any]]:
        """Yield the rows that meet an SQL condition, each with the key of the following row."""
        cursor = self._connection.cursor()
        query = f"SELECT * FROM {table} {condition}"  # noqa: S608 - the table is one of `KEYS`
        for stored in self._execute(cursor, query, values):
            if not tables.is_intact(table, stored):
                raise self.damaged(f"a row of table {table} is changed")
            yield sqlite3.Row(cursor, stored[:-2]), stored[-2]

    def _execute(
        self, cursor: sqlite3.Cursor, query: str, values: Sequence[Value] = ()
    ) -> Iterator[tuple[Any, ...]]:
        try:
            yield from cursor.execute(query, values)
        except (sqlite3.DatabaseError, OverflowError, UnicodeDecodeError) as error:
            raise _trouble(error, self._path, self._shown) from error

    def fill(self, table: str, rows: Iterable[Sequence[Value]]) -> None:
        """Fill a table with rows in the order of their keys, at once and once.

        Raises OSError if they cannot be written.
        """
        places = ", ".join("?" * (len(tables.COLUMNS[table]) + 2))
        query = f"INSERT INTO {table} VALUES ({places})"  # noqa: S608 - the table is one of `KEYS`
        try:
            self._connection.executemany(query, tables.chained(table, rows))
        except sqlite3.OperationalError as error:
            raise OSError(str(error)) from error

    def verify(self) -> None:
        """Read the whole file. Raises InputInvalidError if it is damaged."""
        for table in KEYS:
            for _ in self.rows(table):
                pass
        check = self._execute(self._connection.cursor(), "PRAGMA integrity_check(1)")
        (result,) = next(check)
        if result != "ok":
            raise self.damaged(str(result))

    def save(self) -> None:
        """Write everything to the file, and close it. Raises OSError if it cannot be written."""
        try:
            self._connection.commit()
            self._connection.close()
        except sqlite3.OperationalError as error:
            raise OSError(str(error)) from error
        # The same content gives the same bytes, whichever library wrote them.
        with open(self._path, "r+b") as file:  # noqa: PTH123
            file.seek(_LIBRARY_VERSION)
            file.write(bytes(4))

    def damaged(self, reason: str) -> InputInvalidError:
        """Return the error for a file that does not hold what it should."""
        return _invalid(self._shown, "damaged", f"the file is damaged: {reason}")

    def _broken(self, table: str) -> InputInvalidError:
        return self.damaged(f"rows of table {table} are missing or repeated")


def _trouble(error: Exception, path: str, shown: str) -> PakazError:
    """Return an error of SQLite as that of a file which is damaged, or which cannot be read."""
    code = getattr(error, "sqlite_errorcode", 0)
    if code & 0xFF not in _UNREADABLE or code == sqlite3.SQLITE_IOERR_SHORT_READ:
        return _invalid(shown, "damaged", f"the file is damaged: {error}")
    reason = str(error)
    try:
        os.close(os.open(path, os.O_RDONLY))
        if len(os.fsencode(os.path.realpath(path))) > _MAX_PATH:
            reason = "its path is too long"
    except OSError as refused:
        reason = _reason(refused)
    return InputMissingError("knowledge base", [(shown, reason)])


def _reason(error: OSError) -> str:
    message = error.strerror or "unreadable"
    return message[0].lower() + message[1:]


def _invalid(shown: str, code: str, message: str) -> InputInvalidError:
    return InputInvalidError("knowledge base", shown, [Finding(1, 1, code, message)])


def in_memory() -> Database:
    """Return the empty tables of a search, in memory."""
    connection = sqlite3.connect(
        ":memory:", check_same_thread=False, isolation_level=None, factory=_Connection
    )
    for statement in tables.statements(tables.SEARCHED):
        connection.execute(statement)
    return Database(connection, ":memory:")


def create(path: str) -> Database:
    """Return all tables, empty, in a new file. Raises OSError if it cannot be created."""
    try:
        connection = sqlite3.connect(path, factory=_Connection)
        database = Database(connection, path)
        connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
        # The caller moves a complete file into place, so an interrupted write does no harm.
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        connection.execute(f"PRAGMA user_version = {FORMAT}")
        for statement in tables.statements(tables.COLUMNS):
            connection.execute(statement)
    except sqlite3.OperationalError as error:
        raise OSError(str(error)) from error
    return database


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
    size = _inspect_header(path, shown)
    quoted = "".join(
        chr(byte) if chr(byte).isalnum() and byte < 128 else f"%{byte:02x}" for byte in raw
    )
    try:
        connection = sqlite3.connect(
            f"file:{quoted}?mode=ro&immutable=1",
            uri=True,
            check_same_thread=False,
            isolation_level=None,
            factory=_Connection,
        )
        database = Database(connection, path, shown)
        # No value is longer than the file, however often a page of it is named.
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, size)
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA cell_size_check = ON")
        found = connection.execute("SELECT sql FROM sqlite_master").fetchall()
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        raise _trouble(error, path, shown) from error
    if [statement for (statement,) in found] != tables.statements(tables.COLUMNS):
        raise _invalid(shown, "foreign", "the tables are not those of a knowledge base")
    return database


def _inspect_header(path: str, shown: str) -> int:
    """Return the size of a compiled file. Raises as `open_file` does.

    SQLite reads the schema when it opens a file; here it is seen beforehand that there is an end to
    it: one page with as many rows as there are tables.
    """
    try:
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123
            header = file.read(_HEADER_BYTES)
            size = os.fstat(file.fileno()).st_size
    except OSError as error:
        raise InputMissingError("knowledge base", [(shown, _reason(error))]) from error

    def number(start: int, length: int = 4) -> int:
        return int.from_bytes(header[start : start + length], "big")

    if len(header) < _HEADER_BYTES:
        raise _invalid(shown, "damaged", "the file is damaged: its length is wrong")
    if number(68) != _APPLICATION:
        raise _invalid(shown, "foreign", "the file is a database, but not a knowledge base")
    if number(60) != FORMAT:
        message = (
            f"the file has format {number(60)}, but this version of pakaz reads {FORMAT};"
            " rebuild it"
        )
        raise _invalid(shown, "bad-format", message)
    if number(16, 2) != _PAGE_BYTES or number(28) * _PAGE_BYTES != size:
        raise _invalid(shown, "damaged", "the file is damaged: its length is wrong")
    if header[100] != _LEAF or number(103, 2) != len(tables.COLUMNS):
        raise _invalid(shown, "foreign", "the tables are not those of a knowledge base")
    return size
