"""Losses given by formulas: one gradient in plain numpy serves numbers and power series alike.

The Taylor series of the gradient along a curve, and with it the product of the Hessian and a
vector,

    H v = d/dh grad L(theta + h v) at h = 0,

come from running the gradient on `polyfam.losses.arithmetic.taylor.Taylor` arrays.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np

from polyfam._checks import shown
from polyfam.errors import ArgumentTypeError, DomainError
from polyfam.losses.arithmetic.taylor import Taylor
from polyfam.losses.derivatives.points import as_numbers, as_points, check_finite
from polyfam.typing import Array

__all__ = ["AnalyticLoss", "cast", "described", "flattened", "line", "numbers", "points", "real"]


class AnalyticLoss(ABC):
    """A loss with a value and a gradient in plain numpy, at any number of points at once.

    Attributes
    ----------
    dimension : int
        The number d of parameters.
    """

    dimension: int
    products_are_checked = True

    def __repr__(self) -> str:
        return described(self)

    @abstractmethod
    def value(self, theta: Any) -> Any:
        """Return L at points (..., d), shape (...)."""

    @abstractmethod
    def gradient(self, theta: Any) -> Any:
        """Return grad L at points (..., d), shape (..., d); Taylor arrays are points, too."""

    def hessian_vector(self, theta: Any, vector: Any) -> Array:
        """Return the Hessian at points (..., d) times vectors (..., d), shape (..., d)."""
        series = self.gradient(Taylor.line(*line(self, theta, vector), terms=2))
        return np.asarray(series.coefficients[1])


def described(loss: Any) -> str:
    """Return the name of a loss, its number of parameters and the numbers that it was made with.

    Examples
    --------
    >>> from polyfam.losses import Quadratic
    >>> Quadratic([[1.0]])
    <Quadratic: 1 parameter>
    """
    count = f"{loss.dimension:,} parameter{'s' * (loss.dimension != 1)}"
    settings = [
        f"{name} = {value!r}"
        for name, value in vars(loss).items()
        if not name.startswith("_") and name not in ("dimension", "shapes", "bias")
        if type(value) in (int, float, tuple)
    ]
    return f"<{type(loss).__name__}: {', '.join([count, *settings])}>"


def points(loss: Any, theta: Any, name: str = "theta") -> Any:
    """Return points as an array of floats (..., d), and Taylor arrays as they are."""
    if not isinstance(theta, Taylor):
        return as_points(loss, theta, name)
    if theta.shape[-1:] != (loss.dimension,):
        raise DomainError(
            f"Argument '{name}' must have {loss.dimension} parameters on its last axis, "
            f"not the shape {theta.shape}."
        )
    return theta


def line(loss: Any, theta: Any, vector: Any) -> tuple[Array, Array]:
    """Return points and vectors in one shape (..., d) and one precision."""
    theta, vector = points(loss, theta), points(loss, vector, "vector")
    try:
        theta, vector = np.broadcast_arrays(theta, vector)
    except ValueError:
        raise DomainError(
            f"Argument 'vector' must broadcast with theta of shape {theta.shape}, "
            f"which the shape {vector.shape} does not."
        ) from None
    dtype = np.result_type(theta, vector)
    return theta.astype(dtype, copy=False), vector.astype(dtype, copy=False)


def cast(constant: Array, theta: Any) -> Array:
    """Return a constant in the precision of theta, so that single precision stays single."""
    return constant.astype(np.finfo(theta.dtype).dtype, copy=False)


def flattened(theta: Any, *parts: Any) -> Any:
    """Return matrices (..., m, n) as one flat vector (..., d) of theta's shape."""
    flat = [np.reshape(part, (*theta.shape[:-1], -1)) for part in parts]
    return np.concatenate(flat, axis=-1)


def real(value: Any, name: str, minimum: float | None = None) -> float:
    """Return a finite number as a float, or say what is wrong."""
    try:
        if np.iscomplexobj(value):  # float() would drop the imaginary part of numpy's
            raise TypeError
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        raise ArgumentTypeError(
            f"Argument '{name}' must be a number, not {shown(value)}."
        ) from None
    if not np.isfinite(number):
        raise DomainError(f"Argument '{name}' must be finite, not {number}.")
    if minimum is not None and number < minimum:
        raise DomainError(f"Argument '{name}' must be at least {minimum}, not {number}.")
    return number


def numbers(values: Any, name: str, *ndim: int) -> Array:
    """Return finite numbers as an array of floats with so many axes, or say what is wrong."""
    array = as_numbers(values, name, real=True)
    array = array if array.dtype in (np.float32, np.float64) else array.astype(float)
    if array.ndim not in ndim or 0 in array.shape:
        raise DomainError(
            f"Argument '{name}' must be an array with {' or '.join(map(str, ndim))} axes and not "
            f"empty, not of shape {array.shape}."
        )
    check_finite(array, f"Argument '{name}'")
    return array
