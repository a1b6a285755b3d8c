"""Values at beta = 1 of paths: Catalan numbers.  Those of stars are factorials."""

from __future__ import annotations

import math

from polyfam._checks import integer
from polyfam.family.named.triangle import LARGEST

__all__ = ["catalan"]


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
    return math.comb(2 * n, n) // (n + 1)
