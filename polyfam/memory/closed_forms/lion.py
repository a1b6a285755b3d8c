"""F and M of LionK, Lion and signum.

    F = -grad K(-c) + lambda theta,
    M = Hess K(-c) H sum_{k=1..n} w_k (F^(n-k) + ... + F^(n-1)),

where c = w_0 g_n + ... + w_n g_0 is the mixture, w_0 = 1 - rho1, w_k = rho1 (1 - rho2) rho2^(k-1),
all divided by 1 - rho1 rho2^n for bias correction.  In the limit the sum is rho1/(1 - rho2) F.  For
Lion, K = |x|_{1,epsilon} and R = sqrt(g^2 + epsilon),

    F = g/R + lambda theta,      M = rho1/(1 - rho2) epsilon/R^3 * H F,

which vanishes where |g| is much larger than sqrt(epsilon): the reason why Lion does not
anti-penalise the one-norm of the gradient as AdamW does.

References
----------
[MEM] Cattaneo & Shigida, How Memory in Optimization Algorithms Implicitly Modifies the Loss,
arXiv:2502.02132.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from polyfam.losses.arithmetic.taylor import Taylor
from polyfam.losses.derivatives.hessians import hessian_vector
from polyfam.memory.closed_forms.first_order import (
    FirstOrder,
    accumulated,
    at,
)
from polyfam.optimizers import Lion, LionK, Signum

__all__ = ["lion", "lionk", "signum"]


def lionk(optimizer: LionK, loss: Any, theta: Any, step: int | None = None) -> FirstOrder:
    """Return F and M of LionK; Hess K v is the derivative of grad K along v."""
    theta, g = at(loss, theta, step)
    totals = _totals(optimizer, step)
    c = totals[-1] * g
    decay = optimizer.weight_decay * theta
    directions = np.stack([decay - optimizer.gradient_of_k(-total * g) for total in totals])
    moved = hessian_vector(loss, theta, _summed(optimizer, directions, step))
    slope = optimizer.gradient_of_k(Taylor.line(-c, moved, terms=2))
    return FirstOrder(directions[-1], slope.coefficients[1])


def lion(optimizer: Lion, loss: Any, theta: Any, step: int | None = None) -> FirstOrder:
    """Return F and M of Lion with a smooth sign.

    Examples
    --------
    >>> class Parabola:
    ...     def gradient(self, theta):
    ...         return theta
    >>> lion(Lion(0.5, 0.75, epsilon=16.0), Parabola(), [3.0])  # 2 * 16/125 * 3/5
    FirstOrder(direction=array([0.6]), correction=array([0.1536]))
    """
    theta, g = at(loss, theta, step)
    c = np.multiply.outer(_totals(optimizer, step), g)
    root = np.sqrt(c * c + optimizer.epsilon)
    directions = c / root + optimizer.weight_decay * theta
    moved = hessian_vector(loss, theta, _summed(optimizer, directions, step))
    return FirstOrder(directions[-1], optimizer.epsilon / root[-1] ** 3 * moved)


def signum(optimizer: Signum, loss: Any, theta: Any, step: int | None = None) -> FirstOrder:
    """Return F and M of signum with a smooth sign, which is Lion with rho1 = rho2."""
    return lion(
        Lion(
            optimizer.beta,
            optimizer.beta,
            optimizer.epsilon,
            optimizer.weight_decay,
            optimizer.bias_correction,
        ),
        loss,
        theta,
        step,
    )


def _totals(optimizer: Any, step: int | None) -> np.ndarray:
    """Return the total weight of the mixture at the steps 0, ..., n, or the one of all steps."""
    if step is None or optimizer.bias_correction:
        return np.ones(1)
    return 1 - optimizer.rho1 * optimizer.rho2 ** np.arange(step + 1)


def _summed(optimizer: Any, directions: np.ndarray, step: int | None) -> np.ndarray:
    """Return sum_k w_k (F^(n-k) + ... + F^(n-1)), and its limit for no step.

    With bias correction all F^(s) are equal, and the sum is F times the mean age of a gradient.
    """
    rho1, rho2 = optimizer.rho1, optimizer.rho2
    if step is None:
        return rho1 / (1 - rho2) * directions[-1]
    weights = np.append(1 - rho1, rho1 * (1 - rho2) * rho2 ** np.arange(step))
    if optimizer.bias_correction:
        return weights @ np.arange(step + 1) / weights.sum() * directions[-1]
    return accumulated(weights, directions)
