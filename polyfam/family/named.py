"""Named rows and sums, each by its own recurrence: the family is measured against them.

===========================  ========  ==============================================
row or value                 OEIS      where it meets the family
===========================  ========  ==============================================
`eulerian_row`               A008292   the star with j edges
`narayana_row`               A001263   the path with j edges
`type_b_narayana_row`        A008459   chains of the modified equation, times n
`catalan`                    A000108   P(1) of the path with n edges
`factorial`                  A000142   P(1) of the star with n edges
`labelled_sum_row`           --        sum over all labelled trees on n vertices
`free_sum_row`               --        sum over all free trees on n vertices
`row_sum`                    --        its value at beta = 1
===========================  ========  ==============================================

Only `free_sum_row` and `row_sum` list trees.  Rows are tuples of Python integers.

References
----------
T. K. Petersen, Eulerian Numbers, Birkhauser 2015 (Eulerian, Narayana, type B).
[MLM] Cattaneo & Shigida, Modified Loss of Momentum Gradient Descent, arXiv:2509.08483.
"""

from __future__ import annotations

import math
from functools import cache
from operator import add, mul
from typing import TYPE_CHECKING

from polyfam._checks import integer

if TYPE_CHECKING:
    import numpy

__all__ = [
    "catalan",
    "eulerian_row",
    "factorial",
    "free_sum_row",
    "labelled_sum_row",
    "narayana_row",
    "row_sum",
    "type_b_narayana_row",
]


def eulerian_row(j: int) -> tuple[int, ...]:
    """Return the Eulerian numbers A(j, 1), ..., A(j, j) (A008292).

    A(j, i) = i A(j - 1, i) + (j - i + 1) A(j - 1, i - 1) counts the permutations of j letters
    with i - 1 descents.

    Parameters
    ----------
    j : int
        At least 1.

    Examples
    --------
    >>> eulerian_row(5)
    (1, 26, 66, 26, 1)
    """
    j = integer(j, "j", minimum=1)
    row = [1]
    for m in range(2, j + 1):
        pairs = zip([*row, 0], [0, *row], strict=True)
        row = [i * here + (m - i + 1) * left for i, (here, left) in enumerate(pairs, start=1)]
    return tuple(row)


def narayana_row(j: int) -> tuple[int, ...]:
    """Return the Narayana numbers N(j, 1), ..., N(j, j) (A001263).

    N(j, 1) = 1 and N(j, i + 1) = N(j, i) (j - i)(j - i + 1) / (i (i + 1)); in closed form
    C(j, i) C(j, i - 1) / j.

    Parameters
    ----------
    j : int
        At least 1.

    Examples
    --------
    >>> narayana_row(5)
    (1, 10, 20, 10, 1)
    """
    j = integer(j, "j", minimum=1)
    row = [1]
    for i in range(1, j):
        row.append(row[-1] * (j - i) * (j - i + 1) // (i * (i + 1)))
    return tuple(row)


def type_b_narayana_row(n: int) -> tuple[int, ...]:
    """Return the Narayana numbers of type B, the squares C(n, k)^2 for k = 0..n (A008459).

    B(n, 0) = 1 and B(n, k + 1) = B(n, k) ((n - k) / (k + 1))^2.

    Parameters
    ----------
    n : int
        At least 0.

    Examples
    --------
    >>> type_b_narayana_row(4)
    (1, 16, 36, 16, 1)
    """
    n = integer(n, "n", minimum=0)
    row = [1]
    for k in range(n):
        row.append(row[-1] * (n - k) ** 2 // (k + 1) ** 2)
    return tuple(row)


def catalan(n: int) -> int:
    """Return the Catalan number C(2n, n) / (n + 1) (A000108): P(1) of the path with n edges.

    Parameters
    ----------
    n : int
        At least 0.

    Examples
    --------
    >>> [catalan(n) for n in range(8)]
    [1, 1, 2, 5, 14, 42, 132, 429]
    """
    n = integer(n, "n", minimum=0)
    return math.comb(2 * n, n) // (n + 1)


def factorial(n: int) -> int:
    """Return n! (A000142): P(1) of the star with n edges.

    Parameters
    ----------
    n : int
        At least 0.

    Examples
    --------
    >>> [factorial(n) for n in range(8)]
    [1, 1, 2, 6, 24, 120, 720, 5040]
    """
    return math.factorial(integer(n, "n", minimum=0))


def labelled_sum_row(n: int) -> tuple[int, ...]:
    """Return the sum of P_t over all n^(n-2) labelled trees, without listing them.

    It is A_n(beta) = sum over free trees t on n vertices of n! / sigma(t) P_t(beta); the row
    holds the coefficients of beta^1, ..., beta^(n-1), and 1 for n = 1.

    Parameters
    ----------
    n : int
        At least 1; two seconds at n = 60, a minute at n = 100.

    Notes
    -----
    Write w_m = m A_m, and B_(n,k) for the partial Bell polynomials, the sums over partitions of
    n labels into k blocks of the product of w_(block size).  Then A_1 = 1 and, for n >= 2,

        A_n = beta * sum_(k=2..n) (n (1 - beta))^(k-2) B_(n,k)(w_1, w_2, ...).

    Proof.  With G(t) = P_t / (1 - beta)^j the cut recursion reads: the sum over all edge sets S
    of the product of G over the components of t - S is G(t) / beta.  Add it up over labelled
    trees, grouped by the partition of the vertices into k components: n_1 ... n_k n^(k-2) trees
    join given components of sizes n_i, so A_n / beta = sum_(k>=1) n^(k-2) (1 - beta)^(k-1)
    B_(n,k), and the term k = 1 is A_n itself.  QED

    By Lagrange inversion this is the functional equation of the modified loss,
    g(x - h g(x)) = exp(x - h g(x)) + beta g(x), solved for the loss exp, whose derivatives are
    all 1 at 0: g(x) = sum_n n A_n / n! h^(n-1) e^(n x) / (1 - beta)^(2n-1).

    References
    ----------
    [MLM]; L. Comtet, Advanced Combinatorics, 3.3 (Bell polynomials), 3.8 (Lagrange).

    Examples
    --------
    >>> [labelled_sum_row(n) for n in range(1, 6)]
    [(1,), (1,), (3, 3), (16, 52, 16), (125, 895, 895, 125)]
    """
    n = integer(n, "n", minimum=1)
    # Blocks of ten: a loop over the rows does not start again at every row.
    return _labelled_sums(-(-n // 10) * 10)[n]


def free_sum_row(n: int) -> tuple[int, ...]:
    """Return the sum of P_t over all free trees on n vertices.

    The row holds the coefficients of beta^1, ..., beta^(n-1), and 1 for n = 1.  The first one
    counts the free trees (A000055).

    Parameters
    ----------
    n : int
        At least 1; every tree is visited, once a session.

    Examples
    --------
    >>> [free_sum_row(n) for n in range(1, 7)]
    [(1,), (1,), (1, 1), (2, 7, 2), (3, 25, 25, 3), (6, 99, 228, 99, 6)]
    """
    return _free_sum(integer(n, "n", minimum=1))


def row_sum(n: int) -> int:
    """Return the sum of P_t(1), the numbers of full edge dismantlings, over the free trees.

    Parameters
    ----------
    n : int
        The number of vertices, at least 1; every tree is visited.

    Examples
    --------
    >>> [row_sum(n) for n in range(1, 9)]
    [1, 1, 2, 11, 56, 438, 3482, 35297]
    """
    return sum(free_sum_row(n))


@cache
def _labelled_sums(limit: int) -> tuple[tuple[int, ...], ...]:
    """Return the labelled sums for 0 (a filler), 1, ..., limit vertices.

    Polynomials in beta are integers here, their values at a power of two above all coefficients
    of the results: the recursion is free of divisions, so that its value there is exact, and a
    product of polynomials is one product of integers.
    """
    bits = (limit * _labelled_total(limit)).bit_length()
    beta = 1 << bits
    sums, weights, bell = [0, 1], [0, 1], [[1], [0, 1]]
    for n in range(2, limit + 1):
        # B_(n,k) = sum_i C(n-1, i-1) w_i B_(n-i,k-1): i is the size of the block of label n.
        blocks = [math.comb(n - 1, i - 1) * weights[i] for i in range(1, n)]
        row = [0, 0]
        for k in range(2, n + 1):
            rest = [bell[n - i][k - 1] for i in range(1, n - k + 2)]
            row.append(sum(map(mul, blocks, rest)))
        total = 0
        for partial in reversed(row[2:]):
            total = total * n * (1 - beta) + partial
        sums.append(beta * total)
        weights.append(n * sums[n])
        row[1] = weights[n]
        bell.append(row)
    digit = beta - 1
    rows = (tuple(sums[n] >> bits * i & digit for i in range(1, n)) for n in range(2, limit + 1))
    return (), (1,), *rows


def _labelled_total(n: int) -> int:
    """Return A_n(1), where only k = 2 is left: A_n = 1/2 sum_i C(n, i) w_i w_(n-i)."""
    weights = [0, 1]
    for m in range(2, n + 1):
        pairs = sum(math.comb(m, i) * weights[i] * weights[m - i] for i in range(1, m))
        weights.append(m * (pairs // 2))
    return weights[n] // n


@cache
def _free_sum(n: int) -> tuple[int, ...]:
    """Add up the columns of a table; rows are palindromes, so that one half is enough."""
    from polyfam.family.table import beta_table

    table = beta_table(n)
    half = [_exact_sum(column) for column in table.half_words.T]
    for k in table.large_rows:  # zero in half_words
        half = list(map(add, half, table[k].row))
    return (*half, *reversed(half[: table.degree // 2]))


def _exact_sum(column: numpy.ndarray) -> int:
    """Add up unsigned 64-bit words: either half of fewer than 2^32 words fits one word."""
    return int((column & 0xFFFFFFFF).sum()) + (int((column >> 32).sum()) << 32)
