"""What the closed forms share: their value, the gradient, and the sums over the memory."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from polyfam._checks import integer
from polyfam.losses.derivatives.points import as_points
from polyfam.optimizers.running import finite_gradient

__all__ = ["FirstOrder", "accumulated", "at", "tau"]


class FirstOrder(NamedTuple):
    """The direction F and the correction M of theta <- theta - h (F + h M)."""

    direction: np.ndarray
    correction: np.ndarray


def at(loss: Any, theta: Any, step: int | None) -> tuple[np.ndarray, np.ndarray]:
    """Return the point and the gradient there, after a look at the arguments."""
    if step is not None:
        integer(step, "step", minimum=0)
    theta = as_points(loss, theta)
    return theta, finite_gradient(loss, theta)


def tau(beta: float, step: int | None) -> float:
    """Return the mean age of a gradient in an exponential average with bias correction.

    (1 - beta)/(1 - beta^(n+1)) sum_{k=1..n} k beta^k, which tends to beta/(1 - beta).

    Examples
    --------
    >>> tau(0.5, None), round(tau(0.5, 2), 12)  # (1/2 + 2/4)/(1 + 1/2 + 1/4)
    (1.0, 0.571428571429)
    """
    if step is None:
        return beta / (1 - beta)
    k = np.arange(step + 1)
    weights = beta**k
    return float(k @ weights / weights.sum())


def accumulated(weights: np.ndarray, directions: np.ndarray) -> np.ndarray:
    """Return sum_{k=1..n} w_k (F^(n-k) + ... + F^(n-1)) from w_0, ..., w_n and F^(0), ..., F^(n).

    Each F^(s) is counted with the weight of all gradients up to the step s.
    """
    tails = np.cumsum(weights[::-1])[:-1]  # w_n, w_n + w_(n-1), ..., w_n + ... + w_1
    return np.tensordot(tails, directions[:-1], 1)
