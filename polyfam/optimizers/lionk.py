"""LionK: a convex function K turns a mixture of the gradient and of its average into a direction.

    c = beta1 m + (1 - beta1) g,    m <- beta2 m + (1 - beta2) g,
    direction = -grad K(-c) + lambda theta.

m is the average *before* it takes in the new gradient.  K = |x|_1 gives Lion, and with
beta1 = beta2 signum; K = |x|^2/2 with beta1 = beta2 gives the averaged heavy ball.  With bias
correction c is divided by 1 - beta1 beta2^n after n earlier gradients, their total weight.

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
from polyfam.errors import ArgumentTypeError
from polyfam.losses.arithmetic.taylor import Taylor
from polyfam.optimizers._mixture import Mixture
from polyfam.optimizers._rules import Nonnegative, Rate

__all__ = ["LionK"]


@dataclass(frozen=True)
class LionK(Mixture):
    """Lion for a convex function K, given by its gradient.

    Parameters
    ----------
    gradient_of_k : callable
        The gradient of K in numpy, array to array; smooth for an expansion of the memory.
    beta1 : float
        Weight of the average in the mixture, in [0, 1).
    beta2 : float
        Memory of the average, in [0, 1).
    weight_decay : float
        The factor lambda, at least 0.
    bias_correction : bool
        Whether to divide the mixture by its total weight.

    Examples
    --------
    >>> optimizer = LionK(np.tanh, beta1=0.5)
    >>> optimizer.update(optimizer.init(np.zeros(1)), np.array([1.0]), np.zeros(1))[1]
    array([0.46211716])
    """

    names = ("lionk",)
    epsilon = 0.0

    gradient_of_k: Callable[[Any], Any]
    beta1: Rate = 0.9
    beta2: Rate = 0.99
    weight_decay: Nonnegative = 0.0
    bias_correction: bool = False

    def __post_init__(self) -> None:
        if not callable(self.gradient_of_k):
            raise ArgumentTypeError(
                "Hyperparameter 'gradient_of_k' must be a function from arrays to arrays, "
                f"not {quoted(self.gradient_of_k)}."
            )
        super().__post_init__()

    @property
    def elementwise(self) -> bool:  # type: ignore[override]
        """Whether grad K is known not to mix coordinates: a ufunc of numpy does not."""
        return isinstance(self.gradient_of_k, np.ufunc)

    def turned(self, c: Any) -> Any:
        """Return -grad K(-c)."""
        return -self.gradient_of_k(-c)

    def slope(self, c: Any, vector: Any) -> Any:
        """Return Hess K(-c) v, the derivative of grad K along v."""
        return self.gradient_of_k(Taylor.line(-c, vector, terms=2)).coefficients[1]

    def facts(self, step_size: float, ages: Callable[..., Any]) -> list[tuple[str, str]]:
        """Return what there is to say: of K only that it is convex."""
        (update, weight), decay, age = self.words, self.weight_decay, self.means(None).age
        theta = " + lam theta" if decay else ""
        slope = "(grad[K(-g)] + lam H theta)" if decay else "grad[K(-g)]"
        return [
            ("update", f"{update}, direction -grad K(-c){theta}"),
            ("no memory", f"F = -grad K(-g){theta}"),
            ("correction", f"M = w Hess K(-g) {slope}, w = {weight} = {age:.4g}"),
            ("verdict", "K(-g) is penalised, but for where Hess K = 0"),
            ("gradient?", "where Hess K is constant, as for K = |x|^2/2: L + h w |g|^2/2"),
        ]
