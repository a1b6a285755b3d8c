"""The sums of the polynomials over all free trees, every tree visited."""

from __future__ import annotations

from functools import cache
from operator import add
from typing import TYPE_CHECKING

from polyfam._checks import integer
from polyfam.family.named.triangle import Triangle

if TYPE_CHECKING:
    from polyfam.typing import Array

__all__ = ["TRIANGLE", "free_sum_row"]


def free_sum_row(n: int) -> tuple[int, ...]:
    """Return the sum of P_t over all free trees on n vertices.

    The row holds the coefficients of beta^1, ..., beta^(n-1), and 1 for n = 1.  The first one
    counts the free trees (A000055).

    Parameters
    ----------
    n : int
        At least 1; every tree is visited, once a session.

    Returns
    -------
    tuple of int

    Examples
    --------
    >>> [free_sum_row(n) for n in range(1, 7)]
    [(1,), (1,), (1, 1), (2, 7, 2), (3, 25, 25, 3), (6, 99, 228, 99, 6)]
    """
    return _free_sum(integer(n, "n", minimum=1))


@cache
def _free_sum(n: int) -> tuple[int, ...]:
    """Add up the columns of a table; rows are palindromes, so that one half is enough."""
    from polyfam.family.table import beta_table

    table = beta_table(n)
    half = [_exact_sum(column) for column in table.half_words.T]
    for k in table.large_rows:  # zero in half_words
        half = list(map(add, half, table[k].row))
    return (*half, *reversed(half[: table.degree // 2]))


def _exact_sum(column: Array) -> int:
    """Add up unsigned 64-bit words: either half of fewer than 2^32 words fits one word."""
    return int((column & 0xFFFFFFFF).sum()) + (int((column >> 32).sum()) << 32)


TRIANGLE = Triangle(
    "free-sum", "", free_sum_row, 1, "",
    "The sum of P_t(beta) over the free trees t on n vertices.",
)  # fmt: skip
