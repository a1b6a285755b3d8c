"""Rows of tables: named tuples whose fields are known at run time, and that can be pickled."""

from __future__ import annotations

import collections
from functools import lru_cache
from typing import Any

from polyfam.tables.column import Row

__all__ = ["row_type"]


@lru_cache(maxsize=64)
def row_type(names: tuple[str, ...]) -> Any:
    """Return the class of the rows with these cells: a named tuple that can be pickled.

    Examples
    --------
    >>> row_type(("n", "row"))(3, (1, 4, 1))
    Row(n=3, row=(1, 4, 1))
    """
    # typing.NamedTuple would need the names in the source; they are known at run time only.
    make: Any = collections.namedtuple
    made = make("Row", names, rename=True)
    made.__reduce__ = lambda row: (_make_row, (names, tuple(row)))
    return made


def _make_row(names: tuple[str, ...], cells: Row) -> Row:
    """Return an unpickled row."""
    row: Row = row_type(names)._make(cells)
    return row
