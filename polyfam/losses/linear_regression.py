"""Linear and ridge regression:  L(theta) = mean of (w.x + b - y)^2/2 + ridge |theta|^2/2.

With the features and a one in the rows of Z, n of them, the gradient is A theta - Z^T y/n, where

    A = Z^T Z/n + ridge,

so that points cost nothing that grows with the data.  The value is summed over the residuals.
"""

from __future__ import annotations

from copy import copy
from typing import Any

import numpy as np

from polyfam.losses._analytic import AnalyticLoss, cast, numbers, points, real
from polyfam.losses._samples import chosen_samples, samples
from polyfam.losses._smoothness import Ball
from polyfam.losses.quadratic import LinearJet, Quadratic
from polyfam.typing import Array

__all__ = ["LinearRegression"]


class LinearRegression(AnalyticLoss):
    """The mean of half the squared residuals, with a ridge.

    Parameters
    ----------
    X : array_like, shape (samples, features)
    y : array_like, shape (samples,)
    ridge : float
        At least 0.  It acts on all of theta, and every batch has it in full.

    Notes
    -----
    theta holds w and then b: d = features + 1.

    Examples
    --------
    >>> loss = LinearRegression([[1.0], [-1.0]], [2.0, 0.0])
    >>> loss.value([0.0, 0.0]), loss.gradient([0.0, 0.0]), loss.gradient([1.0, 1.0])
    (np.float64(1.0), array([-1., -1.]), array([0., 0.]))
    >>> loss.hessian_vector([0.0, 0.0], [1.0, 2.0])
    array([1., 2.])
    """

    def __init__(self, X: Any, y: Any, ridge: float = 0.0) -> None:  # noqa: N803
        targets = numbers(y, "y", 1)
        inputs = samples(X, targets)
        self.ridge = real(ridge, "ridge", minimum=0)
        self.dimension = inputs.shape[1] + 1
        self._take(np.column_stack([inputs, np.ones(len(inputs))]), targets)

    def _take(self, inputs: Array, targets: Array) -> None:
        """Set the samples."""
        self.inputs, self.targets, self.size = inputs, targets, len(inputs)
        matrix = inputs.T @ inputs / self.size + self.ridge * np.eye(self.dimension)
        self._normal = Quadratic(matrix, -targets @ inputs / self.size)

    def batch(self, indices: Any) -> LinearRegression:
        """Return the loss on the samples with these indices, an array of integers."""
        chosen = chosen_samples(indices, self.size)
        loss = copy(self)
        loss._take(self.inputs[chosen], self.targets[chosen])
        return loss

    def value(self, theta: Any) -> Any:
        """Return L at points (..., d), shape (...)."""
        theta = points(self, theta)
        residuals = theta @ cast(self.inputs.T, theta) - cast(self.targets, theta)
        squares = (residuals * residuals).mean(-1)
        return (squares + self.ridge * (theta * theta).sum(-1)) / 2

    def gradient(self, theta: Any) -> Any:
        """Return A theta - Z^T y/n at points (..., d), shape (..., d)."""
        return self._normal.gradient(theta)

    def smoothness_bound(self, ball: Ball | None) -> float:
        """Return a bound of the Hessian's norm; see `polyfam.losses.smoothness`."""
        return self._normal.smoothness_bound(ball)

    def jet(self, shape: tuple[int, ...], terms: int) -> LinearJet:
        """Return the gradient along a curve of points of this shape (..., d), term by term."""
        return self._normal.jet(shape, terms)
