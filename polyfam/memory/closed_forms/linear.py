"""F and M of the optimizers whose direction is a weighted sum of gradients, sum_k w_k g_{n-k}.

With W_s = w_0 + ... + w_s (the weights may change with the step),

    F = W_n g,      M = sum_{k=1..n} w_k (W_{n-k} + ... + W_{n-1}) H g,

and in the stationary limit M = (sum_k k w_k) (sum_k w_k) H g:

    heavy ball       F = g/(1 - beta),    M = beta/(1 - beta)^3 H g,
    Nesterov         F = g/(1 - beta),    M = beta^2/(1 - beta)^3 H g,
    look-ahead       F = g/(1 - beta),    M = (beta - a (1 - beta))/(1 - beta)^3 H g,
    averages         F = g,               M = nu beta/(1 - beta) H g.

The first two rows are in [MEM] and [MLM].

References
----------
[MEM] Cattaneo & Shigida, How Memory in Optimization Algorithms Implicitly Modifies the Loss,
arXiv:2502.02132.
[MLM] Cattaneo & Shigida, Modified Loss of Momentum Gradient Descent, arXiv:2509.08483.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from polyfam.losses.derivatives.hessians import hessian_vector
from polyfam.memory.closed_forms.first_order import (
    FirstOrder,
    accumulated,
    at,
    tau,
)
from polyfam.optimizers import (
    AveragedMomentum,
    GradientDescent,
    LookAhead,
    Momentum,
    Nesterov,
    QuasiHyperbolic,
)

__all__ = [
    "averaged_momentum",
    "gradient_descent",
    "heavy_ball",
    "look_ahead",
    "nesterov",
    "quasi_hyperbolic",
]


def gradient_descent(
    optimizer: GradientDescent,  # noqa: ARG001
    loss: Any,
    theta: Any,
    step: int | None = None,
) -> FirstOrder:
    """Return F = g and M = 0."""
    _, gradient = at(loss, theta, step)
    return FirstOrder(gradient, np.zeros_like(gradient))


def heavy_ball(optimizer: Momentum, loss: Any, theta: Any, step: int | None = None) -> FirstOrder:
    """Return F and M of the heavy ball, w_k = beta^k.

    Examples
    --------
    >>> class Parabola:
    ...     def gradient(self, theta):
    ...         return theta
    >>> heavy_ball(Momentum(0.5), Parabola(), [1.0], step=1)
    FirstOrder(direction=array([1.5]), correction=array([0.5]))
    """
    beta = optimizer.beta
    if step is None:
        return _multiples(loss, theta, step, 1 / (1 - beta), beta / (1 - beta) ** 3)
    return _weighted(loss, theta, beta ** np.arange(step + 1))


def nesterov(optimizer: Nesterov, loss: Any, theta: Any, step: int | None = None) -> FirstOrder:
    """Return F and M of PyTorch's Nesterov momentum, w_0 = 1 + beta, w_k = beta^(k+1)."""
    return look_ahead(LookAhead(optimizer.beta), loss, theta, step)


def look_ahead(optimizer: LookAhead, loss: Any, theta: Any, step: int | None = None) -> FirstOrder:
    """Return F and M of momentum ahead: w_0 = 1 + a, w_k = beta^(k-1) (beta - a (1 - beta))."""
    beta, ahead = optimizer.beta, optimizer.ahead
    old = beta - ahead * (1 - beta)
    if step is None:
        return _multiples(loss, theta, step, 1 / (1 - beta), old / (1 - beta) ** 3)
    return _weighted(loss, theta, np.append(1 + ahead, old * beta ** np.arange(step)))


def averaged_momentum(
    optimizer: AveragedMomentum, loss: Any, theta: Any, step: int | None = None
) -> FirstOrder:
    """Return F and M of the averaged heavy ball, w_k = (1 - beta) beta^k, corrected or not."""
    if optimizer.bias_correction:
        return _multiples(loss, theta, step, 1.0, tau(optimizer.beta, step))
    return quasi_hyperbolic(QuasiHyperbolic(optimizer.beta, 1.0), loss, theta, step)


def quasi_hyperbolic(
    optimizer: QuasiHyperbolic, loss: Any, theta: Any, step: int | None = None
) -> FirstOrder:
    """Return F and M of quasi-hyperbolic momentum, w_k = [k=0] (1 - nu) + nu (1 - beta) beta^k."""
    beta, nu = optimizer.beta, optimizer.nu
    if step is None:
        return _multiples(loss, theta, step, 1.0, nu * beta / (1 - beta))
    weights = nu * (1 - beta) * beta ** np.arange(step + 1)
    weights[0] += 1 - nu
    return _weighted(loss, theta, weights)


def _weighted(loss: Any, theta: Any, weights: np.ndarray) -> FirstOrder:
    """Return F and M for the weights w_0, ..., w_n, the same at every step."""
    totals = np.cumsum(weights)
    correction = float(accumulated(weights, totals))
    return _multiples(loss, theta, len(weights) - 1, float(totals[-1]), correction)


def _multiples(
    loss: Any, theta: Any, step: int | None, total: float, correction: float
) -> FirstOrder:
    """Return multiples of g and of H g."""
    theta, gradient = at(loss, theta, step)
    return FirstOrder(total * gradient, correction * hessian_vector(loss, theta, gradient))
