r"""LaTeX: a ``longtable`` with rules of ``booktabs``, to be read with ``\input``."""

from __future__ import annotations

from collections.abc import Iterable

from polyfam.tables.column import Cell
from polyfam.tables.table import Table

__all__ = ["dumps"]

_ESCAPES = str.maketrans(
    {
        **{character: f"\\{character}" for character in "&%$#_{}"},
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        '"': r"\textquotedbl{}",
    }
)


def dumps(table: Table) -> str:
    r"""Write a table as LaTeX.

    Parameters
    ----------
    table : Table
        What to write.

    Returns
    -------
    str
        A ``longtable``; the document needs the packages ``longtable`` and ``booktabs``.

    Examples
    --------
    >>> from polyfam.tables import Column, Table
    >>> columns = (Column("n", "integer", "Row."), Column("row", "integers", "Entries."))
    >>> table = Table("pascal", "Binomials", columns, ("n",), [(0, (1,)), (1, (1, 1))])
    >>> print(dumps(table), end="")
    % \usepackage{longtable,booktabs}
    \begin{longtable}{rl}
    \caption{Binomials}\\
    \toprule
    n & row \\
    \midrule
    \endhead
    \bottomrule
    \endfoot
    $0$ & $1$ \\
    $1$ & $1, 1$ \\
    \end{longtable}
    """
    columns = "".join("r" if column.kind == "integer" else "l" for column in table.columns)
    lines = [
        r"% \usepackage{longtable,booktabs}",
        rf"\begin{{longtable}}{{{columns}}}",
        rf"\caption{{{_escape(table.title)}}}\\",
        r"\toprule",
        _line(map(_escape, table.names)),
        r"\midrule",
        r"\endhead",
        r"\bottomrule",
        r"\endfoot",
        *(_line(map(_text, row)) for row in table),
        r"\end{longtable}",
    ]
    return "\n".join(lines) + "\n"


def _line(cells: Iterable[str]) -> str:
    """Return one line of the table."""
    return " & ".join(cells) + r" \\"


def _escape(text: str) -> str:
    """Escape everything that LaTeX would read as a command."""
    return text.translate(_ESCAPES)


def _text(cell: Cell) -> str:
    """Return what stands in the table; an empty list stays empty."""
    match cell:
        case bool():
            return "yes" if cell else "no"
        case tuple():
            return f"${', '.join(map(str, cell))}$" if cell else ""
        case int():
            return f"${cell}$"
        case _:
            return _escape(cell)
