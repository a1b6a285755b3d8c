"""How values show themselves in notebooks: a table, or text as it stands."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

__all__ = ["preformatted", "table"]


def table(rows: Iterable[Iterable[object]], head: Iterable[object] = ()) -> str:
    """Return an HTML table.

    Examples
    --------
    >>> table([(1, "a < b")], head=("n", "claim"))
    '<table><tr><th>n</th><th>claim</th></tr><tr><td>1</td><td>a &lt; b</td></tr></table>'
    """
    lines = [_line(head, "th")] if (head := tuple(head)) else []
    return f"<table>{''.join([*lines, *(_line(row, 'td') for row in rows)])}</table>"


def preformatted(text: str) -> str:
    """Return a text as HTML that keeps its lines and columns.

    Examples
    --------
    >>> preformatted("a < b")
    '<pre>a &lt; b</pre>'
    """
    return f"<pre>{escape(text)}</pre>"


def _line(cells: Iterable[object], tag: str) -> str:
    """Return a row of a table."""
    return f"<tr>{''.join(f'<{tag}>{escape(str(cell))}</{tag}>' for cell in cells)}</tr>"
