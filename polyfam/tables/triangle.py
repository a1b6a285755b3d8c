"""Triangles: tables that are sequences of the OEIS as well.

The `Oeis` description names the column that holds the terms, one row of a number triangle or one
term a row.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import final

from polyfam._checked import checked
from polyfam.errors import DataError
from polyfam.tables.sequence import Oeis
from polyfam.tables.table import Table

__all__ = ["Triangle", "as_triangle"]


@checked
@final
@dataclass(frozen=True, repr=False)
class Triangle(Table):
    """Hold a table that is a number triangle or a sequence.

    Parameters
    ----------
    name, title : str
        As for a `Table`.
    columns : tuple of Column
        As for a `Table`.
    primary_key : tuple of str
        As for a `Table`.
    rows : iterable of tuple, default empty
        As for a `Table`.
    notes : Notes, optional
        As for a `Table`.
    oeis : Oeis
        Which column holds the terms, and what the OEIS says of them.

    Raises
    ------
    DataError
        As for a `Table`; and if the terms are no integers, or the keyword ``tabl`` is given to
        rows that are not of the lengths 1, 2, 3, ...

    Examples
    --------
    >>> from polyfam.tables import Column
    >>> row = Column("row", "integers", "Entries.")
    >>> oeis = Oeis("row", "Triangle.", 1, ("nonn", "tabl"))
    >>> Triangle("t", "T", (row,), ("row",), [((1,),), ((1, 1),)], oeis=oeis).triangle()
    ((1,), (1, 1))
    """

    oeis: Oeis = field(kw_only=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.columns[self.index(self.oeis.column)].kind not in ("integers", "integer"):
            raise DataError(f"Column '{self.oeis.column}' must hold integers.")
        lengths = [len(row) for row in self.triangle()]
        if "tabl" in self.oeis.keywords and lengths != [*range(1, len(self) + 1)]:
            raise DataError(f"Table '{self.name}' is not a regular triangle: use 'tabf'.")

    def triangle(self) -> tuple[tuple[int, ...], ...]:
        """Return the terms, row by row.

        Returns
        -------
        tuple of tuple of int
            One a row; of length 1 for a sequence.

        Examples
        --------
        >>> from polyfam import load_table
        >>> load_table("eulerian").triangle()[:3]
        ((1,), (1, 1), (1, 4, 1))
        """
        cells = self.column(self.oeis.column)
        return tuple(cell if isinstance(cell, tuple) else (cell,) for cell in cells)


def as_triangle(table: Table) -> Triangle:
    """Return a table that is known to be a triangle, or refuse it.

    Raises
    ------
    DataError
        If the table is not a number triangle.
    """
    if not isinstance(table, Triangle):
        raise DataError(f"Table '{table.name}' is not a number triangle: use csv or json.")
    return table
