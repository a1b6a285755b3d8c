"""Recipes: how a published table is made and checked, its header apart from its rows.

The header alone is what the manifest needs; the rows are produced one at a time on demand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from polyfam.family.named.triangle import Triangle as NamedTriangle
from polyfam.tables.column import Column, Row
from polyfam.tables.sequence import Oeis
from polyfam.tables.table import Notes, Table
from polyfam.tables.triangle import Triangle

__all__ = ["ASSOCIAHEDRA", "MODIFIED_LOSS", "Recipe", "sequence_header", "triangle_recipe"]

# The two sources of all tables, as the OEIS writes links and references.
MODIFIED_LOSS = (
    "M. D. Cattaneo and B. Shigida, "
    '<a href="https://arxiv.org/abs/2509.08483">Modified Loss of Momentum Gradient Descent: '
    "Fine-Grained Analysis</a>, arXiv:2509.08483, 2025."
)
ASSOCIAHEDRA = (
    "A. Postnikov, V. Reiner and L. Williams, Faces of generalized permutohedra, "
    "Doc. Math. 13 (2008), 207-273."
)


@dataclass(frozen=True)
class Recipe:
    """Say how a published table is made.

    Parameters
    ----------
    header : Table
        The table without rows.
    size : int
        Number of rows.
    rows : callable
        Returns an iterator of fresh rows in canonical order.
    check : callable
        Given the number of a row, from 1, and a named row that was read, yields a sentence for
        everything that is wrong with it, found by another way than `rows` makes it.

    Examples
    --------
    >>> from polyfam.tables.family import family_recipe
    >>> recipe = family_recipe(4)
    >>> recipe.size, recipe.header.name, next(recipe.rows())[0]
    (2, 'family-04', 'F4.1')
    """

    header: Table
    size: int
    rows: Callable[[], Iterator[Row]]
    check: Callable[[int, Row], Iterator[str]]

    def table(self) -> Table:
        """Make the table.

        Examples
        --------
        >>> from polyfam.tables.family import family_recipe
        >>> family_recipe(4).table().column("coefficients")
        ((1, 3, 1), (1, 4, 1))
        """
        return self.header.with_rows(self.rows())


def triangle_recipe(
    triangle: NamedTriangle,
    title: str,
    *,
    last: int,
    counts: str,
    meaning: str,
    expected: Callable[[int], dict[str, object]],
    oeis: Oeis,
    notes: Notes,
) -> Recipe:
    """Return the recipe of a triangle with the columns n, value_at_one, coefficients.

    Parameters
    ----------
    triangle : polyfam.family.Triangle
        Gives the rows, the number of the first one, and the name of the table.
    title : str
        Of the table.
    last : int
        The number n of the last row.
    counts : str
        What n counts.
    meaning : str
        What the coefficients are.
    expected : callable
        Gives, by another way, what of the row of n is known: ``row``, ``value_at_one``, ``first``.
    oeis, notes
        See `Triangle`.
    """
    numbers = range(triangle.first, last + 1)

    def rows() -> Iterator[Row]:
        for n in numbers:
            entries = tuple(map(int, triangle.row(n)))
            yield n, sum(entries), entries

    def check(number: int, found: Row) -> Iterator[str]:
        n, total, entries = found
        if n != numbers[0] + number - 1:
            yield f"n is {n}, not {numbers[0] + number - 1}"
        if total != sum(entries):
            yield f"value_at_one is {total}, but the entries sum to {sum(entries)}"
        if not entries or entries != entries[::-1]:
            yield "the entries do not read the same backwards"
            return
        seen = {
            "row": ("the row", entries),
            "value_at_one": ("value_at_one", total),
            "first": ("the first entry", entries[0]),
        }
        for what, value in expected(n).items():
            label, found_value = seen[what]
            if found_value != value:
                yield f"{label} is {found_value}, not {value}"

    columns = (
        Column("n", "integer", counts),
        Column("value_at_one", "integer", "Sum of the coefficients.", wide=True),
        Column("coefficients", "integers", meaning, wide=True),
    )
    header = Triangle(triangle.name, title, columns, ("n",), oeis=oeis, notes=notes)
    return Recipe(header, len(numbers), rows, check)


def sequence_header(name: str, title: str, counts: str, *, oeis: Oeis, notes: Notes) -> Triangle:
    """Return the header of a sequence: the columns n, of which `counts` speaks, and total."""
    columns = (
        Column("n", "integer", counts),
        Column("total", "integer", "The term.", wide=True),
    )
    return Triangle(name, title, columns, ("n",), oeis=oeis, notes=notes)
