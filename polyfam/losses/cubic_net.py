"""A net of two weights and a cubic unit:  x -> t_2 (t_1 x)^3,  fitted to one pair (x, y).

    E(t_1, t_2) = (y - t_2 (t_1 x)^3)^2/2

is a polynomial of degree 8, so that every tree with degrees up to 8 can contribute, and unlike the
bilinear toy it tells its two weights apart.  Its minima form the curve t_2 t_1^3 = y/x^3.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from polyfam.losses._analytic import AnalyticLoss, points, real
from polyfam.losses._smoothness import Ball

__all__ = ["CubicNet"]


class CubicNet(AnalyticLoss):
    """E(t_1, t_2) = (y - t_2 (t_1 x)^3)^2/2.

    Parameters
    ----------
    x, y : float
        The input and its target.

    Examples
    --------
    >>> loss = CubicNet(x=1.0, y=1.0)
    >>> loss.value([2.0, 0.5]), loss.gradient([2.0, 0.5])
    (np.float64(4.5), array([18., 24.]))
    >>> loss.hessian_vector([1.0, 1.0], [1.0, 0.0])
    array([9., 3.])
    """

    dimension = 2

    def __init__(self, x: float = 1.0, y: float = 1.0) -> None:
        self.x, self.y = real(x, "x"), real(y, "y")

    def value(self, theta: Any) -> Any:
        """Return E at points (..., 2), shape (...)."""
        theta = points(self, theta)
        return (self.y - theta[..., 1] * (theta[..., 0] * self.x) ** 3) ** 2 / 2

    def gradient(self, theta: Any) -> Any:
        """Return (t_2 u^3 - y) (3 t_2 x u^2, u^3), u = t_1 x, at points (..., 2)."""
        theta = points(self, theta)
        first, second = theta[..., 0] * self.x, theta[..., 1]
        square = first * first
        cube = square * first
        excess = second * cube - self.y
        return np.stack([3 * self.x * excess * second * square, excess * cube], axis=-1)

    def smoothness_bound(self, ball: Ball | None) -> float | None:
        """Return |grad f|^2 + |f| |Hessian of f| on a ball, for E = f^2/2."""
        if ball is None:
            return None
        (first, second), cube = ball.coordinates, abs(self.x) ** 3
        slope = cube * np.hypot(3 * second * first**2, first**3)
        curvature = cube * np.hypot(6 * first * second, 3 * np.sqrt(2) * first**2)
        return float(slope**2 + (abs(self.y) + cube * second * first**3) * curvature)
