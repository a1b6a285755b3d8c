"""NAdam: Adam with Nesterov's momentum and decoupled weight decay.

    m <- beta1 m + (1 - beta1) g,    v <- beta2 v + (1 - beta2) g^2,
    direction = (beta1 mhat + (1 - beta1) g / (1 - beta1^n)) / sqrt(vhat + epsilon) + lambda theta

at the n-th step.  In [MEM] mhat = m/(1 - beta1^n).  torch and optax divide it by the weight of the
next step, m/(1 - beta1^(n+1)): that is the flag ``next_weight``.  torch also warms beta1 up,
beta1 (1 - 0.96^(n psi)/2) at the n-th step with ``momentum_decay`` psi = 0.004.  That schedule is
not offered, as it has no limit before some 10^4 steps; torch without it is a very large psi.

References
----------
[MEM] Cattaneo & Shigida, How Memory in Optimization Algorithms Implicitly Modifies the Loss,
arXiv:2502.02132.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from polyfam.optimizers._rules import (
    average,
    check_flag,
    check_nonnegative,
    check_rate,
    root,
    weight,
)
from polyfam.optimizers.adam import AdamState

__all__ = ["NAdam"]


@dataclass(frozen=True)
class NAdam:
    """Adam with Nesterov's momentum.

    Parameters
    ----------
    beta1, beta2 : float
        Memories of the two averages, in [0, 1).
    epsilon : float
        At least 0.
    epsilon_inside : bool
        Whether epsilon stands inside the root.
    weight_decay : float
        The factor lambda, at least 0.
    next_weight : bool
        Whether the average is divided by the weight of the next step, as torch and optax do.

    Examples
    --------
    >>> optimizer = NAdam(beta1=0.5, epsilon=0.0)
    >>> optimizer.update(optimizer.init(np.zeros(1)), np.array([4.0]), np.zeros(1))[1]
    array([1.5])
    """

    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    epsilon_inside: bool = True
    weight_decay: float = 0.0
    next_weight: bool = False

    def __post_init__(self) -> None:
        check_rate(self.beta1, "beta1")
        check_rate(self.beta2, "beta2")
        check_nonnegative(self.epsilon, "epsilon")
        check_flag(self.epsilon_inside, "epsilon_inside")
        check_nonnegative(self.weight_decay, "weight_decay")
        check_flag(self.next_weight, "next_weight")

    def init(self, theta: Any) -> AdamState:
        """Return the state before the first step."""
        return AdamState(np.zeros_like(theta), np.zeros_like(theta), 0)

    def update(self, state: AdamState, gradient: Any, theta: Any) -> tuple[AdamState, Any]:
        """Return the next state and the direction."""
        mean = average(self.beta1, state.mean, gradient)
        square = average(self.beta2, state.square, gradient * gradient)
        n = state.count + 1
        ahead = (
            self.beta1 / weight(self.beta1, n + self.next_weight) * mean
            + (1 - self.beta1) / weight(self.beta1, n) * gradient
        )
        scale = root(square / weight(self.beta2, n), self.epsilon, self.epsilon_inside)
        return AdamState(mean, square, n), ahead / scale + self.weight_decay * theta
