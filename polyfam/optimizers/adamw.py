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

from polyfam.optimizers._rules import check_nonnegative
from polyfam.optimizers.adam import Adam, AdamState

__all__ = ["AdamW"]


@dataclass(frozen=True)
class AdamW(Adam):
    """Adam with decoupled weight decay.

    Parameters
    ----------
    beta1, beta2, epsilon, epsilon_inside, bias_correction
        As in Adam.
    weight_decay : float
        The factor lambda, at least 0.

    Examples
    --------
    >>> import numpy as np
    >>> optimizer = AdamW(epsilon=0.0, weight_decay=0.5)
    >>> theta = np.array([3.0])
    >>> optimizer.update(optimizer.init(theta), np.array([4.0]), theta)[1]
    array([2.5])
    """

    weight_decay: float = 0.01

    def __post_init__(self) -> None:
        Adam.__post_init__(self)
        check_nonnegative(self.weight_decay, "weight_decay")

    def update(self, state: AdamState, gradient: Any, theta: Any) -> tuple[AdamState, Any]:
        """Return the next state and the direction."""
        state, direction = Adam.update(self, state, gradient, theta)
        return state, direction + self.weight_decay * theta
