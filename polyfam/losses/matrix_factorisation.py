"""Matrix factorisation:  L(U, V) = |U V^T - M|^2/2, the squares of all entries summed.

A quartic with a continuum of minima, (U G, V G^-T) for every invertible G: the smallest problem in
which the size of the parameters at a minimum is the optimizer's choice.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from polyfam._checks import integer
from polyfam.losses._analytic import AnalyticLoss, cast, flattened, numbers, points
from polyfam.losses._smoothness import Ball, spectral_norm

__all__ = ["MatrixFactorisation"]


class MatrixFactorisation(AnalyticLoss):
    """The loss ``|U V^T - M|^2/2`` for a matrix M of shape (m, n).

    Parameters
    ----------
    target : array_like, shape (m, n)
        M.
    rank : int
        The number r of columns of U and V.  theta holds U, (m, r), and then V, (n, r), row by row.

    Examples
    --------
    >>> loss = MatrixFactorisation([[1.0, 2.0]], rank=1)
    >>> loss.dimension, loss.value([1.0, 1.0, 1.0]), loss.gradient([1.0, 1.0, 1.0])
    (3, np.float64(0.5), array([-1.,  0., -1.]))
    """

    def __init__(self, target: Any, rank: int) -> None:
        self.target = numbers(target, "target", 2)
        self.rank = integer(rank, "rank", minimum=1)
        self.dimension = sum(self.target.shape) * self.rank

    def initial_point(self, seed: int) -> np.ndarray[Any, Any]:
        """Return a normal random point with U V^T about as large as a matrix of unit entries.

        All entries of U and V are independent and have the variance 1/sqrt(r).
        """
        rng = np.random.default_rng(integer(seed, "seed", minimum=0))
        draws = rng.standard_normal(self.dimension)
        return np.asarray(draws * self.rank**-0.25)

    def value(self, theta: Any) -> Any:
        """Return L at points (..., d), shape (...)."""
        theta = points(self, theta)
        left, right = self._factors(theta)
        return (self._excess(theta, left, right) ** 2).sum((-2, -1)) / 2

    def gradient(self, theta: Any) -> Any:
        """Return (E V, E^T U), E = U V^T - M, at points (..., d), shape (..., d)."""
        theta = points(self, theta)
        left, right = self._factors(theta)
        excess = self._excess(theta, left, right)
        return flattened(theta, excess @ right, np.swapaxes(excess, -1, -2) @ left)

    def smoothness_bound(self, ball: Ball | None) -> float | None:
        """Return |U|^2 + |V|^2 + |U V^T - M| on a ball: the first two are |theta|^2."""
        if ball is None:
            return None
        return 1.5 * ball.farthest**2 + spectral_norm(self.target)

    def _factors(self, theta: Any) -> tuple[Any, Any]:
        """Return U and V."""
        rows, columns = self.target.shape
        cut, lead = rows * self.rank, theta.shape[:-1]
        return (
            np.reshape(theta[..., :cut], (*lead, rows, self.rank)),
            np.reshape(theta[..., cut:], (*lead, columns, self.rank)),
        )

    def _excess(self, theta: Any, left: Any, right: Any) -> Any:
        """Return U V^T - M."""
        return left @ np.swapaxes(right, -1, -2) - cast(self.target, theta)
