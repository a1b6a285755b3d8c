"""Running an optimizer, or what is left of it without its memory: theta_{n+1} = theta_n - h F_n.

Divergence is a result, not an error: the trajectory keeps what was computed before it and says at
which step a number was no longer finite.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from polyfam._checks import check_step_size, integer, quoted, warn
from polyfam.errors import ArgumentTypeError, DomainError
from polyfam.losses.derivatives.points import as_points, gradient_at
from polyfam.memory._arguments import Batches, Order, quiet
from polyfam.memory._memoryless import memoryless
from polyfam.memory.certificates import certify
from polyfam.memory.manifold import on_manifold
from polyfam.memory.trajectory import Trajectory, check_length, iterate, losses_from_rest
from polyfam.optimizers._protocol import (
    check_direction,
    check_optimizer,
    is_elementwise,
)
from polyfam.optimizers._rules import MomentumState
from polyfam.optimizers.heavy_ball import HeavyBall
from polyfam.series.terms import ValidityWarning
from polyfam.typing import Array

__all__ = ["run"]


def run(
    optimizer: Any,
    loss: Any,
    theta: Any,
    *,
    steps: int,
    step_size: float,
    order: Order | None = None,
    step: int | None = None,
    batches: Batches = None,
    window: int | None = None,
    state: Any = None,
) -> Trajectory:
    """Run an optimizer from rest, or with `order` its update without memory.

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
    order : int or "auto", optional
        The number R of terms of theta <- theta - h (F_0 + h F_1 + ...)(theta); by default the
        optimizer itself runs.
    step : int, optional
        With `order`: the number of the first step, 0 for a start from rest; by default every step
        is the stationary one.
    batches : sequence of losses, optional
        One loss for each step; `loss` is not looked at then.  With `order` it needs ``step=0``.
    window : int, optional
        With `order` and `step`: how many steps back the memory goes, at most.
    state : object, optional
        Without `order`: the optimizer's state before the first step, or "manifold" for heavy ball
        without a start-up phase.

    Returns
    -------
    Trajectory
        Heavy ball's without memory bounds its error by ``certify()``.

    Raises
    ------
    DomainError
        When a gradient has the wrong shape, when arguments exclude each other, or when the
        direction is not a number although the gradient is: epsilon = 0 where a gradient vanishes.

    Warns
    -----
    DivergenceWarning
        With the step, when a run diverges.
    ValidityWarning
        Once, with the first step at which a term is larger than the first one.

    Notes
    -----
    N steps at order 2 from rest cost N gradients and a few times N Hessian-vector products, not N^2
    of them, and a linear memory costs no more jets a step than there are rooted trees at any order.
    The optimizer's own recursion, which asks for no gradients, still runs through the window at
    every step.  With batches the cost is multiplied by the number of losses that differ in the
    window; beyond order 2, N steps of other optimizers cost N times the window in gradients, too.

    Examples
    --------
    >>> from polyfam.optimizers import HeavyBall
    >>> class Parabola:
    ...     def gradient(self, theta):
    ...         return theta
    >>> run(HeavyBall(0.5), Parabola(), [1.0], steps=3, step_size=0.5).points.T
    array([[ 1.  ,  0.5 ,  0.  , -0.25]])
    >>> true = run(HeavyBall(0.5), Parabola(), [1.0], steps=40, step_size=0.02)
    >>> for order in 1, 2, 3:
    ...     found = run(
    ...         HeavyBall(0.5), Parabola(), [1.0], steps=40, step_size=0.02, order=order, step=0
    ...     )
    ...     print(f"{abs(found.points[-1] - true.points[-1]).item():.0e}")
    1e-02
    2e-03
    2e-04
    """
    steps = integer(steps, "steps", minimum=0)
    step_size = check_step_size(step_size)
    _check_pairs(order, step, batches, window, state)
    losses = losses_from_rest(batches, step or 0, steps)
    theta = as_points(loss if losses is None else None, theta)
    check_length(steps, theta)
    what = {"optimizer": optimizer, "loss": loss if losses is None else tuple(losses)}
    if order is None:
        check_optimizer(optimizer)
        if isinstance(state, str):
            state = _on_manifold(optimizer, loss, theta, step_size, state)
        elif state is not None:
            state = _checked_state(state, theta)
        direction = _direction(optimizer, losses or [loss] * steps, theta, state)
        return iterate(direction, theta, steps, step_size, **what)
    growing: list[int] = []

    def without_memory(n: int, points: Array) -> Array:
        number = None if step is None else min(step + n, window if window is not None else step + n)
        seen = None if losses is None or number is None else losses[n - number : n + 1]
        try:
            terms = memoryless(
                optimizer, loss, points, order=order, step=number, step_size=step_size, batches=seen
            )
        except DomainError:
            if np.isfinite(gradient_at(loss if seen is None else seen[-1], points)).all():
                raise
            return np.full_like(points, np.nan)  # the run has diverged
        if not np.all(terms.valid):
            growing.append(n)
        return terms.value

    with quiet():
        trajectory = iterate(without_memory, theta, steps, step_size, **what)
    if growing:
        warn(
            f"At {len(growing)} of {steps} steps, the first step {growing[0]}, a term is larger "
            f"than the first one at h = {step_size:g}: the update without memory means nothing "
            "there; take h smaller.",
            ValidityWarning,
        )
    if not isinstance(optimizer, HeavyBall) or order == "auto" or step or window is not None:
        return trajectory
    options: dict[str, Any] = {"step_size": step_size, "order": order, "batches": losses}
    known = steps if losses is None else steps - 1
    return replace(
        trajectory,
        certifier=partial(certify, optimizer, loss, theta, step=step, steps=known, **options),
    )


def _check_pairs(order: Any, step: Any, batches: Any, window: Any, state: Any) -> None:
    """Refuse arguments that exclude each other."""
    if order is None:
        for name, value in (("step", step), ("window", window)):
            if value is not None:
                raise DomainError(
                    f"Argument '{name}' needs 'order': the optimizer itself always starts from "
                    "rest or from 'state', and remembers all."
                )
        if batches is not None and isinstance(state, str):
            raise DomainError(
                "Arguments 'state' = 'manifold' and 'batches' exclude each other: the manifold is "
                "that of one loss."
            )
        return
    if state is not None:
        raise DomainError(
            "Arguments 'state' and 'order' exclude each other: an update without memory has none."
        )
    if step is not None:
        integer(step, "step", minimum=0)
    for name, value in (("batches", batches), ("window", window)):
        if value is not None and step is None:
            raise DomainError(
                f"Argument '{name}' needs 'step', 0 for a start from rest: without it every step "
                "is the stationary one, whose past is one loss for ever."
            )
    if window is not None:
        integer(window, "window", minimum=0)


def _on_manifold(optimizer: Any, loss: Any, theta: Array, step_size: float, state: str) -> Any:
    """Return the state of heavy ball on its manifold."""
    if state != "manifold":
        raise DomainError(
            f"Argument 'state' must be a state of the optimizer or 'manifold', not {quoted(state)}."
        )
    return MomentumState(on_manifold(optimizer, loss, theta, step_size=step_size).buffer, 1)


def _checked_state(state: Any, theta: Array) -> Any:
    """Return a state whose arrays are of theta's shape and type, or say what is wrong."""
    leaves = list(state) if isinstance(state, tuple) else [state]
    for i, leaf in enumerate(leaves):
        if isinstance(leaf, int) and not isinstance(leaf, bool):
            continue
        array = np.asarray(leaf)
        field = f"field {getattr(state, '_fields', range(len(leaves)))[i]!r}"
        if array.dtype.kind not in "biufc" or not np.can_cast(array, theta.dtype, "same_kind"):
            raise ArgumentTypeError(
                f"Argument 'state' has a {field} of type {array.dtype}, and theta is {theta.dtype}."
            )
        if array.shape != theta.shape:
            raise DomainError(
                f"Argument 'state' must have a {field} of theta's shape {theta.shape}, "
                f"not {array.shape}."
            )
        if not np.isfinite(array).all():
            raise DomainError(f"Argument 'state' has a {field} that is not finite.")
        leaves[i] = array.astype(theta.dtype)
    if not isinstance(state, tuple):
        return leaves[0]
    return getattr(type(state), "_make", tuple)(leaves)


def _direction(
    optimizer: Any, losses: list[Any], theta: Array, state: Any
) -> Callable[[int, Array], Array]:
    """Return the direction of an optimizer at step n, which changes its state."""
    together = theta.ndim == 1 or is_elementwise(optimizer) or state is not None
    points = [theta] if together else list(theta.reshape(-1, theta.shape[-1]))
    states = [optimizer.init(point) if state is None else state for point in points]

    def direction(n: int, points: Array) -> Array:
        gradient = gradient_at(losses[n], points)
        rows = [(gradient, points)]
        if not together:  # what may mix coordinates sees one point at a time
            flat = (x.reshape(-1, x.shape[-1]) for x in (gradient, points))
            rows = list(zip(*flat, strict=True))
        found = []
        with np.errstate(all="ignore"):  # what is not a number is looked for
            for i, (g, x) in enumerate(rows):
                states[i], turned = optimizer.update(states[i], g, x)
                found.append(turned)
        turned = found[0] if together else np.stack(found).reshape(points.shape)
        check_direction(turned, gradient, optimizer)
        return np.asarray(turned)

    return direction
