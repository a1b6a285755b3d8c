"""JSON, against the json module, itself and damaged documents."""

from __future__ import annotations

import json as standard

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyfam.errors import DataError
from polyfam.tables.column import NARROW
from polyfam.tables.formats import json
from polyfam.tables.table import Table
from tests.tables.strategies import pascal, tables


@given(tables())
def test_json_round_trip(table: Table) -> None:
    assert json.loads(json.dumps(table)) == table


def test_json_round_trip_keeps_the_oeis_description() -> None:
    assert json.loads(json.dumps(pascal())) == pascal()


@given(tables())
def test_no_number_is_beyond_the_reach_of_floats(table: Table) -> None:
    def check(digits: str) -> int:
        assert abs(int(digits)) < NARROW
        return int(digits)

    standard.loads(json.dumps(table), parse_int=check)


def test_wide_integers_are_strings_whatever_their_size() -> None:
    document = standard.loads(json.dumps(pascal(3)))
    assert document["data"][2] == {"n": 2, "row": ["1", "2", "1"]}


def test_one_row_stands_on_one_line() -> None:
    assert '\n    {"n": 2, "row": ["1", "2", "1"]}\n' in json.dumps(pascal(3))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"n": 2, ', "", "Row 3 .* must have the properties n, row"),
        ('"n": 2, ', '"n": 2, "m": 2, ', "Row 3 .* must have the properties n, row"),
        ('"n": 2', '"n": 2.0', "not of kind 'integer'"),
        ('"n": 2', '"n": "2"', "not of kind 'integer'"),
        ('"n": 2', '"n": true', "not of kind 'integer'"),
        ('"n": 2', '"n": [2]', "not of kind 'integer'"),
        ('"n": 2', '"n": NaN', "not of kind 'integer'"),
        ('"n": 2', '"n": 0', "Row 3 .* is not after row 2"),
        ('"n": 2', f'"n": {"9" * 5000}', "not JSON"),
        ('"2"', "2", "decimal strings, not '2'"),
        ('"2"', '"02"', "decimal strings, not '02'"),
        ('"2"', '["2"]', "decimal strings"),
        ('["1", "2", "1"]', '"121"', "not of kind 'integers'"),
        ('"data"', '"date"', "'data' is the list of rows"),
        ('"title"', '"titel"', "damaged at 'title'"),
        ('"type": "integer"', '"type": "number"', "damaged at 'number'"),
        ('"type": "array"', '"type": "object"', "damaged at 'object'"),
        ('"primaryKey": [\n      "n"\n    ]', '"primaryKey": 1', "damaged"),
        ('"offset": 0', '"offset": "0"', "damaged at 'oeis' \\(offset\\)"),
        ('"offset": 0', '"offset": 0, "author": "A"', "damaged at 'oeis' \\(author\\)"),
        ("}\n", "", "not JSON"),
    ],
)
def test_damaged_documents_are_refused(old: str, new: str, message: str) -> None:
    text = json.dumps(pascal(3))
    assert old in text
    with pytest.raises(DataError, match=message):
        json.loads(text.replace(old, new))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(st.text() | JSON.map(standard.dumps))
def test_garbage_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(DataError):
        json.loads(text)


@given(st.sampled_from(["schema", "oeis", "notes", "name", "title"]), JSON)
def test_a_damaged_description_is_refused(name: str, value: object) -> None:
    document = standard.loads(json.dumps(pascal(2)))
    document[name] = value
    try:
        table = json.loads(standard.dumps(document))
    except DataError:
        return
    assert table.with_rows([]) == json.loads(json.dumps(table.with_rows([])))


def test_deep_nesting_is_refused_without_a_crash() -> None:
    for depth in (500, 100_000):
        with pytest.raises(DataError):
            json.loads("[" * depth + "]" * depth)
        nested = "[" * depth + "]" * depth
        with pytest.raises(DataError):
            json.loads(json.dumps(pascal(3)).replace('"n": 2', f'"n": {nested}'))
