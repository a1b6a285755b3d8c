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

from polyfam.optimizers._adaptive import AdamState, Adaptive
from polyfam.optimizers._rules import Nonnegative, Rate, average, weight
from polyfam.optimizers._weights import Weights

__all__ = ["NAdam"]


@dataclass(frozen=True)
class NAdam(Adaptive):
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

    names = ("nadam",)
    words = ("beta1^2/(1 - beta1)", "beta2/(1 - beta2)")
    bias_correction = True

    beta1: Rate = 0.9
    beta2: Rate = 0.999
    epsilon: Nonnegative = 1e-8
    epsilon_inside: bool = True
    weight_decay: Nonnegative = 0.0
    next_weight: bool = False

    def means(self, step: int | None) -> Weights:
        """Return the weights of the gradients at step n, or in the limit."""
        beta = self.beta1
        if step is None:
            return Weights(np.ones(1), beta**2 / (1 - beta))
        n = np.arange(step + 1)
        old = beta / (1 - beta ** (n + 1 + self.next_weight))  # the factor of the average
        new = (1 - beta) / (1 - beta ** (n + 1))
        newest = old[-1] * (1 - beta) * beta**n
        newest[0] += new[-1]
        return Weights.at_step(newest, old * (1 - beta ** (n + 1)) + new)

    def update(self, state: AdamState, gradient: Any, theta: Any) -> tuple[AdamState, Any]:
        """Return the next state and the direction."""
        mean = average(self.beta1, state.mean, gradient)
        square = average(self.beta2, state.square, gradient * gradient)
        n = state.count + 1
        ahead = (
            self.beta1 / weight(self.beta1, n + self.next_weight) * mean
            + (1 - self.beta1) / weight(self.beta1, n) * gradient
        )
        direction = self.divided(ahead, square / weight(self.beta2, n), theta)
        return AdamState(mean, square, n), direction
