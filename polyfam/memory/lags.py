r"""Polynomials in the lag k, the number of steps ago, by their values at real nodes.

In the stationary regime the coefficient of h^m in any quantity k steps ago is a polynomial in k of
degree at most m.  R nodes k_0 = 0 < k_1 < ... carry all terms below h^R, and two matrices act on
values there,

    shift   p -> p(k + 1)                    C(k + 1, q) = C(k, q) + C(k, q - 1),
    past    p -> p(1) + p(2) + ... + p(k)    C(k, q + 1) + C(k, q) - [q = 0] on C(., q),

exact up to the last rounding.  The nodes are those of `polyfam.memory.nodes`, with the
time scale of the slowest memory.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from polyfam.memory.nodes import binomial_row, times_inverse

__all__ = ["Lags", "lags"]


class Lags(NamedTuple):
    """Nodes and the matrices on values there; `past` is right for degrees up to R - 2."""

    nodes: np.ndarray
    shift: np.ndarray
    past: np.ndarray


def lags(terms: int, memory: float) -> Lags:
    """Return the nodes for polynomials of degree below `terms`.

    Parameters
    ----------
    terms : int
        R, at least 1.
    memory : float
        The time scale 1/(1 - beta) of the slowest memory, in steps.

    Examples
    --------
    >>> nodes, shift, past = lags(3, memory=2.0)
    >>> nodes.round(3), (shift @ nodes).round(3)
    (array([0.   , 1.667, 6.667]), array([1.   , 2.667, 7.667]))
    >>> np.allclose(past @ nodes, nodes * (nodes + 1) / 2)
    True
    """
    return _lags(terms, Fraction(memory).limit_denominator(4))


@lru_cache(maxsize=64)
def _lags(terms: int, memory: Fraction) -> Lags:
    """Compute the matrices with fractions."""
    nodes = [Fraction(5 * i * i, 2 * terms) * max(memory, 1) for i in range(terms)]
    rows = [binomial_row(k, terms + 1) for k in nodes]
    shifted = [[a + b for a, b in zip(row, [0, *row], strict=False)][:terms] for row in rows]
    summed = [[row[q + 1] + row[q] - (q == 0) for q in range(terms)] for row in rows]
    matrix = times_inverse([*shifted, *summed], [row[:terms] for row in rows])
    return Lags(np.array(nodes, float), matrix[:terms], matrix[terms:])
