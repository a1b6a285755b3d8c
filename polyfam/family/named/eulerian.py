"""The Eulerian numbers (A008292): the polynomials of the stars.

With T(h, i) = T(h - 1, i - 1) + i^2 T(h - 1, i), T(1, 1) = 1, the central factorial numbers
(A036969),

    k^(2h) = sum over i of T(h, i) k^2 (k^2 - 1) ... (k^2 - (i - 1)^2),

a product that is k (2i - 1)! binom(k + i - 1, 2i - 1).  Put into the sum of k^j x^k =
x A_j(x)/(1 - x)^(j+1) this gives, one multiplication for four in the recurrence of A_j,

    x A_j(x) = sum over i of (2i - 1)! T(h, i) x^i (1 - x)^(2h-2i),             j = 2h - 1,
    x A_j(x) = sum over i of i (2i - 1)! T(h, i) x^i (1 - x)^(2h-2i) (1 + x),   j = 2h.

References
----------
T. K. Petersen, Eulerian Numbers, Birkhauser 2015.
J. Riordan, Combinatorial Identities, Wiley 1968, section 6.5 (central factorial numbers).
"""

from __future__ import annotations

from operator import add, mul, sub

from polyfam._checks import integer
from polyfam.family.named.triangle import LARGEST, Triangle
from polyfam.family.packed import long_integer

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
    h = (j + 1) // 2
    squares = [i * i for i in range(1, h + 1)]
    central = [long_integer()(1)]  # T(m, 1), ..., T(m, m)
    for _ in range(h - 1):
        central = [*map(add, [0, *central], map(mul, squares, [*central, 0]))]
    half = [0]  # of a palindrome in x, its middle at the end; times (1 - x)^2 in every step
    weight = 1  # (2i - 1)!
    for i, number in enumerate(central, start=1):
        if i > 1:
            differences = [*map(sub, half, [0, *half])]
            differences.append(-differences[-1])
            half = [*map(sub, differences, [0, *differences])]
        half[-1] += number * weight * (1 if j % 2 else i)
        weight *= 2 * i * (2 * i + 1)
    if j % 2 == 0:
        half = [*map(add, half, [0, *half])]
    half = [int(number) for number in half]
    return tuple(half + half[: j // 2][::-1])


TRIANGLE = Triangle(
    "eulerian", "Eulerian", eulerian_row, 1, "A008292",
    "T(n,k) = k*T(n-1,k) + (n-k+1)*T(n-1,k-1), T(1,1) = 1.", "star",
)  # fmt: skip
