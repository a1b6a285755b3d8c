"""Permanent identifiers ``F<n>.<k>`` of free trees.

k is the rank, from 1, of the tree among the free trees on n vertices when their polynomials are
sorted lexicographically by coefficients: ``F<n>.1`` is the path, the last one the star.  Up to
n = 14 identifiers are published and resolved by the tables shipped, which takes milliseconds;
beyond, up to n = 20, they are computed.

The order is well defined because no two trees of one order share a polynomial: an observation,
checked on all trees up to the order of the last certificate, not a theorem.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from typing import overload

from polyfam._checks import instance, quoted
from polyfam.errors import ArgumentTypeError, DomainError, UnknownNameError
from polyfam.family.polynomial import BetaPolynomial
from polyfam.family.single import beta_polynomial
from polyfam.family.table import beta_table
from polyfam.trees import FreeTree, count_free_trees

__all__ = ["MAX_ORDER", "PUBLISHED_ORDERS", "format_id", "is_id", "parse_id", "resolve_id"]
__all__ += ["polynomials_of", "tree_id"]

PUBLISHED_ORDERS = range(1, 15)
# The farthest order whose table, rows of Python values, takes minutes and about 2 GB.
MAX_ORDER = 20
_ID = re.compile(r"F([1-9][0-9]{0,17})\.([1-9][0-9]{0,17})")


def format_id(n: int, k: int) -> str:
    """Return the identifier of the tree of rank k, from 1, on n vertices.

    Examples
    --------
    >>> format_id(6, 3)
    'F6.3'
    """
    return f"F{n}.{k}"


def is_id(text: str) -> bool:
    """Tell whether a text has the form of an identifier.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    bool
        Whether it reads ``F<n>.<k>``; there may be no such tree.

    Examples
    --------
    >>> is_id("F6.3"), is_id("F06.3"), is_id("star:7")
    (True, False, False)
    """
    return isinstance(text, str) and _ID.fullmatch(text) is not None


def parse_id(text: str) -> tuple[int, int]:
    """Split an identifier into n and k, and check that such a tree exists.

    Parameters
    ----------
    text : str
        ``F<n>.<k>``.

    Returns
    -------
    tuple of int
        The number n of vertices and the rank k from 1.

    Raises
    ------
    ArgumentTypeError
        If the argument is not a text.
    UnknownNameError
        If the text has another form or k exceeds the number of free trees on n vertices.
    DomainError
        If n exceeds 20.

    Examples
    --------
    >>> parse_id("F6.3")
    (6, 3)
    """
    if not isinstance(text, str):
        raise ArgumentTypeError(f"An identifier must be a text such as 'F6.3', not {quoted(text)}.")
    match = _ID.fullmatch(text)
    if not match:
        raise UnknownNameError(
            f"Identifier {quoted(text)} must have the form F<n>.<k>, such as F6.3."
        )
    n, k = _supported(int(match[1])), int(match[2])
    if k > (count := count_free_trees(n)):
        raise UnknownNameError(
            f"There is no tree {text}: the free trees on {n} vertices are {format_id(n, 1)} to "
            f"{format_id(n, count)}."
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
    ArgumentTypeError
        If the argument is not a text.
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
    return polynomials_of(n)[k - 1]


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
    ArgumentTypeError
        If the argument is not a free tree.
    DomainError
        If the tree has more than 20 vertices.

    Examples
    --------
    >>> tree_id(FreeTree([0, 1, 1, 1, 1, 1]))
    'F6.6'
    """
    instance(tree, FreeTree, "tree", "a FreeTree")
    rows = polynomials_of(_supported(tree.order))
    return format_id(tree.order, bisect_left(rows, beta_polynomial(tree)) + 1)


def _supported(n: int) -> int:
    """Refuse orders whose identifiers cannot be computed in seconds."""
    if n > MAX_ORDER:
        raise DomainError(
            f"Identifiers reach up to {MAX_ORDER} vertices, not {n}; use the level sequence."
        )
    return n


@lru_cache(maxsize=4)
def polynomials_of(n: int) -> Sequence[BetaPolynomial]:
    """Return the polynomials of all free trees on n vertices in canonical order.

    Published ones are read, not computed: compiling the engine would take seconds.
    """
    if n not in PUBLISHED_ORDERS:
        return beta_table(n)
    from polyfam.tables.package import load_table

    table = load_table(f"family-{n:02}")
    return _Published(table.column("level_sequence"), table.column("coefficients"))


class _Published(Sequence[BetaPolynomial]):
    """The polynomials of a shipped table, made when asked for."""

    def __init__(self, levels: Sequence[tuple[int, ...]], rows: Sequence[tuple[int, ...]]) -> None:
        self._levels, self._rows = levels, rows

    def __len__(self) -> int:
        return len(self._levels)

    @overload
    def __getitem__(self, index: int) -> BetaPolynomial: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[BetaPolynomial]: ...
    def __getitem__(self, index: int | slice) -> BetaPolynomial | Sequence[BetaPolynomial]:
        if isinstance(index, slice):
            return _Published(self._levels[index], self._rows[index])
        levels = self._levels[index]
        zero = () if len(levels) == 1 else (0,)
        return BetaPolynomial._trusted((*zero, *self._rows[index]), FreeTree._trusted(levels))
