"""Arrays of numbers as a compiled file stores them, checked as they are read."""

from __future__ import annotations

from array import array
from operator import lt

from pakaz_cli._typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pakaz_cli.knowledge.database import Database

#: Bytes of a number of either kind.
ITEM_BYTES = array("I").itemsize


def positions(database: Database, packed: bytes, entries: int) -> array[int]:
    """Return positions of entries. Raises InputInvalidError unless they rise and are in range."""
    if len(packed) % ITEM_BYTES:
        raise database.damaged("an array has the wrong length")
    found = array("I", packed)
    if found and not (found[-1] < entries and all(map(lt, found, found[1:]))):
        raise database.damaged("an array has positions of no entries")
    return found


def weights(database: Database, packed: bytes, count: int, largest: float) -> array[float]:
    """Return `count` weights. Raises InputInvalidError unless they are in [0, largest]."""
    if len(packed) != count * ITEM_BYTES:
        raise database.damaged("an array has the wrong length")
    found = array("f", packed)
    # The sum is NaN where a weight is: it compares with nothing.
    if found and not (sum(found) >= 0 and min(found) >= 0 and max(found) <= largest):
        raise database.damaged("an array has weights out of range")
    return found
