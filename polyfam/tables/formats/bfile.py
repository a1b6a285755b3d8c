"""OEIS b-file: one line ``n a(n)`` a term, a triangle read by rows.

ASCII, one space, LF line ends and a final one, comments ``#`` only at the top, consecutive n
from the offset, terms of at most 1,000 digits.

References
----------
OEIS Wiki, *B-files*, https://oeis.org/wiki/B-files
"""

from __future__ import annotations

import re
from itertools import chain

from polyfam.errors import DataError
from polyfam.tables.formats._number import a_number
from polyfam.tables.table import Table, as_triangle

__all__ = ["MAX_DIGITS", "dumps", "terms", "validate"]

MAX_DIGITS = 1000
_LINE = re.compile("(0|-?[1-9][0-9]*) (0|-?[1-9][0-9]*)")


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
    flat = chain.from_iterable(triangle.triangle())
    lines = [f"{n} {term}\n" for n, term in enumerate(flat, triangle.oeis.offset)]
    text = f"# {a_number(triangle)}: {triangle.oeis.name}\n" + "".join(lines)
    if complaints := validate(text):
        raise DataError(f"Table '{table.name}' has no b-file: {complaints[0]}")
    return text


def validate(text: str, offset: int | None = None) -> list[str]:
    r"""Check the text of a b-file.

    Parameters
    ----------
    text : str
        The content of a file.
    offset : int, optional
        The index the first term must have.

    Returns
    -------
    list of str
        One sentence a breach, in the order of the lines; empty for a flawless file.

    Examples
    --------
    >>> validate("0 1\n1 1\n3 2\n")
    ['Line 3: the index must be 2, not 3.']
    """
    complaints = []
    if not text.isascii():
        complaints.append("The text must be ASCII.")
    if not text.endswith("\n"):
        complaints.append("The last line must end with a newline.")
    expected = offset
    started = False
    for number, line in enumerate(text.removesuffix("\n").split("\n"), start=1):
        if line.startswith("#") and not started:
            if "\r" in line:
                complaints.append(f"Line {number}: lines must end in LF alone.")
            continue
        started = True
        match = _LINE.fullmatch(line)
        if not match:
            complaints.append(f"Line {number}: {line[:40]!r} must be an index, a space, a term.")
            continue
        if len(match[2].lstrip("-")) > MAX_DIGITS:
            complaints.append(f"Line {number}: the term has more than {MAX_DIGITS:,} digits.")
        if len(match[1]) > 18:
            complaints.append(f"Line {number}: the index has more than 18 digits.")
            continue
        index = int(match[1])
        if expected is not None and index != expected:
            complaints.append(f"Line {number}: the index must be {expected}, not {index}.")
        expected = index + 1
    if not started:
        complaints.append("There must be at least one term.")
    return complaints


def terms(text: str) -> tuple[int, tuple[int, ...]]:
    r"""Read the offset and the terms of a b-file.

    Parameters
    ----------
    text : str
        The content of a file.

    Returns
    -------
    offset : int
        Index of the first term.
    terms : tuple of int
        All terms.

    Raises
    ------
    DataError
        If `validate` has a complaint; the message is the first one.

    Examples
    --------
    >>> terms("# Fibonacci numbers\n0 0\n1 1\n2 1\n3 2\n")
    (0, (0, 1, 1, 2))
    """
    if complaints := validate(text):
        raise DataError(complaints[0])
    pairs = [line.split(" ") for line in text.splitlines() if not line.startswith("#")]
    return int(pairs[0][0]), tuple(int(term) for _, term in pairs)
