"""The tables of the family: one an order, a row for every free tree.

Rows ascend in the coefficients, path first, star last; the row number is part of the permanent
identifier ``F<n>.<k>``.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from math import log10

from polyfam._checks import integer, shown
from polyfam.errors import InvalidTreeError, ResourceError
from polyfam.family.single import beta_polynomial
from polyfam.family.table import beta_table
from polyfam.tables.column import Row
from polyfam.tables.facts import FAMILY_COLUMNS, facts
from polyfam.tables.ids import MAX_ORDER
from polyfam.tables.manifest import CENSUS_ORDERS, CERTIFIED_ORDERS
from polyfam.tables.recipe import ASSOCIAHEDRA, MODIFIED_LOSS, Recipe
from polyfam.tables.sequence import Oeis
from polyfam.tables.table import Notes, Table
from polyfam.tables.triangle import Triangle
from polyfam.trees import FreeTree, count_free_trees
from polyfam.trees.levels import count_subtrees

__all__ = ["family_recipe", "family_table"]


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
    ...     print(row.id, row.graph6, row.sigma, row.coefficients, row.f_vector)
    F5.1 DkC 2 (1, 6, 6, 1) (14, 21, 9, 1)
    F5.2 Dk_ 2 (1, 8, 8, 1) (18, 27, 11, 1)
    F5.3 Ds_ 24 (1, 11, 11, 1) (24, 36, 14, 1)
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
            f"The table of the free trees on {shown(n)} vertices would have about "
            f"10^{shown(rows)} rows and take 10^{shown(rows + 3)} bytes; argument 'n' must be at "
            f"most {MAX_ORDER}."
        )
    size = count_free_trees(n)
    count = f"{size} free trees" if size > 1 else "only free tree"
    trees = f"the {count} on {n} {'vertices' if n > 1 else 'vertex'}"
    header = Triangle(
        f"family-{n:02}",
        f"Beta-polynomials of {trees}",
        FAMILY_COLUMNS,
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
            "every cell recomputed from the level sequence alone; the coefficient of beta^2 "
            "against the number of subtrees; the rows are pairwise distinct; the first is a "
            "Narayana row (path), the last an Eulerian row (star). The zeros are decided, and "
            "rounded, by exact arithmetic. Conjectures: the zeros are real for every tree "
            f"(checked for all trees with at most {CENSUS_ORDERS[-1]} vertices: see the table "
            f"`census`), and P_t determines t (checked up to {CERTIFIED_ORDERS[-1]} vertices: see "
            "the certificates).",
        ),
    )
    return Recipe(header, size, partial(_rows, n), partial(_check, n))


def _rows(n: int) -> Iterator[Row]:
    """Yield the rows of the table of the free trees on n vertices."""
    for k, polynomial in enumerate(beta_table(n), start=1):
        yield facts(polynomial, k)


def _check(n: int, number: int, row: Row) -> Iterator[str]:
    """Compare the cells of a row with what the tree alone gives."""
    try:
        tree = FreeTree(row.level_sequence)  # type: ignore[attr-defined]
    except InvalidTreeError as error:
        yield str(error).rstrip(".")
        return
    polynomial = beta_polynomial(tree)
    if tree.order != n:
        yield f"the tree has {tree.order} vertices, not {n}"
    for column, found, value in zip(FAMILY_COLUMNS, row, facts(polynomial, number), strict=True):
        if found != value:
            yield f"{column.name} is {found}, but the tree gives {value}"
    if n > 2 and count_subtrees(tree.parents()) != polynomial.row[1] + 2 * n - 1:
        yield "the coefficient of beta^2 is not the number of subtrees less 2 n - 1"
