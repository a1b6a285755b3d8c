"""AdamW: Adam with decoupled weight decay, direction = Adam's direction + lambda theta.

Here and in every other optimizer the decay is h lambda theta a step, as in torch and optax.

References
----------
[MEM] Cattaneo & Shigida, How Memory in Optimization Algorithms Implicitly Modifies the Loss,
arXiv:2502.02132.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from polyfam.optimizers._adaptive import Adaptive
from polyfam.optimizers._rules import check_flag, check_nonnegative, check_rate
from polyfam.optimizers._weights import Weights, exponential
from polyfam.optimizers.adam import AdamState, adam_ages, adam_update

__all__ = ["AdamW"]


@dataclass(frozen=True)
class AdamW(Adaptive):
    """Adam with decoupled weight decay.

    Parameters
    ----------
    beta1, beta2 : float
        The memories of the mean and of the square, in [0, 1).
    epsilon : float
        At least 0.
    epsilon_inside : bool, default True
        Whether epsilon is added to the mean square or to its root.
    bias_correction : bool, default True
        Whether the averages are divided by 1 - beta^(n+1).
    weight_decay : float
        The factor lambda, at least 0.

    Examples
    --------
    >>> optimizer = AdamW(epsilon=0.0, weight_decay=0.5)
    >>> theta = np.array([3.0])
    >>> optimizer.update(optimizer.init(theta), np.array([4.0]), theta)[1]
    array([2.5])
    """

    names = ("adamw",)

    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    epsilon_inside: bool = True
    bias_correction: bool = True
    weight_decay: float = 0.01

    def __post_init__(self) -> None:
        check_rate(self.beta1, "beta1")
        check_rate(self.beta2, "beta2")
        check_nonnegative(self.epsilon, "epsilon")
        check_flag(self.epsilon_inside, "epsilon_inside")
        check_flag(self.bias_correction, "bias_correction")
        check_nonnegative(self.weight_decay, "weight_decay")

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
        state, direction = adam_update(self, state, gradient)
        return state, direction + self.weight_decay * theta
