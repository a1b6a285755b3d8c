"""What a row of the family's tables says about a tree: a column and a function each, in order.

The columns of a table, the facts that ``polyfam poly`` prints and the checks of every cell are
all made from `FACTS`: a new column is one line there.
"""

from __future__ import annotations

from collections.abc import Callable

from polyfam.errors import DataError
from polyfam.family.evaluation import homogeneous
from polyfam.family.polynomial import BetaPolynomial
from polyfam.tables.column import Cell, Column, Row
from polyfam.tables.ids import format_id
from polyfam.trees import FreeTree, format_tree
from polyfam.trees.levels import count_subtrees

__all__ = ["FACTS", "FAMILY_COLUMNS", "facts", "roots"]

#: The roots are given in this unit, rounded down.
ROOT_UNIT = 10**15


def roots(row: tuple[int, ...]) -> tuple[int, ...]:
    """Return floor(10^15 |r|) for the roots -1 < r < 0 of a palindrome, ascending.

    The other roots are 0, the inverses of these, and -1 when the number of coefficients is even.
    Floating point only proposes; each value is proved by a change of sign in integers.

    Raises
    ------
    DataError
        If the roots are not all real and simple.

    Examples
    --------
    >>> roots((1, 4, 1))
    (267949192431122,)
    """
    import numpy as np

    count = (len(row) - 1) // 2
    guesses = sorted(abs(np.roots(row)))[:count]
    found = tuple(_floor_of_root(row, int(guess * ROOT_UNIT)) for guess in guesses)
    if len(set(found)) < count:
        raise DataError(f"The row {' '.join(map(str, row))} has roots that are not simple.")
    return found


def _floor_of_root(row: tuple[int, ...], guess: int) -> int:
    """Return the k next to a guess such that a root lies in -[k, k + 1) / 10^15."""
    width = 1
    while True:
        low, high = max(guess - width, 0), min(guess + width, ROOT_UNIT)
        first = _sign(row, low)
        if first != _sign(row, high):
            break
        if width > ROOT_UNIT:
            raise DataError(f"The row {' '.join(map(str, row))} has roots that are not simple.")
        width *= 4
    while high - low > 1:
        middle = (low + high) // 2
        sign = _sign(row, middle)
        if sign == 0:
            return middle
        low, high = (middle, high) if sign == first else (low, middle)
    return high if _sign(row, high) == 0 else low


def _sign(row: tuple[int, ...], k: int) -> int:
    """Return the sign of the polynomial with these coefficients at -k / 10^15."""
    value = homogeneous(row, -k, ROOT_UNIT)
    return (value > 0) - (value < 0)


def _tree(polynomial: BetaPolynomial) -> FreeTree:
    """Return the tree that the polynomial of a table knows."""
    if polynomial.tree is None:
        raise DataError(f"The polynomial {polynomial} does not know its tree.")
    return polynomial.tree


Fact = Callable[[BetaPolynomial], Cell]

#: Every column but the identifier, with the function that gives its cell.
FACTS: tuple[tuple[Column, Fact], ...] = (
    (
        Column(
            "level_sequence",
            "integers",
            "The tree: depths in preorder, rooted at the centroid, larger branches first.",
        ),
        lambda p: _tree(p).levels,
    ),
    (
        Column(
            "graph6",
            "text",
            "The tree in the graph6 format of nauty, its vertices numbered from 0 in preorder.",
        ),
        lambda p: format_tree(_tree(p), "graph6"),
    ),
    (
        Column("sigma", "integer", "Number of automorphisms of the tree.", wide=True),
        lambda p: _tree(p).automorphisms(),
    ),
    (
        Column("degree_sequence", "integers", "Degrees of the vertices, descending."),
        lambda p: _tree(p).degree_sequence(),
    ),
    (
        Column("diameter", "integer", "Number of edges of a longest path in the tree."),
        lambda p: _tree(p).diameter(),
    ),
    (
        Column(
            "subtrees",
            "integer",
            "Number of nonempty connected subgraphs, single vertices and the tree itself included; "
            "for n > 2 it is the coefficient of beta^2 plus 2 n - 1.",
            wide=True,
        ),
        lambda p: count_subtrees(_tree(p).parents()),
    ),
    (
        Column(
            "value_at_one",
            "integer",
            "P_t(1), the number of full edge dismantlings of the tree.",
            wide=True,
        ),
        lambda p: p.total,
    ),
    (
        Column(
            "coefficients",
            "integers",
            "Coefficients of beta^1, ..., beta^(n-1) in P_t; of beta^0 when n = 1.",
            wide=True,
        ),
        lambda p: p.row,
    ),
    (
        Column(
            "gamma_vector",
            "integers",
            "Coefficients g_i in P_t = beta * (sum over i of g_i beta^i (1 + beta)^(n-2-2i)).",
            wide=True,
        ),
        lambda p: p.gamma_vector,
    ),
    (
        Column(
            "f_vector",
            "integers",
            "Numbers of faces of dimension 0, ..., n-2 of the graph associahedron of the line "
            "graph of the tree.",
            wide=True,
        ),
        lambda p: p.f_vector or (1,),  # a point for one vertex,
    ),
    (
        Column("real_rooted", "boolean", "1 when all zeros of P_t are real, by an exact test."),
        lambda p: p.is_real_rooted(),
    ),
    (
        Column(
            "roots",
            "integers",
            "The zeros r with -1 < r < 0 as floor(10^15 |r|), ascending; the others are 0, the "
            "inverses 1/r, and -1 when n is odd.",
        ),
        lambda p: roots(p.row),
    ),
)

FAMILY_COLUMNS = (
    Column("id", "text", "Permanent identifier F<n>.<k>: row k, from 1, of the table for n."),
    *(column for column, _ in FACTS),
)


def facts(polynomial: BetaPolynomial, k: int) -> Row:
    """Return the row of a tree of rank k, a cell for each of `FAMILY_COLUMNS`.

    Examples
    --------
    >>> from polyfam import beta_table
    >>> facts(beta_table(4)[1], 2)[:5]
    ('F4.2', (0, 1, 1, 1), 'Cs', 6, (3, 1, 1, 1))
    """
    identifier = format_id(_tree(polynomial).order, k)
    return (identifier, *(fact(polynomial) for _, fact in FACTS))
