"""Trajectories: heavy ball as it runs, and gradient descent on a field that stands for it.

    m_{n+1} = beta m_n + grad L(theta_n),      theta_{n+1} = theta_n - h m_{n+1},

in this unnormalised form, whose steps are 1/(1 - beta) times longer than gradient descent's.
A run that diverges is reported, not thrown away: the points up to there are kept.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from polyfam._checks import integer
from polyfam.errors import DomainError
from polyfam.losses.derivatives.points import as_points, check_gradient, gradient_at

__all__ = ["DivergenceWarning", "Trajectory", "iterate", "losses_of_steps", "run_heavy_ball"]

Array = np.ndarray[Any, Any]


class DivergenceWarning(RuntimeWarning):
    """Iterates left the range of the floats; the trajectory says where."""


@dataclass(frozen=True, eq=False)
class Trajectory:
    """What a run went through.

    Parameters
    ----------
    points : ndarray, shape (steps + 1, ..., d)
        theta_0, theta_1, ...; fewer rows when all runs diverge before the end.
    buffers : ndarray, as many rows
        m_0, m_1, ...; theta_{n+1} = theta_n - h m_{n+1}.
    diverged : ndarray of int, shape (...)
        The first step n at which the gradient or the next point is not finite, -1 where there is
        none; from row n + 1 on the points are nan.
    """

    points: Array
    buffers: Array
    diverged: Array


def run_heavy_ball(
    loss: Any,
    theta: Any,
    steps: int,
    step_size: float,
    momentum: float,
    buffer: Any = None,
    batches: Iterable[Any] | None = None,
) -> Trajectory:
    """Run heavy ball from theta_0 with the buffer m_0 (zero by default).

    Parameters
    ----------
    loss : object
        With `gradient`.
    theta : array_like, shape (..., d)
        Any number of starting points, run at once.
    steps : int
    step_size, momentum : float
    buffer : array_like, shape (..., d), optional
        m_0.
    batches : iterable of losses, optional
        One loss for each step; `loss` is not looked at then.

    Warns
    -----
    DivergenceWarning
        With the step, when a run diverges.

    Examples
    --------
    >>> class Bowl:
    ...     def gradient(self, theta):
    ...         return theta
    >>> run = run_heavy_ball(Bowl(), [1.0], steps=2, step_size=0.5, momentum=0.5)
    >>> run.points.ravel(), int(run.diverged)
    (array([1. , 0.5, 0. ]), -1)
    """
    theta = as_points(loss, theta)
    m = np.zeros_like(theta) if buffer is None else _buffer(buffer, theta.dtype)
    if m.shape != theta.shape:
        raise DomainError(f"The momentum buffer must have shape {theta.shape}, not {m.shape}.")
    steps = integer(steps, "steps", minimum=0)
    losses = [loss] * steps if batches is None else losses_of_steps(batches, steps)
    buffers = [m]

    def direction(n: int, point: Array) -> Array:
        buffers.append(momentum * buffers[-1] + gradient_at(losses[n], point))
        return buffers[-1]

    points, diverged = iterate(direction, theta, steps, step_size)
    return Trajectory(points, np.stack(buffers), diverged)


def _buffer(buffer: Any, dtype: Any) -> Array:
    """Return a copy of a momentum buffer, finite and of theta's type."""
    m = as_points(None, buffer, "momentum_buffer")
    if not np.can_cast(m.dtype, dtype, casting="same_kind"):
        raise DomainError(f"The momentum buffer must be {dtype}, as theta is, not {m.dtype}.")
    return m.astype(dtype)


def losses_of_steps(batches: Iterable[Any], count: int | None = None) -> list[Any]:
    """Return the losses of the first `count` steps, or all of them.

    Raises
    ------
    DomainError
        When there are fewer, none at all, or something else than losses.
    """
    try:
        losses = list(islice(batches, count))
    except TypeError:
        raise DomainError(
            f"Argument 'batches' must be a sequence of losses, not {type(batches).__name__}."
        ) from None
    if len(losses) < (1 if count is None else count):
        wanted = "at least one loss" if count is None else f"{count} losses"
        raise DomainError(f"Argument 'batches' must hold {wanted}, not {len(losses)}.")
    for loss in losses:
        check_gradient(loss)
    return losses


def iterate(
    direction: Callable[[int, Array], Array], theta: Array, steps: int, step_size: float
) -> tuple[Array, Array]:
    """Return the points of theta_{n+1} = theta_n - h direction(n, theta_n), and where they diverge.

    Parameters
    ----------
    direction : callable
        Of the step n and the points, shape (..., d).  Runs that have diverged wait at their last
        finite point, so that it never sees a number that is not finite.
    theta : ndarray, shape (..., d)
    steps : int
    step_size : float

    Returns
    -------
    points : ndarray, shape (steps + 1, ..., d), fewer rows when all diverge
    diverged : ndarray of int, shape (...)

    Warns
    -----
    DivergenceWarning
    """
    points = [theta]
    diverged = np.full(theta.shape[:-1], -1)
    for n in range(steps):
        with np.errstate(over="ignore", invalid="ignore"):
            following = theta - step_size * direction(n, theta)
        finite = np.isfinite(following).all(axis=-1) & (diverged < 0)
        diverged = np.where(finite | (diverged >= 0), diverged, n)
        theta = np.where(finite[..., None], following, theta)
        points.append(np.where(finite[..., None], following, np.nan))
        if not finite.any():
            break
    if (diverged >= 0).any():
        warnings.warn(
            f"{(diverged >= 0).sum()} of {diverged.size} runs diverged, the first at step "
            f"{diverged[diverged >= 0].min()}; the points before are kept.",
            DivergenceWarning,
            stacklevel=2,
        )
    return np.stack(points), diverged
