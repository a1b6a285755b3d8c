"""Nesterov's momentum in PyTorch's form: m <- beta m + grad L, direction = grad L + beta m.

The gradient counts 1 + beta times when it is new and beta^(k+1) times when it is k steps old.
Nesterov's own form takes the gradient ahead of the point; written in the variable ahead it is this
one (`polyfam.optimizers.look_ahead`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from polyfam.optimizers._rules import check_rate
from polyfam.optimizers.heavy_ball import MomentumState

__all__ = ["Nesterov"]


@dataclass(frozen=True)
class Nesterov:
    """Nesterov's momentum, as ``torch.optim.SGD(momentum=beta, nesterov=True)``.

    Parameters
    ----------
    beta : float
        The momentum, in [0, 1).

    Examples
    --------
    >>> optimizer = Nesterov(0.5)
    >>> optimizer.update(optimizer.init(np.zeros(1)), np.array([2.0]), np.zeros(1))
    (MomentumState(momentum=array([2.]), count=1), array([3.]))
    """

    beta: float = 0.9

    def __post_init__(self) -> None:
        check_rate(self.beta, "beta")

    def init(self, theta: Any) -> MomentumState:
        """Return the state before the first step."""
        return MomentumState(np.zeros_like(theta), 0)

    def update(self, state: MomentumState, gradient: Any, theta: Any) -> tuple[MomentumState, Any]:
        """Return the next state and the direction."""
        momentum = self.beta * state.momentum + gradient
        return MomentumState(momentum, state.count + 1), gradient + self.beta * momentum
