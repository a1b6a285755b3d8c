r"""The identity behind the modified loss: a Moreau envelope, turned upside down.

    L_h(theta) = L(theta) + beta sup_u { L_h(u) - |u - theta|^2/(2h) }.

For small h the braces are concave near theta, and at the maximum u - theta = h g_h(u): u is the
point one step ago.  From rest, L_{h,n} is found from L_{h,n-1} in the same way, with the loss of
step n in front.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from polyfam.errors import DomainError
from polyfam.memory._arguments import Batches, question, quiet
from polyfam.memory._memoryless import memoryless
from polyfam.memory._modified_loss import modified_loss
from polyfam.memory.manifold import heavy_ball_momentum
from polyfam.optimizers.heavy_ball import HeavyBall
from polyfam.typing import Array

__all__ = ["envelope", "upper_envelope"]

#: The most fixed-point steps to the maximum.
_MOST_STEPS = 500


def envelope(
    optimizer: HeavyBall,
    loss: Any,
    theta: Any,
    *,
    order: int,
    step_size: float,
    step: int | None = None,
    batches: Batches = None,
) -> Array:
    """Return the envelope L + beta sup_u {...}, which is L_h(theta) up to O(h^R).

    The braces hold ``L_h(u) - |u - theta|^2/(2h)``.

    Parameters
    ----------
    optimizer : HeavyBall
    loss : object
        With ``value(theta)`` and ``gradient(theta)``.
    theta : array_like, shape (..., d)
    order : int
        The number R of terms of L_h.
    step_size : float
        h > 0.
    step : int, optional
        The step n, from rest: the supremum is that of step n - 1.  By default the stationary limit.
    batches : sequence of losses, optional
        As in `modified_loss`.

    Returns
    -------
    ndarray, shape (...)

    Warns
    -----
    ValidityWarning
        When a later correction is larger than the first one, at theta or where the supremum is.

    Examples
    --------
    >>> from polyfam.losses import Quadratic
    >>> bowl, ball = Quadratic([[1.0]]), HeavyBall(0.5)
    >>> for order in (1, 2, 3):
    ...     h_loss = modified_loss(ball, bowl, [1.0], order=order, step_size=0.01).value
    ...     print(f"{h_loss - envelope(ball, bowl, [1.0], order=order, step_size=0.01):.0e}")
    -1e-02
    -6e-04
    -5e-05
    """
    momentum = heavy_ball_momentum(optimizer, "modified loss that is an envelope")
    asked = question(optimizer, loss, theta, order, step, step_size, batches)
    theta, newest = asked.theta, asked.loss
    if step == 0:
        return np.asarray(newest.value(theta))
    options: dict[str, Any] = {"order": order, "step_size": step_size, "batches": batches}
    options["step"] = None if step is None else step - 1
    with quiet():
        supremum, there = upper_envelope(
            lambda u: modified_loss(optimizer, loss, u, **options).value,
            lambda u: memoryless(optimizer, loss, u, **options).value,
            theta,
            step_size,
        )
        terms = modified_loss(optimizer, loss, np.stack([theta, there]), **options)
    terms.warn_if_growing()
    return np.asarray(newest.value(theta) + momentum * supremum)


def upper_envelope(
    value: Callable[[Array], Array],
    gradient: Callable[[Array], Array],
    theta: Array,
    step_size: float,
) -> tuple[Array, Array]:
    """Return sup_u {f(u) - |u - theta|^2/(2h)} near theta, and where it is attained.

    Parameters
    ----------
    value, gradient : callable
        f and grad f, from (..., d) to (...) and to (..., d).
    theta : ndarray, shape (..., d)
    step_size : float
        h, below the inverse of the largest eigenvalue of the Hessian of f.

    Returns
    -------
    supremum : ndarray, shape (...)
    maximizer : ndarray, shape (..., d)

    Raises
    ------
    DomainError
        When u <- theta + h grad f(u) does not converge.

    Examples
    --------
    For f = u^2/2 and h = 1/2 the maximum is at u = theta/(1 - h).

    >>> top, u = upper_envelope(lambda u: np.sum(u * u, -1)/2, lambda u: u, np.array([1.0]), 0.5)
    >>> float(top), u
    (1.0, array([2.]))
    """
    u, previous = theta, np.inf
    for _ in range(_MOST_STEPS):
        following = theta + step_size * gradient(u)
        change = np.max(np.abs(following - u), initial=0.0)
        u = following
        if change <= 4e-16 * np.max(np.abs(u), initial=1.0):
            break
        previous = min(previous, change)
        if not change <= 8 * previous:
            raise DomainError(
                f"The supremum is not attained near theta: take a step size below {step_size:g}."
            )
    return value(u) - np.sum((u - theta) ** 2, axis=-1) / (2 * step_size), u
