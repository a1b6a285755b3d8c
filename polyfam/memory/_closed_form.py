"""The first two terms without memory, F and M, in the closed form that an optimizer carries.

theta_{n+1} = theta_n - h (F + h M)(theta_n),      M^(n) = sum_{k=1..n} dF/dg_{n-k} H X_k,

where X_k = F^(n-k) + ... + F^(n-1), g = grad L and H is the Hessian [MEM].  They cost one gradient
and one or two products with the Hessian a step, and are checks of `polyfam.memoryless`.

References
----------
[MEM] Cattaneo & Shigida, How Memory in Optimization Algorithms Implicitly Modifies the Loss,
arXiv:2502.02132.
"""

from __future__ import annotations

from typing import Any

from polyfam._checks import integer
from polyfam.errors import DomainError
from polyfam.losses.derivatives.hessians import hessian_vector
from polyfam.losses.derivatives.points import as_points
from polyfam.memory.nodes import MOST_WEIGHTS, check_steps
from polyfam.optimizers._protocol import check_optimizer, finite_gradient
from polyfam.optimizers._weights import FirstOrder
from polyfam.typing import Array

__all__ = ["FirstOrder", "at", "closed_form"]


def closed_form(optimizer: Any, loss: Any, theta: Any, *, step: int | None = None) -> FirstOrder:
    """Return F and M of an optimizer that has a ``first_order``.

    Parameters
    ----------
    optimizer : object
        One of `polyfam.optimizers`, except AdaGrad, or your own with
        ``first_order(gradient, theta, product, step)``.
    loss : object
        With ``gradient(theta)``; its ``hessian_vector`` is used if it has one.
    theta : array_like, shape (..., d)
        The point.
    step : int, optional
        The step n; by default the stationary limit.

    Returns
    -------
    FirstOrder
        direction F and correction M, both of theta's shape.

    Raises
    ------
    DomainError
        For an optimizer without a closed form.

    Examples
    --------
    >>> from polyfam.optimizers import HeavyBall
    >>> class Parabola:
    ...     def gradient(self, theta):
    ...         return theta
    >>> closed_form(HeavyBall(0.5), Parabola(), [1.0])
    FirstOrder(direction=array([2.]), correction=array([4.]))
    """
    check_optimizer(optimizer)
    first_order = getattr(optimizer, "first_order", None)
    if first_order is None:
        raise DomainError(
            f"There is no closed form for {type(optimizer).__name__}: use memoryless(..., order=2)."
        )
    theta, gradient = at(loss, theta, step)
    found = first_order(gradient, theta, lambda v: hessian_vector(loss, theta, v), step)
    return FirstOrder(*found)


def at(loss: Any, theta: Any, step: int | None = None) -> tuple[Array, Array]:
    """Return the point and the gradient there, after a look at the arguments."""
    if step is not None:
        check_steps(integer(step, "step", minimum=0), MOST_WEIGHTS)
    theta = as_points(loss, theta)
    return theta, finite_gradient(loss, theta)
