r"""Bounds known before anything is computed: of the terms of the field, and of what they leave out.

Suppose that |D^(k+1) L| <= G l^k everywhere, for k = 0, 1, 2, ..., and put q = h G l/(1 - b)^2.
As the polynomials of trees have nonnegative coefficients,

    |h^(n-1) g_(n-1)| <= G (h G l)^(n-1)/(1 - b)^(2n-1) * n A_n(b)/n!,

A_n the labelled sum, with equality for L = exp; and n A_n(1)/n! <= n n!/4 for n >= 2.  So the terms
fall at first and grow in the end, like n! q^n, however small h is.  What R terms leave out is at
most, for R q <= 1 and h G l < (1 - sqrt b)^2,

    |g - g^R| <= 8 G (R q)^R/((1 - b)(1 - sqrt b)),

and with R = floor(1/(e q)) terms it is exponentially small in 1/h,

    |g - g^R| <= 8 G/((1 - b)(1 - sqrt b)) exp(1 - (1 - b)^2/(e h G l)).

The proofs are under "Certificates" in the documentation.
"""

from __future__ import annotations

from fractions import Fraction
from math import e, factorial, floor, inf, sqrt

from polyfam._checked import checked
from polyfam._checks import check_step_size, integer
from polyfam.family.named import labelled_sum_row
from polyfam.optimizers._rules import check_rate

__all__ = ["best_order", "term_bounds", "truncation_bound"]


@checked
def term_bounds(
    step_size: float, momentum: float, terms: int, *, gradient_bound: float, rate: float
) -> list[float]:
    """Return bounds of the sizes of the first terms of the field.

    Parameters
    ----------
    step_size, momentum : float
        h and b.
    terms : int
        How many, at most 100: the coefficients of later ones take minutes.
    gradient_bound, rate : float
        G and l: the norm of D^(k+1) L is at most G l^k, for k below the number of terms.

    Returns
    -------
    list of float
        To a relative error of 1e-14.

    Examples
    --------
    For L = exp at 0, G = l = 1, these are the terms.

    >>> [round(b, 4) for b in term_bounds(0.01, 0.5, 4, gradient_bound=1.0, rate=1.0)]
    [2.0, 0.04, 0.0036, 0.0005]
    """
    q = _check(step_size, momentum, gradient_bound, rate)
    b, bounds = Fraction(momentum), []
    for n in range(1, integer(terms, "terms", minimum=1, maximum=100) + 1):
        row = labelled_sum_row(n)
        first = 0 if n == 1 else 1  # rows of trees with an edge begin with the first power
        total = sum(c * b**i for i, c in enumerate(row, first))
        scaled = float(total * n / factorial(n))
        bounds.append(gradient_bound / (1 - momentum) * q ** (n - 1) * scaled)
    return bounds


@checked
def truncation_bound(
    step_size: float, momentum: float, order: int, *, gradient_bound: float, rate: float
) -> float:
    """Return how far R terms can be from the field; infinite where the theorem says nothing.

    Parameters
    ----------
    step_size, momentum : float
        h and b.
    order : int
        R, the number of terms.
    gradient_bound, rate : float
        G and l: the norm of D^(k+1) L is at most G l^k, for all k >= 0.

    Returns
    -------
    float

    Examples
    --------
    >>> round(truncation_bound(0.001, 0.5, 5, gradient_bound=1.0, rate=1.0), 9)
    1.75e-07
    """
    q = _check(step_size, momentum, gradient_bound, rate)
    order = integer(order, "order", minimum=1)
    if order * q > 1 or step_size * gradient_bound * rate >= (1 - sqrt(momentum)) ** 2:
        return inf
    return 8 * gradient_bound * (order * q) ** order / ((1 - momentum) * (1 - sqrt(momentum)))


@checked
def best_order(
    step_size: float, momentum: float, *, gradient_bound: float, rate: float
) -> tuple[int, float]:
    """Return the number of terms with the smallest bound, and the bound.

    Parameters
    ----------
    step_size, momentum, gradient_bound, rate : float
        As in `truncation_bound`.

    Returns
    -------
    order : int
    bound : float

    Examples
    --------
    >>> order, bound = best_order(0.001, 0.5, gradient_bound=1.0, rate=1.0)
    >>> order, bound < 1e-37
    (92, True)
    """
    q = _check(step_size, momentum, gradient_bound, rate)
    order = max(1, floor(1 / (e * q)))
    candidates = (order, order + 1)
    settings = {"gradient_bound": gradient_bound, "rate": rate}
    return min(
        ((r, truncation_bound(step_size, momentum, r, **settings)) for r in candidates),
        key=lambda pair: pair[1],
    )


def _check(step_size: float, momentum: float, gradient_bound: float, rate: float) -> float:
    """Return q = h G l/(1 - b)^2 after a look at the numbers."""
    check_step_size(step_size)
    check_step_size(gradient_bound, "gradient_bound")
    check_step_size(rate, "rate")
    check_rate(momentum, "momentum")
    return step_size * gradient_bound * rate / (1 - momentum) ** 2
