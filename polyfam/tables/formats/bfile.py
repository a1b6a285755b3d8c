"""OEIS b-file: one line ``n a(n)`` a term, a triangle read by rows.

ASCII, one space, LF line ends and a final one, comments ``#`` only at the top, consecutive n
from the offset, terms of at most 1,000 digits.

References
----------
OEIS Wiki, *B-files*, https://oeis.org/wiki/B-files
"""

from __future__ import annotations

from itertools import chain

from polyfam.errors import DataError
from polyfam.tables.table import Table
from polyfam.tables.triangle import as_triangle

__all__ = ["MAX_DIGITS", "dumps"]

MAX_DIGITS = 1000


def dumps(table: Table) -> str:
    """Write a number triangle as a b-file.

    Parameters
    ----------
    table : Table
        A number triangle.

    Returns
    -------
    str
        A comment with the definition, then the terms.

    Raises
    ------
    DataError
        If the table is not a number triangle, has no terms, or a term has more than 1,000
        digits.

    Examples
    --------
    >>> from polyfam.tables import Column, Oeis, Triangle
    >>> oeis = Oeis("row", "Binomial coefficients.", 0, ("nonn", "tabl"), "A007318")
    >>> columns = (Column("row", "integers", "Entries."),)
    >>> rows = [((1,),), ((1, 1),)]
    >>> table = Triangle("pascal", "Binomials", columns, ("row",), rows, oeis=oeis)
    >>> print(dumps(table), end="")
    # A007318: Binomial coefficients.
    0 1
    1 1
    2 1
    """
    triangle = as_triangle(table)
    flat = tuple(chain.from_iterable(triangle.triangle()))
    if not flat or max(len(str(abs(term))) for term in flat) > MAX_DIGITS:
        fault = (
            f"a term has more than {MAX_DIGITS:,} digits"
            if flat
            else "there must be at least one term"
        )
        raise DataError(f"Table '{table.name}' has no b-file: {fault}.")
    lines = [f"{n} {term}\n" for n, term in enumerate(flat, triangle.oeis.offset)]
    return f"# {triangle.oeis.label}: {triangle.oeis.name}\n" + "".join(lines)
