"""Signum: the sign of the averaged heavy ball, m <- beta m + (1 - beta) g, direction = sign(m).

It is Lion with beta1 = beta2 = beta.

References
----------
[BWAA18] Bernstein, Wang, Azizzadenesheli & Anandkumar, signSGD, ICML (2018).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from polyfam.optimizers._mixture import Mixture, sign_slope
from polyfam.optimizers._rules import (
    MomentumState,
    average,
    check_flag,
    check_nonnegative,
    check_rate,
    smooth_sign,
    weight,
)

__all__ = ["Signum"]


@dataclass(frozen=True)
class Signum(Mixture):
    """The sign of the momentum, hard or smooth.

    Parameters
    ----------
    beta : float
        Memory of the average, in [0, 1).
    epsilon : float
        Smoothing of the sign, at least 0; 0 is the sign itself.
    weight_decay : float
        The factor lambda, at least 0.
    bias_correction : bool
        Whether to divide the average by its total weight, which a hard sign does not notice.

    Examples
    --------
    >>> import numpy as np
    >>> optimizer = Signum(beta=0.25, epsilon=16.0)
    >>> optimizer.update(optimizer.init(np.zeros(1)), np.array([4.0]), np.zeros(1))
    (MomentumState(momentum=array([3.]), count=1), array([0.6]))
    """

    names = ("signum",)
    words = ("m <- beta m + (1 - beta) g, c = m", "beta/(1 - beta)")

    beta: float = 0.9
    epsilon: float = 0.0
    weight_decay: float = 0.0
    bias_correction: bool = False

    def __post_init__(self) -> None:
        check_rate(self.beta, "beta")
        check_nonnegative(self.epsilon, "epsilon")
        check_nonnegative(self.weight_decay, "weight_decay")
        check_flag(self.bias_correction, "bias_correction")

    @property
    def betas(self) -> tuple[float, float]:
        """The same memory twice."""
        return self.beta, self.beta

    def turned(self, c: Any) -> Any:
        """Return the sign of c, hard or smooth."""
        return smooth_sign(c, self.epsilon)

    def slope(self, c: Any, vector: Any) -> Any:
        """Return the derivative of the sign at c along v."""
        return sign_slope(c, vector, self.epsilon)

    def update(self, state: MomentumState, gradient: Any, theta: Any) -> tuple[MomentumState, Any]:
        """Return the next state and the direction."""
        momentum = average(self.beta, state.momentum, gradient)
        count = state.count + 1
        mean = momentum / weight(self.beta, count) if self.bias_correction else momentum
        direction = smooth_sign(mean, self.epsilon) + self.weight_decay * theta
        return MomentumState(momentum, count), direction
