r"""Semidefinite complementarity: symmetric X >= 0 with S = C + B[X] >= 0 and <X, S> = 0.

With B symmetric and positive semidefinite it says that X minimises <X, B[X]>/2 + <C, X> over the
positive semidefinite matrices.  That is done by projected gradients with momentum, restarted when
the motion turns back [OC15]; the projection sets negative eigenvalues to zero.

References
----------
[OC15] O'Donoghue & Candes, Adaptive Restart for Accelerated Gradient Schemes, Found. Comput. Math.
15 (2015).
"""

from __future__ import annotations

import numpy as np

from polyfam.errors import DomainError
from polyfam.typing import Array

__all__ = ["complementary"]

_MOST = 20_000
#: Of S and of the product of X with S, relative to C.
_TOLERANCE = 1e-9


def complementary(offset: Array, operator: Array) -> Array:
    """Return X for C and B.

    Parameters
    ----------
    offset : ndarray, shape (k, k)
        C, symmetric.
    operator : ndarray, shape (k, k, k, k)
        B[X] = sum over the last two axes; symmetric and positive semidefinite.

    Returns
    -------
    ndarray, shape (k, k)

    Raises
    ------
    DomainError
        When there is none: no X makes S positive semidefinite.

    Examples
    --------
    >>> one = np.ones((1, 1, 1, 1))
    >>> complementary(np.array([[-3.0]]), one), complementary(np.array([[2.0]]), one)
    (array([[3.]]), array([[0.]]))
    """
    k = len(offset)
    if np.linalg.eigvalsh(offset)[0] >= 0:
        return np.zeros((k, k))
    matrix = operator.reshape(k * k, k * k)
    steepest = float(np.linalg.eigvalsh((matrix + matrix.T) / 2)[-1])
    size = float(np.abs(offset).max())
    if steepest > 0:
        x = ahead = np.zeros((k, k))
        pace = 1.0
        for _ in range(_MOST):
            following = _projected(ahead - (offset + _applied(matrix, ahead)) / steepest)
            faster = (1 + np.sqrt(1 + 4 * pace * pace)) / 2
            if np.sum((ahead - following) * (following - x)) > 0:
                faster, ahead = 1.0, following
            else:
                ahead = following + (pace - 1) / faster * (following - x)
            x, pace = following, faster
            rest = offset + _applied(matrix, x)
            apart = np.abs(x - _projected(x - rest / steepest)).max() * steepest
            if apart <= _TOLERANCE * size:
                return x
        if np.linalg.eigvalsh(rest)[0] > -1e-4 * size:
            return x
    raise DomainError(
        "The oscillation grows and nothing stops it: no covariance keeps the curvature at the "
        "threshold of stability, so the iterates leave; take a smaller step size."
    )


def _applied(matrix: Array, x: Array) -> Array:
    """Return B[X]."""
    return np.asarray((matrix @ x.ravel()).reshape(x.shape))


def _projected(x: Array) -> Array:
    """Return the nearest positive semidefinite matrix."""
    values, vectors = np.linalg.eigh((x + x.T) / 2)
    return np.asarray((vectors * np.maximum(values, 0)) @ vectors.T)
