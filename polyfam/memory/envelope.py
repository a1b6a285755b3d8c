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

__all__ = ["upper_envelope"]

Array = np.ndarray[Any, Any]

#: The most fixed-point steps to the maximum.
_MOST_STEPS = 500


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
