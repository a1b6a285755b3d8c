"""The averaged heavy ball: m <- beta m + (1 - beta) grad L, direction = m.

It is the heavy ball with step size (1 - beta) h.  With bias correction the direction is divided
by 1 - beta^n at the n-th step, the total weight of the gradients so far.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from polyfam.optimizers._linear import LinearMemory, Memory
from polyfam.optimizers._rules import MomentumState, Rate, average, weight
from polyfam.optimizers._weights import Weights, exponential

__all__ = ["AveragedMomentum"]


@dataclass(frozen=True)
class AveragedMomentum(LinearMemory):
    """Momentum as an exponential average of gradients.

    Parameters
    ----------
    beta : float or Fraction
        Memory of the average, in [0, 1).
    bias_correction : bool
        Whether to divide by the total weight.

    Examples
    --------
    >>> import numpy as np
    >>> optimizer = AveragedMomentum(0.75)
    >>> optimizer.update(optimizer.init(np.zeros(1)), np.array([4.0]), np.zeros(1))
    (MomentumState(momentum=array([1.]), count=1), array([1.]))
    """

    names = ("averaged", "averaged-momentum")
    words = ("m <- beta m + (1 - beta) g, direction m", "1", "beta/(1 - beta)")

    beta: Rate | Fraction = 0.9
    bias_correction: bool = False

    @classmethod
    def memory_of(cls, beta: Any) -> Memory:
        """Return w_k = (1 - beta) beta^k."""
        return Memory(1 - beta, (1 - beta) * beta, beta)

    def means(self, step: int | None) -> Weights:
        """Return the weights at step n, or in the limit."""
        return exponential(float(self.beta), step, self.bias_correction)

    def update(self, state: MomentumState, gradient: Any, theta: Any) -> tuple[MomentumState, Any]:
        """Return the next state and the direction."""
        momentum = average(float(self.beta), state.momentum, gradient)
        count = state.count + 1
        direction = momentum / weight(float(self.beta), count) if self.bias_correction else momentum
        return MomentumState(momentum, count), direction
