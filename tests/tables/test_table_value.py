"""The value type `Table`."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyfam.errors import DataError, UnknownNameError
from polyfam.tables.column import NARROW, Column, sort_key
from polyfam.tables.sequence import Oeis
from polyfam.tables.table import Table
from polyfam.tables.triangle import Triangle
from tests.tables.strategies import pascal

N = Column("n", "integer", "Index.")
ROW = Column("row", "integers", "Entries.")


def test_table_is_immutable() -> None:
    table = pascal()
    with pytest.raises(dataclasses.FrozenInstanceError):
        table.rows = ()
    assert isinstance(table.rows, tuple)
    assert hash(table) == hash(pascal())


def test_rows_are_taken_from_any_iterable() -> None:
    assert Table("t", "T", (N,), ("n",), ([n] for n in range(3))).rows == ((0,), (1,), (2,))


def test_columns_and_triangle_read_the_rows() -> None:
    table = pascal(3)
    assert table.column("n") == (0, 1, 2)
    assert table.triangle() == table.column("row") == ((1,), (1, 1), (1, 2, 1))
    assert [*table] == [*table.rows]
    assert len(table) == 3


def test_unknown_column_names_the_columns() -> None:
    with pytest.raises(UnknownNameError, match=r"no column 'm'; there are n, row\."):
        pascal().column("m")


def test_triangle_of_a_plain_table_is_refused() -> None:
    with pytest.raises(DataError, match="not a number triangle"):
        Table("t", "T", (N,), ("n",)).triangle()


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        (N, True),
        (N, 1.0),
        (N, "1"),
        (N, NARROW),
        (N, -NARROW),
        (Column("n", "integer", "N.", wide=True), 2**14_001),
        (ROW, [1]),
        (ROW, (1, True)),
        (ROW, (1, 1.5)),
        (ROW, (NARROW,)),
        (Column("t", "text", "T."), "two\nlines"),
        (Column("t", "text", "T."), "\ud800"),
        (Column("t", "text", "T."), 1),
        (Column("b", "boolean", "B."), 1),
    ],
)
def test_cells_of_another_kind_are_refused(column: Column, cell: object) -> None:
    with pytest.raises(DataError, match=f"Row 1 .* column '{column.name}'"):
        Table("t", "T", (column,), (column.name,), [(cell,)])


def test_wide_columns_take_what_narrow_ones_refuse() -> None:
    wide = Column("n", "integer", "N.", wide=True)
    assert Table("t", "T", (wide,), ("n",), [(-NARROW,), (NARROW,)]).column("n")[1] == 2**53


@pytest.mark.parametrize("rows", [[(1,), (1,)], [(2,), (1,)]])
def test_rows_out_of_order_or_equal_are_refused(rows: list[tuple[int]]) -> None:
    with pytest.raises(DataError, match=r"Row 2 .* is not after row 1"):
        Table("t", "T", (N,), ("n",), rows)


def test_rows_of_the_wrong_length_are_refused() -> None:
    with pytest.raises(DataError, match=r"Row 2 .* has 2 cells, not 1"):
        Table("t", "T", (N,), ("n",), [(1,), (2, 3)])


@pytest.mark.parametrize(
    ("name", "title", "columns", "key"),
    [
        ("T", "T", (N,), ("n",)),
        ("t", "T\n", (N,), ("n",)),
        ("t", "T", (), ("n",)),
        ("t", "T", (N, N), ("n",)),
        ("t", "T", (N,), ("m",)),
        ("t", "T", (N,), ()),
    ],
)
def test_inconsistent_headers_are_refused(name, title, columns, key) -> None:
    with pytest.raises(DataError, match=r"Table( name)? '"):
        Table(name, title, columns, key)


@pytest.mark.parametrize(("name", "kind"), [("N", "integer"), ("n", "float")])
def test_unknown_kinds_and_odd_names_are_refused(name: str, kind: str) -> None:
    with pytest.raises(DataError, match=f"'{name}'"):
        Column(name, kind, "N.")


def test_a_triangle_must_be_in_a_column_of_integers() -> None:
    with pytest.raises(DataError, match="must hold integers"):
        Triangle(
            "t", "T", (N, Column("t", "text", "T.")), ("n",), oeis=Oeis("t", "N.", 0, ("nonn",))
        )


def test_tabl_is_refused_for_an_irregular_triangle() -> None:
    oeis = Oeis("row", "Rows.", 1, ("nonn", "tabl"))
    with pytest.raises(DataError, match="use 'tabf'"):
        Triangle("t", "T", (ROW,), ("row",), [((1,),), ((1, 1, 1),)], oeis=oeis)


@given(st.integers(0), st.integers(0))
def test_digits_in_texts_compare_as_numbers(first: int, second: int) -> None:
    assert (sort_key(f"F{first}") < sort_key(f"F{second}")) == (first < second)


@given(st.text(), st.text())
def test_natural_order_is_total(first: str, second: str) -> None:
    smaller, greater = sort_key(first) < sort_key(second), sort_key(first) > sort_key(second)
    assert smaller + greater + (first == second) == 1
