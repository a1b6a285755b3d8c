"""The tables of the family: one an order, a row for every free tree.

Rows ascend in the coefficients, path first, star last; the row number is part of the permanent
identifier ``F<n>.<k>``.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from math import log10

from polyfam._checks import integer
from polyfam.errors import ResourceError
from polyfam.family.table import beta_table
from polyfam.tables.recipe import ASSOCIAHEDRA, MODIFIED_LOSS, Recipe
from polyfam.tables.table import Column, Notes, Oeis, Row, Table
from polyfam.trees import count_free_trees

__all__ = ["MAX_ORDER", "PUBLISHED_ORDERS", "family_recipe", "family_table"]

PUBLISHED_ORDERS = range(1, 15)
# The farthest order whose table, rows of Python values, takes minutes and about 2 GB.
MAX_ORDER = 20
_FAMILY_COLUMNS = (
    Column("id", "text", "Permanent identifier F<n>.<k>: row k, from 1, of the table for n."),
    Column(
        "level_sequence",
        "integers",
        "The tree: depths in preorder, rooted at the centroid, larger branches first.",
    ),
    Column("sigma", "integer", "Number of automorphisms of the tree.", wide=True),
    Column("degree_sequence", "integers", "Degrees of the vertices, descending."),
    Column(
        "value_at_one",
        "integer",
        "P_t(1), the number of full edge dismantlings of the tree.",
        wide=True,
    ),
    Column(
        "coefficients",
        "integers",
        "Coefficients of beta^1, ..., beta^(n-1) in P_t; of beta^0 when n = 1.",
        wide=True,
    ),
    Column(
        "gamma_vector",
        "integers",
        "Coefficients g_i in P_t = beta * (sum over i of g_i beta^i (1 + beta)^(n-2-2i)).",
        wide=True,
    ),
    Column("real_rooted", "boolean", "1 when all zeros of P_t are real, by an exact test."),
)


def family_table(n: int) -> Table:
    """Return the table of the polynomials of all free trees on n vertices.

    Parameters
    ----------
    n : int
        Between 1 and 20; a second for n = 15, minutes for n = 20.

    Returns
    -------
    Table
        Rows in canonical order, that is, ascending in the coefficients.

    Raises
    ------
    DomainError
        If `n` is less than 1.
    ResourceError
        If `n` exceeds 20; the message says how large the table would be.

    Examples
    --------
    >>> for row in family_table(5):
    ...     print(*row)
    F5.1 (0, 1, 2, 1, 2) 2 (2, 2, 2, 1, 1) 14 (1, 6, 6, 1) (1, 3) True
    F5.2 (0, 1, 2, 1, 1) 2 (3, 2, 1, 1, 1) 18 (1, 8, 8, 1) (1, 5) True
    F5.3 (0, 1, 1, 1, 1) 24 (4, 1, 1, 1, 1) 24 (1, 11, 11, 1) (1, 8) True
    """
    return family_recipe(n).table()


def family_recipe(n: int) -> Recipe:
    """Return the recipe of the table of the free trees on n vertices.

    Parameters
    ----------
    n : int
        Between 1 and 20.

    Raises
    ------
    DomainError
        If `n` is less than 1.
    ResourceError
        If `n` exceeds 20; the message says how large the table would be.

    Examples
    --------
    >>> family_recipe(14).size
    3159
    """
    n = integer(n, "n", minimum=1)
    if n > MAX_ORDER:
        # Otter's asymptotics: counting exactly would take long for absurd orders.
        rows = n * 47 // 100 - round(2.5 * log10(n))
        raise ResourceError(
            f"The table of the free trees on {n} vertices would have about 10^{rows} rows and take "
            f"10^{rows + 3} bytes; argument 'n' must be at most {MAX_ORDER}."
        )
    size = count_free_trees(n)
    count = f"{size} free trees" if size > 1 else "only free tree"
    trees = f"the {count} on {n} {'vertices' if n > 1 else 'vertex'}"
    header = Table(
        f"family-{n:02}",
        f"Beta-polynomials of {trees}",
        _FAMILY_COLUMNS,
        ("id",),
        oeis=Oeis(
            "coefficients",
            f"Coefficients of the beta-polynomials of {trees}, in lexicographic order.",
            1,
            ("nonn", "tabf", "fini"),
            related=("A000055", "A001263", "A008292"),
            comments=(
                "The row of a tree t holds the coefficients of P_t(beta) without beta^0.",
                "P_t is beta times the h-polynomial of the graph associahedron of the line graph.",
            ),
            references=(ASSOCIAHEDRA,),
            links=(MODIFIED_LOSS,),
        ),
        notes=Notes(
            "P_t is beta times the h-polynomial of the graph associahedron of the line graph of "
            "the tree t, and the numerator of the lattice sum of [MLM]. All trees of an order "
            "are computed at once from shared branch tables (`polyfam.beta_table`) and sorted "
            "lexicographically by coefficients.",
            f"{trees.capitalize()} (A000055).",
            "Proven: the coefficients are positive integers and read the same backwards, and the "
            "gamma vector is nonnegative [PRW]. Checked on every row by `polyfam data verify`: "
            "level sequence, sigma, degrees, coefficients recomputed from the tree alone, gamma "
            "vector; the rows are pairwise distinct; the first is a Narayana row (path), the last "
            "an Eulerian row (star). The zeros are decided by exact arithmetic. Conjectures: the "
            "zeros are real for every tree (checked up to 20 vertices), and P_t determines t "
            "(checked up to 24 vertices).",
        ),
    )
    return Recipe(header, size, partial(_family_rows, n))


def _family_rows(n: int) -> Iterator[Row]:
    """Yield the rows of the table of the free trees on n vertices."""
    for k, polynomial in enumerate(beta_table(n), start=1):
        tree = polynomial.tree
        yield (
            f"F{n}.{k}",
            tree.levels,
            tree.automorphisms(),
            tree.degree_sequence(),
            polynomial.total,
            polynomial.row,
            polynomial.gamma_vector,
            polynomial.is_real_rooted(),
        )
