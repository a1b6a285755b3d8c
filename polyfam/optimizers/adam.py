"""Adam: an average of the gradient over the root of an average of its square, elementwise.

    m <- beta1 m + (1 - beta1) g,    v <- beta2 v + (1 - beta2) g^2,
    direction = mhat / sqrt(vhat + epsilon),    mhat = m/(1 - beta1^n),  vhat = v/(1 - beta2^n)

at the n-th step, n = 1, 2, ...  torch and optax have epsilon outside the root.

References
----------
[ADAM] Cattaneo, Klusowski & Shigida, On the Implicit Bias of Adam, arXiv:2309.00079.
[MEM] Cattaneo & Shigida, How Memory in Optimization Algorithms Implicitly Modifies the Loss,
arXiv:2502.02132.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from polyfam.optimizers._adaptive import Adaptive
from polyfam.optimizers._rules import (
    average,
    check_flag,
    check_nonnegative,
    check_rate,
    root,
    weight,
)
from polyfam.optimizers._weights import Weights, exponential
from polyfam.typing import Array

__all__ = ["Adam", "AdamState", "adam_ages", "adam_update"]


class AdamState(NamedTuple):
    """The averages of the gradient and of its square, and the number of steps."""

    mean: Array
    square: Array
    count: int  # type: ignore[assignment]  # hides tuple.count


@dataclass(frozen=True)
class Adam(Adaptive):
    """Adam, with every convention a flag.

    Parameters
    ----------
    beta1, beta2 : float
        Memories of the two averages, in [0, 1).
    epsilon : float
        At least 0.
    epsilon_inside : bool
        Whether epsilon stands inside the root.
    bias_correction : bool
        Whether to divide the averages by their total weights.

    Examples
    --------
    >>> optimizer = Adam(epsilon=0.0)
    >>> state, direction = optimizer.update(optimizer.init(np.zeros(2)), np.array([4.0, -1e-9]), 0)
    >>> direction
    array([ 1., -1.])
    """

    names = ("adam",)
    weight_decay = 0.0

    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    epsilon_inside: bool = True
    bias_correction: bool = True

    def __post_init__(self) -> None:
        check_rate(self.beta1, "beta1")
        check_rate(self.beta2, "beta2")
        check_nonnegative(self.epsilon, "epsilon")
        check_flag(self.epsilon_inside, "epsilon_inside")
        check_flag(self.bias_correction, "bias_correction")

    def means(self, step: int | None) -> Weights:
        """Return the weights of the gradients at step n, or in the limit."""
        return exponential(self.beta1, step, self.bias_correction)

    def squares(self, step: int | None) -> Weights:
        """Return the weights of their squares at step n, or in the limit."""
        return exponential(self.beta2, step, self.bias_correction)

    def mean_ages(self) -> tuple[float, float, str]:
        """Return tau_1 and tau_2, and how they come about."""
        return adam_ages(self.beta1, self.beta2)

    def init(self, theta: Any) -> AdamState:
        """Return the state before the first step."""
        return AdamState(np.zeros_like(theta), np.zeros_like(theta), 0)

    def update(self, state: AdamState, gradient: Any, theta: Any) -> tuple[AdamState, Any]:
        """Return the next state and the direction."""
        return adam_update(self, state, gradient)


def adam_ages(beta1: float, beta2: float) -> tuple[float, float, str]:
    """Return the mean ages of the gradients and of their squares, and how they come about."""
    tau1, tau2 = beta1 / (1 - beta1), beta2 / (1 - beta2)
    words = f"tau_1 = beta1/(1 - beta1) = {tau1:.4g}, tau_2 = beta2/(1 - beta2) = {tau2:.4g}"
    return tau1, tau2, words


def adam_update(optimizer: Any, state: AdamState, gradient: Any) -> tuple[AdamState, Any]:
    """Return the next state of Adam or AdamW, and Adam's direction."""
    mean = average(optimizer.beta1, state.mean, gradient)
    square = average(optimizer.beta2, state.square, gradient * gradient)
    state = AdamState(mean, square, state.count + 1)
    if optimizer.bias_correction:
        mean = mean / weight(optimizer.beta1, state.count)
        square = square / weight(optimizer.beta2, state.count)
    return state, mean / root(square, optimizer.epsilon, optimizer.epsilon_inside)
