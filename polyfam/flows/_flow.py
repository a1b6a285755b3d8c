"""Flows by scipy's integrator: theta' = field(theta), read off at given times.

gradient flow       theta' = -speed grad L
any other           `polyfam.flows.modified_flow`, `polyfam.flows.principal_flow`
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from polyfam._checked import checked
from polyfam._checks import optional_import
from polyfam.errors import DomainError
from polyfam.losses.derivatives.points import as_points, gradient_at
from polyfam.typing import Array, Loss

__all__ = ["flow", "gradient_flow"]

#: The most evaluations of a field: a flow that takes more is stuck at a singularity.
_MOST = 200_000
#: So is one whose time grows by less than this part in so many evaluations.
_LEAST, _WINDOW = 1e-4, 1_000


@checked
def flow(
    field: Callable[[Array], Array],
    theta: ArrayLike,
    times: ArrayLike,
    *,
    rtol: float = 1e-10,
    atol: float = 1e-12,
    crossing: Callable[[Array], float] | None = None,
) -> Array:
    """Solve theta' = field(theta) with DOP853.

    Parameters
    ----------
    field : callable
        From arrays (..., d) to arrays of that shape.
    theta : array_like, shape (..., d)
        The starting points at time 0, integrated together.
    times : array_like, shape (T,)
        Ascending, from 0 on.
    rtol, atol : float
        Tolerances.
    crossing : callable, optional
        Of the points; where it becomes negative the flow ends.

    Returns
    -------
    ndarray, shape (T, ..., d)

    Raises
    ------
    DomainError
        When the times do not ascend, or the integrator gives up (the message says when).

    Examples
    --------
    >>> flow(lambda theta: -theta, [1.0], [0.0, 1.0]).round(9).ravel()
    array([1.        , 0.36787944])
    """
    theta, times = np.asarray(theta), np.asarray(times, float)
    if times.ndim != 1 or len(times) == 0 or not times[0] >= 0 or not np.all(np.diff(times) >= 0):
        raise DomainError("Argument 'times' must be a list of ascending numbers from 0 on.")
    calls, mark = 0, -np.inf

    def right_side(t: float, flat: Array) -> Array:
        nonlocal calls, mark
        calls += 1
        stuck = False
        if calls % _WINDOW == 0:
            stuck, mark = t - mark < _LEAST * t, t
        if stuck or calls > _MOST:
            raise DomainError(
                f"The flow is stuck at t = {t:.6g} after {calls:,} evaluations of its field: it "
                "meets a singularity, or the tolerances are too small."
            )
        return field(flat.reshape(theta.shape)).ravel()

    def ends(_: float, flat: Array) -> float:
        assert crossing is not None
        return crossing(flat.reshape(theta.shape))

    ends.terminal = True  # type: ignore[attr-defined]
    solution = optional_import("scipy.integrate", "numerics").solve_ivp(
        right_side,
        (0.0, times[-1]),
        theta.ravel(),
        method="DOP853",
        t_eval=times,
        rtol=rtol,
        atol=atol,
        events=None if crossing is None else ends,
    )
    if crossing is not None and solution.status == 1:
        raise DomainError(
            f"The principal flow without momentum ends at t = {solution.t_events[0][0]:.6g}, where "
            "h lambda = 1 for an eigenvalue lambda of the Hessian: take earlier times, or a "
            "smaller step size."
        )
    if not solution.success:
        reached = solution.t[-1] if len(solution.t) else 0.0
        raise DomainError(f"The flow cannot be continued beyond t = {reached:.6g}.")
    return np.asarray(solution.y.T.reshape(len(times), *theta.shape))


@checked
def gradient_flow(
    loss: Loss, theta: ArrayLike, times: ArrayLike, *, speed: float = 1.0, **options: Any
) -> Array:
    """Solve theta' = -speed grad L; with speed 1/(1 - beta) it is the limit of heavy ball.

    Parameters
    ----------
    loss : object
        With `gradient`.
    theta : array_like, shape (..., d)
        The starting points at time 0.
    times : array_like, shape (T,)
        Ascending, from 0 on.
    speed : float, default 1
        1/(1 - beta) for the limit of heavy ball.
    **options : float
        The tolerances ``rtol`` and ``atol`` of `flow`.

    Returns
    -------
    ndarray, shape (T, ..., d)

    Examples
    --------
    >>> from polyfam.losses import Quadratic
    >>> gradient_flow(Quadratic([[1.0]]), [1.0], [0.0, 0.5], speed=2.0).round(6).ravel()
    array([1.      , 0.367879])
    """
    return flow(lambda x: -speed * gradient_at(loss, x), as_points(loss, theta), times, **options)
