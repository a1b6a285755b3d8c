"""Nesterov's momentum in PyTorch's form: m <- beta m + grad L, direction = grad L + beta m.

The gradient counts 1 + beta times when it is new and beta^(k+1) times when it is k steps old.
Nesterov's own form takes the gradient ahead of the point; written in the variable ahead it is this
one (`polyfam.optimizers.LookAhead`).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from polyfam.optimizers._linear import LinearMemory, Memory
from polyfam.optimizers._rules import MomentumState, Rate

__all__ = ["Nesterov"]


@dataclass(frozen=True)
class Nesterov(LinearMemory):
    """Nesterov's momentum, as ``torch.optim.SGD(momentum=beta, nesterov=True)``.

    Parameters
    ----------
    beta : float or Fraction
        The momentum, in [0, 1).

    Examples
    --------
    >>> import numpy as np
    >>> optimizer = Nesterov(0.5)
    >>> optimizer.update(optimizer.init(np.zeros(1)), np.array([2.0]), np.zeros(1))
    (MomentumState(momentum=array([2.]), count=1), array([3.]))
    """

    names = ("nesterov",)
    words = ("m <- beta m + g, direction g + beta m", "1/(1 - beta)", "beta^2/(1 - beta)^2")

    beta: Rate | Fraction = 0.9

    @classmethod
    def memory_of(cls, beta: Any) -> Memory:
        """Return w_0 = 1 + beta, w_k = beta^(k+1)."""
        return Memory(1 + beta, beta**2, beta)

    def update(self, state: MomentumState, gradient: Any, theta: Any) -> tuple[MomentumState, Any]:
        """Return the next state and the direction."""
        beta = float(self.beta)
        momentum = beta * state.momentum + gradient
        return MomentumState(momentum, state.count + 1), gradient + beta * momentum
