r"""Flows that follow heavy ball in continuous time, at t = nh, by scipy's integrators.

    gradient flow       theta' = -grad L/(1 - beta)
    modified equation   theta' = -f_h, R terms of log(1 + Delta) along the iterates
    principal flow      theta' = sum_i phi(h lambda_i) (grad L . u_i) u_i

The first is the modified equation of order 1.  An R-term equation stays O(h^R) from iterates that
start on the manifold.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from polyfam._checks import optional_import
from polyfam.errors import DomainError
from polyfam.losses.derivatives.points import as_points, gradient_at
from polyfam.memory.heavy_ball import HeavyBall, Order
from polyfam.memory.principal_flow import principal_flow_field

__all__ = ["flow", "gradient_flow", "modified_flow", "principal_flow"]

Array = np.ndarray[Any, Any]


def flow(
    field: Callable[[Array], Array],
    theta: Any,
    times: Any,
    rtol: float = 1e-10,
    atol: float = 1e-12,
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
    if times.ndim != 1 or len(times) == 0 or times[0] < 0 or np.any(np.diff(times) < 0):
        raise DomainError("Argument 'times' must be a list of ascending numbers from 0 on.")
    solution = optional_import("scipy.integrate", "numerics").solve_ivp(
        lambda _, flat: field(flat.reshape(theta.shape)).ravel(),
        (0.0, times[-1]),
        theta.ravel(),
        method="DOP853",
        t_eval=times,
        rtol=rtol,
        atol=atol,
    )
    if not solution.success:
        reached = solution.t[-1] if len(solution.t) else 0.0
        raise DomainError(f"The flow cannot be continued beyond t = {reached:.6g}.")
    return solution.y.T.reshape(len(times), *theta.shape)


def gradient_flow(loss: Any, theta: Any, times: Any, speed: float = 1.0, **options: Any) -> Array:
    """Solve theta' = -speed grad L; with speed 1/(1 - beta) it is the limit of heavy ball.

    Parameters
    ----------
    loss : object
    theta, times
        As in `flow`, which takes the options.
    speed : float, default 1

    Examples
    --------
    >>> from polyfam.losses import Quadratic
    >>> gradient_flow(Quadratic([[1.0]]), [1.0], [0.0, 0.5], speed=2.0).round(6).ravel()
    array([1.      , 0.367879])
    """
    return flow(lambda x: -speed * gradient_at(loss, x), as_points(loss, theta), times, **options)


def modified_flow(
    ball: HeavyBall, loss: Any, theta: Any, times: Any, order: Order, **options: Any
) -> Array:
    """Solve the modified equation of heavy ball with `order` terms.

    Parameters
    ----------
    ball : HeavyBall
    loss : object
    theta, times
        As in `flow`, which takes the options.
    order : int or "auto"

    Examples
    --------
    >>> from polyfam.losses import Quadratic
    >>> bowl, ball = Quadratic([[1.0]]), HeavyBall(step_size=0.01, momentum=0.5)
    >>> iterates = ball.run(bowl, [1.0], 100, momentum_buffer="manifold").points
    >>> [f"{abs(modified_flow(ball, bowl, [1.0], [1.0], R) - iterates[100]).item():.0e}"
    ...     for R in (1, 2, 3, 4)]
    ['8e-03', '5e-04', '3e-05', '3e-06']
    """
    return flow(
        lambda x: -ball.modified_equation_field(loss, x, order).value,
        as_points(loss, theta),
        times,
        **options,
    )


def principal_flow(
    ball: HeavyBall,
    loss: Any,
    theta: Any,
    times: Any,
    leading: int | None = None,
    **options: Any,
) -> Array:
    """Solve the principal flow of heavy ball, in complex numbers.

    Parameters
    ----------
    ball : HeavyBall
    loss : object
        It must accept complex points where h lambda exceeds (1 - sqrt(beta))^2.
    theta, times
        As in `flow`, which takes the options.
    leading : int, optional
        Treat so many leading eigenpairs and the rest by its limit.

    Returns
    -------
    ndarray, shape (T, ..., d)
        Real when every imaginary part vanishes.

    Examples
    --------
    Heavy ball oscillates on a parabola, and the flow through its iterates r^n is a spiral:

    >>> from polyfam.losses import Quadratic
    >>> ball = HeavyBall(step_size=1.0, momentum=0.5)
    >>> principal_flow(ball, Quadratic([[1.0]]), [1.0], [0.0, 1.0, 2.0]).round(6).ravel()
    array([ 1.   +0.j      ,  0.25 +0.661438j, -0.375+0.330719j])
    """
    theta = as_points(loss, theta)
    step_size, momentum = ball.step_size, ball.momentum

    def field(x: Array) -> Array:
        real = x if np.any(x.imag) else x.real
        return principal_flow_field(loss, real, step_size, momentum, leading).astype(complex)

    path = flow(field, theta.astype(complex), times, **options)
    return path if np.any(path.imag) else path.real
