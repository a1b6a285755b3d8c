"""Tables answer by key and condition, and show themselves to people and to other libraries."""

from __future__ import annotations

import pickle

import pandas
import pyarrow
import pytest

from polyfam.errors import UnknownNameError
from polyfam.tables import load_table, table_names
from polyfam.tables.column import NARROW
from tests.tables.strategies import pascal


def test_rows_are_found_by_their_key_and_cells_by_name() -> None:
    table = load_table("family-06")
    row = table["F6.3"]
    assert (row, row.id, row.coefficients) == (table.rows[2], "F6.3", (1, 14, 30, 14, 1))
    assert load_table("type-b-narayana")[0].coefficients == (1,)
    with pytest.raises(UnknownNameError, match=r"no row 'F6\.7'; they go from F6\.1 to F6\.6\.$"):
        table["F6.7"]
    with pytest.raises(UnknownNameError, match="'family-06' has no row '0'"):
        table[0]


def test_conditions_select_rows_and_names_select_columns() -> None:
    table = load_table("family-08")
    deep = table.where(lambda row: row.subtrees > 95, diameter=3)
    assert {row.diameter for row in deep} == {3}
    assert min(deep.column("subtrees")) > 95
    assert len(table.where(diameter=3)) > len(deep) > 0
    assert table.where().rows == table.rows
    assert table.select(["sigma"]).names == ("id", "sigma")
    for ask in (lambda: table.where(colour=1), lambda: table.select(["colour"])):
        with pytest.raises(UnknownNameError, match="no column 'colour'"):
            ask()


def test_tables_and_their_rows_can_be_pickled() -> None:
    table = load_table("family-07")
    copy = pickle.loads(pickle.dumps(table))
    assert copy == table
    assert copy["F7.2"] == pickle.loads(pickle.dumps(table["F7.2"]))
    assert copy["F7.2"].id == "F7.2"


@pytest.mark.parametrize("name", table_names())
def test_a_table_shows_itself_on_one_screen(name: str) -> None:
    lines = repr(load_table(name)).splitlines()
    assert len(lines) <= 20
    assert max(map(len, lines)) < 80


def test_html_escapes_and_holds_the_first_rows() -> None:
    html = load_table("family-13")._repr_html_()
    assert html.count("<tr>") == 1 + 15
    assert "F&lt;n&gt;.&lt;k&gt;" in html
    assert "F13.1301" in html


def test_frames_have_named_columns_and_exact_integers() -> None:
    table = load_table("eulerian")
    for frame in (table.to_pandas(), pandas.DataFrame(table)):
        assert [*frame.columns] == [*table.names]
        assert frame["value_at_one"][59] == table[60].value_at_one > NARROW


def test_arrow_reads_the_table_itself() -> None:
    table = pascal(5)
    arrow = pyarrow.table(table)
    assert arrow.column_names == ["n", "row"]
    assert arrow.column("row").to_pylist()[2] == ["1", "2", "1"]
