"""Table headers as Data Package 2.0 descriptors, both ways.

A table without its rows is a *data resource*: name, title and a Table Schema whose fields carry
the meaning of each column.  The manifest lists such descriptors, and the JSON format is one with
its rows inside.  What the standard has no word for stands under ``wide``, ``oeis`` and ``notes``.

References
----------
Data Package Standard 2.0, https://datapackage.org/standard/data-package/
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from polyfam.errors import DataError, PolyfamError
from polyfam.tables.table import Column, Notes, Oeis, Table

__all__ = ["PROFILES", "from_descriptor", "to_descriptor"]

PROFILES = "https://datapackage.org/profiles/2.0/"
_FIELD_TYPES: dict[str, dict[str, Any]] = {
    "integer": {"type": "integer"},
    "integers": {"type": "list", "itemType": "integer", "delimiter": " "},
    "text": {"type": "string"},
    "boolean": {"type": "boolean", "trueValues": ["1"], "falseValues": ["0"]},
}
_KINDS = {options["type"]: kind for kind, options in _FIELD_TYPES.items()}


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
    if table.oeis:
        descriptor["oeis"] = _as_lists({k: v for k, v in asdict(table.oeis).items() if v != ()})
    if table.notes:
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
        oeis, notes = descriptor.get("oeis"), descriptor.get("notes")
        return Table(
            _text(descriptor["name"]),
            _text(descriptor["title"]),
            tuple(map(_column, schema["fields"])),
            tuple(map(_text, schema["primaryKey"])),
            oeis=None if oeis is None else _oeis(oeis),
            notes=None if notes is None else Notes(**{k: _text(v) for k, v in notes.items()}),
        )
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
    if {key: entry.get(key) for key in _FIELD_TYPES[kind]} != _FIELD_TYPES[kind]:
        raise TypeError(f"field {entry['name']!r}")
    return Column(
        _text(entry["name"]), kind, _text(entry["description"]), entry.get("wide") is True
    )


def _oeis(entry: Mapping[str, Any]) -> Oeis:
    """Return the OEIS description, its lists turned back into tuples."""
    unknown = set(entry) - {item.name for item in fields(Oeis)}
    if unknown or type(entry["offset"]) is not int:
        raise TypeError(f"'oeis' ({', '.join(sorted(unknown)) or 'offset'})")
    return Oeis(**_as_tuples(entry))


def _text(value: object) -> str:
    """Return `value` if it is a text."""
    if type(value) is not str:
        raise TypeError(repr(value))
    return value


def _as_lists(value: Any) -> Any:
    """Turn tuples into lists, as JSON does."""
    if isinstance(value, dict):
        return {key: _as_lists(item) for key, item in value.items()}
    return [_as_lists(item) for item in value] if isinstance(value, tuple) else value


def _as_tuples(value: Any) -> Any:
    """Turn lists into tuples."""
    if isinstance(value, dict):
        return {key: _as_tuples(item) for key, item in value.items()}
    return tuple(map(_as_tuples, value)) if isinstance(value, list) else value
