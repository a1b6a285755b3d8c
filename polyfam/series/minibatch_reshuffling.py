r"""Random reshuffling against independent batches, to first order in h.

An epoch uses each of m batches once, in a random order, and heavy ball goes on over the epochs.
The expected modified loss at a fixed point is, up to h^1 and after infinitely many steps,

    L/(1 - beta) + h beta/(2 (1 - beta)^3) |grad L|^2 + h v/2 E|grad L_B - grad L|^2.

Only v depends on how batches are drawn.  Two vertices of an edge, k and k' steps ago, have weight
w(k, k') = (beta^max - beta^(k + k'))/(1 - beta); their batches have covariance 1 when they are the
same, -1/(m - 1) when they differ within an epoch, as the deviations of an epoch sum to 0, and else
0, in units of the variance.  So with D the sum of w(k, k) and A that of w(k, k') within epochs,

    independent batches   v = D = beta/((1 - beta)^2 (1 + beta)),
    reshuffled            v = (m D - A)/(m - 1),

A depending on the position p = 0, ..., m - 1 of the step in its epoch.  The mean over an epoch is

    v = D (1 - 2/(m - 1) sum over l = 1..m-1 of (1 - l/m) beta^l)
      = 1/(1 - beta^2) * sum over i = 1..m-1 of binom(m + 1 - i, 2)/binom(m, 2) beta^i,

since w sums to D beta^l over the pairs l steps apart, a share 1 - l/m of which lies in one epoch.

References
----------
[MEM] Cattaneo & Shigida, How Memory in Optimization Algorithms Implicitly Modifies the Loss,
arXiv:2502.02132.
[SDBD21] Smith, Dherin, Barrett & De, On the Origin of Implicit Regularization in Stochastic
Gradient Descent, ICLR 2021.
"""

from __future__ import annotations

from typing import Any

from polyfam._checks import integer
from polyfam.series.rational import BETA, FIELD

__all__ = ["independent_variance", "mean_reshuffled_variance", "reshuffled_variance"]

#: The polynomials in beta have as many terms.
_MOST_BATCHES = 1000


def independent_variance(step: int | None = None) -> Any:
    """Return the factor v of h/2 E|grad L_B - grad L|^2 for independent batches.

    Parameters
    ----------
    step : int, optional
        The number n of a step, from 0, when momentum starts at 0; by default infinitely many.

    Returns
    -------
    rational function of beta

    Examples
    --------
    >>> from polyfam.series.rational import text
    >>> text(independent_variance())
    'beta/((1 - beta)^2*(1 + beta))'
    >>> text(independent_variance(step=2))
    'beta + beta^2 + beta^3'
    """
    past = (
        FIELD.zero
        if step is None
        else BETA ** (integer(step, "step", minimum=0, maximum=_MOST_BATCHES) + 1)
    )
    return (1 - past) * (BETA - past) / ((1 - BETA) ** 2 * (1 + BETA))


def reshuffled_variance(batches: int, position: int, epochs: int | None = None) -> Any:
    """Return the factor v of h/2 E|grad L_B - grad L|^2 under random reshuffling.

    Parameters
    ----------
    batches : int
        The number m of batches in an epoch, at least 2.
    position : int
        The place p of the step in its epoch, 0 to m - 1.
    epochs : int, optional
        How many full epochs went before since momentum was 0; by default infinitely many.

    Returns
    -------
    rational function of beta

    Examples
    --------
    >>> from polyfam.series.rational import text
    >>> [text(reshuffled_variance(2, position, epochs=0)) for position in (0, 1)]
    ['0', 'beta']
    >>> text(reshuffled_variance(2, 1))
    'beta/((1 + beta^2)*(1 - beta))'
    """
    m = integer(batches, "batches", minimum=2, maximum=_MOST_BATCHES)
    p = integer(position, "position", minimum=0, maximum=m - 1)
    past = (
        FIELD.zero
        if epochs is None
        else BETA ** (m * integer(epochs, "epochs", minimum=0, maximum=_MOST_BATCHES))
    )
    head, epoch = BETA ** (p + 1), BETA**m
    # (1 - beta)^2 times the sums over an epoch of beta^max, and of beta^(k + k')
    largest = _largest(p + 1) + head * _largest(m) * (1 - past) / (1 - epoch)
    both = (1 - head) ** 2 + head**2 * (1 - epoch) ** 2 * (1 - past**2) / (1 - epoch**2)
    within = (largest - both) / (1 - BETA) ** 3
    same = (1 - head * past) * (BETA - head * past) / ((1 - BETA) ** 2 * (1 + BETA))
    return (m * same - within) / (m - 1)


def mean_reshuffled_variance(batches: int) -> Any:
    """Return the mean over the positions in an epoch of `reshuffled_variance`.

    It is less than for independent batches whenever beta > 0, and tends to that as m grows.

    Parameters
    ----------
    batches : int
        The number m of batches in an epoch, at least 2.

    Returns
    -------
    rational function of beta

    Examples
    --------
    >>> from polyfam.series.rational import text
    >>> text(mean_reshuffled_variance(2)), text(mean_reshuffled_variance(3))
    ('beta/((1 - beta)*(1 + beta))', '1/3*(3*beta + beta^2)/((1 - beta)*(1 + beta))')
    """
    m = integer(batches, "batches", minimum=2, maximum=_MOST_BATCHES)
    shared = sum((m - lag) * BETA**lag for lag in range(1, m)) / m
    return independent_variance() * (1 - 2 * shared / (m - 1))


def _largest(count: int) -> Any:
    """Return (1 - beta)^2 times the sum of beta^max(k, k') over labels below `count`.

    The sum of (2k + 1) beta^k, since 2k + 1 pairs have the maximum k.
    """
    return 1 + BETA - (2 * count + 1) * BETA**count + (2 * count - 1) * BETA ** (count + 1)
