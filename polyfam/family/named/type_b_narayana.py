"""The Narayana numbers of type B (A008459): chains of the modified equation, cyclohedra.

References
----------
T. K. Petersen, Eulerian Numbers, Birkhauser 2015.
"""

from __future__ import annotations

from polyfam._checks import integer
from polyfam.family.named.triangle import LARGEST, Triangle

__all__ = ["TRIANGLE", "type_b_narayana_row"]


def type_b_narayana_row(n: int) -> tuple[int, ...]:
    """Return the Narayana numbers of type B, the squares C(n, k)^2 for k = 0..n (A008459).

    B(n, 0) = 1 and B(n, k + 1) = B(n, k) ((n - k) / (k + 1))^2.

    Parameters
    ----------
    n : int
        At least 0.

    Returns
    -------
    tuple of int

    Examples
    --------
    >>> type_b_narayana_row(4)
    (1, 16, 36, 16, 1)
    """
    n = integer(n, "n", minimum=0, maximum=LARGEST)
    row = [1]
    for k in range(n):
        row.append(row[-1] * (n - k) ** 2 // (k + 1) ** 2)
    return tuple(row)


TRIANGLE = Triangle(
    "type-b-narayana", "Narayana of type B", type_b_narayana_row, 0, "A008459",
    "T(n,k) = binomial(n,k)^2.",
)  # fmt: skip
