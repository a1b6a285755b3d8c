"""The heavy ball: m <- beta m + grad L, direction = m, with m = 0 at the start.

The direction is the sum of beta^k grad L(theta_{n-k}) over the past, so that a constant gradient
counts 1/(1 - beta) times.

References
----------
[MLM] Cattaneo & Shigida, Modified Loss of Momentum Gradient Descent, arXiv:2509.08483.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from polyfam.optimizers._rules import check_rate

__all__ = ["Momentum", "MomentumState"]


class MomentumState(NamedTuple):
    """The momentum and the number of steps: the state of every optimizer with one momentum."""

    momentum: np.ndarray
    count: int


@dataclass(frozen=True)
class Momentum:
    """Heavy-ball momentum, unnormalised, as ``torch.optim.SGD(momentum=beta)``.

    Parameters
    ----------
    beta : float
        The momentum, in [0, 1).

    See Also
    --------
    polyfam.memory.heavy_ball.HeavyBall : the theory of this one optimizer.

    Examples
    --------
    >>> optimizer = Momentum(0.5)
    >>> theta = np.array([1.0])
    >>> state, _ = optimizer.update(optimizer.init(theta), np.array([2.0]), theta)
    >>> optimizer.update(state, np.array([2.0]), theta)
    (MomentumState(momentum=array([3.]), count=2), array([3.]))
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
        return MomentumState(momentum, state.count + 1), momentum
