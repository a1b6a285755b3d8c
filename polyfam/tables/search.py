"""Rows that are like a row: those that begin with it, and those nearest to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import nsmallest

from polyfam._checked import checked
from polyfam._checks import integer, members
from polyfam.family.polynomial import BetaPolynomial
from polyfam.tables.ids import PUBLISHED_ORDERS, format_id, polynomials_of

__all__ = ["Match", "nearest_rows", "rows_with_prefix"]


@dataclass(frozen=True, slots=True)
class Match:
    """A tree that a search found.

    Parameters
    ----------
    id : str
        Its identifier.
    polynomial : BetaPolynomial
        Its polynomial, which knows the tree.

    Examples
    --------
    >>> next(rows_with_prefix([1, 14, 30])).polynomial.tree
    FreeTree((0, 1, 2, 1, 2, 1))
    """

    id: str
    polynomial: BetaPolynomial


@checked
def rows_with_prefix(prefix: Iterable[int]) -> Iterator[Match]:
    """Yield the published trees whose row begins with these coefficients, by rising n.

    Parameters
    ----------
    prefix : iterable of int
        Coefficients of beta, beta^2, ...

    Yields
    ------
    Match
        Identifier and polynomial.

    Raises
    ------
    ArgumentTypeError
        If the argument is no sequence or a coefficient no integer.

    Examples
    --------
    >>> [match.id for match in rows_with_prefix([1, 14, 30])]
    ['F6.3']
    """
    wanted = tuple(integer(c, "prefix") for c in members(prefix, "prefix"))
    for n in PUBLISHED_ORDERS:
        if n - 1 < len(wanted):
            continue
        for k, polynomial in enumerate(polynomials_of(n), start=1):
            if polynomial.row[: len(wanted)] == wanted:
                yield Match(format_id(n, k), polynomial)


@checked
def nearest_rows(row: Iterable[int], count: int = 3) -> list[Match]:
    """Return the trees whose rows of this length differ least from a row.

    Parameters
    ----------
    row : iterable of int
        Coefficients of beta, ..., beta^(n-1).
    count : int, default 3
        How many trees.

    Returns
    -------
    list of Match
        The nearest first, measured by the sum of absolute differences; empty beyond the published
        14 vertices.

    Raises
    ------
    ArgumentTypeError
        If the argument is no sequence or a coefficient no integer.

    Examples
    --------
    >>> [match.id for match in nearest_rows([1, 14, 29, 14, 1])]
    ['F6.3', 'F6.2', 'F6.1']
    """
    wanted = tuple(integer(c, "row") for c in members(row, "row"))
    n = len(wanted) + 1
    if n not in PUBLISHED_ORDERS or n == 1:
        return []

    def distance(match: Match) -> int:
        return sum(abs(a - b) for a, b in zip(match.polynomial.row, wanted, strict=True))

    matches = (Match(format_id(n, k), p) for k, p in enumerate(polynomials_of(n), start=1))
    return nsmallest(integer(count, "count", minimum=0), matches, key=distance)
