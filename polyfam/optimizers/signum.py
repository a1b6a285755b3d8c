"""Signum: the sign of the averaged heavy ball, m <- beta m + (1 - beta) g, direction = sign(m).

It is Lion with beta1 = beta2 = beta.

References
----------
[BWAA18] Bernstein, Wang, Azizzadenesheli & Anandkumar, signSGD, ICML (2018).
"""

from __future__ import annotations

from dataclasses import dataclass

from polyfam.optimizers._mixture import Mixture
from polyfam.optimizers._rules import Nonnegative, Rate

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

    beta: Rate = 0.9
    epsilon: Nonnegative = 0.0
    weight_decay: Nonnegative = 0.0
    bias_correction: bool = False

    @property
    def beta1(self) -> Rate:
        """The weight of the average in the mixture."""
        return self.beta

    @property
    def beta2(self) -> Rate:
        """The memory of the average."""
        return self.beta
