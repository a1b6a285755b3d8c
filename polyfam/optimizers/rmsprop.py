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
from polyfam.optimizers._rules import Nonnegative, Rate, average, weight
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
    words = ("", "beta/(1 - beta)")
    beta1 = 0.0  # only the newest gradient counts
    weight_decay = 0.0

    beta: Rate = 0.99
    epsilon: Nonnegative = 1e-8
    epsilon_inside: bool = True
    bias_correction: bool = False

    @property
    def beta2(self) -> Rate:
        """The memory of the mean square."""
        return self.beta

    def init(self, theta: Any) -> RMSPropState:
        """Return the state before the first step."""
        return RMSPropState(np.zeros_like(theta), 0)

    def update(self, state: RMSPropState, gradient: Any, theta: Any) -> tuple[RMSPropState, Any]:
        """Return the next state and the direction."""
        square = average(self.beta, state.square, gradient * gradient)
        count = state.count + 1
        mean = square / weight(self.beta, count) if self.bias_correction else square
        return RMSPropState(square, count), self.divided(gradient, mean, theta)
