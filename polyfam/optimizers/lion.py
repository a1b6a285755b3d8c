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

from polyfam.optimizers._mixture import Mixture
from polyfam.optimizers._rules import Nonnegative, Rate

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

    beta1: Rate = 0.9
    beta2: Rate = 0.99
    epsilon: Nonnegative = 0.0
    weight_decay: Nonnegative = 0.0
    bias_correction: bool = False
