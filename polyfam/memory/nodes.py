r"""Where the past is sampled, and the matrices that act on polynomials in the lag exactly.

Let c_k(h) be the point k steps ago.  In the stationary regime the coefficient of h^m in it, and in
every quantity k steps ago, is a polynomial in k of degree at most m.  So R values of k, the
*nodes*, carry all that terms h^0, ..., h^(R-1) need, and on values there act small matrices,

    shift      p -> p(k + 1)                C(k + 1, m) = C(k, m) + C(k, m - 1),
    sums       p -> p(1) + ... + p(k)       C(k, m + 1) + C(k, m) - [m = 0],
    averages   p -> sum_l w_l p(k + l)      sum_r W_r C(k, m - r),  W_r = sum_l C(l, r) w_l,

on binomial coefficients C(., m), with the *moments* W_r of the weights of a linear memory,
beta^r/(1 - beta)^(r+1) for heavy ball.  The matrices are computed with fractions, so that only the
last rounding is felt.  From rest, at step n, the labels are 0, ..., n and nothing is interpolated.

The nodes are k = s T with s_i = (5/2) i^2/R, i = 0, ..., R-1, and T the time scale 1/(1 - beta) of
the slowest memory: they spread like the nodes of Gauss-Laguerre quadrature, as (1 - beta) beta^k is
close to exp(-s) ds, and the weights hardly cancel.  The terms of quadratic losses come out with a
relative error below 3e-13 for R <= 24 and beta <= 0.999, where s = 0, ..., R-1 loses seven digits
more at R = 16 and integers k lose all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate
from math import log
from typing import NamedTuple

import numpy as np

from polyfam._checks import integer, shown
from polyfam.errors import ResourceError
from polyfam.typing import Array

__all__ = [
    "MOST_TERMS",
    "Lags",
    "PastNodes",
    "is_stationary",
    "lags",
    "moments",
    "startup_nodes",
    "stationary_nodes",
]

#: The most terms: R terms take R^2 gradients with all their derivatives.
MOST_TERMS = 24
#: The longest past from rest, in steps, and the longest whose weights are only listed.
MOST_STEPS, MOST_WEIGHTS = 4096, 10_000_000


class Lags(NamedTuple):
    """Nodes and the matrices on values there; `sums` is right for degrees up to R - 2."""

    nodes: Array
    shift: Array
    sums: Array


@dataclass(frozen=True, eq=False)
class PastNodes:
    """Labels k_0 = 0 < k_1 < ... of the past with the matrices of a linear memory.

    Parameters
    ----------
    labels : ndarray, shape (m,)
        Steps ago; not integers in general.
    averages : ndarray, shape (m, m)
        G -> v_k = sum_l w_l G_(k+l), the direction k steps ago; the first row is that of now.
    past : ndarray, shape (m, m)
        G -> sum_{i=1..k} v_i, which is (c_k - c_0)/h.
    slope : ndarray, shape (m,), or None
        G -> the derivative of the last at k = 0: the modified equation (stationary only).
    """

    labels: Array
    averages: Array
    past: Array
    slope: Array | None = None

    @property
    def weights(self) -> Array:
        """G -> v_0, shape (m,)."""
        row: Array = self.averages[0]
        return row


def moments(first: Fraction, later: Fraction, fading: Fraction, count: int) -> list[Fraction]:
    """Return W_0, ..., W_(count-1) of w_0 = first, w_k = later fading^(k-1).

    Examples
    --------
    >>> moments(Fraction(1), Fraction(1, 2), Fraction(1, 2), 3)  # beta = 1/2
    [Fraction(2, 1), Fraction(2, 1), Fraction(2, 1)]
    """
    tail = later / (1 - fading)
    ratio = fading / (1 - fading)
    return [first + tail, *(tail / (1 - fading) * ratio ** (r - 1) for r in range(1, count))]


@lru_cache(maxsize=64)
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
    >>> nodes, shift, sums = lags(3, memory=2.0)
    >>> nodes.round(3), (shift @ nodes).round(3)
    (array([0.   , 1.667, 6.667]), array([1.   , 2.667, 7.667]))
    >>> np.allclose(sums @ nodes, nodes * (nodes + 1) / 2)
    True
    """
    scale = max(Fraction(memory).limit_denominator(4), Fraction(1))
    labels, rows = _labels(checked_terms(terms), scale)
    shifted = [
        [a + b for a, b in zip(row, [Fraction(0), *row], strict=False)][:terms] for row in rows
    ]
    matrix = times_inverse([*shifted, *map(_summed, rows)], [row[:terms] for row in rows])
    return Lags(np.array(labels, float), matrix[:terms], matrix[terms:])


def checked_terms(terms: int) -> int:
    """Return the number of terms, or refuse one that is too large."""
    terms = integer(terms, "order", minimum=1)
    if terms > MOST_TERMS:
        raise ResourceError(
            f"Order {_count(terms)} would take about {_count(terms**2)} gradients with as many "
            f"derivatives, and {MOST_TERMS} is the limit: the series is asymptotic, order='auto' "
            "finds the best."
        )
    return terms


def _labels(terms: int, scale: Fraction) -> tuple[list[Fraction], list[list[Fraction]]]:
    """Return the nodes, and C(k, 0), ..., C(k, R) at each."""
    labels = [Fraction(5 * i * i, 2 * terms) * scale for i in range(terms)]
    return labels, [binomial_row(k, terms + 1) for k in labels]


def _summed(row: Sequence[Fraction]) -> list[Fraction]:
    """Return sum_{i=1..k} C(i, m) for all m from the binomials of k."""
    return [row[m + 1] + row[m] - (m == 0) for m in range(len(row) - 1)]


@lru_cache(maxsize=64)
def stationary_nodes(weights: tuple[Fraction, ...], scale: Fraction) -> PastNodes:
    """Return the nodes for an infinite past, exact for polynomials of degree below R.

    Parameters
    ----------
    weights : tuple of Fraction
        The R moments W_0, ..., W_(R-1) of the memory.
    scale : Fraction
        T, in steps.

    Raises
    ------
    ResourceError
        For more than 24 terms.

    Examples
    --------
    >>> half = Fraction(1, 2)
    >>> nodes = stationary_nodes(tuple(moments(Fraction(1), half, half, 3)), Fraction(2))
    >>> nodes.labels.round(3)
    array([0.   , 1.667, 6.667])
    >>> nodes.weights @ nodes.labels  # sum of k/2^k
    np.float64(2.0)
    """
    terms = checked_terms(len(weights))
    labels, binomials = _labels(terms, scale)

    def averaged(row: Sequence[Fraction]) -> list[Fraction]:
        """Return the averages of all binomials, given by their values."""
        return [
            sum((weights[m - q] * row[q] for q in range(m + 1)), Fraction(0)) for m in range(terms)
        ]

    # (d/dk) C(k, q) at k = 0 is (-1)^(q-1)/q
    derivatives = [Fraction(0), *(Fraction((-1) ** (q - 1), q) for q in range(1, terms + 1))]
    slopes = [derivatives[q + 1] + derivatives[q] for q in range(terms)]
    functionals = [averaged(row) for row in (*binomials, *map(_summed, binomials), slopes)]
    matrix = times_inverse(functionals, [row[:terms] for row in binomials])
    return PastNodes(np.array(labels, float), matrix[:terms], matrix[terms:-1], matrix[-1])


def binomial_row(k: Fraction, count: int) -> list[Fraction]:
    """Return C(k, 0), ..., C(k, count - 1).

    Examples
    --------
    >>> binomial_row(Fraction(1, 2), 3)
    [Fraction(1, 1), Fraction(1, 2), Fraction(-1, 8)]
    """
    return list(accumulate(range(1, count), lambda c, q: c * (k - q + 1) / q, initial=Fraction(1)))


def times_inverse(rows: list[list[Fraction]], square: list[list[Fraction]]) -> Array:
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


def startup_nodes(weights: Sequence[float]) -> PastNodes:
    """Return the labels 0, ..., n of the past at step n, for a start from rest.

    Parameters
    ----------
    weights : sequence of float
        w_0, ..., w_n.

    Raises
    ------
    ResourceError
        Beyond 4096 steps; the stationary coefficients are closer than rounding long before,
        unless the momentum exceeds 0.99.

    Examples
    --------
    >>> startup_nodes([1.0, 0.5, 0.25]).past @ np.ones(3)  # 1 + 1/2, and 1 more
    array([0. , 1.5, 2.5])
    """
    n = len(weights) - 1
    check_steps(n)
    labels = np.arange(n + 1)
    averages = np.triu(np.asarray(weights, float)[np.maximum(labels - labels[:, None], 0)])
    past = np.cumsum(averages, axis=0) - averages[0]
    return PastNodes(labels.astype(float), averages, past)


def check_steps(step: int | None, most: int = MOST_STEPS) -> None:
    """Raise beyond the longest past from rest, by default one with a gradient for each step."""
    if step is not None and step > most:
        raise ResourceError(
            f"Step {_count(step)} from rest has a past of {_count(step + 1)} gradients, and "
            f"{most:,} steps are the limit; step=None is the limit of infinitely many."
        )


def _count(n: int) -> str:
    """Return an integer of any size as it is read."""
    return f"{n:,}" if n < 10**18 else shown(n)


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
    step = min(step, 1 << 62)  # larger integers are no floats
    scale = max(step * (1 - momentum), 1.0)
    return step * log(momentum) + 2 * terms * log(scale) < log(1e-17)
