"""Quasi-hyperbolic momentum: m <- beta m + (1 - beta) grad L, direction = (1 - nu) grad L + nu m.

A constant gradient counts once.  For nu = 1 it is the averaged heavy ball, for nu = 0 gradient
descent, and for nu = beta Nesterov's momentum with step size (1 - beta) h.

References
----------
[MY19] Ma & Yarats, Quasi-hyperbolic momentum and Adam for deep learning, ICLR (2019).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from polyfam.optimizers._linear import LinearMemory, Memory
from polyfam.optimizers._rules import MomentumState, Nonnegative, Rate, average, check_rate

__all__ = ["QuasiHyperbolic"]


@dataclass(frozen=True)
class QuasiHyperbolic(LinearMemory):
    """A weighted mean of the gradient and of its exponential average.

    Parameters
    ----------
    beta : float
        Memory of the average, in [0, 1).
    nu : float
        Weight of the average, any number in [0, 1].

    Examples
    --------
    >>> import numpy as np
    >>> optimizer = QuasiHyperbolic(beta=0.5, nu=0.5)
    >>> optimizer.update(optimizer.init(np.zeros(1)), np.array([4.0]), np.zeros(1))
    (MomentumState(momentum=array([2.]), count=1), array([3.]))
    """

    names = ("qhm", "quasi-hyperbolic")
    words = (
        "m <- beta m + (1 - beta) g, direction (1 - nu) g + nu m",
        "1",
        "nu beta/(1 - beta)",
    )

    beta: Rate | Fraction = 0.999
    nu: Nonnegative | Fraction = 0.7

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.nu != 1:
            check_rate(self.nu, "nu")

    @classmethod
    def memory_of(cls, beta: Any, nu: Any) -> Memory:
        """Return w_k = [k=0] (1 - nu) + nu (1 - beta) beta^k."""
        return Memory(1 - nu * beta, nu * (1 - beta) * beta, beta)

    def update(self, state: MomentumState, gradient: Any, theta: Any) -> tuple[MomentumState, Any]:
        """Return the next state and the direction."""
        momentum = average(float(self.beta), state.momentum, gradient)
        nu = float(self.nu)
        direction = (1 - nu) * gradient + nu * momentum
        return MomentumState(momentum, state.count + 1), direction
