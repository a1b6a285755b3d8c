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

from polyfam.optimizers._rules import (
    average,
    check_flag,
    check_nonnegative,
    check_rate,
    root,
    weight,
)

__all__ = ["Adam", "AdamState"]


class AdamState(NamedTuple):
    """The averages of the gradient and of its square, and the number of steps."""

    mean: np.ndarray
    square: np.ndarray
    count: int


@dataclass(frozen=True)
class Adam:
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

    def init(self, theta: Any) -> AdamState:
        """Return the state before the first step."""
        return AdamState(np.zeros_like(theta), np.zeros_like(theta), 0)

    def update(self, state: AdamState, gradient: Any, theta: Any) -> tuple[AdamState, Any]:
        """Return the next state and the direction."""
        mean = average(self.beta1, state.mean, gradient)
        square = average(self.beta2, state.square, gradient * gradient)
        state = AdamState(mean, square, state.count + 1)
        if self.bias_correction:
            mean = mean / weight(self.beta1, state.count)
            square = square / weight(self.beta2, state.count)
        return state, mean / root(square, self.epsilon, self.epsilon_inside)
