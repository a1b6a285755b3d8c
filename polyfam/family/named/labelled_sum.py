"""The sums of the polynomials over all labelled trees, without listing any."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import cache
from operator import mul

from polyfam._checks import integer
from polyfam.family.named.triangle import Triangle
from polyfam.family.routes.gamma import row_from_gamma

__all__ = ["TRIANGLE", "labelled_sum_row"]


def labelled_sum_row(n: int) -> tuple[int, ...]:
    """Return the sum of P_t over all n^(n-2) labelled trees, without listing them.

    It is A_n(beta) = sum over free trees t on n vertices of n! / sigma(t) P_t(beta); the row
    holds the coefficients of beta^1, ..., beta^(n-1), and 1 for n = 1.

    Parameters
    ----------
    n : int
        1 to 200; 1 second at n = 80.

    Returns
    -------
    tuple of int

    Notes
    -----
    The gamma vector of the row is interpolated from values at n/2 integers beta, where the
    recursion runs on integers without divisions.

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
    Cattaneo & Shigida, Modified Loss of Momentum Gradient Descent, arXiv:2509.08483;
    L. Comtet, Advanced Combinatorics, 3.3 (Bell polynomials), 3.8 (Lagrange).

    Examples
    --------
    >>> [labelled_sum_row(n) for n in range(1, 6)]
    [(1,), (1,), (3, 3), (16, 52, 16), (125, 895, 895, 125)]
    """
    n = integer(n, "n", minimum=1, maximum=200)
    if n < 3:
        return (1,)
    # Blocks of ten: a loop over the rows does not start again at every row.
    limit = -(-n // 10) * 10
    points = [1, *(sign * size for size in range(2, n) for sign in (1, -1))][: n // 2]
    places, values = [], []
    for beta in points:
        places.append(Fraction(beta, (1 + beta) ** 2))
        values.append(Fraction(_values(limit, beta)[n], beta * (1 + beta) ** (n - 2)))
    return row_from_gamma([int(c) for c in _interpolated(places, values)], n - 2)


@cache
def _values(limit: int, beta: int) -> list[int]:
    """Return the labelled sums at an integer beta for 0 (a filler), 1, ..., limit vertices."""
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
    return sums


def _interpolated(places: list[Fraction], values: list[Fraction]) -> list[Fraction]:
    """Return the coefficients of the polynomial with these values, by Newton's differences."""
    differences = list(values)
    for k in range(1, len(places)):
        for i in range(len(places) - 1, k - 1, -1):
            step = places[i] - places[i - k]
            differences[i] = (differences[i] - differences[i - 1]) / step
    coefficients = [Fraction(0)] * len(places)
    for place, leading in zip(reversed(places), reversed(differences), strict=True):
        shifted = [leading, *coefficients[:-1]]
        coefficients = [
            above - place * here for above, here in zip(shifted, coefficients, strict=True)
        ]
    return coefficients


TRIANGLE = Triangle(
    "labelled-sum", "", labelled_sum_row, 1, "",
    "Row n is the sum over the free trees t on n vertices of n!/|Aut t| * P_t(beta).",
)  # fmt: skip
