"""Table headers as Data Package descriptors, there and back."""

from __future__ import annotations

import json

from hypothesis import given

from polyfam.tables.descriptor import from_descriptor, to_descriptor
from polyfam.tables.table import Table
from tests.tables.strategies import pascal, tables


@given(tables())
def test_descriptor_round_trip_through_json(table: Table) -> None:
    header = table.with_rows([])
    assert from_descriptor(json.loads(json.dumps(to_descriptor(table)))) == header


def test_field_types_are_those_of_the_standard() -> None:
    descriptor = to_descriptor(pascal())
    n, row = descriptor["schema"]["fields"]
    assert n == {"name": "n", "type": "integer", "description": "Row."}
    assert row == {
        "name": "row",
        "type": "array",
        "description": "Entries.",
        "wide": True,
    }
    assert descriptor["schema"]["primaryKey"] == ["n"]
    assert descriptor["oeis"]["number"] == "A007318"
