"""Adam: an average of the gradient over the root of an average of its square, elementwise.

    m <- beta1 m + (1 - beta1) g,    v <- beta2 v + (1 - beta2) g^2,
    direction = mhat / sqrt(vhat + epsilon),    mhat = m/(1 - beta1^n),  vhat = v/(1 - beta2^n)

at the n-th step, n = 1, 2, ...  torch and optax have epsilon outside the root.

References
----------
[ADAM] Cattaneo, Klusowski & Shigida, On the Implicit Bias of Adam, arXiv:2309.00079.
[MEM] Cattaneo & Shigida, How Memory in Optimization Algorithms Implicitly Modifies the Loss,
arXiv:2502.02132.
"""

from __future__ import annotations

from dataclasses import dataclass

from polyfam.optimizers._adaptive import Adaptive
from polyfam.optimizers._rules import Nonnegative, Rate

__all__ = ["Adam"]


@dataclass(frozen=True)
class Adam(Adaptive):
    """Adam, with every convention a flag.

    Parameters
    ----------
    beta1, beta2 : float
        Memories of the two averages, in [0, 1).
    epsilon : float
        At least 0.
    epsilon_inside : bool
        Whether epsilon stands inside the root.
    bias_correction : bool
        Whether to divide the averages by their total weights.

    Examples
    --------
    >>> import numpy as np
    >>> optimizer = Adam(epsilon=0.0)
    >>> state, direction = optimizer.update(optimizer.init(np.zeros(2)), np.array([4.0, -1e-9]), 0)
    >>> direction
    array([ 1., -1.])
    """

    names = ("adam",)
    weight_decay = 0.0

    beta1: Rate = 0.9
    beta2: Rate = 0.999
    epsilon: Nonnegative = 1e-8
    epsilon_inside: bool = True
    bias_correction: bool = True
