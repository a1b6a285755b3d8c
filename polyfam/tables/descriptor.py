"""Table headers as Data Package 2.0 descriptors, both ways.

A table without its rows is a *data resource*: name, title and a Table Schema whose fields carry
the meaning of each column.  The manifest lists such descriptors, and the JSON format is one with
its rows inside.  What the standard has no word for stands under ``wide``, ``oeis`` and ``notes``.
Data 1.0.0 separated the entries of lists by blanks, a ``list`` in the standard's words; since
2.0.0 they are JSON arrays.  Both are read, the arrays are written.

References
----------
Data Package Standard 2.0, https://datapackage.org/standard/data-package/
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from polyfam.errors import DataError, PolyfamError
from polyfam.tables.column import Column
from polyfam.tables.sequence import Oeis
from polyfam.tables.table import Notes, Table
from polyfam.tables.triangle import Triangle

__all__ = ["PROFILES", "from_descriptor", "to_descriptor"]

PROFILES = "https://datapackage.org/profiles/2.0/"
_FIELD_TYPES: dict[str, dict[str, Any]] = {
    "integer": {"type": "integer"},
    "integers": {"type": "array"},
    "text": {"type": "string"},
    "boolean": {"type": "boolean", "trueValues": ["1"], "falseValues": ["0"]},
}
_KINDS = {options["type"]: kind for kind, options in _FIELD_TYPES.items()} | {"list": "integers"}


def to_descriptor(table: Table) -> dict[str, Any]:
    """Return the header of `table` as a data resource without path or data.

    Parameters
    ----------
    table : Table
        Its rows are not looked at.

    Returns
    -------
    dict
        Ready for `json.dumps`.

    Examples
    --------
    >>> table = Table("t", "Squares", (Column("n", "integer", "Index."),), ("n",))
    >>> to_descriptor(table)["schema"]["fields"]
    [{'name': 'n', 'type': 'integer', 'description': 'Index.'}]
    """
    descriptor: dict[str, Any] = {"name": table.name, "title": table.title, "type": "table"}
    descriptor["schema"] = {
        "$schema": f"{PROFILES}tableschema.json",
        "fields": [_field(column) for column in table.columns],
        "primaryKey": list(table.primary_key),
    }
    if isinstance(table, Triangle):
        entries = asdict(table.oeis).items()
        descriptor["oeis"] = {k: v for k, v in entries if v not in ((), "")}
    if table.notes != Notes():
        descriptor["notes"] = asdict(table.notes)
    return descriptor


def from_descriptor(descriptor: Mapping[str, Any]) -> Table:
    """Return the table without rows that a descriptor describes.

    Parameters
    ----------
    descriptor : mapping
        As returned by `to_descriptor`; other properties are ignored.

    Returns
    -------
    Table
        With no rows.

    Raises
    ------
    DataError
        If a property is missing or is not of the right type.

    Examples
    --------
    >>> table = Table("t", "Squares", (Column("n", "integer", "Index."),), ("n",))
    >>> from_descriptor(to_descriptor(table)) == table
    True
    """
    try:
        schema = descriptor["schema"]
        head = (
            _text(descriptor["name"]),
            _text(descriptor["title"]),
            tuple(map(_column, schema["fields"])),
            tuple(map(_text, schema["primaryKey"])),
        )
        notes = Notes(**{k: _text(v) for k, v in descriptor.get("notes", {}).items()})
        if "oeis" in descriptor:
            return Triangle(*head, notes=notes, oeis=_oeis(descriptor["oeis"]))
        return Table(*head, notes=notes)
    except PolyfamError:
        raise
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise DataError(
            f"The description of a table is damaged at {error}; a fresh one is written by "
            "`polyfam data build`."
        ) from error


def _field(column: Column) -> dict[str, Any]:
    """Return a Table Schema field."""
    wide = {"wide": True} if column.wide else {}
    return {
        "name": column.name,
        **_FIELD_TYPES[column.kind],
        "description": column.meaning,
        **wide,
    }


def _column(entry: Mapping[str, Any]) -> Column:
    """Return the column a Table Schema field describes."""
    kind = _KINDS[entry["type"]]
    options = {key: entry.get(key) for key in _FIELD_TYPES[kind]}
    if entry["type"] != "list" and options != _FIELD_TYPES[kind]:
        raise TypeError(f"field {entry['name']!r}")
    return Column(
        _text(entry["name"]), kind, _text(entry["description"]), entry.get("wide") is True
    )


def _oeis(entry: Mapping[str, Any]) -> Oeis:
    """Return the OEIS description, its lists turned back into tuples."""
    unknown = set(entry) - {item.name for item in fields(Oeis)}
    if unknown or type(entry["offset"]) is not int:
        raise TypeError(f"'oeis' ({', '.join(sorted(unknown)) or 'offset'})")
    values: dict[str, Any] = {k: tuple(v) if type(v) is list else v for k, v in entry.items()}
    return Oeis(**values)


def _text(value: object) -> str:
    """Return `value` if it is a text."""
    if type(value) is not str:
        raise TypeError(repr(value))
    return value
