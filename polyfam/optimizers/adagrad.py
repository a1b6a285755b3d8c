"""AdaGrad: v <- v + g^2, direction = g / sqrt(v + epsilon), elementwise.

Its memory never fades: there is a memoryless update at every finite step and no stationary one.

References
----------
[DHS11] Duchi, Hazan & Singer, Adaptive Subgradient Methods, JMLR 12 (2011).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from polyfam.optimizers._rules import Nonnegative, Rule, root
from polyfam.optimizers._weights import verdict
from polyfam.optimizers.rmsprop import RMSPropState

__all__ = ["AdaGrad"]


@dataclass(frozen=True)
class AdaGrad(Rule):
    """Gradients divided by the root of the sum of their squares.

    Parameters
    ----------
    epsilon : float
        At least 0.
    epsilon_inside : bool
        Whether epsilon stands inside the root, as in optax; torch has it outside.
    initial_square : float
        Where the sum starts, at least 0: 0 in torch and 0.1 in optax, by default.

    Examples
    --------
    >>> optimizer = AdaGrad(epsilon=0.0, initial_square=9.0)
    >>> optimizer.update(optimizer.init(np.zeros(1)), np.array([4.0]), np.zeros(1))
    (RMSPropState(square=array([25.]), count=1), array([0.8]))
    """

    names = ("adagrad",)

    epsilon: Nonnegative = 1e-8
    epsilon_inside: bool = True
    initial_square: Nonnegative = 0.0

    def init(self, theta: Any) -> RMSPropState:
        """Return the state before the first step."""
        return RMSPropState(np.zeros_like(theta) + self.initial_square, 0)

    def update(self, state: RMSPropState, gradient: Any, theta: Any) -> tuple[RMSPropState, Any]:
        """Return the next state and the direction."""
        square = state.square + gradient * gradient
        direction = gradient / root(square, self.epsilon, self.epsilon_inside)
        return RMSPropState(square, state.count + 1), direction

    def facts(self, step_size: float, ages: Callable[..., Any]) -> list[tuple[str, str]]:
        """Return what there is to say, with numbers found by running the optimizer."""
        counts = [9, 99]
        pairs = [ages(AdaGrad(epsilon=0.0), [1.0], n) for n in counts]
        kappas = [(weight / scale).item() for scale, weight in pairs]
        seen = ", ".join(f"{k:.4g} at n = {n}" for k, n in zip(kappas, counts, strict=True))
        more = ", more and more, while the step h/sqrt(n + 1) shrinks"
        return [
            ("update", "v <- v + g^2, direction g/root(v)"),
            ("no memory", "F = g/sqrt((n + 1) g^2 + eps) at step n: it never becomes stationary"),
            ("eps -> 0", f"modified loss L + h kappa_n |g|_1, kappa_n = {seen}"),
            ("growth", "kappa_n = -(sqrt(1) + ... + sqrt(n))/(n + 1), about -2/3 sqrt(n)"),
            verdict(kappas[-1], "|g|_1", more),
        ]
