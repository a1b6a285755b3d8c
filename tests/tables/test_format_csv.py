"""CSV, against the csv module, itself and texts that differ in one detail."""

from __future__ import annotations

import csv as standard
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyfam.errors import DataError
from polyfam.tables import Column, Table
from polyfam.tables.formats import csv
from tests.tables.strategies import pascal, tables

COLUMNS = (
    Column("id", "text", "Name."),
    Column("n", "integer", "Integer."),
    Column("row", "integers", "Integers.", wide=True),
    Column("real", "boolean", "Boolean."),
)
EMPTY = Table("sample", "Sample", COLUMNS, ("id",))
TEXT = 'id,n,row,real\nF1.1,1,"[1,4,1]",1\nF1.2,-2,[],0\n'


@given(tables())
def test_csv_round_trip(table: Table) -> None:
    assert csv.loads(csv.dumps(table), table.with_rows([])) == table


@given(tables())
def test_csv_is_read_by_the_standard_module(table: Table) -> None:
    lines = list(standard.reader(io.StringIO(csv.dumps(table), newline="")))
    assert tuple(lines[0]) == table.names
    assert len(lines) == len(table) + 1


def test_cells_have_the_lexical_forms_of_the_manifest() -> None:
    rows = [("F1.1", 1, (1, 4, 1), True), ("F1.2", -2, (), False)]
    assert csv.dumps(EMPTY.with_rows(rows)) == TEXT
    assert csv.loads(TEXT, EMPTY).rows == tuple(rows)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("id,n", "n,id", "Line 1 of table 'sample' must be id,n,row,real"),
        ("F1.1,1,", "F1.1,01,", "Line 2 .* '01' in column 'n' is not an integer"),
        ("F1.1,1,", "F1.1,+1,", "Line 2 .* is not an integer"),
        ("F1.1,1,", "F1.1, 1,", "Line 2 .* is not an integer"),
        ("F1.1,1,", "F1.1,1_0,", "Line 2 .* is not an integer"),
        ("F1.1,1,", "F1.1,١,", "Line 2 .* is not an integer"),  # noqa: RUF001 (a digit it is)
        ("F1.1,1,", "F1.1,1.0,", "Line 2 .* is not an integer"),
        ("F1.1,1,", f"F1.1,{'9' * 5000},", "Line 2 .* is not an integer"),
        ("F1.1,1,", f"F1.1,{2**53},", "Row 1 .* not of kind 'integer'"),
        ("-2", "-0", "Line 3 .* is not an integer"),
        ("[1,4,1]", "[1,,4,1]", "Line 2 .* '' in column 'row'"),
        ("[1,4,1]", "[1,4,1,]", "Line 2 .* '' in column 'row'"),
        ("[1,4,1]", "[1, 4,1]", "Line 2 .* ' 4' in column 'row'"),
        ("[1,4,1]", "[1;4;1]", "Line 2 .* is not an integer"),
        ("[1,4,1]", "1 4 1", "Line 2 .* is not a JSON array"),
        ("[]", "", "Line 3 .* is not a JSON array"),
        (",1\n", ",true\n", "Line 2 .* must be 0 or 1"),
        ("[],0", "[]", "Line 3 .* has 3 cells, not 4"),
        ("[],0", "[],0,", "Line 3 .* has 5 cells, not 4"),
        ("F1.2", "F1.1", "Row 2 .* is not after row 1"),
        ("F1.2", '"F1.2"', "Line 3 .* needless quotes"),
        ("F1.2", '"F1.2', "not CSV"),
        (",0\n", ",0", "Line 3 .* no final newline"),
        (",0\n", ",0\n\n", "Line 4 .* has 0 cells"),
        ("\n", "\r\n", "Line 1 .* another line end"),
        ("id", "\ufeffid", "Line 1"),
    ],
)
def test_every_other_text_is_refused(old: str, new: str, message: str) -> None:
    text = TEXT.replace(old, new)
    assert text != TEXT
    with pytest.raises(DataError, match=message):
        csv.loads(text, EMPTY)


@given(st.data())
def test_a_changed_character_is_an_error_or_another_table(data: st.DataObject) -> None:
    table = pascal(5)
    text = csv.dumps(table)
    position = data.draw(st.integers(0, len(text) - 1))
    changed = text[:position] + data.draw(st.characters()) + text[position + 1 :]
    try:
        assert (csv.loads(changed, table) == table) == (changed == text)
    except DataError:
        assert changed != text


@given(st.text())
def test_garbage_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(DataError):
        csv.loads(text, EMPTY)
