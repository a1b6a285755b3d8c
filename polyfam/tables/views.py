"""Tables on a screen: at most 20 lines of 79 characters as text, or HTML for a notebook."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from polyfam.tables.table import Table

__all__ = ["as_html", "as_text", "shown"]

_WIDTH, _CELL, _HEAD, _TAIL = 79, 30, 12, 2


def as_text(table: Table) -> str:
    """Return title, columns and some rows of a table, cut to one screen.

    Examples
    --------
    >>> from polyfam import load_table
    >>> print(as_text(load_table("narayana").select(["coefficients"]).where(n=3)))
    <Table narayana: 1 row>
    Narayana numbers, the beta-polynomials of the paths
    n  coefficients
    3  1 3 1
    """
    count = f"{len(table):,} {'row' if len(table) == 1 else 'rows'}"
    lines = [f"<{type(table).__name__} {table.name}: {count}>", table.title]
    rows = [table.names, *(tuple(map(shown, row)) for row in _some(table))]
    rows = [tuple(_cut(cell, _CELL) for cell in row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    cells = (map(str.ljust, row, widths) for row in rows)
    lines += [_cut("  ".join(row).rstrip(), _WIDTH) for row in cells]
    if len(table) > _HEAD + _TAIL:
        lines.insert(len(lines) - _TAIL, "...")
    return "\n".join(_cut(line, _WIDTH) for line in lines)


def as_html(table: Table) -> str:
    """Return title, columns and some rows of a table as HTML.

    Examples
    --------
    >>> from polyfam import load_table
    >>> as_html(load_table("family-04")).count("<tr>")
    3
    """
    head = "".join(
        f'<th title="{escape(column.meaning)}">{escape(column.name)}</th>'
        for column in table.columns
    )
    lines = [
        "".join(f"<td>{escape(_cut(shown(cell), 80))}</td>" for cell in row) for row in _some(table)
    ]
    if len(table) > _HEAD + _TAIL:
        lines.insert(_HEAD, f'<td colspan="{len(table.columns)}">...</td>')
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    caption = f"{escape(table.title)} ({len(table):,} rows)"
    return (
        f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )


def shown(cell: object, separator: str = " ") -> str:
    """Return a cell as people read it.

    Examples
    --------
    >>> shown((1, 4, 1)), shown(True), shown("F6.3")
    ('1 4 1', 'yes', 'F6.3')
    """
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return separator.join(map(str, cell)) if isinstance(cell, tuple) else str(cell)


def _some(table: Table) -> list[tuple[object, ...]]:
    """Return the first and the last rows."""
    rows = table.rows
    return list(rows if len(rows) <= _HEAD + _TAIL else (*rows[:_HEAD], *rows[-_TAIL:]))


def _cut(text: str, width: int) -> str:
    """Return a text cut to a width."""
    return text if len(text) <= width else f"{text[: width - 3]}..."
