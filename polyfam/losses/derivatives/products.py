r"""Is a Hessian-vector product the derivative of the gradient?  Asked once of every loss.

    H v = (grad L(theta + e v) - grad L(theta - e v))/(2 e) + O(e^2).

Automatic differentiation may cut a gradient (``detach``, ``stop_gradient``), a double backward may
be wrong (torch's ``weight_norm``), a product written by hand may have a slip.  The check costs two
gradients and one product along a random vector, with several sizes of e for what is not smooth.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any
from weakref import WeakSet

import numpy as np

from polyfam.errors import DomainError, TaylorError
from polyfam.losses.derivatives.points import gradient_at
from polyfam.typing import Array

__all__ = ["check_product", "checked_product"]

#: Displacements in units of the root of the rounding error, and what is added to the largest
#: parameter, to which they are relative.
_STEPS = ((10.0, 1.0), (1e3, 1.0), (0.1, 1.0), (1.0, 0.0))
#: The largest relative difference of two vectors that count as one.
_AGREEMENT = 1e-2

_checked: WeakSet[Any] = WeakSet()


def checked_product(loss: Any, theta: Array, vector: Array) -> Array:
    """Return ``loss.hessian_vector(theta, vector)``, after a check the first time.

    Losses of the package, whose attribute ``products_are_checked`` is true, see to it themselves.

    Raises
    ------
    DomainError
        When the product has another shape.
    TaylorError
        When it is not the derivative of ``loss.gradient``.
    """
    found = np.asarray(loss.hessian_vector(theta, vector))
    if found.shape != theta.shape:
        raise DomainError(
            f"The product of the Hessian of {type(loss).__name__} must have the shape "
            f"{theta.shape} of theta, not {found.shape}."
        )
    if not getattr(loss, "products_are_checked", False) and hasattr(loss, "gradient"):
        known = False
        with suppress(TypeError):  # no weak references or no hash: such a loss is asked every time
            known = loss in _checked
        if not known and np.isrealobj(theta):
            point = theta.reshape(-1, theta.shape[-1])[0]
            check_product(
                type(loss).__name__, lambda x: gradient_at(loss, x), loss.hessian_vector, point
            )
            with suppress(TypeError):
                _checked.add(loss)
    return found


def check_product(
    name: str,
    gradient: Callable[[Array], Array],
    product: Callable[[Array, Array], Array],
    theta: Array,
    hint: str = "",
    precision: float = 2.0**-52,
) -> None:
    """Raise unless products with the Hessian agree with differences of gradients at a point.

    The name and the hint at what may be wrong are for the message of the TaylorError; the precision
    is the relative rounding error of the gradient.

    Examples
    --------
    >>> theta = np.array([1.0, 2.0])
    >>> check_product("slip", lambda x: x**3, lambda x, v: 2 * x**2 * v, theta)
    Traceback (most recent call last):
        ...
    polyfam.errors.TaylorError: The Hessian-vector product of slip differs from differences of its
    gradient by 33 % at this point: one of the two derivatives is wrong.
    """
    vector = np.random.default_rng(0).standard_normal(theta.shape)
    wanted: Any = vector
    found = np.asarray(product(theta, wanted))
    differences = []
    for step, least in _STEPS:
        largest = (least + np.abs(theta).max()) or 1.0
        move: Any = step * np.sqrt(precision) * largest / np.abs(vector).max()
        above, below = gradient(theta + move * vector), gradient(theta - move * vector)
        quotient = (above - below) / (2 * move)
        noise = precision * float(np.linalg.norm(above)) / float(move)
        scale = max(float(np.linalg.norm(quotient)), 100 * float(noise))
        differences.append(float(np.linalg.norm(found - quotient)) / scale if scale else 0.0)
        if differences[-1] <= _AGREEMENT:
            return
    raise TaylorError(
        f"The Hessian-vector product of {name} differs from differences of its gradient by "
        f"{100 * min(differences):.0f} % at this point: "
        f"{hint or 'one of the two derivatives is wrong'}."
    )
