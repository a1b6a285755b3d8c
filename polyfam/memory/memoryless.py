r"""What an optimizer does without its memory: the equivalent update, to any order in h.

An optimizer turns the gradients it has seen into a direction F^(n)(g_n, ..., g_0).  Close to its
trajectory it moves as an update without memory does,

    theta_{n+1} = theta_n - h (F_0 + h F_1 + h^2 F_2 + ...)(theta_n),

where F_0 is the direction after a constant gradient and F_1 the correction M of [MEM]; the terms of
all orders follow when the past points are written as series in h that end in theta_n and the
optimizer runs on the gradients along them.  With R terms the error at a fixed time is O(h^R).

No formula of any optimizer is used: only its own ``update``, in Taylor arithmetic.

References
----------
[MEM] Cattaneo & Shigida, How Memory in Optimization Algorithms Implicitly Modifies the Loss,
arXiv:2502.02132.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.polynomial.polynomial import polyval

from polyfam._checks import integer
from polyfam.errors import DomainError
from polyfam.losses.derivatives.points import as_points, gradient_at
from polyfam.memory.recursion import recursion
from polyfam.memory.runs import Trajectory, iterate, losses_of_steps
from polyfam.memory.startup import startup_terms
from polyfam.memory.stationary import stationary_terms
from polyfam.optimizers.running import check_step_size

__all__ = ["memoryless", "memoryless_run"]


def memoryless(
    optimizer: Any,
    loss: Any,
    theta: Any,
    order: int,
    step: int | None = None,
    batches: Sequence[Any] | None = None,
) -> np.ndarray:
    """Return the terms F_0, ..., F_{R-1} of the equivalent update without memory.

    Parameters
    ----------
    optimizer : object
        With ``init(theta)`` and ``update(state, gradient, theta) -> (state, direction)``.
    loss : object
        With ``gradient(theta)``.
    theta : array_like, shape (..., d)
        Where the update is wanted.
    order : int
        The number R of terms, at least 1.
    step : int, optional
        The step n, whose direction has seen n + 1 gradients, exactly; by default the stationary
        limit n -> infinity, where the state must not mix coordinates.
    batches : sequence of losses, optional
        The losses of the steps 0, ..., n (of the first ones, when there are more); for a finite
        step only, and `loss` is not looked at.

    Returns
    -------
    ndarray, shape (R, ..., d)
        The direction at step size h is ``sum(h**m * F for m, F in enumerate(terms))``.

    Raises
    ------
    DomainError
        For an optimizer without a stationary regime, one that changes its arguments in place, or
        one that is not smooth at theta.
    TaylorError
        When the update contains an operation without a Taylor series.

    Notes
    -----
    A finite step costs one gradient at order 1, one gradient and a few Hessian-vector products at
    order 2, of every batch loss that differs, and n + 1 gradients with R derivatives beyond.  The
    stationary limit costs R - 1 gradients with R derivatives, whatever the optimizer.

    Examples
    --------
    Averaged momentum on a parabola: F_0 = theta and M = beta/(1 - beta) theta.

    >>> from polyfam.optimizers import AveragedMomentum
    >>> class Parabola:
    ...     def gradient(self, theta):
    ...         return theta
    >>> memoryless(AveragedMomentum(0.75), Parabola(), [2.0], order=3).round(12)
    array([[ 2.],
           [ 6.],
           [42.]])
    >>> memoryless(AveragedMomentum(0.75), Parabola(), [2.0], order=2, step=1).round(12)
    array([[0.875  ],
           [0.09375]])
    """
    order = integer(order, "order", minimum=1)
    theta = as_points(loss, theta)
    rule = recursion(optimizer, theta)
    if step is None:
        if batches is not None:
            raise DomainError("Argument 'batches' needs a finite step=n, with n + 1 batches.")
        return stationary_terms(rule, loss, theta, order)
    count = integer(step, "step", minimum=0) + 1
    losses = [loss] * count if batches is None else losses_of_steps(batches, count)
    return startup_terms(rule, losses, theta, order)


def memoryless_run(
    optimizer: Any,
    loss: Any,
    theta: Any,
    steps: int,
    step_size: float,
    order: int,
    batches: Sequence[Any] | None = None,
    window: int | None = None,
    stationary: bool = False,
) -> Trajectory:
    """Run the memoryless update, theta_{n+1} = theta_n - h (F_0 + h F_1 + ...)(theta_n).

    Parameters
    ----------
    optimizer, loss, theta, order
        As in `memoryless`.
    steps : int
        Number of steps, at least 0.
    step_size : float
        Step size h > 0.
    batches : sequence of losses, optional
        One loss for each step.
    window : int, optional
        How many steps back the memory goes: at step n the update is that of step min(n, window),
        from rest.  By default all steps back to the start.
    stationary : bool
        Whether to use the stationary update at every step.

    Returns
    -------
    Trajectory
        Its buffers are the directions; the first is nan.

    Warns
    -----
    DivergenceWarning
        With the step, when a run diverges.

    Notes
    -----
    N steps at order 2 cost N gradients and a few times N Hessian-vector products, not N^2 of them:
    the points of the past are theta + h x_s, where the running sums x_s = F^(s) + ... + F^(n-1)
    span few dimensions, one when the F^(s) at a constant gradient are all parallel (momentum,
    Adam, AdamW, Lion with bias correction), and the Hessian acts on those.  The optimizer's own
    recursion, which asks for no gradients, still runs through the window at every step.  With
    batches the cost is multiplied by the number of losses that differ in the window; beyond order
    2, N steps cost N times the window in gradients, too.

    Examples
    --------
    >>> from polyfam.optimizers import Momentum, run
    >>> class Parabola:
    ...     def gradient(self, theta):
    ...         return theta
    >>> true = run(Momentum(0.5), Parabola(), [1.0], steps=40, step_size=0.02)
    >>> for order in 1, 2, 3:
    ...     found = memoryless_run(Momentum(0.5), Parabola(), [1.0], 40, 0.02, order)
    ...     print(f"{abs(found.points[-1] - true.points[-1]).item():.0e}")
    1e-02
    2e-03
    2e-04
    """
    theta = as_points(loss, theta)
    steps = integer(steps, "steps", minimum=0)
    check_step_size(step_size)
    if stationary and (window is not None or batches is not None):
        raise DomainError("Argument 'stationary' excludes 'window' and 'batches'.")
    losses = None if batches is None else losses_of_steps(batches, steps)
    window = steps if window is None else integer(window, "window", minimum=0)
    directions = [np.full_like(theta, np.nan)]

    def direction(n: int, points: np.ndarray) -> np.ndarray:
        step = None if stationary else min(n, window)
        seen = None if losses is None else losses[n - step :]
        try:
            terms = memoryless(optimizer, loss, points, order, step, seen)
        except DomainError:
            if np.isfinite(gradient_at(loss if seen is None else seen[-1], points)).all():
                raise
            terms = np.full((1, *points.shape), np.nan)  # the run has diverged
        directions.append(polyval(step_size, terms))
        return directions[-1]

    points, diverged = iterate(direction, theta, steps, step_size)
    return Trajectory(points, np.stack(directions), diverged)
