"""The weights of past gradients in a sum, and the sums over them that the first order asks for.

With weights w_0, ..., w_n at step n and the directions F^(0), ..., F^(n) at a constant gradient,

    sum_{k=1..n} w_k (F^(n-k) + ... + F^(n-1))

counts each F^(s) with the weight of all gradients up to step s.  Where the F^(s) are all equal it
is F times the sum of k w_k, the *age*.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from polyfam.typing import Array

__all__ = ["FirstOrder", "Product", "Weights", "accumulated", "exponential", "signed", "verdict"]

#: From v to the Hessian times v.
Product = Callable[[Any], Any]


class FirstOrder(NamedTuple):
    """The direction F and the correction M of theta <- theta - h (F + h M).

    Parameters
    ----------
    direction, correction : ndarray, shape (..., d)

    Examples
    --------
    >>> FirstOrder(np.array([2.0]), np.array([4.0])).correction
    array([4.])
    """

    direction: Array
    correction: Array


class Weights(NamedTuple):
    """The weights of a sum over past gradients at step n, or in the limit.

    Attributes
    ----------
    totals : ndarray
        The totals at steps 0, ..., n; in the limit, one number.
    age : float
        The sum of k w_k at step n.
    newest : ndarray, shape (n + 1,), or None
        w_0, ..., w_n, the newest gradient first; None in the limit.
    """

    totals: Array
    age: float
    newest: Array | None = None

    @classmethod
    def at_step(cls, newest: Array, totals: Array) -> Weights:
        """Return the weights w_0, ..., w_n with the totals of all steps."""
        return cls(totals, float(np.arange(len(newest)) @ newest), newest)

    @property
    def total(self) -> float:
        """The total at the last step."""
        return float(self.totals[-1])

    @property
    def steady(self) -> bool:
        """Whether all totals are equal, so that a constant gradient always counts the same."""
        return bool((self.totals == self.totals[-1]).all())


def exponential(beta: float, step: int | None, corrected: bool) -> Weights:
    """Return (1 - beta) beta^k, divided by their sum for bias correction.

    Examples
    --------
    >>> exponential(0.5, 2, corrected=False).newest
    array([0.5  , 0.25 , 0.125])
    >>> exponential(0.5, None, corrected=True).age
    1.0
    """
    if step is None:
        return Weights(np.ones(1), beta / (1 - beta))
    plain = (1 - beta) * beta ** np.arange(step + 1)
    if corrected:
        return Weights.at_step(plain / plain.sum(), np.ones(step + 1))
    return Weights.at_step(plain, np.cumsum(plain))


def accumulated(weights: Sequence[Array], directions: Iterable[Array]) -> tuple[list[Any], Array]:
    """Return the sum of the first lines for each list of weights, and F^(n), by running sums.

    Parameters
    ----------
    weights : sequence of ndarray, shape (n + 1,)
    directions : iterable
        F^(0), ..., F^(n), looked at one at a time.

    Examples
    --------
    >>> accumulated([np.array([1.0, 0.5, 0.25])], iter([1.0, 1.5, 1.75]))  # 0.25 + 0.75 * 1.5
    ([np.float64(1.375)], 1.75)
    """
    tails = [np.cumsum(w[::-1]) for w in weights]  # w_n, w_n + w_(n-1), ...
    sums: list[Any] = [0.0] * len(weights)
    last: Any = None
    for s, following in enumerate(directions):
        if s:
            sums = [total + tail[s - 1] * last for total, tail in zip(sums, tails, strict=True)]
        last = following
    return sums, last


def verdict(weight: float, what: str, reason: str = "") -> tuple[str, str]:
    """Return the fact that something is penalised or not."""
    word = "not touched" if weight == 0 else "penalised" if weight > 0 else "anti-penalised"
    return "verdict", f"{what} is {word}{reason}"


def signed(x: float) -> str:
    """Return a number after its sign."""
    return f"{'-' if x < 0 else '+'} {abs(x):.4g}"
