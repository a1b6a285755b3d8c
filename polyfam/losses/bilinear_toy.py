"""The bilinear toy  E(t_1, t_2) = (y - x t_1 t_2)^2/2, a linear net of two weights, y = 3/2, x = 2.

It is minimal on the hyperbola t_1 t_2 = 3/4, and flattest where t_1 = t_2: which of these minima
an optimizer finds shows what its memory penalises.  [ADAM] starts from (2.8, 3.5).

References
----------
[ADAM] Cattaneo, Klusowski & Shigida, On the Implicit Bias of Adam, arXiv:2309.00079.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from polyfam.losses._analytic import AnalyticLoss, points
from polyfam.losses._smoothness import Ball

__all__ = ["BilinearToy"]


class BilinearToy(AnalyticLoss):
    """E(t_1, t_2) = (3/2 - 2 t_1 t_2)^2/2.

    Examples
    --------
    >>> loss = BilinearToy()
    >>> loss.value([1.0, 1.0]), loss.gradient([1.0, 1.0])
    (np.float64(0.125), array([1., 1.]))
    >>> loss.hessian_vector([1.0, 1.0], [1.0, 0.0])
    array([4., 5.])
    """

    dimension = 2

    def value(self, theta: Any) -> Any:
        """Return E at points (..., 2), shape (...)."""
        theta = points(self, theta)
        return (1.5 - 2 * theta[..., 0] * theta[..., 1]) ** 2 / 2

    def gradient(self, theta: Any) -> Any:
        """Return -2 (3/2 - 2 t_1 t_2) (t_2, t_1) at points (..., 2), shape (..., 2)."""
        theta = points(self, theta)
        first, second = theta[..., 0], theta[..., 1]
        pull = 4 * first * second - 3
        return np.stack([pull * second, pull * first], axis=-1)

    def smoothness_bound(self, ball: Ball | None) -> float | None:
        """Return |grad f|^2 + |f| |Hessian of f| on a ball, for E = f^2/2."""
        return None if ball is None else 4 * ball.farthest**2 + 2 * (1.5 + ball.farthest**2)
