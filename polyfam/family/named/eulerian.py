"""The Eulerian numbers (A008292): the polynomials of the stars.

References
----------
T. K. Petersen, Eulerian Numbers, Birkhauser 2015.
"""

from __future__ import annotations

from polyfam._checks import integer
from polyfam.family.named.triangle import LARGEST, Triangle

__all__ = ["TRIANGLE", "eulerian_row"]


def eulerian_row(j: int) -> tuple[int, ...]:
    """Return the Eulerian numbers A(j, 1), ..., A(j, j) (A008292).

    A(j, i) = i A(j - 1, i) + (j - i + 1) A(j - 1, i - 1) counts the permutations of j letters
    with i - 1 descents.

    Parameters
    ----------
    j : int
        At least 1.

    Returns
    -------
    tuple of int

    Examples
    --------
    >>> eulerian_row(5)
    (1, 26, 66, 26, 1)
    """
    j = integer(j, "j", minimum=1, maximum=LARGEST)
    # The first half of every row; the row before lends its middle entry once more.
    half = [1]
    for m in range(2, j + 1):
        if m % 2:
            half.append(half[-1])
        half = [1] + [
            i * half[i - 1] + (m - i + 1) * half[i - 2] for i in range(2, (m + 1) // 2 + 1)
        ]
    return tuple(half + half[: j // 2][::-1])


TRIANGLE = Triangle(
    "eulerian", "Eulerian", eulerian_row, 1, "A008292",
    "T(n,k) = k*T(n-1,k) + (n-k+1)*T(n-1,k-1), T(1,1) = 1.", "star",
)  # fmt: skip
