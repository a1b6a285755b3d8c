"""F and M of Adam, AdamW, NAdam and RMSProp, elementwise in g.

With R = sqrt(g^2 + epsilon) and q = g^2/R^2 for epsilon inside the root, R = |g| + epsilon and
q = |g|/R for epsilon outside,

    F = g/R + lambda theta,      M = (tau_1 - tau_2 q)/R * H F.

Inside the root H F = grad |g|_{1,epsilon} + lambda H theta, where |x|_{1,epsilon} is the sum of
sqrt(x_i^2 + epsilon): a perturbed one-norm is penalised by tau_1 and anti-penalised by tau_2.  Here
tau_i is the mean age of a gradient in the average, beta_i/(1 - beta_i) in the limit; NAdam has
beta_1 tau_1 and RMSProp 0 in place of tau_1.

Where F changes with the step even at a constant gradient (RMSProp and Adam without bias correction,
NAdam), a finite step needs the sums over all F^(s).

References
----------
[MEM] Cattaneo & Shigida, How Memory in Optimization Algorithms Implicitly Modifies the Loss,
arXiv:2502.02132.
[ADAM] Cattaneo, Klusowski & Shigida, On the Implicit Bias of Adam, arXiv:2309.00079.
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
from polyfam.optimizers import Adam, NAdam, RMSProp

__all__ = ["adamw", "nadam", "rmsprop"]


def adamw(optimizer: Adam, loss: Any, theta: Any, step: int | None = None) -> FirstOrder:
    """Return F and M of Adam, and of AdamW.

    Examples
    --------
    >>> class Parabola:
    ...     def gradient(self, theta):
    ...         return theta
    >>> adamw(Adam(0.5, 0.75, epsilon=0.0), Parabola(), [2.0])  # (1 - 3)/2
    FirstOrder(direction=array([1.]), correction=array([-1.]))
    """
    if step is None or optimizer.bias_correction:
        ages = tau(optimizer.beta1, step), tau(optimizer.beta2, step)
        return _aged(optimizer, loss, theta, step, *ages)
    n = np.arange(step + 1)
    means, squares = ((1 - beta) * beta**n for beta in (optimizer.beta1, optimizer.beta2))
    return _summed(optimizer, loss, theta, means, np.cumsum(means), squares, np.cumsum(squares))


def nadam(optimizer: NAdam, loss: Any, theta: Any, step: int | None = None) -> FirstOrder:
    """Return F and M of NAdam."""
    beta = optimizer.beta1
    if step is None:
        ages = beta * tau(beta, None), tau(optimizer.beta2, None)
        return _aged(optimizer, loss, theta, step, *ages)
    n = np.arange(step + 1)
    old = beta / (1 - beta ** (n + 1 + optimizer.next_weight))  # the factor of the average
    new = (1 - beta) / (1 - beta ** (n + 1))
    means = old[-1] * (1 - beta) * beta**n
    means[0] += new[-1]
    squares = optimizer.beta2**n / np.sum(optimizer.beta2**n)
    totals = old * (1 - beta ** (n + 1)) + new
    return _summed(optimizer, loss, theta, means, totals, squares, np.ones(step + 1))


def rmsprop(optimizer: RMSProp, loss: Any, theta: Any, step: int | None = None) -> FirstOrder:
    """Return F and M of RMSProp."""
    beta = optimizer.beta
    if step is None or optimizer.bias_correction:
        return _aged(optimizer, loss, theta, step, 0.0, tau(beta, step))
    squares = (1 - beta) * beta ** np.arange(step + 1)
    means = np.eye(1, step + 1)[0]
    ones = np.ones(step + 1)
    return _summed(optimizer, loss, theta, means, ones, squares, np.cumsum(squares))


def _aged(
    optimizer: Any, loss: Any, theta: Any, step: int | None, age1: float, age2: float
) -> FirstOrder:
    """Return F and M from the mean ages in the numerator and in the root."""
    theta, g = at(loss, theta, step)
    root, share = _root(optimizer, g * g)
    direction = g / root + getattr(optimizer, "weight_decay", 0.0) * theta
    correction = (age1 - age2 * share) / root * hessian_vector(loss, theta, direction)
    return FirstOrder(direction, correction)


def _summed(
    optimizer: Any,
    loss: Any,
    theta: Any,
    means: np.ndarray,
    mean_totals: np.ndarray,
    squares: np.ndarray,
    square_totals: np.ndarray,
) -> FirstOrder:
    """Return F and M at step n from the weights at step n and the total weights at all steps."""
    theta, g = at(loss, theta, len(means) - 1)
    column = (-1, *[1] * g.ndim)
    square = square_totals.reshape(column) * g * g
    roots, shares = _root(optimizer, square)
    directions = mean_totals.reshape(column) * g / roots
    directions += getattr(optimizer, "weight_decay", 0.0) * theta
    first, second = (
        hessian_vector(loss, theta, accumulated(weights, directions))
        for weights in (means, squares)
    )
    age = mean_totals[-1] / square_totals[-1] * shares[-1]
    return FirstOrder(directions[-1], (first - age * second) / roots[-1])


def _root(optimizer: Any, square: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return R and q, the derivative of log R with respect to log sqrt(square)."""
    if optimizer.epsilon_inside:
        return np.sqrt(square + optimizer.epsilon), square / (square + optimizer.epsilon)
    root = np.sqrt(square) + optimizer.epsilon
    return root, np.sqrt(square) / root
