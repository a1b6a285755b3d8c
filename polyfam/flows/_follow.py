"""Flows of fields that change at every step of an optimizer, read off at t = nh.

From rest the modified field of an optimizer is another one on each interval [nh, (n+1)h]: bias
corrections, start-up and mini-batches make it jump.  The integrator starts afresh at every jump, as
no error estimate survives one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from polyfam._checks import check_step_size, integer
from polyfam.flows._flow import flow
from polyfam.memory.trajectory import check_length
from polyfam.typing import Array

__all__ = ["follow"]


def follow(
    field: Callable[[int | None, Array], Array],
    theta: Array,
    steps: int,
    step_size: float,
    jumps: bool,
) -> Array:
    """Solve theta' = field(n, theta) on [nh, (n+1)h], n = 0, 1, ...

    Parameters
    ----------
    field : callable
        Of the step and the points, shape (..., d).  Without jumps the step is None.
    theta : ndarray, shape (..., d)
        The start.
    steps : int
        How many points to return after the start.
    step_size : float
        h > 0.
    jumps : bool
        Whether the field depends on n.

    Returns
    -------
    ndarray, shape (steps + 1, ..., d)
        The points at t = 0, h, ..., steps h.

    Examples
    --------
    >>> halving = follow(lambda n, x: -x * (n + 1), np.array([1.0]), 2, 0.5, jumps=True)
    >>> np.log(halving).round(9).ravel()
    array([ 0. , -0.5, -1.5])
    """
    steps = integer(steps, "steps", minimum=0)
    check_length(steps, theta)
    check_step_size(step_size)
    if not jumps:
        return flow(lambda x: field(None, x), theta, step_size * np.arange(steps + 1))
    points = [np.array(theta)]
    for n in range(steps):
        points.append(flow(partial(field, n), points[-1], [step_size])[0])
    return np.stack(points)
