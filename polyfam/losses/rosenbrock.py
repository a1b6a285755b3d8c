"""Rosenbrock's valley  L(x, y) = (a - x)^2 + b (y - x^2)^2, a quartic with its minimum at (a, a^2).

References
----------
H. H. Rosenbrock, An automatic method for finding the greatest or least value of a function,
The Computer Journal 3 (1960), 175-184.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from polyfam.losses._analytic import AnalyticLoss, points, real
from polyfam.losses._smoothness import Ball

__all__ = ["Rosenbrock"]


class Rosenbrock(AnalyticLoss):
    """L(x, y) = (a - x)^2 + b (y - x^2)^2.

    Parameters
    ----------
    a, b : float

    Examples
    --------
    >>> loss = Rosenbrock()
    >>> loss.value([0.0, 1.0]), loss.gradient([0.0, 1.0])
    (np.float64(101.0), array([ -2., 200.]))
    >>> loss.hessian_vector([1.0, 1.0], [1.0, 2.0])
    array([2., 0.])
    """

    dimension = 2

    def __init__(self, a: float = 1.0, b: float = 100.0) -> None:
        self.a, self.b = real(a, "a"), real(b, "b")

    def value(self, theta: Any) -> Any:
        """Return L at points (..., 2), shape (...)."""
        theta = points(self, theta)
        x, y = theta[..., 0], theta[..., 1]
        return (self.a - x) ** 2 + self.b * (y - x * x) ** 2

    def gradient(self, theta: Any) -> Any:
        """Return (-2 (a - x) - 4 b x (y - x^2), 2 b (y - x^2)) at points (..., 2)."""
        theta = points(self, theta)
        x, y = theta[..., 0], theta[..., 1]
        height = 2 * self.b * (y - x * x)
        return np.stack([-2 * (self.a - x) - 2 * x * height, height], axis=-1)

    def smoothness_bound(self, ball: Ball | None) -> float | None:
        """Return the Frobenius norm of the largest entries of the Hessian on a ball."""
        if ball is None:
            return None if self.b else 2.0
        (x, y), b = ball.coordinates, abs(self.b)
        corner = 2 + 4 * b * (y + x * x) + 8 * b * x * x
        return float(np.sqrt(corner**2 + 2 * (4 * b * x) ** 2 + (2 * b) ** 2))
