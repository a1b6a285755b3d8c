"""The averaged heavy ball: m <- beta m + (1 - beta) grad L, direction = m.

It is the heavy ball with step size (1 - beta) h.  With bias correction the direction is divided
by 1 - beta^n at the n-th step, the total weight of the gradients so far.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from polyfam.optimizers._rules import average, check_flag, check_rate, weight
from polyfam.optimizers.heavy_ball import MomentumState

__all__ = ["AveragedMomentum"]


@dataclass(frozen=True)
class AveragedMomentum:
    """Momentum as an exponential average of gradients.

    Parameters
    ----------
    beta : float
        Memory of the average, in [0, 1).
    bias_correction : bool
        Whether to divide by the total weight.

    Examples
    --------
    >>> optimizer = AveragedMomentum(0.75)
    >>> optimizer.update(optimizer.init(np.zeros(1)), np.array([4.0]), np.zeros(1))
    (MomentumState(momentum=array([1.]), count=1), array([1.]))
    """

    beta: float = 0.9
    bias_correction: bool = False

    def __post_init__(self) -> None:
        check_rate(self.beta, "beta")
        check_flag(self.bias_correction, "bias_correction")

    def init(self, theta: Any) -> MomentumState:
        """Return the state before the first step."""
        return MomentumState(np.zeros_like(theta), 0)

    def update(self, state: MomentumState, gradient: Any, theta: Any) -> tuple[MomentumState, Any]:
        """Return the next state and the direction."""
        momentum = average(self.beta, state.momentum, gradient)
        count = state.count + 1
        direction = momentum / weight(self.beta, count) if self.bias_correction else momentum
        return MomentumState(momentum, count), direction
