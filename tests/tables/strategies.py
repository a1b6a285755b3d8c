"""Hypothesis strategies for tables, and small fixed tables."""

from __future__ import annotations

from hypothesis import strategies as st

from polyfam.tables.column import KINDS, NARROW, Column, sort_key
from polyfam.tables.sequence import Oeis
from polyfam.tables.table import Notes, Table
from polyfam.tables.triangle import Triangle

PRINTABLE = st.text(
    st.characters(exclude_categories=["C", "Z"]) | st.sampled_from(" ,\"';|\\"), max_size=8
)
NARROW_INTEGERS = st.integers(1 - NARROW, NARROW - 1)
WIDE_INTEGERS = st.integers(-(2**200), 2**200)
NAMES = st.from_regex("[a-z][a-z0-9_]{0,7}", fullmatch=True)


def cells(column: Column) -> st.SearchStrategy:
    """Draw a cell of a column."""
    integers = WIDE_INTEGERS if column.wide else NARROW_INTEGERS
    return {
        "integer": integers,
        "integers": st.lists(integers, max_size=5).map(tuple),
        "text": PRINTABLE,
        "boolean": st.booleans(),
    }[column.kind]


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Draw a table with any columns and any rows."""
    names = draw(st.lists(NAMES, min_size=1, max_size=4, unique=True))
    columns = tuple(
        Column(name, draw(st.sampled_from(KINDS)), draw(PRINTABLE), draw(st.booleans()))
        for name in names
    )
    rows = draw(st.lists(st.tuples(*map(cells, columns)), max_size=6))
    size = draw(st.integers(1, len(columns)))
    by_key = {row[:size]: row for row in rows}
    keys = sorted(by_key, key=lambda key: list(map(sort_key, key)))
    notes = draw(st.builds(Notes, PRINTABLE, PRINTABLE, PRINTABLE))
    return Table(
        "drawn",
        draw(PRINTABLE),
        columns,
        tuple(names[:size]),
        [by_key[key] for key in keys],
        notes=notes,
    )


def pascal(rows: int = 12, number: str = "A007318", offset: int = 0) -> Triangle:
    """Return the binomial coefficients by addition."""
    triangle, row = [], (1,)
    for n in range(rows):
        triangle.append((offset + n, row))
        row = tuple(map(int.__add__, (*row, 0), (0, *row)))
    return Triangle(
        "pascal",
        "Binomial coefficients",
        (Column("n", "integer", "Row."), Column("row", "integers", "Entries.", wide=True)),
        ("n",),
        triangle,
        oeis=Oeis(
            "row",
            "Triangle of binomial coefficients.",
            offset,
            ("nonn", "tabl"),
            number,
            related=("A000984", "A008292"),
            comments=("Row n is the n-th power of (1 + x).",),
            references=("B. Pascal, Traite du triangle arithmetique, 1654.",),
            links=('A. Author, <a href="https://example.org/">A title</a>.',),
            formulas=("T(n,k) = T(n-1,k) + T(n-1,k-1).",),
        ),
    )
