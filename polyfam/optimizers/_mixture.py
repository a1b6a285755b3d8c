"""Directions that are a function of a mixture of gradients: Lion, LionK, signum.

    c = sum_k w_k g_{n-k},    w_0 = 1 - beta1,    w_k = beta1 (1 - beta2) beta2^(k-1),

divided by 1 - beta1 beta2^n for bias correction, and direction = f(c) + lambda theta.  Then

    F = f(g) + lambda theta,      M = f'(g) H sum_{k=1..n} w_k (F^(n-k) + ... + F^(n-1)),

where the sum tends to beta1/(1 - beta2) F [MEM].

References
----------
[MEM] Cattaneo & Shigida, How Memory in Optimization Algorithms Implicitly Modifies the Loss,
arXiv:2502.02132.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from polyfam.losses.arithmetic.taylor import Taylor
from polyfam.optimizers._rules import MomentumState, Rule, average, smooth_sign
from polyfam.optimizers._weights import FirstOrder, Product, Weights, accumulated

__all__ = ["Mixture"]


class Mixture(Rule):
    """What Lion and its kin share; abstract."""

    #: The update and the weight beta1/(1 - beta2) as they are printed.
    words: ClassVar[tuple[str, str]] = (
        "c = beta1 m + (1 - beta1) g, m <- beta2 m + (1 - beta2) g",
        "beta1/(1 - beta2)",
    )

    beta1: Any
    beta2: Any
    epsilon: Any
    weight_decay: Any
    bias_correction: bool

    def turned(self, c: Any) -> Any:
        """Return f(c), by default the sign of c, hard or smooth."""
        return smooth_sign(c, self.epsilon)

    def slope(self, c: Any, vector: Any) -> Any:
        """Return f'(c) v."""
        if not self.epsilon:
            smooth_sign(Taylor.line(c, vector, terms=2), 0.0)  # says why there is none
        return self.epsilon / np.sqrt(c * c + self.epsilon) ** 3 * vector

    def means(self, step: int | None) -> Weights:
        """Return the weights of the mixture at step n, or in the limit."""
        beta1, beta2 = self.beta1, self.beta2
        if step is None:
            return Weights(np.ones(1), beta1 / (1 - beta2))
        newest = np.append(1 - beta1, beta1 * (1 - beta2) * beta2 ** np.arange(step))
        if self.bias_correction:
            return Weights.at_step(newest / newest.sum(), np.ones(step + 1))
        return Weights.at_step(newest, 1 - beta1 * beta2 ** np.arange(step + 1))

    def init(self, theta: Any) -> MomentumState:
        """Return the state before the first step."""
        return MomentumState(np.zeros_like(theta), 0)

    def update(self, state: MomentumState, gradient: Any, theta: Any) -> tuple[MomentumState, Any]:
        """Return the next state and the direction."""
        beta1, beta2 = self.beta1, self.beta2
        # m is the average before it takes in the new gradient
        c = average(beta1, state.momentum, gradient)
        if self.bias_correction:
            c = c / (1 - beta1 * beta2**state.count)
        state = MomentumState(average(beta2, state.momentum, gradient), state.count + 1)
        return state, self.turned(c) + self.weight_decay * theta

    def first_order(
        self, gradient: Any, theta: Any, product: Product, step: int | None
    ) -> FirstOrder:
        """Return F and M from g, the point, and products with the Hessian."""
        means, decay = self.means(step), self.weight_decay * theta
        if means.steady:
            direction = self.turned(means.total * gradient) + decay
            moved = means.age * product(direction)
        else:
            directions = (self.turned(total * gradient) + decay for total in means.totals)
            (total,), direction = accumulated([np.asarray(means.newest)], directions)
            moved = product(total + 0 * direction)
        return FirstOrder(direction, self.slope(means.total * gradient, moved))

    def facts(self, step_size: float, ages: Callable[..., Any]) -> list[tuple[str, str]]:
        """Return what there is to say."""
        (update, weight), decay, age = self.words, self.weight_decay, self.means(None).age
        theta = " + lam theta" if decay else ""
        slope = "(grad |g|_{1,eps} + lam H theta)" if decay else "grad |g|_{1,eps}"
        large = f"|g|^2 is penalised: L + h w |g|^2/(2 sqrt(eps)), h w = {step_size * age:.4g}"
        return [
            ("update", f"{update}, direction sign(c){theta}"),
            ("no memory", f"F = g/R{theta}, R = sqrt(g^2 + eps) for a smooth sign"),
            ("correction", f"M = w eps/R^3 * {slope}, w = {weight} = {age:.4g}"),
            ("eps -> 0", "M = 0: no term |g|_1, unlike AdamW, since a sign does not see sizes"),
            ("verdict", "|g|_1 is not touched where |g_i| is much larger than sqrt(eps)"),
            ("eps large", large),
            ("gradient?", "in the two limits; between them the factor differs among coordinates"),
        ]
