"""What is asked of an optimizer, a step size and a direction, in one sentence each."""

from __future__ import annotations

from collections.abc import Sequence
from inspect import signature
from typing import Any

import numpy as np

from polyfam._checks import quoted
from polyfam.errors import ArgumentTypeError, DomainError
from polyfam.losses.derivatives.points import gradient_at
from polyfam.typing import Array

__all__ = [
    "check_direction",
    "check_optimizer",
    "finite_gradient",
    "is_elementwise",
]


def check_optimizer(optimizer: Any) -> None:
    """Raise unless an optimizer is an object with ``init`` and ``update`` in the right order.

    Examples
    --------
    >>> from typing import NamedTuple
    >>> class GradientTransformation(NamedTuple):  # of optax
    ...     init: object
    ...     update: object
    >>> check_optimizer(GradientTransformation(lambda params: (), lambda updates, state, params: 0))
    Traceback (most recent call last):
        ...
    polyfam.errors.ArgumentTypeError: GradientTransformation is a transformation in the manner of
    optax, update(updates, state, params): wrap it in an object whose update(state, gradient, theta)
    returns (state, direction).
    """
    methods = [getattr(optimizer, name, None) for name in ("init", "update")]
    if isinstance(optimizer, type) or not all(map(callable, methods)):
        hint = " (write an instance)" if isinstance(optimizer, type) else ""
        raise ArgumentTypeError(
            "Argument 'optimizer' must be an object with init and update, such as Adam(), "
            f"not {quoted(getattr(optimizer, '__name__', optimizer))}{hint}."
        )
    if _foreign(optimizer):
        raise ArgumentTypeError(
            f"{type(optimizer).__name__} is a transformation in the manner of optax, "
            "update(updates, state, params): wrap it in an object whose "
            "update(state, gradient, theta) returns (state, direction)."
        )


def _foreign(optimizer: Any) -> bool:
    """Say whether the state is the second argument of an update, or both are fields of a tuple."""
    if isinstance(optimizer, tuple) and {"init", "update"} <= set(
        getattr(optimizer, "_fields", ())
    ):
        return True
    try:
        names = list(signature(optimizer.update).parameters)
    except (TypeError, ValueError):
        return False
    first, second = ([*names, "", ""])[:2]
    return "state" in second.lower() and "state" not in first.lower()


def is_elementwise(optimizer: Any) -> bool:
    """Say whether an optimizer promises that no coordinate looks at another one."""
    return getattr(optimizer, "elementwise", False) is True


def check_direction(direction: Array, gradient: Array, optimizer: Any) -> None:
    """Raise where a direction is 0/0, which is where a gradient vanishes and epsilon does too."""
    undefined = ~np.isfinite(direction) & (gradient == 0)
    if undefined.any():
        *point, coordinate = np.argwhere(undefined)[0].tolist()
        place = f"coordinate {coordinate}" + (f" of point {tuple(point)}" if point else "")
        raise DomainError(
            f"The direction of {type(optimizer).__name__} is 0/0 where the gradient vanishes, at "
            f"{place}: take epsilon > 0, or leave that coordinate out."
        )


def finite_gradient(loss: Any, theta: Array) -> Array:
    """Return the gradient of a loss, after a look at its shape and its numbers."""
    gradient = gradient_at(loss, theta)
    if not np.isfinite(gradient).all():
        place: Sequence[int] = tuple(np.argwhere(~np.isfinite(gradient))[0].tolist())
        raise DomainError(f"The gradient must be finite, not {gradient[place]} at index {place}.")
    return gradient
