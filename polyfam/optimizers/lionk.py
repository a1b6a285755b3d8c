"""LionK: a convex function K turns a mixture of the gradient and of its average into a direction.

    c = rho1 m + (1 - rho1) g,    m <- rho2 m + (1 - rho2) g,
    direction = -grad K(-c) + lambda theta.

m is the average *before* it takes in the new gradient.  K = |x|_1 gives Lion, and with
rho1 = rho2 signum; K = |x|^2/2 with rho1 = rho2 gives the averaged heavy ball.  With bias
correction c is divided by 1 - rho1 rho2^n after n earlier gradients, their total weight.

References
----------
[MEM] Cattaneo & Shigida, How Memory in Optimization Algorithms Implicitly Modifies the Loss,
arXiv:2502.02132.
[CLLL24] Chen, Liu, Liang & Liu, Lion Secretly Solves Constrained Optimization, ICLR (2024).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from polyfam._checks import quoted
from polyfam.errors import DomainError
from polyfam.optimizers._rules import average, check_flag, check_nonnegative, check_rate
from polyfam.optimizers.heavy_ball import MomentumState

__all__ = ["LionK", "mixture"]


@dataclass(frozen=True)
class LionK:
    """Lion for a convex function K, given by its gradient.

    Parameters
    ----------
    gradient_of_k : callable
        The gradient of K in numpy, array to array; smooth for an expansion of the memory.
    rho1 : float
        Weight of the average in the mixture, in [0, 1).
    rho2 : float
        Memory of the average, in [0, 1).
    weight_decay : float
        The factor lambda, at least 0.
    bias_correction : bool
        Whether to divide the mixture by its total weight.

    Examples
    --------
    >>> optimizer = LionK(np.tanh, rho1=0.5)
    >>> optimizer.update(optimizer.init(np.zeros(1)), np.array([1.0]), np.zeros(1))[1]
    array([0.46211716])
    """

    gradient_of_k: Callable[[Any], Any]
    rho1: float = 0.9
    rho2: float = 0.99
    weight_decay: float = 0.0
    bias_correction: bool = False

    def __post_init__(self) -> None:
        if not callable(self.gradient_of_k):
            raise DomainError(
                "Hyperparameter 'gradient_of_k' must be a function from arrays to arrays, "
                f"not {quoted(self.gradient_of_k)}."
            )
        check_rate(self.rho1, "rho1")
        check_rate(self.rho2, "rho2")
        check_nonnegative(self.weight_decay, "weight_decay")
        check_flag(self.bias_correction, "bias_correction")

    def init(self, theta: Any) -> MomentumState:
        """Return the state before the first step."""
        return MomentumState(np.zeros_like(theta), 0)

    def update(self, state: MomentumState, gradient: Any, theta: Any) -> tuple[MomentumState, Any]:
        """Return the next state and the direction."""
        state, c = mixture(self, state, gradient)
        return state, -self.gradient_of_k(-c) + self.weight_decay * theta


def mixture(optimizer: Any, state: MomentumState, gradient: Any) -> tuple[MomentumState, Any]:
    """Return the next state and the mixture c of an optimizer with rho1, rho2, bias_correction."""
    c = average(optimizer.rho1, state.momentum, gradient)
    if optimizer.bias_correction:
        c = c / (1 - optimizer.rho1 * optimizer.rho2**state.count)
    return MomentumState(average(optimizer.rho2, state.momentum, gradient), state.count + 1), c
