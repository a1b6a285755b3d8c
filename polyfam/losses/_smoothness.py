r"""How fast the gradient of a loss can change: a Lipschitz constant, proven by hand for each loss.

    |grad L(a) - grad L(b)| <= Lam |a - b|,      Lam >= the largest |eigenvalue| of any Hessian.

Convex regressions and quadratics have one on the whole space.  Polynomials of higher degree and
nets have one on every ball, and none beyond.  Bounds are upper bounds, rounded up, and often far
from sharp for nets: `polyfam.sharpness` measures at one point what is bounded here everywhere.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from polyfam._checks import quoted
from polyfam.errors import ArgumentTypeError, DomainError
from polyfam.losses._analytic import real
from polyfam.losses.derivatives.points import as_points
from polyfam.typing import Array

__all__ = ["Ball", "largest_eigenvalue", "smoothness", "spectral_norm"]

#: Covers the rounding of the few thousand operations behind a bound.
_OUTWARD = 1 + 1e-9


class Ball(NamedTuple):
    """The points within a radius of a centre."""

    center: Array
    radius: float

    @property
    def farthest(self) -> float:
        """The largest norm of a point."""
        return float(np.linalg.norm(self.center)) + self.radius

    @property
    def coordinates(self) -> Array:
        """The largest size of every coordinate."""
        return np.abs(self.center) + self.radius


def smoothness(loss: Any, *, center: Any = None, radius: float | None = None) -> float:
    """Return a Lipschitz constant of the gradient of a loss, globally or on a ball.

    Parameters
    ----------
    loss : object
        A loss of `polyfam.losses`, or any loss with a method ``smoothness_bound(ball)``, which gets
        None or a ball with ``center``, ``radius``, ``farthest`` and ``coordinates``.
    center : array_like, shape (d,), optional
        The centre of a ball; without one the bound holds everywhere.
    radius : float, optional
        Its radius, at least 0.

    Returns
    -------
    float
        An upper bound of ``|grad L(a) - grad L(b)|/|a - b|``, rounded up.

    Raises
    ------
    ArgumentTypeError
        For a loss without a bound.
    DomainError
        When the bound needs a ball, or only a half of one is given.

    Examples
    --------
    >>> from polyfam.losses import BilinearToy, LogisticRegression
    >>> round(smoothness(LogisticRegression([[1.0], [-1.0]], [1, 0], ridge=1.0)), 6)
    1.25
    >>> round(smoothness(BilinearToy(), center=[1.0, 1.0], radius=0.5), 6)
    24.985281
    """
    bound = getattr(loss, "smoothness_bound", None)
    if not callable(bound):
        raise ArgumentTypeError(
            f"No bound of the gradient's slope is known for {type(loss).__name__}: give the loss a "
            "method smoothness_bound(ball), or measure polyfam.sharpness at points."
        )
    ball = None
    if (center is None) != (radius is None):
        raise DomainError("Arguments 'center' and 'radius' belong together: a ball has both.")
    if center is not None:
        middle = as_points(loss, center, "center")
        if middle.ndim != 1 or np.iscomplexobj(middle):
            raise DomainError(f"Argument 'center' must be one real point, not {quoted(center)}.")
        ball = Ball(middle, real(radius, "radius", minimum=0))
    found = bound(ball)
    if found is None:
        raise DomainError(
            f"The gradient of {type(loss).__name__} has no Lipschitz constant on the whole space: "
            "give a ball, center=theta and radius=r."
        )
    return float(np.nextafter(found * _OUTWARD, np.inf))


def largest_eigenvalue(matrix: Array) -> float:
    """Return the largest absolute eigenvalue of a symmetric matrix."""
    return float(np.abs(np.linalg.eigvalsh(matrix)).max())


def spectral_norm(matrix: Array) -> float:
    """Return the largest singular value of a matrix."""
    return float(np.linalg.norm(matrix, 2))
