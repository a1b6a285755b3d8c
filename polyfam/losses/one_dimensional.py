"""Losses of one parameter, where all derivatives are numbers: polynomials, and log cosh.

Every elementary differential is then a product of derivatives L^(m).  A polynomial of degree D has
none beyond D; log cosh has all of them, grows like |theta|, and has poles at +-i pi/2.
"""

from __future__ import annotations

from math import log
from typing import Any

import numpy as np
from numpy.polynomial.polynomial import polyder, polyval

from polyfam.losses._analytic import AnalyticLoss, cast, numbers, points
from polyfam.losses._smoothness import Ball

__all__ = ["LogCosh", "Polynomial1D"]


class Polynomial1D(AnalyticLoss):
    """L(theta) = c_0 + c_1 theta + c_2 theta^2 + ...

    Parameters
    ----------
    coefficients : array_like, shape (D + 1,)
        c_0, ..., c_D.

    Examples
    --------
    >>> loss = Polynomial1D([0, 0, 1, 0, 1])  # theta^2 + theta^4
    >>> loss.value([2.0]), loss.gradient([2.0]), loss.hessian_vector([2.0], [1.0])
    (np.float64(20.0), array([36.]), array([50.]))
    """

    dimension = 1

    def __init__(self, coefficients: Any) -> None:
        self.coefficients = numbers(coefficients, "coefficients", 1)

    def value(self, theta: Any) -> Any:
        """Return L at points (..., 1), shape (...)."""
        theta = points(self, theta)
        return polyval(theta[..., 0], cast(self.coefficients, theta))

    def gradient(self, theta: Any) -> Any:
        """Return L'(theta) at points (..., 1), shape (..., 1)."""
        theta = points(self, theta)
        return polyval(theta, cast(polyder(self.coefficients), theta))

    def smoothness_bound(self, ball: Ball | None) -> float | None:
        """Return a bound of the Hessian's norm; see `polyfam.losses.smoothness`."""
        second = np.append(polyder(np.abs(self.coefficients), 2), 0.0)
        if not second[1:].any():
            return float(second[0])
        return None if ball is None else float(polyval(ball.farthest, second))


class LogCosh(AnalyticLoss):
    """L(theta) = log cosh theta, with the gradient tanh theta.

    Examples
    --------
    >>> loss = LogCosh()
    >>> loss.value([[0.0], [1000.0]]).round(4)
    array([  0.    , 999.3069])
    >>> loss.gradient([0.5]).round(4), loss.hessian_vector([0.0], [1.0])
    (array([0.4621]), array([1.]))
    """

    dimension = 1

    def value(self, theta: Any) -> Any:
        """Return L at points (..., 1), shape (...)."""
        x = points(self, theta)[..., 0]
        near = abs(np.real(getattr(x, "coefficients", [x])[0])) < 1
        half = np.sinh(np.where(near, x, 0.0) / 2)
        return np.where(near, np.log1p(2 * half * half), np.logaddexp(x, -x) - log(2))

    def gradient(self, theta: Any) -> Any:
        """Return tanh theta at points (..., 1), shape (..., 1)."""
        return np.tanh(points(self, theta))

    def smoothness_bound(self, _: Ball | None) -> float:
        """Return a bound of the Hessian's norm; see `polyfam.losses.smoothness`."""
        return 1.0
