r"""A gradient that can only be called, made into a loss: its jets come from a complex circle.

For a gradient that is analytic and accepts complex arrays, the coefficients of grad L(theta(h))
follow from its values at complex h (`polyfam.losses.derivatives.circle`), and the product of the
Hessian with a vector from one value very close to theta:

    H v = Im grad L(theta + i e v)/e,      e = 1e-20.

It is the way for numpy code that `polyfam.losses.arithmetic.taylor.Taylor` does not run through.
Order 8 costs 17 complex gradients and has 11 digits or so.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np

from polyfam._checks import check_step_size
from polyfam.errors import ArgumentTypeError, TaylorError
from polyfam.losses.arithmetic.taylor import Taylor
from polyfam.losses.derivatives.circle import circle_coefficients
from polyfam.typing import Array

__all__ = ["BlackBox", "black_box"]


_STEP = 1e-20


class BlackBox:
    """A loss given by its gradient alone; `black_box` makes it."""

    products_are_checked = True

    def __init__(
        self,
        gradient: Callable[[Array], Array],
        value: Callable[[Array], Array] | None = None,
        radius: float | None = None,
    ) -> None:
        self.gradient = gradient
        if value is not None:
            self.value = value
        self._radius = radius
        self._checked = False

    def hessian_vector(self, theta: Array, v: Array) -> Array:
        """Return the product of the Hessian at theta with v, by a complex step."""
        theta, v = np.broadcast_arrays(theta, v)
        if np.iscomplexobj(theta) or np.iscomplexobj(v):
            return np.asarray(self.series(np.stack([theta, v]))[1])
        found = self._complex_gradient(theta + 1j * _STEP * v).imag / _STEP
        if not self._checked and v.any():
            self._check(found, theta, v)
        return found

    def series(self, coefficients: Array) -> Array:
        """Return the coefficients (R, ..., d) of the gradient along those of a curve."""
        if len(coefficients) == 1:
            return np.asarray(self.gradient(coefficients[0]))[None]
        scale, curve = _scale(coefficients), Taylor(coefficients)
        found, radius = circle_coefficients(
            lambda h: self._complex_gradient(curve(h)),
            len(coefficients),
            scale * (self._radius or 0.25),
            real=np.isrealobj(coefficients),
            search=self._radius is None,
        )
        self._radius = radius / scale
        return found.astype(coefficients.dtype)

    def _check(self, found: Array, theta: Array, v: Array) -> None:
        """Compare a product with a difference quotient: both agree for an analytic gradient."""
        move = 1e-7 * (1 + np.abs(theta).max()) / np.abs(v).max() * v
        above, below = (np.asarray(self.gradient(point)) for point in (theta + move, theta - move))
        wanted, scale = (above - below) / 2, np.abs(move).max() / np.abs(v).max()
        errors = np.abs(scale * found - wanted)
        if errors.max() > 1e-2 * np.abs(wanted).max() + 1e-13 * np.abs(above).max():
            raise TaylorError(
                "The gradient must be complex-analytic, and its derivative along the imaginary "
                "axis differs from the real one: it must not take absolute values or conjugates."
            )
        self._checked = True

    def _complex_gradient(self, theta: Array) -> Array:
        """Call the gradient on complex points, and say what goes wrong."""
        with warnings.catch_warnings():
            warnings.simplefilter("error", np.exceptions.ComplexWarning)
            try:
                found = np.asarray(self.gradient(theta))
            except (TypeError, np.exceptions.ComplexWarning) as error:
                raise TaylorError(
                    f"The gradient must accept complex points and keep them complex: {error}"
                ) from error
        if found.dtype.kind != "c":
            raise TaylorError(
                f"The gradient at complex points must be complex, not {found.dtype}: it must be "
                "complex-analytic, without absolute values, real parts or conversions to float."
            )
        return found


def black_box(
    gradient: Callable[[Array], Array],
    value: Callable[[Array], Array] | None = None,
    radius: float | None = None,
) -> BlackBox:
    """Return the loss with this gradient, differentiated on a complex circle.

    Parameters
    ----------
    gradient : callable
        Maps an array (..., d) of points to the gradients there, complex to complex, analytically.
    value : callable, optional
        Maps an array (..., d) of points to the values (...).
    radius : float, optional
        The radius to begin with, relative to the scale of the curve; otherwise it is searched.

    Returns
    -------
    BlackBox
        A loss with ``gradient``, ``hessian_vector``, ``series`` and, if given, ``value``.

    Raises
    ------
    TaylorError
        As soon as a jet is asked for, when the gradient is not complex-analytic.

    Examples
    --------
    >>> from polyfam.losses.derivatives.jets import gradient_series
    >>> loss = black_box(lambda theta: np.exp(theta) - 1)
    >>> (6 * gradient_series(loss, [[0.0], [1.0], [0.0], [0.0]]).ravel()).round(9) + 0.0
    array([0., 6., 3., 1.])
    """
    if not callable(gradient) or not (value is None or callable(value)):
        raise ArgumentTypeError("Arguments 'gradient' and 'value' must be functions of points.")
    size = None if radius is None else check_step_size(radius, "radius")
    return BlackBox(gradient, value, size)


def _scale(coefficients: Array) -> float:
    """Return the h at which the curve has moved by about 1 + |theta_0|."""
    sizes = np.abs(coefficients).reshape(len(coefficients), -1).max(axis=1)
    growth = [(s / (1 + sizes[0])) ** (1 / k) for k, s in enumerate(sizes[1:], 1)]
    return 1 / max(growth) if max(growth) > 0 else 1.0
