r"""The weights w_0, ..., w_n of past gradients in a sum, by their lags, in two numbers.

To first order in the step size the sum of w_k grad L(theta_{n-k}) is displaced by H times

    sum_{k=1..n} w_k X_k = sum_{k=1..n} T_k F^(n-k),      X_k = F^(n-k) + ... + F^(n-1),

with the tails T_k = w_k + ... + w_n.  If all F^(s) are equal it is the age, the sum of k w_k, times
F.  Where they differ, only through a number c_s > 0 that each carries, a few Gauss nodes in log c
do for all of them: however many steps there were, the tensors are passed over some ten times.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from polyfam.typing import Array

__all__ = ["Lags", "compressed", "exponential"]


@dataclass(frozen=True, eq=False)
class Lags:
    """What a sum of past gradients contributes to first order.

    Parameters
    ----------
    age : float
        The sum of k w_k.
    weights : callable or None
        Returns w_0, ..., w_n, which are many and seldom needed; None in the stationary limit.
    """

    age: float
    weights: Callable[[], Array] | None = None

    @classmethod
    def of(cls, weights: Array) -> Lags:
        """Return the lags of w_0, ..., w_n.

        Examples
        --------
        >>> Lags.of(np.array([4.0, 2.0, 1.0])).age
        4.0
        """
        return cls(float(np.arange(len(weights)) @ weights), lambda: weights)

    @cached_property
    def tails(self) -> Array:
        """T_1, ..., T_n.

        Examples
        --------
        >>> Lags.of(np.array([4.0, 2.0, 1.0])).tails
        array([3., 1.])
        """
        return np.empty(0) if self.weights is None else np.cumsum(self.weights()[:0:-1])[::-1]


def exponential(beta: float, step: int | None) -> Array:
    """Return beta^0, ..., beta^n, and no weights that are lost in rounding.

    Examples
    --------
    >>> exponential(0.5, 2), len(exponential(0.5, 10**9))
    (array([1.  , 0.5 , 0.25]), 1075)
    """
    last = step or 0
    if 0 < beta < 1:
        last = min(last, int(-745.2 / np.log(beta)) - 1)
    return np.asarray(float(beta) ** np.arange(last + 1))


def compressed(nodes: Array, weights: Array, count: int) -> Iterator[tuple[Array, Array]]:
    """Yield Gauss rules with 1, 2, ... nodes, at most `count`, for a sum over many nodes.

    Parameters
    ----------
    nodes, weights : ndarray, shape (n,)
        Positive weights.
    count : int

    Yields
    ------
    nodes, weights : ndarray, shape (m,)
        By the procedure of Stieltjes: that of m nodes is exact for polynomials of degree below 2 m.

    Examples
    --------
    >>> *_, (x, w) = compressed(np.linspace(-1, 1, 1000), np.full(1000, 2 / 1000), 10)
    >>> bool(abs(w @ np.exp(x) - np.exp(np.linspace(-1, 1, 1000)).mean() * 2) < 1e-14)
    True
    """
    kept = weights > weights.max(initial=0.0) * 1e-300
    nodes, weights = nodes[kept], weights[kept]
    total = weights.sum()
    previous, current = np.zeros_like(nodes), np.sqrt(weights / total)
    diagonal, beside = np.zeros(count), np.zeros(count + 1)
    for k in range(min(count, len(nodes))):
        following = nodes * current - beside[k] * previous
        diagonal[k] = current @ following
        following -= diagonal[k] * current
        off = beside[1 : k + 1]
        matrix = np.diag(diagonal[: k + 1]) + np.diag(off, 1) + np.diag(off, -1)
        values, vectors = np.linalg.eigh(matrix)
        yield values, total * vectors[0] ** 2
        beside[k + 1] = np.sqrt(following @ following)
        if beside[k + 1] <= 1e-14 * np.abs(nodes).max():
            break
        previous, current = current, following / beside[k + 1]
