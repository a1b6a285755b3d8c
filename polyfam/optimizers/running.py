"""Running an optimizer from rest: theta_{n+1} = theta_n - h * direction_n.

Divergence is a result, not an error: the trajectory keeps what was computed before it and says at
which step a number was no longer finite.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from polyfam._checks import integer, quoted
from polyfam.errors import DomainError
from polyfam.losses.derivatives.points import as_points, gradient_at
from polyfam.memory.runs import Trajectory, iterate, losses_of_steps

__all__ = ["check_direction", "check_optimizer", "check_step_size", "finite_gradient", "run"]


def run(
    optimizer: Any,
    loss: Any,
    theta: Any,
    steps: int,
    step_size: float,
    batches: Sequence[Any] | None = None,
) -> Trajectory:
    """Run an optimizer from rest.

    Parameters
    ----------
    optimizer : object
        With ``init(theta)`` and ``update(state, gradient, theta) -> (state, direction)``.
    loss : object
        With ``gradient(theta)``.
    theta : array_like, shape (..., d)
        The start, or many starts at once.
    steps : int
        Number of steps, at least 0.
    step_size : float
        Step size h > 0.
    batches : sequence of losses, optional
        One loss for each step; `loss` is not looked at then.

    Returns
    -------
    Trajectory
        Its buffers are the directions; the first is nan.

    Raises
    ------
    DomainError
        When a gradient has the wrong shape, or when the direction is not a number although the
        gradient is: epsilon = 0 where a gradient vanishes.

    Warns
    -----
    DivergenceWarning
        With the step, when a run diverges.

    Examples
    --------
    >>> from polyfam.optimizers.heavy_ball import Momentum
    >>> class Parabola:
    ...     def gradient(self, theta):
    ...         return theta
    >>> run(Momentum(0.5), Parabola(), [1.0], steps=3, step_size=0.5).points.T
    array([[ 1.  ,  0.5 ,  0.  , -0.25]])
    """
    theta = as_points(loss, theta)
    steps = integer(steps, "steps", minimum=0)
    check_step_size(step_size)
    check_optimizer(optimizer)
    losses = [loss] * steps if batches is None else losses_of_steps(batches, steps)
    state = optimizer.init(theta)
    directions = [np.full_like(theta, np.nan)]

    def direction(n: int, points: np.ndarray) -> np.ndarray:
        nonlocal state
        gradient = gradient_at(losses[n], points)
        with np.errstate(all="ignore"):  # what is not a number is looked for
            state, found = optimizer.update(state, gradient, points)
        check_direction(found, gradient, optimizer)
        directions.append(found)
        return found

    points, diverged = iterate(direction, theta, steps, step_size)
    return Trajectory(points, np.stack(directions), diverged)


def check_step_size(step_size: Any) -> None:
    """Raise unless a step size is a positive finite number."""
    is_number = isinstance(step_size, int | float | np.integer | np.floating)
    if not is_number or isinstance(step_size, bool) or not 0 < step_size < np.inf:
        raise DomainError(
            f"Argument 'step_size' must be a finite number above 0, not {step_size!r}."
        )


def check_optimizer(optimizer: Any) -> None:
    """Raise unless an optimizer is an object with ``init`` and ``update``."""
    methods = (getattr(optimizer, name, None) for name in ("init", "update"))
    if isinstance(optimizer, type) or not all(map(callable, methods)):
        raise DomainError(
            "Argument 'optimizer' must be an object with init and update, such as Adam(), "
            f"not {quoted(optimizer)}."
        )


def check_direction(direction: np.ndarray, gradient: np.ndarray, optimizer: Any) -> None:
    """Raise where a direction is 0/0, which is where a gradient vanishes and epsilon does too."""
    undefined = ~np.isfinite(direction) & (gradient == 0)
    if undefined.any():
        *point, coordinate = np.argwhere(undefined)[0].tolist()
        place = f"coordinate {coordinate}" + (f" of point {tuple(point)}" if point else "")
        raise DomainError(
            f"The direction of {type(optimizer).__name__} is 0/0 where the gradient vanishes, at "
            f"{place}: take epsilon > 0, or leave that coordinate out."
        )


def finite_gradient(loss: Any, theta: np.ndarray) -> np.ndarray:
    """Return the gradient of a loss, after a look at its shape and its numbers."""
    gradient = gradient_at(loss, theta)
    if not np.isfinite(gradient).all():
        place = tuple(np.argwhere(~np.isfinite(gradient))[0].tolist())
        raise DomainError(f"The gradient must be finite, not {gradient[place]} at index {place}.")
    return gradient
