"""The formats tables are written in, one module each.

Every module offers ``dumps(table)``; ``csv`` and ``json`` also ``loads``.  A new format is one new
module and its line below.
"""

from __future__ import annotations

from importlib import import_module

from polyfam._checks import instance, quoted, text
from polyfam.errors import UnknownNameError
from polyfam.tables.table import Table

__all__ = ["FORMATS", "dumps", "format_of"]

#: The names of the formats, and how the names of their files end.
FORMATS = {
    "csv": ".csv",
    "json": ".json",
    "markdown": ".md",
    "latex": ".tex",
    "oeis": ".seq",
    "bfile": ".bfile",
    "findstat": ".findstat",
    "parquet": ".parquet",
}


def dumps(table: Table, name: str) -> str | bytes:
    r"""Write a table in a named format.

    Parameters
    ----------
    table : Table
        What to write.
    name : {'csv', 'json', 'markdown', 'latex', 'oeis', 'bfile', 'findstat', 'parquet'}
        Parquet gives bytes, all others text that ends in a newline.

    Returns
    -------
    str or bytes
        The content of a file.

    Raises
    ------
    ArgumentTypeError
        If `table` is no table or `name` no text.
    UnknownNameError
        If there is no such format.
    DataError
        If the table cannot be written in it, say because it is not a number triangle.
    MissingExtraError
        If the format needs a library that is not installed.

    Examples
    --------
    >>> from polyfam.tables import Column, Table
    >>> table = Table("t", "T", (Column("n", "integer", "Index."),), ("n",), [(1,), (2,)])
    >>> dumps(table, "csv")
    'n\n1\n2\n'
    """
    instance(table, Table, "table", "a Table")
    if text(name, "name") not in FORMATS:
        raise UnknownNameError(f"Format must be one of {', '.join(FORMATS)}, not {quoted(name)}.")
    content: str | bytes = import_module(f"{__name__}.{name}").dumps(table)
    return content


def format_of(suffix: str) -> str | None:
    """Return the format that a file's suffix stands for, None if it stands for none.

    Examples
    --------
    >>> format_of(".TEX"), format_of("")
    ('latex', None)
    """
    return next((name for name, end in FORMATS.items() if end == suffix.lower()), None)
