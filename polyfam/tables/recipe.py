"""Recipes: how a published table is made, its header apart from its rows.

The header alone is what the manifest needs; the rows are produced one at a time on demand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from polyfam.tables.table import Row, Table

__all__ = ["ASSOCIAHEDRA", "MODIFIED_LOSS", "Recipe"]

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

    def table(self) -> Table:
        """Make the table.

        Examples
        --------
        >>> from polyfam.tables.family import family_recipe
        >>> family_recipe(4).table().column("coefficients")
        ((1, 3, 1), (1, 4, 1))
        """
        return self.header.with_rows(self.rows())
