"""Checks of points and of the gradients there, shared by all that evaluates a loss."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Number
from typing import Any

import numpy as np

from polyfam._checks import shown
from polyfam.errors import ArgumentTypeError, DomainError
from polyfam.typing import Array

__all__ = [
    "as_numbers",
    "as_points",
    "check_finite",
    "check_gradient",
    "gradient_at",
    "refuse_uncallable",
]


def as_points(loss: Any, theta: Any, name: str = "theta") -> Array:
    """Return points as an array of floats of shape (..., d), or say what is wrong with them.

    Single precision and complex numbers are kept; integers become float64.  If the loss has a
    `dimension`, the last axis must agree with it.

    Examples
    --------
    >>> as_points(None, [1, 2])
    array([1., 2.])
    """
    points = as_numbers(theta, name)
    if isinstance(theta, np.ma.MaskedArray) and np.ma.is_masked(theta):
        raise DomainError(f"Argument {name!r} must not have masked entries: fill or drop them.")
    if points.ndim == 0:
        raise DomainError(f"Argument {name!r} must have shape (..., d), not (): write [{name}].")
    dimension = getattr(loss, "dimension", points.shape[-1])
    if points.shape[-1] != dimension:
        raise DomainError(
            f"Argument {name!r} must have {dimension} parameters on its last axis, "
            f"not {points.shape[-1]}."
        )
    check_finite(points, f"Argument {name!r}")
    return points


def as_numbers(values: Any, name: str, real: bool = False) -> Array:
    """Return numbers as an array of floats or complex numbers, or say that they are none.

    Texts are not read, and rows of different lengths are no array.

    Examples
    --------
    >>> as_numbers([1, 2], "theta")
    array([1., 2.])
    """
    try:
        array = np.asarray(values)
        kind = array.dtype.kind
        # only objects are looked at one by one: a million floats would take 50 ms
        if kind in ("biuf" if real else "biufc") or (
            kind == "O" and all(isinstance(entry, Number) for entry in array.flat)
        ):
            return array if kind in "fc" else array.astype(float)
    except (TypeError, ValueError, OverflowError):
        pass
    what = "an array of real numbers" if real else "an array of numbers"
    raise ArgumentTypeError(f"Argument '{name}' must be {what}, not {shown(values)}.")


def check_finite(array: Array, what: str) -> None:
    """Raise unless all numbers are finite, with the place of the first that is not.

    Examples
    --------
    >>> check_finite(np.array([1.0, np.inf]), "The curve")
    Traceback (most recent call last):
        ...
    polyfam.errors.DomainError: The curve must be finite, not inf at index (1,).
    """
    finite = np.isfinite(array)
    if not finite.all():
        place = tuple(int(i) for i in np.argwhere(~finite)[0])
        raise DomainError(f"{what} must be finite, not {array[place]} at index {place}.")


def check_gradient(loss: Any) -> Callable[[Any], Any]:
    """Return the method ``gradient`` of a loss, or say that there is none.

    Examples
    --------
    >>> check_gradient("loss")
    Traceback (most recent call last):
        ...
    polyfam.errors.ArgumentTypeError: A loss must have a method gradient(theta), and 'str' has none.
    """
    gradient: Callable[[Any], Any] | None = getattr(loss, "gradient", None)
    if not callable(gradient):
        raise ArgumentTypeError(
            f"A loss must have a method gradient(theta), and {type(loss).__name__!r} has none."
        )
    return gradient


def gradient_at(loss: Any, points: Array) -> Array:
    """Return the gradient of a loss at points (..., d), after a look at its shape.

    Where it has another shape, broadcasting would hide it.

    Examples
    --------
    >>> class Slope:
    ...     def gradient(self, theta):
    ...         return theta.sum()
    >>> gradient_at(Slope(), np.ones(2))
    Traceback (most recent call last):
        ...
    polyfam.errors.DomainError: The gradient of Slope must have the shape (2,) of theta, not ().
    """
    gradient = np.asarray(check_gradient(loss)(points))
    if gradient.dtype.kind not in "biufc":
        raise DomainError(
            f"The gradient of {type(loss).__name__} must be an array of numbers, "
            f"not of {gradient.dtype}."
        )
    if gradient.shape != points.shape:
        raise DomainError(
            f"The gradient of {type(loss).__name__} must have the shape {points.shape} of theta, "
            f"not {gradient.shape}."
        )
    return gradient


def refuse_uncallable(function: object, name: str) -> None:
    """Raise unless a function can be called.

    Examples
    --------
    >>> refuse_uncallable(3, "function")
    Traceback (most recent call last):
        ...
    polyfam.errors.ArgumentTypeError: Argument 'function' must be a function, not 3.
    """
    if not callable(function):
        raise ArgumentTypeError(f"Argument {name!r} must be a function, not {shown(function)}.")
