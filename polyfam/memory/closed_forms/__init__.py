"""The first two terms without memory, F and M, in closed form for every optimizer of the package.

theta_{n+1} = theta_n - h (F + h M)(theta_n),      M^(n) = sum_{k=1..n} dF/dg_{n-k} H X_k,

where X_k = F^(n-k) + ... + F^(n-1), g = grad L and H is the Hessian [MEM].  Every function takes
``(optimizer, loss, theta, step=None)`` and returns F and M; they are checks of
`polyfam.memory.memoryless.memoryless`, and much cheaper at order 2: one gradient and one
or two Hessian-vector products a step.

References
----------
[MEM] Cattaneo & Shigida, How Memory in Optimization Algorithms Implicitly Modifies the Loss,
arXiv:2502.02132.
"""

from __future__ import annotations

from typing import Any

from polyfam import optimizers
from polyfam._checks import integer
from polyfam.errors import DomainError
from polyfam.memory.closed_forms.adaptive import adamw, nadam, rmsprop
from polyfam.memory.closed_forms.first_order import FirstOrder
from polyfam.memory.closed_forms.linear import (
    averaged_momentum,
    gradient_descent,
    heavy_ball,
    look_ahead,
    nesterov,
    quasi_hyperbolic,
)
from polyfam.memory.closed_forms.lion import lion, lionk, signum

__all__ = [
    "FirstOrder",
    "adamw",
    "averaged_momentum",
    "closed_form",
    "gradient_descent",
    "heavy_ball",
    "lion",
    "lionk",
    "look_ahead",
    "nadam",
    "nesterov",
    "quasi_hyperbolic",
    "rmsprop",
    "signum",
]

_FORMS = {
    optimizers.Adam: adamw,
    optimizers.AdamW: adamw,
    optimizers.AveragedMomentum: averaged_momentum,
    optimizers.GradientDescent: gradient_descent,
    optimizers.Lion: lion,
    optimizers.LionK: lionk,
    optimizers.LookAhead: look_ahead,
    optimizers.Momentum: heavy_ball,
    optimizers.NAdam: nadam,
    optimizers.Nesterov: nesterov,
    optimizers.QuasiHyperbolic: quasi_hyperbolic,
    optimizers.RMSProp: rmsprop,
    optimizers.Signum: signum,
}


def closed_form(optimizer: Any, loss: Any, theta: Any, step: int | None = None) -> FirstOrder:
    """Return F and M of an optimizer of the package.

    Parameters
    ----------
    optimizer : object
        One of `polyfam.optimizers`, except AdaGrad.
    loss : object
        With ``gradient(theta)``; its ``hessian_vector`` is used if it has one.
    theta : array_like, shape (..., d)
        The point.
    step : int, optional
        The step n; by default the stationary limit.

    Examples
    --------
    >>> from polyfam.optimizers import Momentum
    >>> class Parabola:
    ...     def gradient(self, theta):
    ...         return theta
    >>> closed_form(Momentum(0.5), Parabola(), [1.0])
    FirstOrder(direction=array([2.]), correction=array([4.]))
    """
    if type(optimizer) not in _FORMS:
        raise DomainError(
            f"There is no closed form for {type(optimizer).__name__}: use memoryless(..., order=2)."
        )
    if step is not None:
        step = integer(step, "step", minimum=0)
    return _FORMS[type(optimizer)](optimizer, loss, theta, step)
