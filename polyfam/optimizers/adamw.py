"""AdamW: Adam with decoupled weight decay, direction = Adam's direction + lambda theta.

Here and in every other optimizer the decay is h lambda theta a step, as in torch and optax.

References
----------
[MEM] Cattaneo & Shigida, How Memory in Optimization Algorithms Implicitly Modifies the Loss,
arXiv:2502.02132.
"""

from __future__ import annotations

from dataclasses import dataclass

from polyfam.optimizers._adaptive import Adaptive
from polyfam.optimizers._rules import Nonnegative, Rate

__all__ = ["AdamW"]


@dataclass(frozen=True)
class AdamW(Adaptive):
    """Adam with decoupled weight decay.

    Parameters
    ----------
    beta1, beta2 : float
        The memories of the mean and of the square, in [0, 1).
    epsilon : float
        At least 0.
    epsilon_inside : bool, default True
        Whether epsilon is added to the mean square or to its root.
    bias_correction : bool, default True
        Whether the averages are divided by 1 - beta^(n+1).
    weight_decay : float
        The factor lambda, at least 0.

    Examples
    --------
    >>> import numpy as np
    >>> optimizer = AdamW(epsilon=0.0, weight_decay=0.5)
    >>> theta = np.array([3.0])
    >>> optimizer.update(optimizer.init(theta), np.array([4.0]), theta)[1]
    array([2.5])
    """

    names = ("adamw",)

    beta1: Rate = 0.9
    beta2: Rate = 0.999
    epsilon: Nonnegative = 1e-8
    epsilon_inside: bool = True
    bias_correction: bool = True
    weight_decay: Nonnegative = 0.01
