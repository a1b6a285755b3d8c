"""Permanent identifiers ``F<n>.<k>`` of free trees.

k is the rank, from 1, of the tree among the free trees on n vertices when their polynomials are
sorted lexicographically by coefficients: ``F<n>.1`` is the path, the last one the star.  Up to
n = 14 identifiers are published and resolved by the tables shipped; beyond, up to n = 20, they
are computed.

The order is well defined because no two trees with at most 24 vertices share a polynomial: an
observation, checked on all of them, not a theorem.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from polyfam.errors import DomainError, UnknownNameError
from polyfam.family.polynomial import BetaPolynomial
from polyfam.family.single import beta_polynomial
from polyfam.family.table import beta_table
from polyfam.tables.family import MAX_ORDER, PUBLISHED_ORDERS
from polyfam.tables.package import load_table
from polyfam.trees import FreeTree, count_free_trees

if TYPE_CHECKING:
    from polyfam.tables.table import Table

__all__ = ["is_id", "parse_id", "resolve_id", "tree_id"]

_ID = re.compile(r"F([1-9][0-9]{0,17})\.([1-9][0-9]{0,17})")


def is_id(text: str) -> bool:
    """Tell whether a text has the form of an identifier.

    Examples
    --------
    >>> is_id("F6.3"), is_id("F06.3"), is_id("star:7")
    (True, False, False)
    """
    return _ID.fullmatch(text) is not None


def parse_id(text: str) -> tuple[int, int]:
    """Split an identifier into n and k, and check that such a tree exists.

    Parameters
    ----------
    text : str
        ``F<n>.<k>``.

    Returns
    -------
    n, k : int
        Number of vertices and rank from 1.

    Raises
    ------
    UnknownNameError
        If the text has another form or k exceeds the number of free trees on n vertices.
    DomainError
        If n exceeds 20.

    Examples
    --------
    >>> parse_id("F6.3")
    (6, 3)
    """
    match = _ID.fullmatch(text)
    if not match:
        raise UnknownNameError(f"Identifier {text!r} must have the form F<n>.<k>, such as F6.3.")
    n, k = _supported(int(match[1])), int(match[2])
    if k > (count := count_free_trees(n)):
        raise UnknownNameError(
            f"There is no tree {text}: the free trees on {n} vertices are F{n}.1 to F{n}.{count}."
        )
    return n, k


def resolve_id(text: str) -> BetaPolynomial:
    """Return the polynomial, which knows its tree, with a given identifier.

    Parameters
    ----------
    text : str
        ``F<n>.<k>`` with n at most 20.

    Returns
    -------
    BetaPolynomial
        With `tree` set.

    Raises
    ------
    UnknownNameError
        If there is no such tree.
    DomainError
        If n exceeds 20.

    Examples
    --------
    >>> resolve_id("F6.3").row
    (1, 14, 30, 14, 1)
    >>> resolve_id("F6.3").tree.degree_sequence()
    (3, 2, 2, 1, 1, 1)
    """
    n, k = parse_id(text)
    return _polynomials(n)[k - 1]


def tree_id(tree: FreeTree) -> str:
    """Return the identifier of a free tree.

    Parameters
    ----------
    tree : FreeTree
        With at most 20 vertices.

    Returns
    -------
    str
        ``F<n>.<k>``.

    Raises
    ------
    DomainError
        If the tree has more than 20 vertices.

    Examples
    --------
    >>> tree_id(FreeTree([0, 1, 1, 1, 1, 1]))
    'F6.6'
    """
    polynomials = _polynomials(_supported(tree.order))
    return f"F{tree.order}.{bisect_left(polynomials, beta_polynomial(tree)) + 1}"


def _supported(n: int) -> int:
    """Refuse orders whose identifiers cannot be computed in seconds."""
    if n > MAX_ORDER:
        raise DomainError(
            f"Identifiers reach up to {MAX_ORDER} vertices, not {n}; use the level sequence."
        )
    return n


@lru_cache(maxsize=4)
def _polynomials(n: int) -> Sequence[BetaPolynomial]:
    """Return the polynomials of all free trees on n vertices in canonical order."""
    return _Published(load_table(f"family-{n:02}")) if n in PUBLISHED_ORDERS else beta_table(n)


class _Published(Sequence[BetaPolynomial]):
    """The polynomials of a shipped table, made when asked for."""

    def __init__(self, table: Table) -> None:
        self._levels = table.column("level_sequence")
        self._coefficients = table.column("coefficients")

    def __len__(self) -> int:
        return len(self._levels)

    def __getitem__(self, index: int) -> BetaPolynomial:  # type: ignore[override]
        tree = FreeTree(self._levels[index])
        zero = () if tree.order == 1 else (0,)
        return BetaPolynomial((*zero, *self._coefficients[index]), tree)
