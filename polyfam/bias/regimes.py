r"""When Adam penalises the norm of the gradient, and when it does the opposite.

The first-order correction of the flow of Adam, epsilon inside the root, is

    h/2 b(g)/R * grad |g|_{1,epsilon},    b(g) = A - B + B epsilon/(g^2 + epsilon) = A - B g^2/R^2,
    A = (1 + beta1)/(1 - beta1),      B = (1 + beta2)/(1 - beta2),      R = sqrt(g^2 + epsilon),

elementwise, with beta1 and beta2 the memories of the mean and of the square, and |x|_{1,epsilon}
the sum of sqrt(x_i^2 + epsilon).  Where the *bracket* b is positive this perturbed norm is
penalised, where it is negative it is anti-penalised.  In one dimension the correction has a
potential,

    integral of b(y) d sqrt(epsilon + y^2) from 0 to x
        = (A - B) (sqrt(epsilon + x^2) - sqrt(epsilon))
          + B epsilon (1/sqrt(epsilon) - 1/sqrt(epsilon + x^2)),

which grows like |x| where |x| is much larger than sqrt(epsilon) and like x^2 where it is smaller.
For the discrete update, without the half step that turns it into a flow, 2 beta1/(1 - beta1) and
2 beta2/(1 - beta2) stand in place of A and B.

References
----------
[ADAM] Cattaneo, Klusowski & Shigida, On the Implicit Bias of Adam, arXiv:2309.00079.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import inf, sqrt
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from polyfam._checked import checked
from polyfam.errors import ArgumentTypeError
from polyfam.optimizers._rules import check_nonnegative, check_rate

__all__ = ["AdamRegime", "bracket", "penalty_integral", "regime_table", "sign_change"]

#: |g|/sqrt(epsilon) where epsilon counts as small, and as large.
_SMALL, _LARGE = 1e4, 1e-4


@checked
def bracket(
    gradient: ArrayLike, *, beta1: float, beta2: float, epsilon: float, flow: bool = True
) -> Any:
    """Return b(g) = A - B g^2/(g^2 + epsilon).

    Parameters
    ----------
    gradient : array_like
        g, elementwise.
    beta1, beta2 : float
        The memories of the mean and of the square, in [0, 1).
    epsilon : float
        Inside the root, at least 0.
    flow : bool, default True
        Whether the flow is meant, or the discrete update.

    Returns
    -------
    ndarray or float
        Of the gradient's shape.

    Examples
    --------
    >>> bracket([0.0, 1.0, 1000.0], beta1=0.5, beta2=0.75, epsilon=1.0).round(3)
    array([ 3. , -0.5, -4. ])
    """
    a, b = _ages(beta1, beta2, epsilon, flow)
    square = np.asarray(gradient, float) ** 2
    if epsilon == 0:
        return np.full_like(square, a - b)
    return a - b * square / (square + epsilon)


@checked
def sign_change(*, beta1: float, beta2: float, epsilon: float, flow: bool = True) -> float:
    """Return the |g| at which the bracket vanishes, sqrt(epsilon A/(B - A)), or infinity.

    Parameters
    ----------
    beta1, beta2, epsilon : float
        As in `bracket`.
    flow : bool, default True
        As in `bracket`.

    Returns
    -------
    float

    Examples
    --------
    >>> round(sign_change(beta1=0.9, beta2=0.999, epsilon=1e-8), 9)
    9.796e-06
    """
    a, b = _ages(beta1, beta2, epsilon, flow)
    return sqrt(epsilon * a / (b - a)) if b > a else inf


@checked
def penalty_integral(
    x: ArrayLike, *, beta1: float, beta2: float, epsilon: float, flow: bool = True
) -> Any:
    """Return the one-dimensional penalty as a function of the gradient x.

    Parameters
    ----------
    x : array_like
    beta1, beta2, epsilon : float
        As in `bracket`.
    flow : bool, default True
        As in `bracket`.

    Returns
    -------
    ndarray or float
        Of the shape of x.

    Examples
    --------
    >>> penalty_integral([0.0, 1.0, 100.0], beta1=0.5, beta2=0.75, epsilon=0.0).round(3)
    array([  -0.,   -4., -400.])
    >>> penalty_integral([1.0, 100.0], beta1=0.5, beta2=0.75, epsilon=1e4).round(3)
    array([1.500e-02, 3.934e+01])
    """
    a, b = _ages(beta1, beta2, epsilon, flow)
    x = np.asarray(x, float)
    if epsilon == 0:
        return (a - b) * np.abs(x)
    near, far = sqrt(epsilon), np.sqrt(epsilon + x * x)
    growth = x * x / (far + near)  # far - near, without cancellation
    return growth * ((a - b) + b * near / far)


class AdamRegime(NamedTuple):
    """What happens to the gradient's norm for one pair of memories, at one size of epsilon.

    Parameters
    ----------
    beta1, beta2 : float
    epsilon : str
        "small" or "large", against the squares of the gradient.
    norm : str
        "|grad E|_1", "|grad E|_2^2" (or a higher power), "bounded" where the penalty stops growing.
    verdict : str
        "penalised", "anti-penalised" or "neutral".

    Examples
    --------
    >>> regime_table([(0.9, 0.9)])[1]
    AdamRegime(beta1=0.9, beta2=0.9, epsilon='large', norm='|grad E|_2^2', verdict='penalised')
    """

    beta1: float
    beta2: float
    epsilon: str
    norm: str
    verdict: str


@checked
def regime_table(pairs: Iterable[tuple[float, float]], flow: bool = True) -> list[AdamRegime]:
    """Find out from the penalty integral what is penalised, for epsilon small and large.

    Parameters
    ----------
    pairs : iterable of (beta1, beta2)
    flow : bool
        As in `bracket`.

    Returns
    -------
    list of AdamRegime
        Two for each pair.  The norm is read off the growth of the penalty, d log/d log x, and the
        verdict off its sign.

    Examples
    --------
    >>> for regime in regime_table([(0.9, 0.999), (0.999, 0.9)]):
    ...     print(*regime)
    0.9 0.999 small |grad E|_1 anti-penalised
    0.9 0.999 large |grad E|_2^2 penalised
    0.999 0.9 small |grad E|_1 penalised
    0.999 0.9 large |grad E|_2^2 penalised
    """
    return [
        AdamRegime(beta1, beta2, size, *_reading(ratio, beta1, beta2, flow))
        for beta1, beta2 in pairs
        for size, ratio in (("small", _SMALL), ("large", _LARGE))
    ]


def _reading(x: float, beta1: float, beta2: float, flow: bool) -> tuple[str, str]:
    """Return the norm and the verdict at gradient x and epsilon = 1."""
    penalty = float(penalty_integral(x, beta1=beta1, beta2=beta2, epsilon=1.0, flow=flow))
    slope = (
        float(bracket(x, beta1=beta1, beta2=beta2, epsilon=1.0, flow=flow)) * x / sqrt(1 + x * x)
    )
    if penalty == 0:
        return "bounded", "neutral"
    power = round(x * slope / penalty)
    norm = {0: "bounded", 1: "|grad E|_1"}.get(power, f"|grad E|_{power}^{power}")
    return norm, "penalised" if penalty > 0 else "anti-penalised"


def _ages(beta1: float, beta2: float, epsilon: float, flow: bool) -> tuple[float, float]:
    """Return A and B, after a look at the numbers."""
    check_rate(beta1, "beta1")
    check_rate(beta2, "beta2")
    check_nonnegative(epsilon, "epsilon")
    if not isinstance(flow, bool):
        raise ArgumentTypeError(f"Argument 'flow' must be True or False, not {flow!r}.")
    return (flow + (2 - flow) * beta1) / (1 - beta1), (flow + (2 - flow) * beta2) / (1 - beta2)
