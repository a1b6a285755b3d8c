"""Markdown: a heading and a pipe table, as GitHub and MyST read it."""

from __future__ import annotations

import re

from polyfam.tables.table import Table
from polyfam.tables.views import shown

__all__ = ["dumps", "escape"]

# An underscore between two letters or digits is an ordinary character.
_MARKUP = re.compile(r"[\\`*\[\]<>#|~&$]|(?<![^\W_])_|_(?![^\W_])")


def dumps(table: Table) -> str:
    """Write a table as Markdown.

    Parameters
    ----------
    table : Table
        What to write.

    Returns
    -------
    str
        Heading, header, rows; integers are aligned right, booleans are ``yes`` and ``no``.

    Examples
    --------
    >>> from polyfam.tables import Column, Table
    >>> columns = (Column("n", "integer", "Row."), Column("row", "integers", "Entries."))
    >>> table = Table("pascal", "Binomials", columns, ("n",), [(0, (1,)), (1, (1, 1))])
    >>> print(dumps(table), end="")
    ## Binomials
    <BLANKLINE>
    | n | row |
    | ---: | :--- |
    | 0 | 1 |
    | 1 | 1, 1 |
    """
    marks = ["---:" if column.kind == "integer" else ":---" for column in table.columns]
    rows = ([escape(shown(cell, ", ")) for cell in row] for row in table)
    lines = [map(escape, table.names), marks, *rows]
    body = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    return f"## {escape(table.title)}\n\n{body}"


def escape(text: str) -> str:
    r"""Escape everything that Markdown would read as markup.

    Examples
    --------
    >>> escape("_a|b_c")
    '\\_a\\|b_c'
    """
    return _MARKUP.sub(r"\\\g<0>", text)
