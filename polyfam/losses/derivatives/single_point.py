"""A gradient written for one point, made into a loss that takes any number of them.

Losses work on arrays (..., d).  Code that indexes ``theta[0]`` or multiplies ``A @ theta`` means
one flat vector; `single_point` applies it to one point after another, numbers and Taylor series
alike.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from polyfam.losses.derivatives.points import refuse_uncallable

__all__ = ["SinglePoint", "single_point"]


class SinglePoint:
    """A loss given at one point; `single_point` makes it."""

    def __init__(
        self, gradient: Callable[[Any], Any], value: Callable[[Any], Any] | None = None
    ) -> None:
        self._gradient = gradient
        if value is not None:
            self.value = lambda theta: _each(value, theta, np.shape(theta)[:-1])

    def gradient(self, theta: Any) -> Any:
        """Return the gradients (..., d) at points (..., d)."""
        return _each(self._gradient, theta, np.shape(theta))


def single_point(
    gradient: Callable[[Any], Any], value: Callable[[Any], Any] | None = None
) -> SinglePoint:
    """Return the loss with this gradient at one point.

    Parameters
    ----------
    gradient : callable
        Maps one flat vector (d,) to the gradient (d,), in numpy.
    value : callable, optional
        Maps one flat vector (d,) to a number.

    Returns
    -------
    SinglePoint
        A loss with ``gradient`` and, if given, ``value``, for points (..., d).

    Examples
    --------
    >>> A = np.array([[2.0, 1.0], [1.0, 3.0]])
    >>> loss = single_point(lambda theta: A @ theta)
    >>> loss.gradient(np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]))
    array([[2., 1.],
           [1., 3.],
           [3., 4.]])
    """
    refuse_uncallable(gradient, "gradient")
    if value is not None:
        refuse_uncallable(value, "value")
    return SinglePoint(gradient, value)


def _each(function: Callable[[Any], Any], theta: Any, shape: tuple[int, ...]) -> Any:
    """Return the results of a function of points as an array, or a series, of a shape."""
    points = np.reshape(theta, (-1, np.shape(theta)[-1]))
    return np.reshape(np.stack([function(point) for point in points]), shape)
