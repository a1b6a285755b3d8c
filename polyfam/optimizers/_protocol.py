"""What is asked of an optimizer, a step size and a direction, in one sentence each."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from inspect import signature
from typing import Any
from weakref import WeakSet

import numpy as np

from polyfam._checks import quoted
from polyfam.errors import ArgumentTypeError, DomainError
from polyfam.losses.derivatives.points import gradient_at
from polyfam.typing import Array

__all__ = [
    "check_direction",
    "check_elementwise",
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


_kept: WeakSet[Any] = WeakSet()


def check_elementwise(optimizer: Any, theta: Array) -> None:
    """Raise when an optimizer promises to be elementwise and is not, asked once of each.

    Two of its steps are compared with those after every second entry of the gradient has changed:
    nothing may change in the other entries.

    Examples
    --------
    >>> class Normalised:
    ...     __module__ = "yours"
    ...     elementwise = True
    ...     init = staticmethod(np.zeros_like)
    ...     def update(self, state, gradient, theta):
    ...         return state, gradient / np.sqrt((gradient**2).sum())
    >>> check_elementwise(Normalised(), np.ones(2))
    Traceback (most recent call last):
        ...
    polyfam.errors.DomainError: The update of Normalised mixes coordinates, and its attribute
    elementwise promises that it does not: take that attribute away.
    """
    ours = type(optimizer).__module__.startswith("polyfam.")
    if ours or not is_elementwise(optimizer) or theta.shape[-1] < 2:
        return
    with suppress(TypeError):  # without a hash or weak references it is asked every time
        if optimizer in _kept:
            return
    point = np.array(theta)
    gradient = np.random.default_rng(0).standard_normal(point.shape)
    even = np.arange(point.shape[-1]) % 2 == 0
    seen = []
    for start in (gradient, np.where(even, gradient, -3 * gradient)):
        with np.errstate(all="ignore"):
            state, _ = optimizer.update(optimizer.init(point.copy()), start.copy(), point.copy())
            seen.append(optimizer.update(state, start / 2, point.copy())[1])
    if any(np.shape(direction) != point.shape for direction in seen):
        return  # which is refused where it is used
    here, there = (np.asarray(direction)[..., even] for direction in seen)
    if not np.allclose(here, there, rtol=1e-9, atol=0, equal_nan=True):
        raise DomainError(
            f"The update of {type(optimizer).__name__} mixes coordinates, and its attribute "
            "elementwise promises that it does not: take that attribute away."
        )
    with suppress(TypeError):
        _kept.add(optimizer)


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
