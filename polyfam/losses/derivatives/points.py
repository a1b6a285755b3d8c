"""Checks of points and of the gradients there, shared by all that evaluates a loss."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Number
from typing import Any

import numpy as np

from polyfam._checks import shown
from polyfam.errors import ArgumentTypeError, DomainError

__all__ = ["as_numbers", "as_points", "check_gradient", "gradient_at", "refuse_uncallable"]


def as_points(loss: Any, theta: Any, name: str = "theta") -> np.ndarray[Any, Any]:
    """Return points as an array of floats of shape (..., d), or say what is wrong with them.

    Parameters
    ----------
    loss : object
        If it has a `dimension`, the last axis must agree with it.
    theta : array_like, shape (..., d)
        Single precision and complex numbers are kept; integers become float64.
    name : str, default "theta"
        What the messages call it.

    Raises
    ------
    ArgumentTypeError
        For what is not an array of numbers.
    DomainError
        For a scalar, a last axis of the wrong length, or a number that is not finite.

    Examples
    --------
    >>> as_points(None, [1, 2])
    array([1., 2.])
    """
    try:
        points = as_numbers(theta)
    except (TypeError, ValueError, OverflowError):
        raise ArgumentTypeError(
            f"Argument {name!r} must be an array of numbers, not {shown(theta)}."
        ) from None
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
    if not np.isfinite(points).all():
        raise DomainError(f"Argument {name!r} must be finite.")
    return points


def as_numbers(values: Any) -> np.ndarray[Any, Any]:
    """Return numbers as an array of floats or complex numbers, or raise a TypeError or ValueError.

    Texts are not read, and rows of different lengths are no array.

    Examples
    --------
    >>> as_numbers([1, 2])
    array([1., 2.])
    """
    array = np.asarray(values)
    if array.dtype.kind not in "biufcO":
        raise TypeError
    # only objects are looked at one by one: a million floats would take 50 ms
    if array.dtype.kind == "O" and not all(isinstance(entry, Number) for entry in array.flat):
        raise TypeError
    return array if array.dtype.kind in "fc" else array.astype(float)


def check_gradient(loss: Any) -> Callable[[Any], Any]:
    """Return the method ``gradient`` of a loss, or say that there is none.

    Examples
    --------
    >>> check_gradient("loss")
    Traceback (most recent call last):
        ...
    polyfam.errors.ArgumentTypeError: A loss must have a method gradient(theta), and 'str' has none.
    """
    gradient = getattr(loss, "gradient", None)
    if not callable(gradient):
        raise ArgumentTypeError(
            f"A loss must have a method gradient(theta), and {type(loss).__name__!r} has none."
        )
    found: Callable[[Any], Any] = gradient
    return found


def gradient_at(loss: Any, points: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return the gradient of a loss, after a look at its shape.

    Parameters
    ----------
    loss : object
    points : ndarray, shape (..., d)

    Raises
    ------
    DomainError
        When the gradient has another shape: broadcasting would hide it.

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
