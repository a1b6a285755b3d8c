"""Momentum with the gradient ahead of the point, in the form of Kovachki and Stuart [KS21].

    u_{n+1} = u_n + beta (u_n - u_{n-1}) - h grad L(u_n + a (u_n - u_{n-1})),    u_{-1} = u_0,

the heavy ball for a = 0 and Nesterov's method for a = beta.  An optimizer sees the gradient at its
own point, so this one lives at the point ahead, theta_n = u_n + a (u_n - u_{n-1}): with the
momentum m_n = (u_{n-1} - u_n)/h,

    m_{n+1} = beta m_n + grad L(theta_n),    theta_{n+1} = theta_n - h ((1 + a) m_{n+1} - a m_n).

The point itself is u_n = theta_n + a h m_n.  For a = beta the direction is grad L + beta m_{n+1},
PyTorch's form.

References
----------
[KS21] Kovachki & Stuart, Continuous Time Analysis of Momentum Methods, JMLR 22 (2021).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from polyfam.optimizers._linear import LinearMemory, Memory
from polyfam.optimizers._rules import MomentumState, Nonnegative, Rate

__all__ = ["LookAhead"]


@dataclass(frozen=True)
class LookAhead(LinearMemory):
    """Momentum with the gradient at the point ahead, written in the point ahead.

    Parameters
    ----------
    beta : float
        The momentum, in [0, 1).
    ahead : float, optional
        How many differences u_n - u_{n-1} to look ahead, at least 0; by default beta.

    Examples
    --------
    >>> import numpy as np
    >>> optimizer = LookAhead(0.5, ahead=2.0)
    >>> theta = np.array([1.0])
    >>> state, direction = optimizer.update(optimizer.init(theta), np.array([4.0]), theta)
    >>> direction
    array([12.])
    >>> optimizer.point(state, theta - 0.1 * direction, step_size=0.1)
    array([0.6])
    """

    names = ("look-ahead", "lookahead")
    words = (
        "m' = beta m + g, direction (1 + a) m' - a m, m <- m'",
        "1/(1 - beta)",
        "(beta - a (1 - beta))/(1 - beta)^2",
    )

    beta: Rate | Fraction = 0.9
    ahead: Nonnegative | Fraction | None = None

    def __post_init__(self) -> None:
        if self.ahead is None:
            object.__setattr__(self, "ahead", self.beta)
        super().__post_init__()

    @classmethod
    def memory_of(cls, beta: Any, ahead: Any) -> Memory:
        """Return w_0 = 1 + a, w_k = beta^(k-1) (beta - a (1 - beta))."""
        return Memory(1 + ahead, beta - ahead * (1 - beta), beta)

    def update(self, state: MomentumState, gradient: Any, theta: Any) -> tuple[MomentumState, Any]:
        """Return the next state and the direction."""
        momentum = float(self.beta) * state.momentum + gradient
        ahead = float(self.ahead or 0)
        direction = (1 + ahead) * momentum - ahead * state.momentum
        return MomentumState(momentum, state.count + 1), direction

    def point(self, state: MomentumState, theta: Any, step_size: float) -> Any:
        """Return u_n = theta_n + a h m_n, the point that theta_n looks ahead of."""
        return theta + float(self.ahead or 0) * step_size * state.momentum
