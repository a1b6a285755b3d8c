"""The Narayana numbers (A001263), the polynomials of the paths, and their sums, Catalan numbers.

References
----------
T. K. Petersen, Eulerian Numbers, Birkhauser 2015.
"""

from __future__ import annotations

from math import comb

from polyfam._checks import integer
from polyfam.family.named.triangle import LARGEST, Triangle

__all__ = ["TRIANGLE", "catalan", "narayana_row"]


def narayana_row(j: int) -> tuple[int, ...]:
    """Return the Narayana numbers N(j, 1), ..., N(j, j) (A001263).

    N(j, 1) = 1 and N(j, i + 1) = N(j, i) (j - i)(j - i + 1) / (i (i + 1)); in closed form
    C(j, i) C(j, i - 1) / j.

    Parameters
    ----------
    j : int
        At least 1.

    Returns
    -------
    tuple of int

    Examples
    --------
    >>> narayana_row(5)
    (1, 10, 20, 10, 1)
    """
    j = integer(j, "j", minimum=1, maximum=LARGEST)
    row = [1]
    for i in range(1, j):
        row.append(row[-1] * (j - i) * (j - i + 1) // (i * (i + 1)))
    return tuple(row)


def catalan(n: int) -> int:
    """Return the Catalan number C(2n, n) / (n + 1) (A000108): P(1) of the path with n edges.

    Parameters
    ----------
    n : int
        At least 0.

    Returns
    -------
    int

    Examples
    --------
    >>> [catalan(n) for n in range(8)]
    [1, 1, 2, 5, 14, 42, 132, 429]
    """
    n = integer(n, "n", minimum=0, maximum=LARGEST)
    return comb(2 * n, n) // (n + 1)


TRIANGLE = Triangle(
    "narayana", "Narayana", narayana_row, 1, "A001263",
    "T(n,k) = binomial(n,k)*binomial(n,k-1)/n.", "path",
)  # fmt: skip
