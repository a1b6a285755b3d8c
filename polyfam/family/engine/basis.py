r"""The gamma basis, in which two halves of a tree meet in one dot product.

Write P_t(beta) = beta sum_m gamma_m(t) beta^m (1 + beta)^(j - 1 - 2m) and gamma_t(y) for the
generating function of the gamma_m.  A rooted tree hung on an edge has a polynomial eps(s, y), a
forest of hung trees a polynomial U(s, y), and with R = s^2 + s + y

- one vertex, hung, has  eps = 1;
- a forest has  U = eps_1 o ... o eps_m,  where
  f o g = d/ds sum_r R^(r+1) f^(r) g^(r) / (r! (r + 1)!)  (derivatives with respect to s);
- a vertex on a forest, hung, has  eps = (R U - y U(0)) / s,  that is  e_n = u_(n-1) + u_n + y
  u_(n+1)  for the coefficients of s^n;
- the tree with a forest at its root has  gamma_t(y) = U(0, y).

So two forests A and B glued at one root have  gamma_t = sum_n y^n e_n(A) u_n(B),  e(A) being the
vertex on A, hung, and two rooted trees joined by an edge have  gamma_t = sum_n y^n e_n e'_n.  All
coefficients are nonnegative integers.  `polyfam.family.routes.gamma` states the same on
polynomials of any length; the proof is on the page on the gamma calculus.

Only gamma_0, ..., gamma_M are needed, M = ceil(j/2) - 1.  The span of all y^i s^n with i + n > M
is closed under the operations and does not touch these, so a half is a vector of at most
(M + 1)(M + 2)/2 integers, of which those with 2 i + n >= p vanish for a forest on p vertices.
"""

from __future__ import annotations

from functools import lru_cache
from math import comb
from typing import NamedTuple

import numpy as np

from polyfam.typing import Array

__all__ = ["Basis", "compose", "from_gamma", "gamma_basis"]

#: A polynomial in s and y: coefficients by powers (n, i) of s and y.
Terms = dict[tuple[int, int], int]


class Basis(NamedTuple):
    """The truncated basis y^i s^n, i + n <= M, ordered by n.

    Attributes
    ----------
    top : int
        M.
    levels, powers : ndarray of int, shape (dimension,)
        n and i of every element.
    hang : ndarray of int, shape (dimension, dimension)
        U to eps, as a matrix that acts on row vectors from the right.
    pairing : ndarray of int, shape (M + 1, dimension)
        The coefficient of y^m in the dot product of A and B is the sum of
        ``A[k] * B[pairing[m, k]]`` over k; the number `dimension` stands for no partner.
    """

    top: int
    levels: Array
    powers: Array
    hang: Array
    pairing: Array

    @property
    def dimension(self) -> int:
        """The number of basis elements, (M + 1)(M + 2)/2."""
        return len(self.levels)

    def support(self, p: int) -> Array:
        """Return the elements that do not vanish for all forests on p vertices.

        A forest on p - 1 vertices under a vertex, hung, has the same ones.
        """
        return np.flatnonzero(2 * self.powers + self.levels < p)


@lru_cache(maxsize=8)
def gamma_basis(top: int) -> Basis:
    """Return the basis truncated at order `top`.

    Examples
    --------
    >>> gamma_basis(1).hang
    array([[1, 0, 1],
           [0, 1, 0],
           [0, 1, 1]])
    """
    pairs = [(n, i) for n in range(top + 1) for i in range(top + 1 - n)]
    position = {pair: k for k, pair in enumerate(pairs)}
    hang = np.zeros((len(pairs), len(pairs)), np.int64)
    for source, (n, i) in enumerate(pairs):
        for target in ((n + 1, i), (n, i), (n - 1, i + 1)):
            if target in position:
                hang[source, position[target]] = 1
    pairing = np.array(
        [[position.get((n, m - n - i), len(pairs)) for n, i in pairs] for m in range(top + 1)]
    )
    levels, powers = np.array(pairs).T
    return Basis(top, levels, powers, hang, pairing)


def compose(basis: Basis, vectors: Array) -> Array:
    """Return the matrices of f -> f o g, (c, dimension, dimension), for c functions g.

    Their coefficients, shape (c, dimension), have few levels and are small: g is a short forest.
    """
    used = np.flatnonzero(vectors.any(axis=0))
    matrices = _compositions(basis.top, int(basis.levels[used].max(initial=0)))
    d = basis.dimension
    return (vectors[:, used] @ matrices[used].reshape(-1, d * d)).reshape(-1, d, d)


@lru_cache(maxsize=8)
def _compositions(top: int, level: int) -> Array:
    """Return the matrices of f -> f o y^i s^n for all elements up to a level, zeros above."""
    basis = gamma_basis(top)
    first = [int(np.flatnonzero(basis.levels == n)[0]) for n in range(top + 1)]
    matrices = np.zeros((basis.dimension,) * 3)
    for a in range(level + 1):
        for b in range(top + 1):
            for (n, i), coefficient in _product(a, b).items():
                # y^k s^a o y^l s^b holds y^(i + k + l) s^n, as far as that is kept.
                for k in range(min(top + 1 - a, top + 1 - n - i)):
                    lasts = np.arange(min(top + 1 - b, top + 1 - n - i - k))
                    matrices[first[a] + k, first[b] + lasts, first[n] + i + k + lasts] = coefficient
    return matrices


def _product(a: int, b: int) -> Terms:
    """Return s^a o s^b.

    The sum over r of  C(a, r) C(b, r) (2s + 1) R^r s^(a + b - 2r)  and
    [C(a, r + 1) C(b, r) + C(a, r) C(b, r + 1)] R^(r + 1) s^(a + b - 2r - 1).
    """
    product: Terms = {}
    for r in range(min(a, b) + 1):
        both = comb(a, r) * comb(b, r)
        one = comb(a, r + 1) * comb(b, r) + comb(a, r) * comb(b, r + 1)
        terms = [(r, a + b - 2 * r, both), (r, a + b - 2 * r + 1, 2 * both)]
        terms.append((r + 1, a + b - 2 * r - 1, one))
        for power, shift, factor in terms:
            for (n, i), c in _power(power).items() if factor else ():
                product[n + shift, i] = product.get((n + shift, i), 0) + factor * c
    return product


@lru_cache(maxsize=64)
def _power(r: int) -> Terms:
    """Return R^r, R = s^2 + s + y: the powers of y, then those of s + s^2."""
    return {(q + k, r - q): comb(r, q) * comb(q, k) for q in range(r + 1) for k in range(q + 1)}


@lru_cache(maxsize=8)
def from_gamma(n: int) -> Array:
    """Return the matrix that takes the gamma vectors of order n to coefficients of beta^1, ....

    It holds the binomials C(n - 2 - 2k, i - k), integers below 2^53 for n <= 50, for
    i, k < n // 2.

    Examples
    --------
    >>> from_gamma(6)
    array([[1., 4., 6.],
           [0., 1., 2.],
           [0., 0., 1.]])
    """
    half = n // 2
    return np.array(
        [[comb(n - 2 - 2 * k, i - k) if i >= k else 0 for i in range(half)] for k in range(half)],
        np.float64,
    )
