"""OEIS internal format: one item a line, ``%x Annnnnn text``.

The order of the lines is %I %S %T %U %N %C %D %H %F %e %p %t %o %Y %K %O %A.  The data, without
blanks, fill %S and %T with up to 69 characters each and %U with the rest; they hold about 260
characters when counted with ", ", end at a row's end and never cut a term.  What a table says of
itself, `Oeis` has checked; that entries keep the rules is tested.

A table without an A-number gets a placeholder and no author: submitting is for a person to do.

References
----------
OEIS, *Internal format*, https://oeis.org/eishelp1.html; OEIS Wiki, *Style sheet*.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate, chain

from polyfam.errors import DataError
from polyfam.tables.table import Table
from polyfam.tables.triangle import Triangle, as_triangle

__all__ = ["DATA_LENGTH", "LINE_LENGTH", "dumps"]

LINE_LENGTH = 69
DATA_LENGTH = 260
_MINIMUM_TERMS = 4
_EXAMPLE_ROWS = 8
_EXAMPLE_WIDTH = 79


def dumps(table: Table) -> str:
    """Write a number triangle in the OEIS internal format.

    Parameters
    ----------
    table : Table
        A number triangle with at least four terms.

    Returns
    -------
    str
        An entry.

    Raises
    ------
    DataError
        If the table is not a number triangle, has fewer than four terms, a term longer than a
        line, or a negative one without the keyword ``sign``.

    Examples
    --------
    >>> from polyfam.tables import Column, Oeis, Triangle
    >>> oeis = Oeis("row", "Binomial coefficients.", 0, ("nonn", "tabl"), "A007318")
    >>> rows = [((1,),), ((1, 1),), ((1, 2, 1),)]
    >>> columns = (Column("row", "integers", "Entries."),)
    >>> print(dumps(Triangle("pascal", "Binomials", columns, ("row",), rows, oeis=oeis)), end="")
    %I A007318
    %S A007318 1,1,1,1,2,1
    %N A007318 Binomial coefficients.
    %H A007318 <a href="/A007318/b007318.txt">Rows 0..2, flattened</a>
    %e A007318 Triangle begins:
    %e A007318   1;
    %e A007318   1, 1;
    %e A007318   1, 2, 1;
    %K A007318 nonn,tabl
    %O A007318 0,5
    %A A007318 (to be filled in by the person who submits this)
    """
    triangle = as_triangle(table)
    terms, _ = _data(triangle.triangle())
    fault = ""
    if len(terms) < _MINIMUM_TERMS:
        fault = f"there must be at least {_MINIMUM_TERMS} terms, not {len(terms)}"
    elif max(len(str(term)) for term in terms) >= LINE_LENGTH:
        fault = f"a term must be shorter than a line of {LINE_LENGTH} characters"
    elif "nonn" in triangle.oeis.keywords and min(terms) < 0:
        fault = "keyword 'nonn' does not allow a negative term"
    if fault:
        raise DataError(f"Table '{table.name}' has no OEIS entry: {fault}.")
    lines = (f"%{tag} {triangle.oeis.label} {line}".rstrip() for tag, line in _items(triangle))
    return "".join(f"{line}\n" for line in lines)


def _items(table: Triangle) -> Iterator[tuple[str, str]]:
    """Yield tag and text of every line, in order."""
    triangle, oeis = table.triangle(), table.oeis
    terms, complete = _data(triangle)
    last = oeis.offset + len(triangle) - 1
    yield "I", ""
    yield from zip("STU", _wrap(terms), strict=False)
    yield "N", oeis.name
    yield from (("C", line) for line in oeis.comments)
    yield from (("D", line) for line in oeis.references)
    path = f"/{oeis.label}/b{oeis.label[1:]}.txt"
    yield "H", f'<a href="{path}">Rows {oeis.offset}..{last}, flattened</a>'
    yield from (("H", line) for line in oeis.links)
    yield from (("F", line) for line in oeis.formulas)
    if {"tabl", "tabf"} & set(oeis.keywords):
        yield "e", "Triangle begins:" if "tabl" in oeis.keywords else "Rows begin:"
        yield from (("e", f"  {line}") for line in _example(triangle))
    if oeis.related:
        yield "Y", f"Cf. {', '.join(oeis.related)}."
    full = ("full",) if "fini" in oeis.keywords and complete else ()
    yield "K", ",".join(oeis.keywords + full)
    yield "O", f"{oeis.offset},{first_beyond_one(terms)}"
    yield "A", "(to be filled in by the person who submits this)"


def first_beyond_one(terms: tuple[int, ...]) -> int:
    """Return the position, from 1, of the first term with absolute value above 1; 1 if none.

    Examples
    --------
    >>> first_beyond_one((1, 1, 1, 1, 4, 1))
    5
    """
    return next((i for i, term in enumerate(terms, start=1) if abs(term) > 1), 1)


def _data(triangle: tuple[tuple[int, ...], ...]) -> tuple[tuple[int, ...], bool]:
    """Return the rows that fit into the data section, flattened, and whether these are all."""
    lengths = accumulate(sum(len(str(term)) + 2 for term in row) for row in triangle)
    count = sum(length - 2 <= DATA_LENGTH for length in lengths)
    return tuple(chain.from_iterable(triangle[:count])), count == len(triangle)


def _wrap(terms: tuple[int, ...]) -> list[str]:
    """Break the terms into the lines %S and %T of limited length and %U with the rest."""
    text = ",".join(map(str, terms))
    lines: list[str] = []
    while len(text) > LINE_LENGTH and len(lines) < 2:
        end = text.rfind(",", 0, LINE_LENGTH) + 1
        lines.append(text[:end])
        text = text[end:]
    return [*lines, text]


def _example(triangle: tuple[tuple[int, ...], ...]) -> Iterator[str]:
    """Yield the first rows, as many as are short enough."""
    for row in triangle[:_EXAMPLE_ROWS]:
        line = f"{', '.join(map(str, row))};"
        if len(line) > _EXAMPLE_WIDTH:
            return
        yield line
