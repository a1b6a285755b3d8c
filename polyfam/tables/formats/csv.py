"""CSV: UTF-8, LF line ends, a header, cells in the lexical forms of `polyfam.tables.column`.

There is exactly one text for a table, so that files regenerate byte for byte: quotes only where
a text needs them, no leading zeros, no blanks, a final newline.  Lists are JSON arrays: entries
separated by blanks, such as ``1 3 1``, are taken for dates and times by readers that guess.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from itertools import zip_longest
from typing import TypeVar

from polyfam._checks import quoted
from polyfam.errors import DataError
from polyfam.tables.column import Cell, Column
from polyfam.tables.table import Table

__all__ = ["dumps", "loads", "loads_trusted"]
_AnyTable = TypeVar("_AnyTable", bound=Table)

_INTEGER = re.compile("0|-?[1-9][0-9]*")


def dumps(table: Table) -> str:
    r"""Write a table as CSV.

    Parameters
    ----------
    table : Table
        What to write.

    Returns
    -------
    str
        Header and rows.

    Examples
    --------
    >>> columns = (Column("n", "integer", "Row."), Column("row", "integers", "Entries."))
    >>> dumps(Table("pascal", "Binomials", columns, ("n",), [(0, (1,)), (1, (1, 1))]))
    'n,row\n0,[1]\n1,"[1,1]"\n'
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(table.names)
    writer.writerows(map(_lexical, row) for row in table)
    return buffer.getvalue()


def loads(text: str, like: _AnyTable) -> _AnyTable:
    r"""Read a table from CSV, refusing every text that `dumps` does not write.

    Parameters
    ----------
    text : str
        The content of a file.
    like : Table
        Gives the columns and everything else CSV does not carry; its rows are not looked at.

    Returns
    -------
    Table
        The header of `like` with the rows of `text`.

    Raises
    ------
    DataError
        If the header differs, a cell cannot be read, rows are out of order, or the text is not
        the one `dumps` writes; the message names the line.

    Examples
    --------
    >>> columns = (Column("n", "integer", "Row."), Column("row", "integers", "Entries."))
    >>> like = Table("pascal", "Binomials", columns, ("n",))
    >>> loads('n,row\n0,[1]\n1,"[1,1]"\n', like).column("row")
    ((1,), (1, 1))
    """
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise DataError(f"Table '{like.name}' is not CSV: {error}.") from error
    if not lines or tuple(lines[0]) != like.names:
        raise DataError(f"Line 1 of table '{like.name}' must be {','.join(like.names)}.")
    rows = [_row(number, line, like) for number, line in enumerate(lines[1:], start=2)]
    table = like.with_rows(rows)
    _check_canonical(text, table)
    return table


def loads_trusted(text: str, like: _AnyTable) -> _AnyTable:
    """Read a text whose SHA-256 has proved that `dumps` wrote it, also that of data 1.0.0.

    Nothing is checked again: `polyfam.tables.verify_package` does.

    Parameters
    ----------
    text : str
        The content of a published file.
    like : Table
        Gives the columns.

    Returns
    -------
    Table
        The header of `like` with the rows of `text`.
    """
    lines = csv.reader(io.StringIO(text, newline=""))
    next(lines)
    readers = [_READERS[column.kind] for column in like.columns]
    return like._trusted(
        [read(cell) for read, cell in zip(readers, line, strict=True)] for line in lines
    )


def _integers(text: str) -> tuple[int, ...]:
    """Read a list, in brackets or, before data 2.0.0, without."""
    items = text.strip("[]").split("," if text[:1] == "[" else " ")
    return tuple(map(int, items)) if items != [""] else ()


_READERS: dict[str, Callable[[str], Cell]] = {
    "integer": int,
    "integers": _integers,
    "text": str,
    "boolean": "1".__eq__,
}


def _row(number: int, cells: list[str], like: Table) -> tuple[Cell, ...]:
    """Read one line."""
    if len(cells) != len(like.columns):
        raise DataError(
            f"Line {number} of table '{like.name}' has {len(cells)} cells, not {len(like.columns)}."
        )
    try:
        return tuple(map(_cell, cells, like.columns))
    except ValueError as error:
        raise DataError(f"Line {number} of table '{like.name}': {error}.") from None


def _check_canonical(text: str, table: Table) -> None:
    """Refuse a text that says the same as `dumps` in another way."""
    expected = dumps(table)
    if text == expected:
        return
    pairs = zip_longest(text.splitlines(True), expected.splitlines(True))
    number = next(i for i, (given, wanted) in enumerate(pairs, start=1) if given != wanted)
    raise DataError(
        f"Line {number} of table '{table.name}' has needless quotes, another line end or no "
        "final newline."
    )


def _lexical(cell: Cell) -> str:
    """Write one cell."""
    match cell:
        case bool():
            return str(int(cell))
        case tuple():
            return f"[{','.join(map(str, cell))}]"
        case _:
            return str(cell)


def _cell(text: str, column: Column) -> Cell:
    """Read one cell."""
    match column.kind:
        case "integer":
            return _integer(text, column)
        case "integers":
            if text[:1] + text[-1:] != "[]":
                raise ValueError(f"{quoted(text)} in column '{column.name}' is not a JSON array")
            items = text[1:-1].split(",") if text != "[]" else ()
            return tuple(_integer(item, column) for item in items)
        case "boolean" if text in ("0", "1"):
            return text == "1"
        case "text":
            return text
        case _:
            raise ValueError(f"{quoted(text)} in column '{column.name}' must be 0 or 1")


def _integer(text: str, column: Column) -> int:
    """Read one integer in its only form."""
    if len(text) > 4000 or not _INTEGER.fullmatch(text):
        raise ValueError(f"{quoted(text)} in column '{column.name}' is not an integer")
    return int(text)
