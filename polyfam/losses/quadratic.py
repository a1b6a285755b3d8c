"""The quadratic loss  L(theta) = theta.A theta/2 + b.theta.

Its only elementary differentials are chains, so that heavy ball on it is solved exactly by the
roots of  r^2 - (1 + beta - h lambda) r + beta = 0  for the eigenvalues lambda of A.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from polyfam.errors import DomainError
from polyfam.losses._analytic import AnalyticLoss, cast, numbers, points
from polyfam.losses._smoothness import Ball, largest_eigenvalue
from polyfam.typing import Array

__all__ = ["LinearJet", "Quadratic"]


class Quadratic(AnalyticLoss):
    """L(theta) = theta.A theta/2 + b.theta, with gradient A theta + b and Hessian A.

    Parameters
    ----------
    matrix : array_like, shape (d, d)
        The symmetric matrix A, of any signature.  What rounding makes asymmetric, such as
        Q D Q^T, is symmetrised.
    linear : array_like, shape (d,), optional
        The vector b, zero by default.

    Examples
    --------
    >>> loss = Quadratic([[1.0, 0.0], [0.0, 10.0]], linear=[0.0, 1.0])
    >>> loss.value([1.0, 2.0]), loss.gradient([1.0, 2.0])
    (np.float64(22.5), array([ 1., 21.]))
    >>> loss.hessian_vector([1.0, 2.0], [1.0, 1.0])
    array([ 1., 10.])
    """

    def __init__(self, matrix: Any, linear: Any = None) -> None:
        matrix = numbers(matrix, "matrix", 2)
        self.dimension = len(matrix)
        if not _symmetric(matrix):
            raise DomainError(
                "Argument 'matrix' must be square and symmetric: "
                "(A + A.T)/2 has the same quadratic form as A."
            )
        self.matrix = matrix / 2 + matrix.T / 2
        self.linear = np.zeros(self.dimension) if linear is None else numbers(linear, "linear", 1)
        if len(self.linear) != self.dimension:
            raise DomainError(
                f"Argument 'linear' must have the length {self.dimension} of the matrix, "
                f"not {len(self.linear)}."
            )

    def value(self, theta: Any) -> Any:
        """Return L at points (..., d), shape (...)."""
        theta = points(self, theta)
        slope = theta @ cast(self.matrix, theta) / 2 + cast(self.linear, theta)
        return (theta * slope).sum(-1)

    def gradient(self, theta: Any) -> Any:
        """Return A theta + b at points (..., d), shape (..., d)."""
        theta = points(self, theta)
        return self.product(theta) + cast(self.linear, theta)

    def product(self, vector: Any) -> Any:
        """Return A times vectors (..., d) that were checked before."""
        return vector @ cast(self.matrix, vector)

    def smoothness_bound(self, _: Ball | None) -> float:
        """Return a bound of the Hessian's norm; see `polyfam.losses.smoothness`."""
        return largest_eigenvalue(self.matrix)

    def jet(self, shape: tuple[int, ...], terms: int) -> LinearJet:  # noqa: ARG002
        """Return the gradient along a curve of points of this shape (..., d), term by term."""
        return LinearJet(self)


class LinearJet:
    """The growing series of A theta(h) + b: b is in its constant term only."""

    def __init__(self, loss: Quadratic) -> None:
        self._loss, self._started = loss, False

    def push(self, coefficient: Any) -> Any:
        """Take the next coefficient of theta(h) and return the next one of the gradient, fresh."""
        found = self._loss.product(coefficient)
        if self._started:
            return found
        self._started = True
        return found + cast(self._loss.linear, coefficient)


def _symmetric(matrix: Array) -> bool:
    """Return whether a matrix is square, and symmetric up to the rounding of a product."""
    if matrix.shape[0] != matrix.shape[1]:
        return False
    rounding = 4 * len(matrix) * np.finfo(matrix.dtype).eps * np.abs(matrix).max()
    return bool(np.abs(matrix - matrix.T).max() <= rounding)
