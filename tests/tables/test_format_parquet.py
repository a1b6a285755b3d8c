"""Parquet, read back by pyarrow."""

from __future__ import annotations

import sys

import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import given

from polyfam.errors import MissingExtraError
from polyfam.tables import Column, Table
from polyfam.tables.formats import parquet
from tests.tables.strategies import pascal, tables


def read(content: bytes) -> pyarrow.Table:
    """Read the content of a Parquet file."""
    return pyarrow.parquet.read_table(pyarrow.BufferReader(content))


@given(tables())
def test_pyarrow_reads_the_cells_that_were_written(table: Table) -> None:
    arrow = read(parquet.dumps(table))
    assert tuple(arrow.column_names) == table.names
    for column in table.columns:
        number = str if column.wide else int
        convert = {
            "integer": number,
            "integers": lambda cell, number=number: [number(item) for item in cell],
            "text": str,
            "boolean": bool,
        }[column.kind]
        expected = [convert(cell) for cell in table.column(column.name)]
        assert arrow.column(column.name).to_pylist() == expected


def test_integers_beyond_64_bits_survive_as_strings() -> None:
    table = Table("t", "T", (Column("n", "integer", "N.", wide=True),), ("n",), [(2**64,)])
    assert read(parquet.dumps(table)).column("n").to_pylist() == ["18446744073709551616"]


def test_meanings_travel_as_metadata() -> None:
    schema = read(parquet.dumps(pascal())).schema
    assert schema.field("n").metadata[b"description"] == b"Row."
    assert schema.metadata[b"title"] == b"Binomial coefficients"


def test_missing_pyarrow_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'polyfam\[parquet\]'"):
        parquet.dumps(pascal())
