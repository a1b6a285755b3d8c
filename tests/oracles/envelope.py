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

from polyfam import HeavyBall, memoryless, modified_loss
from polyfam.errors import DomainError
from polyfam.typing import Array

#: The most fixed-point steps to the maximum.
_MOST_STEPS = 500


def envelope(optimizer: HeavyBall, loss: Any, theta: Any, **options: Any) -> Array:
    """Return the envelope L + beta sup_u {...}, which is L_h(theta) up to O(h^R).

    With the options of `modified_loss`; from rest the supremum is that of step n - 1.
    """
    h, n, batches = options["step_size"], options.pop("step", None), options.get("batches")
    newest = loss if batches is None else batches[n]
    theta = np.asarray(theta)
    if n == 0:
        return np.asarray(newest.value(theta))
    options["step"] = None if n is None else n - 1
    supremum, _ = upper_envelope(
        lambda u: modified_loss(optimizer, loss, u, **options).value,
        lambda u: memoryless(optimizer, loss, u, **options).value,
        theta,
        h,
    )
    return np.asarray(newest.value(theta) + float(optimizer.beta) * supremum)


def upper_envelope(
    value: Callable[[Array], Array],
    gradient: Callable[[Array], Array],
    theta: Array,
    step_size: float,
) -> tuple[Array, Array]:
    """Return sup_u {f(u) - |u - theta|^2/(2h)} near theta, and where it is attained.

    The step size is below the inverse of the largest eigenvalue of the Hessian of f.
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
