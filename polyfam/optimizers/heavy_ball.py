"""The heavy ball: m <- beta m + grad L, direction = m, with m = 0 at the start.

The direction is the sum of beta^k grad L(theta_{n-k}) over the past, so that a constant gradient
counts 1/(1 - beta) times.

References
----------
[MLM] Cattaneo & Shigida, Modified Loss of Momentum Gradient Descent, arXiv:2509.08483.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from polyfam.optimizers._linear import LinearMemory, Memory
from polyfam.optimizers._rules import MomentumState, Rate

__all__ = ["HeavyBall"]


@dataclass(frozen=True)
class HeavyBall(LinearMemory):
    """Heavy-ball momentum, unnormalised, as ``torch.optim.SGD(momentum=beta)``.

    Parameters
    ----------
    beta : float or Fraction
        The momentum, in [0, 1).

    Raises
    ------
    ArgumentTypeError, DomainError
        When it is no number, or out of range.

    References
    ----------
    B. T. Polyak, Some methods of speeding up the convergence of iteration methods, USSR
    Computational Mathematics and Mathematical Physics 4 (1964).

    Examples
    --------
    >>> import numpy as np
    >>> optimizer = HeavyBall(0.5)
    >>> theta = np.array([1.0])
    >>> state, _ = optimizer.update(optimizer.init(theta), np.array([2.0]), theta)
    >>> optimizer.update(state, np.array([2.0]), theta)
    (MomentumState(momentum=array([3.]), count=2), array([3.]))
    """

    names = ("heavy-ball", "momentum", "hb")
    words = ("m <- beta m + g, direction m", "1/(1 - beta)", "beta/(1 - beta)^2")

    beta: Rate | Fraction = 0.9

    @classmethod
    def memory_of(cls, beta: Any) -> Memory:
        """Return w_k = beta^k."""
        return Memory(1, beta, beta)

    def update(self, state: MomentumState, gradient: Any, theta: Any) -> tuple[MomentumState, Any]:
        """Return the next state and the direction."""
        momentum = float(self.beta) * state.momentum + gradient
        return MomentumState(momentum, state.count + 1), momentum
