"""RMSProp: v <- beta v + (1 - beta) g^2, direction = g / sqrt(v + epsilon), elementwise.

Conventions differ: [ADAM], [MEM] and optax have epsilon inside the root, torch outside.

References
----------
[ADAM] Cattaneo, Klusowski & Shigida, On the Implicit Bias of Adam, arXiv:2309.00079.
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

__all__ = ["RMSProp", "RMSPropState"]


class RMSPropState(NamedTuple):
    """The mean square of the gradient and the number of steps."""

    square: Array
    count: int  # type: ignore[assignment]  # hides tuple.count


@dataclass(frozen=True)
class RMSProp(Adaptive):
    """Gradients divided by the root of their mean square.

    Parameters
    ----------
    beta : float
        Memory of the mean square, in [0, 1).
    epsilon : float
        At least 0.
    epsilon_inside : bool
        Whether epsilon stands inside the root.
    bias_correction : bool
        Whether to divide the mean square by its total weight 1 - beta^n.

    Examples
    --------
    >>> optimizer = RMSProp(beta=0.75, epsilon=0.0)
    >>> optimizer.update(optimizer.init(np.zeros(1)), np.array([4.0]), np.zeros(1))
    (RMSPropState(square=array([4.]), count=1), array([2.]))
    """

    names = ("rmsprop",)
    weight_decay = 0.0

    beta: float = 0.99
    epsilon: float = 1e-8
    epsilon_inside: bool = True
    bias_correction: bool = False

    def __post_init__(self) -> None:
        check_rate(self.beta, "beta")
        check_nonnegative(self.epsilon, "epsilon")
        check_flag(self.epsilon_inside, "epsilon_inside")
        check_flag(self.bias_correction, "bias_correction")

    def means(self, step: int | None) -> Weights:
        """Return the weights of the gradients: only the newest one counts."""
        return exponential(0.0, step, corrected=True)

    def squares(self, step: int | None) -> Weights:
        """Return the weights of their squares at step n, or in the limit."""
        return exponential(self.beta, step, self.bias_correction)

    def mean_ages(self) -> tuple[float, float, str]:
        """Return 0 and tau_2, and how it comes about."""
        tau = self.beta / (1 - self.beta)
        return 0.0, tau, f"tau_2 = beta/(1 - beta) = {tau:.4g}"

    def init(self, theta: Any) -> RMSPropState:
        """Return the state before the first step."""
        return RMSPropState(np.zeros_like(theta), 0)

    def update(self, state: RMSPropState, gradient: Any, theta: Any) -> tuple[RMSPropState, Any]:
        """Return the next state and the direction."""
        square = average(self.beta, state.square, gradient * gradient)
        count = state.count + 1
        mean = square / weight(self.beta, count) if self.bias_correction else square
        direction = gradient / root(mean, self.epsilon, self.epsilon_inside)
        return RMSPropState(square, count), direction
