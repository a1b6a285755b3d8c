"""Lion: the sign of a mixture of the gradient and of its average.

    c = rho1 m + (1 - rho1) g,    direction = sign(c) + lambda theta,    m <- rho2 m + (1 - rho2) g

It is LionK with K = |x|_1.  The hard sign, epsilon = 0, runs; only the smooth sign
c/sqrt(c^2 + epsilon), LionK with the perturbed one-norm, has a memory that can be expanded.

References
----------
[MEM] Cattaneo & Shigida, How Memory in Optimization Algorithms Implicitly Modifies the Loss,
arXiv:2502.02132.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from polyfam.optimizers._rules import (
    check_flag,
    check_nonnegative,
    check_rate,
    smooth_sign,
)
from polyfam.optimizers.heavy_ball import MomentumState
from polyfam.optimizers.lionk import mixture

__all__ = ["Lion"]


@dataclass(frozen=True)
class Lion:
    """Lion, with a hard or a smooth sign.

    Parameters
    ----------
    rho1 : float
        Weight of the average in the mixture, in [0, 1).
    rho2 : float
        Memory of the average, in [0, 1).
    epsilon : float
        Smoothing of the sign, at least 0; 0 is the sign itself.
    weight_decay : float
        The factor lambda, at least 0.
    bias_correction : bool
        Whether to divide the mixture by its total weight.

    Examples
    --------
    >>> optimizer = Lion()
    >>> optimizer.update(optimizer.init(np.zeros(2)), np.array([4.0, -1e-9]), np.zeros(2))[1]
    array([ 1., -1.])
    """

    rho1: float = 0.9
    rho2: float = 0.99
    epsilon: float = 0.0
    weight_decay: float = 0.0
    bias_correction: bool = False

    def __post_init__(self) -> None:
        check_rate(self.rho1, "rho1")
        check_rate(self.rho2, "rho2")
        check_nonnegative(self.epsilon, "epsilon")
        check_nonnegative(self.weight_decay, "weight_decay")
        check_flag(self.bias_correction, "bias_correction")

    def init(self, theta: Any) -> MomentumState:
        """Return the state before the first step."""
        return MomentumState(np.zeros_like(theta), 0)

    def update(self, state: MomentumState, gradient: Any, theta: Any) -> tuple[MomentumState, Any]:
        """Return the next state and the direction."""
        state, c = mixture(self, state, gradient)
        return state, smooth_sign(c, self.epsilon) + self.weight_decay * theta
