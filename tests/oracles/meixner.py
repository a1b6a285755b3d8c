r"""The Meixner basis, in which two halves of a tree meet in one dot product.

Let x = beta/(1 - beta).  The label sum over a rooted tree with p edges, every edge normalised by
a factor 1 - beta, is a polynomial B(k) of degree p in the label k of the root.  The polynomials

    Q_n(k) = sum over m of binom(n, m) binom(k, m) (-x)^(n - m)

are orthogonal for the weight (1 - beta) beta^k on k = 0, 1, 2, ..., with norms z^n, z = x (1 + x);
they are Meixner polynomials with parameters (1, beta), rescaled.  Write

    B(k) = sum over n of A_n(beta) (1 - beta)^(n - p) Q_n(k).

Every A_n is a polynomial in beta with nonnegative integer coefficients, and

- two rooted trees A and B glued at their roots have  P = sum over n of beta^n A_n B_n;
- hanging a tree on a new edge gives  A'_n = A_{n-1} + (1 + beta) A_n + beta A_{n+1},
  and A'_0 = beta A_0 + beta A_1;
- gluing at the root is multiplication of functions of k, which in this basis follows from
  k Q_n = (n + 1) Q_{n+1} + (w n + x) Q_n + z n Q_{n-1},  w = 1 + 2x.

Only P modulo beta^(N + 1) is needed, N half the degree, since P is palindromic.  The span of all
beta^i Q_n with i + n > N is closed under both operations and does not touch these coefficients,
so a rooted tree is a vector of (N + 1)(N + 2)/2 nonnegative integers.

References
----------
R. Koekoek, P. A. Lesky, R. F. Swarttouw, Hypergeometric Orthogonal Polynomials and Their
q-Analogues (2010), section 9.10.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy

__all__ = ["Basis", "meixner_basis", "multiplications"]


class Basis(NamedTuple):
    """The truncated basis beta^i Q_n, i + n <= N, and the operators on it as integer matrices.

    Matrices act on row vectors from the right.
    """

    levels: numpy.ndarray
    powers: numpy.ndarray
    beta: numpy.ndarray
    label: numpy.ndarray
    hang: numpy.ndarray

    @property
    def dimension(self) -> int:
        """The number of basis elements, (N + 1)(N + 2)/2."""
        return len(self.levels)

    @property
    def half(self) -> int:
        """The truncation order N."""
        return int(self.levels[-1])

    def pairing(self) -> numpy.ndarray:
        """Return, for m = 1..N and every element, which partner the dot product pairs it with.

        The coefficient of beta^m in P is the sum of ``A[k] * B[pairing[m - 1, k]]`` over k; the
        number `dimension` stands for no partner.
        """
        return _pairing(self.half)


@lru_cache(maxsize=8)
def _pairing(half: int) -> numpy.ndarray:
    """Return the pairing of the basis truncated at order `half`, read-only."""
    import numpy as np

    basis = meixner_basis(half)
    elements = list(zip(basis.levels.tolist(), basis.powers.tolist(), strict=True))
    position = {element: k for k, element in enumerate(elements)}
    pairing = np.array(
        [
            [position.get((level, m - level - power), len(elements)) for level, power in elements]
            for m in range(1, half + 1)
        ],
        dtype=np.intp,
    ).reshape(half, len(elements))
    pairing.flags.writeable = False
    return pairing


@lru_cache(maxsize=8)
def meixner_basis(half: int) -> Basis:
    """Return the basis truncated at order `half`, ordered by level.

    Examples
    --------
    >>> meixner_basis(1).hang
    array([[0, 1, 1],
           [0, 0, 0],
           [0, 1, 1]])
    """
    import numpy as np

    pairs = [(n, i) for n in range(half + 1) for i in range(half + 1 - n)]
    position = {pair: k for k, pair in enumerate(pairs)}
    operators = []
    for rule in (_beta, _label, _hang):
        operator = np.zeros((len(pairs), len(pairs)), dtype=np.int64)
        for source, pair in enumerate(pairs):
            for target, coefficient in rule(*pair).items():
                if target in position:
                    operator[source, position[target]] = coefficient
        operators.append(operator)
    levels, powers = np.array(pairs).T
    return Basis(levels, powers, *operators)


def _beta(n: int, i: int) -> dict[tuple[int, int], int]:
    """Return the image of beta^i Q_n under multiplication by beta."""
    return {(n, i + 1): 1}


def _label(n: int, i: int) -> dict[tuple[int, int], int]:
    """Return the image of beta^i Q_n under multiplication by the root's label k."""
    return {(n + 1, i): n + 1, (n, i): n, (n, i + 1): n + 1, (n - 1, i + 1): n}


def _hang(n: int, i: int) -> dict[tuple[int, int], int]:
    """Return the image of beta^i Q_n when the tree is hung on a new edge."""
    return {(n + 1, i): 1, (n, i): int(n > 0), (n, i + 1): 1, (n - 1, i + 1): 1}


def multiplications(basis: Basis, vectors: numpy.ndarray) -> numpy.ndarray:
    """Return the matrices of multiplication by the functions with these coefficients.

    Parameters
    ----------
    basis : Basis
    vectors : ndarray, shape (c, dimension)
        Coefficients of c functions; few levels and small numbers, since they are short branches.

    Returns
    -------
    ndarray, shape (c, dimension, dimension)
    """
    import numpy as np

    used = np.flatnonzero(vectors.any(axis=0))
    matrices = _element_multiplications(basis.half, int(basis.levels[used].max(initial=0)))
    d = basis.dimension
    return (vectors[:, used] @ matrices[used].reshape(-1, d * d)).reshape(-1, d, d)


@lru_cache(maxsize=8)
def _element_multiplications(half: int, level: int) -> numpy.ndarray:
    """Return the matrices of multiplication by all beta^i Q_n up to a level, zeros above."""
    import numpy as np

    basis = meixner_basis(half)
    by_level = [np.eye(basis.dimension, dtype=np.int64)]
    for n in range(level):
        # (n + 1) Q_{n+1} = (k - n - (n + 1) beta) Q_n - n beta Q_{n-1}, with A-normalised levels
        following = by_level[n] @ (basis.label - (n + 1) * basis.beta) - n * by_level[n]
        if n:
            following -= n * by_level[n - 1] @ basis.beta
        by_level.append(following // (n + 1))
    matrices = np.zeros((basis.dimension, basis.dimension, basis.dimension))
    for n, matrix in enumerate(by_level):
        for k in np.flatnonzero(basis.levels == n):  # powers 0, 1, 2, ... of beta, in this order
            matrices[k] = matrix
            matrix = _shift(matrix, basis)
    return matrices


def _shift(matrix: numpy.ndarray, basis: Basis) -> numpy.ndarray:
    """Return ``matrix @ basis.beta``: every column moves to the next power of its level."""
    import numpy as np

    shifted = np.zeros_like(matrix)
    sources, targets = np.nonzero(basis.beta)
    shifted[:, targets] = matrix[:, sources]
    return shifted
