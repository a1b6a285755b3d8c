"""Lion: the sign of a mixture of the gradient and of its average.

    c = beta1 m + (1 - beta1) g,    direction = sign(c) + lambda theta,
    m <- beta2 m + (1 - beta2) g

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

from polyfam.optimizers._mixture import Mixture, sign_slope
from polyfam.optimizers._rules import check_flag, check_nonnegative, check_rate, smooth_sign

__all__ = ["Lion"]


@dataclass(frozen=True)
class Lion(Mixture):
    """Lion, with a hard or a smooth sign.

    Parameters
    ----------
    beta1 : float
        Weight of the average in the mixture, in [0, 1).
    beta2 : float
        Memory of the average, in [0, 1).
    epsilon : float
        Smoothing of the sign, at least 0; 0 is the sign itself.
    weight_decay : float
        The factor lambda, at least 0.
    bias_correction : bool
        Whether to divide the mixture by its total weight.

    Examples
    --------
    >>> import numpy as np
    >>> optimizer = Lion()
    >>> optimizer.update(optimizer.init(np.zeros(2)), np.array([4.0, -1e-9]), np.zeros(2))[1]
    array([ 1., -1.])
    """

    names = ("lion",)

    beta1: float = 0.9
    beta2: float = 0.99
    epsilon: float = 0.0
    weight_decay: float = 0.0
    bias_correction: bool = False

    def __post_init__(self) -> None:
        check_rate(self.beta1, "beta1")
        check_rate(self.beta2, "beta2")
        check_nonnegative(self.epsilon, "epsilon")
        check_nonnegative(self.weight_decay, "weight_decay")
        check_flag(self.bias_correction, "bias_correction")

    @property
    def betas(self) -> tuple[float, float]:
        """The weight of the average in the mixture, and its memory."""
        return self.beta1, self.beta2

    def turned(self, c: Any) -> Any:
        """Return the sign of c, hard or smooth."""
        return smooth_sign(c, self.epsilon)

    def slope(self, c: Any, vector: Any) -> Any:
        """Return the derivative of the sign at c along v."""
        return sign_slope(c, vector, self.epsilon)
