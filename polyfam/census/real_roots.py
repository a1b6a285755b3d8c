r"""Many polynomials with real roots, certified at once.

P_t / beta is a palindrome of degree D = j - 1, so it has only real roots if its gamma polynomial
of degree m = floor(D/2) has m negative ones (see `polyfam.family.roots`), and m changes of sign
on (-infinity, 0) are a proof of that.

**Exact coefficients.**  The gamma vector is a linear image of the coefficients, by a matrix of
integers whose rows have sums of absolute values below 2^22 up to degree 32; applied to limbs of 22
bits (see `polyfam.census.limbs`) it is exact.  As the gamma vector of a tree is nonnegative [PRW],
gamma_i is at most the coefficient of beta^(i+1) in P_t and needs no more limbs.

**Exact signs.**  At y < 0 split gamma(y) = E - O by even and odd powers.  E and O are sums of at
most 16 nonnegative terms.  In doubles each is right up to a relative error of 22 u, u = 2^-53: 5 u
from rounding gamma_i, one u each from the power of y and the product, 15 u from the additions, in
whatever order.  So E > O is proved as soon as the computed E exceeds the computed O by a factor
1 + 2^-44, and the same the other way round.  What is not proved counts as no sign.

**Where to look.**  The points are y = -1/(4 tan(phi)^2) with phi equally spaced in (0, pi/2), as
the roots of the Narayana polynomials nearly are.  Observation, not used: j such points separate
the roots of almost all trees of one order.

References
----------
[PRW] Postnikov, Reiner & Williams, Faces of generalized permutohedra, Doc. Math. 13 (2008).
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from math import comb, pi, tan
from typing import TYPE_CHECKING

from polyfam.census.limbs import carry, to_floats

if TYPE_CHECKING:
    import numpy

__all__ = ["certified_real_rooted", "gamma_limbs"]

#: Points an edge: first a few, then, where they do not suffice, more.
_FINENESS = (1, 8)
_CERTAIN = 1 + 2.0**-44


def certified_real_rooted(limbs: numpy.ndarray, j: int) -> numpy.ndarray:
    """Say which polynomials are proved here to have real roots only.

    Parameters
    ----------
    limbs : ndarray, shape (N, L, r)
        Polynomials of trees: the coefficients of beta^1, ..., beta^N, N = ceil(j/2), in limbs.
    j : int
        The degree, at most 32.

    Returns
    -------
    ndarray of bool, shape (r,)
        True is a proof; False leaves the question to `polyfam.family.roots.is_real_rooted`.

    Examples
    --------
    >>> from polyfam.census.limbs import limbs_of_integers
    >>> certified_real_rooted(limbs_of_integers([[1, 10, 20], [1, 2, 2]]), 5)
    array([ True, False])
    """
    import numpy as np

    gamma = to_floats(gamma_limbs(limbs, j))
    certified = np.zeros(limbs.shape[-1], bool)
    for fineness in _FINENESS:
        rest = np.flatnonzero(~certified)
        if len(rest):
            some = gamma if len(rest) == len(certified) else gamma[:, rest]
            certified[rest] = _sign_changes(some, j * fineness) == len(limbs) - 1
    return certified


def gamma_limbs(limbs: numpy.ndarray, j: int) -> numpy.ndarray:
    """Return the gamma vectors, in the shape of `limbs`.

    Examples
    --------
    >>> from polyfam.census.limbs import limbs_of_integers, to_integers
    >>> to_integers(gamma_limbs(limbs_of_integers([[1, 26, 66]]), 5))
    [[1, 22, 16]]
    """
    width, levels, count = limbs.shape
    sums = _gamma_matrix(j) @ limbs.reshape(width, levels * count)
    return carry(sums.reshape(limbs.shape), levels)


@lru_cache(maxsize=8)
def _gamma_matrix(j: int) -> numpy.ndarray:
    """Return the matrix that takes coefficients to gamma vectors."""
    import numpy as np

    width = (j + 1) // 2
    matrix = np.eye(width)
    for i in range(width):
        for k in range(i + 1, width):
            matrix[k] -= comb(j - 1 - 2 * i, k - i) * matrix[i]
    return matrix


def _sign_changes(gamma: numpy.ndarray, points: int) -> numpy.ndarray:
    """Return how often each gamma polynomial is seen to change its sign on (-infinity, 0]."""
    import numpy as np

    powers = _powers(len(gamma), points)
    even = powers[:, ::2] @ gamma[::2]
    odd = powers[:, 1::2] @ gamma[1::2]
    positive, negative = even > odd * _CERTAIN, odd > even * _CERTAIN
    changes = (positive[1:] & negative[:-1]) | (negative[1:] & positive[:-1])
    return np.add.reduce(changes, axis=0, dtype=np.uint16)


@lru_cache(maxsize=8)
def _powers(width: int, points: int) -> numpy.ndarray:
    """Return |y|^i, i < width, correctly rounded, from y = 0 through the points to infinity.

    At infinity the highest power alone decides.
    """
    import numpy as np

    phis = [(k - 0.5) * pi / (2 * points) for k in range(points, 0, -1)]
    powers = [[float(Fraction(1 / (2 * tan(phi)) ** 2) ** i) for i in range(width)] for phi in phis]
    return np.array([np.eye(width)[0], *powers, np.eye(width)[-1]])
