r"""Where the past is sampled, and the matrices that sum over all of it exactly.

Let c_k(h) be the point k steps ago and G_k = grad L(c_k).  Heavy ball says

    c_k = c_0 + h sum_{i=1..k} v_i,      v_i = sum_{l>=0} beta^l G_{i+l},      g_h(c_0) = v_0.

In the stationary regime the coefficient of h^j in c_k and in G_k is a polynomial in k of degree at
most j.  So R values of k, the *nodes*, carry all that terms h^0, ..., h^(R-1) need, and the three
sums above are small matrices.  On binomial coefficients, with C(i, q) and q = m - p,

    sum_{l>=0} beta^l C(i + l, m) = sum_{p=0..m} beta^p/(1 - beta)^(p+1) C(i, q),
    sum_{i=1..k} C(i, q)          = C(k, q + 1) + C(k, q) - [q = 0],

which is exact, so that only the last rounding is felt: the matrices are computed with fractions,
whatever the momentum.  From rest, at step n, the labels are 0, ..., n and nothing is interpolated.

The nodes are k = s/(1 - beta) with s_i = (5/2) i^2/R, i = 0, ..., R-1: they spread like the nodes
of Gauss-Laguerre quadrature, as (1 - beta) beta^k is close to exp(-s) ds, and the weights hardly
cancel.  The terms of quadratic losses come out with a relative error below 3e-13 for R <= 24 and
beta <= 0.999, where s = 0, ..., R-1 loses seven digits more at R = 16 and integers k lose all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate
from math import log
from typing import Any

import numpy as np

from polyfam._checks import integer
from polyfam.errors import ResourceError

__all__ = [
    "PastNodes",
    "binomial_row",
    "is_stationary",
    "startup_nodes",
    "stationary_nodes",
    "times_inverse",
]

#: The most terms: R terms take R^2 gradients with all their derivatives.
MOST_TERMS = 24
#: The longest past from rest, in steps.
MOST_STEPS = 4096


@dataclass(frozen=True, eq=False)
class PastNodes:
    """Labels k_0 = 0 < k_1 < ... of the past with the matrices that act on values there.

    Parameters
    ----------
    labels : ndarray, shape (m,)
        Steps ago; not integers in general.
    weights : ndarray, shape (m,)
        G -> v_0 = sum_l beta^l G_l.
    averages : ndarray, shape (m, m)
        G -> v_k = sum_l beta^l G_(k+l).
    past : ndarray, shape (m, m)
        G -> sum_{i=1..k} v_i, which is (c_k - c_0)/h.
    slope : ndarray, shape (m,), or None
        G -> the derivative of the last at k = 0: the modified equation (stationary only).
    """

    labels: np.ndarray[Any, Any]
    weights: np.ndarray[Any, Any]
    averages: np.ndarray[Any, Any]
    past: np.ndarray[Any, Any]
    slope: np.ndarray[Any, Any] | None = None


@lru_cache(maxsize=64)
def stationary_nodes(momentum: float, terms: int) -> PastNodes:
    """Return the nodes for an infinite past, exact for polynomials of degree below `terms`.

    Parameters
    ----------
    momentum : float
        beta in [0, 1).
    terms : int
        R, at least 1.

    Raises
    ------
    ResourceError
        For more than 24 terms.

    Examples
    --------
    >>> nodes = stationary_nodes(0.5, 3)
    >>> nodes.labels.round(3)
    array([0.   , 1.667, 6.667])
    >>> nodes.weights @ nodes.labels  # sum of k/2^k
    np.float64(2.0)
    """
    terms = integer(terms, "order", minimum=1)
    if terms > MOST_TERMS:
        raise ResourceError(
            f"Order {terms} would take about {terms**2:,} gradients with {terms} derivatives each, "
            f"and {MOST_TERMS} is the limit: the series is asymptotic, order='auto' finds the best."
        )
    beta = Fraction(momentum)
    labels = [Fraction(5 * i * i, 2 * terms) / (1 - beta) for i in range(terms)]
    binomials = [binomial_row(k, terms + 1) for k in labels]
    geometric = [beta**p / (1 - beta) ** (p + 1) for p in range(terms)]

    def summed(rows: Sequence[Sequence[Fraction]]) -> list[list[Fraction]]:
        """Return rows of functionals of C(., q) after the sum with beta^l."""
        return [
            [sum(geometric[m - q] * row[q] for q in range(m + 1)) for m in range(terms)]
            for row in rows
        ]

    def partial(row: Sequence[Fraction]) -> list[Fraction]:
        """Return sum_{i=1..k} C(i, q) for all q from the binomials of k."""
        return [row[q + 1] + row[q] - (q == 0) for q in range(terms)]

    # (d/dk) C(k, q) at k = 0 is (-1)^(q-1)/q
    derivatives = [Fraction(0), *(Fraction((-1) ** (q - 1), q) for q in range(1, terms + 1))]
    slopes = [derivatives[q + 1] + derivatives[q] for q in range(terms)]
    functionals = summed([*binomials, *map(partial, binomials), slopes])
    matrix = times_inverse(functionals, [row[:terms] for row in binomials])
    return PastNodes(
        np.array(labels, float), matrix[0], matrix[:terms], matrix[terms:-1], matrix[-1]
    )


def binomial_row(k: Fraction, count: int) -> list[Fraction]:
    """Return C(k, 0), ..., C(k, count - 1).

    Examples
    --------
    >>> binomial_row(Fraction(1, 2), 3)
    [Fraction(1, 1), Fraction(1, 2), Fraction(-1, 8)]
    """
    return list(accumulate(range(1, count), lambda c, q: c * (k - q + 1) / q, initial=Fraction(1)))


def times_inverse(rows: list[list[Fraction]], square: list[list[Fraction]]) -> np.ndarray[Any, Any]:
    """Return ``rows @ inverse(square)`` by exact elimination of columns, rounded at the end.

    Examples
    --------
    >>> times_inverse([[Fraction(1), Fraction(0)]], [[Fraction(2), Fraction(1)],
    ...                                              [Fraction(0), Fraction(4)]])
    array([[ 0.5  , -0.125]])
    """
    columns = [list(column) for column in zip(*square, *rows, strict=True)]
    for pivot, column in enumerate(columns):
        scale = column[pivot]
        columns[pivot] = column = [value / scale for value in column]
        for other, target in enumerate(columns):
            factor = target[pivot]
            if other != pivot and factor:
                columns[other] = [a - factor * b for a, b in zip(target, column, strict=True)]
    return np.array([column[len(square) :] for column in columns], float).T.copy()


@lru_cache(maxsize=64)
def startup_nodes(momentum: float, step: int) -> PastNodes:
    """Return the labels 0, ..., n of the past at step n, for a start from rest.

    Parameters
    ----------
    momentum : float
        beta in [0, 1).
    step : int
        n, at least 0.

    Raises
    ------
    ResourceError
        Beyond 4096 steps; the stationary coefficients are closer than rounding long before,
        unless the momentum exceeds 0.99.

    Examples
    --------
    >>> startup_nodes(0.5, 2).past @ np.ones(3)  # 1 + 1/2, and 1 more
    array([0. , 1.5, 2.5])
    """
    n = integer(step, "step", minimum=0)
    if n > MOST_STEPS:
        raise ResourceError(
            f"Step {n:,} from rest would take {n + 1:,} gradients a term, and {MOST_STEPS:,} steps "
            "are the limit; step=None is the limit of infinitely many."
        )
    labels = np.arange(n + 1)
    averages = np.triu(float(momentum) ** np.maximum(labels - labels[:, None], 0))
    past = np.cumsum(averages, axis=0) - averages[0]
    return PastNodes(labels.astype(float), averages[0], averages, past)


def is_stationary(momentum: float, step: int, terms: int) -> bool:
    """Say whether the terms at step n from rest equal the stationary ones to rounding.

    Labels beyond n are missed with weights of about beta^n (n (1 - beta))^(2R).

    Parameters
    ----------
    momentum : float
        beta in [0, 1).
    step, terms : int
        n and R.

    Examples
    --------
    >>> [is_stationary(0.9, n, terms=3) for n in (100, 1000)]
    [False, True]
    """
    if momentum == 0:
        return True
    scale = max(step * (1 - momentum), 1.0)
    return step * log(momentum) + 2 * terms * log(scale) < log(1e-17)
