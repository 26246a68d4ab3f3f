"""The tables of a compiled knowledge base, in a file or in memory; only here is sqlite3 imported.

A file is opened read-only, and nothing but what is asked for is read of it. What it holds is data:
its tables must be the very ones that this program makes, so that no view, trigger or function of
somebody else's ever runs.
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
    Row = tuple[Any, ...]

#: Raised whenever the tables, or what they hold, change their meaning. Numbers are as the machine
#: writes them, so that the two kinds of machines read each their own.
FORMAT = 1 if sys.byteorder == "little" else 1001
#: What every SQLite file begins with, and what marks one of ours ("pakz").
_FILE_HEADER = b"SQLite format 3\0"
_APPLICATION = 0x70616B7A
#: Bytes of a path that SQLite takes.
_LONGEST_PATH = 500

#: What a search reads. The postings of a term are three arrays, one behind the other (see
#: `building.Postings`); words of one length, terms and phrasings of an entry are lines.
_SEARCHED = {
    "about": "name PRIMARY KEY, value",
    "term": "name PRIMARY KEY, weight, count",
    "posting": "name PRIMARY KEY, postings",
    "held": "entry INTEGER PRIMARY KEY, terms, worth",
    "phrased": "entry INTEGER PRIMARY KEY, phrasings, vectors",
    "written": "length INTEGER PRIMARY KEY, words",
    "standing": "sector PRIMARY KEY, entries",
}
#: What is shown.
_SHOWN = {
    "entry": "number INTEGER PRIMARY KEY, id, question, answer, sector, variants, keywords, as_of,"
    " sources, place, related",
    "named": "id PRIMARY KEY, number",
    "sector": "number INTEGER PRIMARY KEY, id, name, note, count",
    "synonyms": "number INTEGER PRIMARY KEY, phrases",
}
#: Which entries have a phrasing with a checksum; whoever looks there compares the words as well.
_EXACT = "CREATE TABLE exact (checksum, entry, PRIMARY KEY (checksum, entry)) WITHOUT ROWID"
_KEYS = {table: made.split()[0].rstrip(",") for table, made in (_SEARCHED | _SHOWN).items()}


class Database:
    """Open tables. Whatever is wrong with a file is an InputInvalidError.

    Each row ends with a checksum of its values, so that a file that was changed by accident is not
    taken for what it was.
    """

    def __init__(self, connection: sqlite3.Connection, path: str) -> None:
        self._connection = connection
        self._path = path

    def find(self, table: str, key: Value) -> Row | None:
        """Return the row of a table with this key, its first value, or None."""
        return next(self.rows(table, f"WHERE {_KEYS[table]} = ?", key), None)

    def get(self, table: str, key: Value) -> Row:
        """Return the row of a table with this key, which must be there."""
        row = self.find(table, key)
        if row is None:
            raise self.damaged(f"{table} lacks {key!r}")
        return row

    def rows(self, table: str, condition: str = "", *values: Value) -> Iterator[Row]:
        """Yield the rows of a table, without their checksums; all, or those of a condition."""
        for *row, told in self._read(f"SELECT * FROM {table} {condition}", values):  # noqa: S608
            if _checksum(row) != told:
                raise self.damaged(f"a row of {table} was changed")
            yield tuple(row)

    def exact(self, checksum: int) -> list[int]:
        """Return the entries that have a phrasing with this checksum."""
        found = self._read("SELECT entry FROM exact WHERE checksum = ?", (checksum,))
        return [entry for (entry,) in found]

    def _read(self, query: str, values: Sequence[Value]) -> Iterator[Row]:
        try:
            yield from self._connection.execute(query, values)
        except UnicodeEncodeError:  # half a character, which no text in a file can be
            return
        except (sqlite3.DatabaseError, OverflowError, UnicodeDecodeError) as error:
            raise self.damaged(str(error)) from error

    def fill(self, table: str, rows: Iterable[Sequence[Value]]) -> None:
        """Add rows to a table. Raises OSError where they cannot be written."""
        columns = (_SEARCHED | _SHOWN)[table].count(",") + 1
        places = ", ".join("?" * (columns + 1))
        self._write(
            f"INSERT INTO {table} VALUES ({places})",  # noqa: S608 - names of ours
            ((*row, _checksum(row)) for row in rows),
        )

    def fill_exact(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Add checksums of phrasings with their entries. Raises OSError as `fill` does."""
        self._write("INSERT INTO exact VALUES (?, ?)", pairs)

    def _write(self, query: str, rows: Iterable[Sequence[Value]]) -> None:
        try:
            self._connection.executemany(query, rows)
        except sqlite3.OperationalError as error:
            raise OSError(str(error)) from error

    def verify(self) -> None:
        """Read the whole file. Raises InputInvalidError where it is damaged."""
        (found,) = next(self._read("PRAGMA integrity_check(1)", ()))
        if found != "ok":
            raise self.damaged(str(found))
        for table in _KEYS:
            for _ in self.rows(table):
                pass

    def close(self) -> None:
        """Write what was added, and close the file. Raises OSError where it cannot be written."""
        try:
            self._connection.commit()
            self._connection.close()
        except sqlite3.OperationalError as error:
            raise OSError(str(error)) from error

    def damaged(self, reason: str) -> InputInvalidError:
        """Return the error of a file that does not hold what it should."""
        return _invalid(self._path, "damaged", f"the file is damaged: {reason}")


def _checksum(row: Iterable[Value]) -> int:
    total = 0
    for value in row:
        total = crc32(value if isinstance(value, bytes) else str(value).encode(), total)
    return total


def _invalid(path: str, code: str, message: str) -> InputInvalidError:
    return InputInvalidError("knowledge base", path, [Finding(1, 1, code, message)])


def _statements(tables: Mapping[str, str]) -> list[str]:
    made = [f"CREATE TABLE {name} ({columns}, told)" for name, columns in tables.items()]
    return [*made, _EXACT]


def in_memory() -> Database:
    """Return empty tables for searching that are gone when the program ends."""
    connection = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
    for statement in _statements(_SEARCHED):
        connection.execute(statement)
    return Database(connection, "")


def create(path: str) -> Database:
    """Return empty tables in a new file. Raises OSError where there can be none."""
    try:
        connection = sqlite3.connect(path)
        # It is moved into place when it is whole: what is cut short never gets there.
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        connection.execute(f"PRAGMA user_version = {FORMAT}")
        for statement in _statements(_SEARCHED | _SHOWN):
            connection.execute(statement)
    except sqlite3.OperationalError as error:
        raise OSError(str(error)) from error
    return Database(connection, path)


def is_ours(place: str) -> bool:
    """Tell whether a file is there that these tables may be in. It may be damaged all the same."""
    try:
        # Without O_NONBLOCK, opening a named pipe would wait for a writer.
        descriptor = os.open(place, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except (OSError, ValueError):
        return False
    try:
        is_file = stat.S_ISREG(os.fstat(descriptor).st_mode)
        return is_file and os.read(descriptor, len(_FILE_HEADER)) == _FILE_HEADER
    except OSError:
        return False
    finally:
        os.close(descriptor)


def open_file(place: str, shown: str) -> Database:
    """Return the tables in a file that `is_ours`, for reading.

    `shown` is how errors name it. Raises InputMissingError where it cannot be opened, and
    InputInvalidError where it is none of ours, of another format, or cut short.
    """
    raw = os.fsencode(os.path.join(".", place))  # noqa: PTH118 - pathlib is slow to import
    if len(raw) > _LONGEST_PATH:
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
        _inspect(connection, os.path.getsize(place), shown)  # noqa: PTH202
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        raise _invalid(shown, "damaged", f"the file is damaged: {error}") from error
    return Database(connection, shown)


def _inspect(connection: sqlite3.Connection, size: int, shown: str) -> None:
    def ask(what: str) -> int:
        return int(connection.execute(f"PRAGMA {what}").fetchone()[0])

    connection.execute("PRAGMA trusted_schema = OFF")
    if ask("application_id") != _APPLICATION:
        raise _invalid(shown, "foreign", "the file is a database, but no knowledge base")
    version = ask("user_version")
    if version != FORMAT:
        message = (
            f"the file has format {version}; this program reads format {FORMAT}: build it anew"
        )
        raise _invalid(shown, "bad-format", message)
    if ask("page_count") * ask("page_size") != size:
        raise _invalid(shown, "damaged", "the file is damaged: its end is missing")
    made = connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    if [statement for (statement,) in made] != _statements(_SEARCHED | _SHOWN):
        raise _invalid(shown, "foreign", "the file does not hold the tables of a knowledge base")
