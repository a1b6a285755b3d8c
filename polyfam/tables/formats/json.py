"""JSON: a Data Package 2.0 data resource with its rows inside, one row a line.

Browsers and many other readers keep numbers as floats and silently round integers from 2**53 on.
Integers of columns marked ``wide`` (all coefficients are) are therefore decimal strings, always,
so that the type of a value does not depend on its size.
"""

from __future__ import annotations

import json
import re
from typing import Any

from polyfam.errors import DataError
from polyfam.tables.column import Cell, Column
from polyfam.tables.descriptor import from_descriptor, to_descriptor
from polyfam.tables.table import Table

__all__ = ["dumps", "json_value", "loads"]

_INTEGER = re.compile("0|-?[1-9][0-9]{0,3999}")


def dumps(table: Table) -> str:
    """Write a table as JSON.

    Parameters
    ----------
    table : Table
        What to write.

    Returns
    -------
    str
        One object: the descriptor of the table, and under ``data`` one object a row.

    Examples
    --------
    >>> columns = (Column("n", "integer", "Row."), Column("row", "integers", "Entries.", True))
    >>> text = dumps(Table("pascal", "Binomials", columns, ("n",), [(0, (1,)), (1, (1, 1))]))
    >>> json.loads(text)["data"][1]
    {'n': 1, 'row': ['1', '1']}
    """
    head = json.dumps(to_descriptor(table), ensure_ascii=False, indent=2).removesuffix("\n}")
    rows = (
        json.dumps(
            {c.name: json_value(cell, c) for c, cell in zip(table.columns, row, strict=True)},
            ensure_ascii=False,
        )
        for row in table
    )
    return f'{head},\n  "data": [\n    ' + ",\n    ".join(rows) + "\n  ]\n}\n"


def loads(text: str) -> Table:
    """Read a table from JSON.

    Parameters
    ----------
    text : str
        As written by `dumps`; white space and the order of properties do not matter.

    Returns
    -------
    Table
        Equal to the one that was written.

    Raises
    ------
    DataError
        If the text is not JSON, the description is damaged, or a row does not fit it.

    Examples
    --------
    >>> table = Table("t", "Squares", (Column("n", "integer", "Index."),), ("n",), [(1,), (2,)])
    >>> loads(dumps(table)) == table
    True
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DataError(f"The text is not JSON: {error}.") from error
    if not isinstance(document, dict) or not isinstance(document.get("data"), list):
        raise DataError("The JSON must be an object whose 'data' is the list of rows.")
    header = from_descriptor(document)
    rows = enumerate(document["data"], start=1)
    return header.with_rows([_row(number, row, header) for number, row in rows])


def _row(number: int, row: object, header: Table) -> tuple[Cell, ...]:
    """Read one row."""
    if not isinstance(row, dict) or set(row) != set(header.names):
        raise DataError(
            f"Row {number} of table '{header.name}' must have the properties "
            f"{', '.join(header.names)} and no others."
        )
    return tuple(_cell(row[column.name], column) for column in header.columns)


def json_value(cell: Cell, column: Column) -> Any:
    """Return what JSON carries for a cell."""
    if isinstance(cell, tuple):
        return [str(item) if column.wide else item for item in cell]
    return str(cell) if column.wide and column.kind == "integer" else cell


def _cell(value: Any, column: Column) -> Any:
    """Return the cell that JSON carries; `Table` refuses what is not of the column's kind."""
    if column.kind == "integers" and isinstance(value, list):
        return tuple(_integer(item, column) for item in value)
    return _integer(value, column) if column.kind == "integer" else value


def _integer(value: Any, column: Column) -> Any:
    """Return the integer that a decimal string of a wide column stands for."""
    if not column.wide:
        return value
    if not isinstance(value, str) or not _INTEGER.fullmatch(value):
        raise DataError(
            f"Column '{column.name}' must hold integers as decimal strings, not "
            f"{str(value)[:40]!r}."
        )
    return int(value)
