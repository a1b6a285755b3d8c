"""Parquet: typed columns for DuckDB, pandas, polars and Arrow; write only.

Parquet has no integers beyond 64 bits, so the integers of columns marked ``wide`` are decimal
strings.  The meaning of each column travels as field metadata.  Needs the extra ``parquet``.
"""

from __future__ import annotations

from typing import Any

from polyfam._checks import optional_import
from polyfam.tables.table import Cell, Column, Table

__all__ = ["dumps"]


def dumps(table: Table) -> bytes:
    """Write a table as Parquet.

    Parameters
    ----------
    table : Table
        What to write.

    Returns
    -------
    bytes
        The content of a file.

    Raises
    ------
    MissingExtraError
        If pyarrow is not installed.

    Notes
    -----
    The bytes depend on the version of pyarrow; only the CSV files are published.

    Examples
    --------
    >>> from polyfam.tables.table import Column
    >>> table = Table("t", "T", (Column("n", "integer", "Index."),), ("n",), [(1,), (2,)])
    >>> dumps(table)[:4]
    b'PAR1'
    """
    arrow = optional_import("pyarrow", "parquet")
    parquet = optional_import("pyarrow.parquet", "parquet")
    arrays = [
        arrow.array([_value(cell, column) for cell in table.column(column.name)], _type(column))
        for column in table.columns
    ]
    schema = arrow.schema(
        [
            arrow.field(c.name, _type(c), nullable=False, metadata={"description": c.meaning})
            for c in table.columns
        ],
        metadata={"name": table.name, "title": table.title},
    )
    sink = arrow.BufferOutputStream()
    parquet.write_table(arrow.table(arrays, schema=schema), sink)
    return sink.getvalue().to_pybytes()


def _type(column: Column) -> Any:
    """Return the Arrow type of a column."""
    arrow = optional_import("pyarrow", "parquet")
    number = arrow.string() if column.wide else arrow.int64()
    kinds = {"integer": number, "text": arrow.string(), "boolean": arrow.bool_()}
    return kinds.get(column.kind) or arrow.list_(number)


def _value(cell: Cell, column: Column) -> Any:
    """Return what Parquet carries for a cell."""
    if column.kind == "integers":
        return [str(item) if column.wide else item for item in cell]  # type: ignore[union-attr]
    return str(cell) if column.wide and column.kind == "integer" else cell
