"""Parquet: typed columns for DuckDB, pandas, polars and Arrow; write only.

Parquet has no integers beyond 64 bits, so the integers of columns marked ``wide`` are decimal
strings.  The meaning of each column travels as field metadata.  Needs the extra ``parquet``.
"""

from __future__ import annotations

from typing import Any

from polyfam._checks import optional_import
from polyfam.tables.column import Column
from polyfam.tables.formats.json import json_value
from polyfam.tables.table import Table

__all__ = ["dumps", "to_arrow"]


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
    >>> from polyfam.tables import Column, Table
    >>> table = Table("t", "T", (Column("n", "integer", "Index."),), ("n",), [(1,), (2,)])
    >>> dumps(table)[:4]
    b'PAR1'
    """
    arrow = optional_import("pyarrow", "parquet")
    parquet = optional_import("pyarrow.parquet", "parquet")
    sink = arrow.BufferOutputStream()
    parquet.write_table(to_arrow(table), sink)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def to_arrow(table: Table) -> Any:
    """Return a table as ``pyarrow.Table``.

    Raises
    ------
    MissingExtraError
        If pyarrow is not installed.

    Examples
    --------
    >>> from polyfam import load_table
    >>> to_arrow(load_table("family-04")).column_names[:2]
    ['id', 'level_sequence']
    """
    arrow = optional_import("pyarrow", "parquet")
    arrays = [
        arrow.array([json_value(cell, column) for cell in table.column(column.name)], _type(column))
        for column in table.columns
    ]
    schema = arrow.schema(
        [
            arrow.field(c.name, _type(c), nullable=False, metadata={"description": c.meaning})
            for c in table.columns
        ],
        metadata={"name": table.name, "title": table.title},
    )
    return arrow.table(arrays, schema=schema)


def _type(column: Column) -> Any:
    """Return the Arrow type of a column."""
    arrow = optional_import("pyarrow", "parquet")
    number = arrow.string() if column.wide else arrow.int64()
    kinds = {"integer": number, "text": arrow.string(), "boolean": arrow.bool_()}
    return kinds.get(column.kind) or arrow.list_(number)
