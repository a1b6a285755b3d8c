r"""The logarithm of the normal distribution function far out to the left, where all else cancels.

With Mills' ratio R(t) = int_0^inf exp(-t u - u^2/2) du, t = -x, it is

    log ndtr(x) = -x^2/2 - log(2 pi)/2 + log R(-x),

and R(t - e)/R(t) = 1 + c_1 e + c_2 e^2 + ..., with c_n = r_1 ... r_n, ratios r_n of the integrals
with u^n/n! and u^(n-1)/(n-1)!.  Those obey r_n = 1/(t + (n + 1) r_{n+1}): downwards from a large n,
where any start is forgotten, nothing is subtracted.

References
----------
[G] Gautschi, Computational aspects of three-term recurrence relations, SIAM Review 9 (1967).
"""

from __future__ import annotations

import numpy as np

from polyfam.typing import Array

__all__ = ["log_mills"]

#: Enough for the digits of a double at t = 1, where the start is forgotten like exp(-2 t sqrt(2n)).
_START = 320


def log_mills(t: Array, terms: int) -> Array:
    """Return the coefficients of e^0, ..., e^(terms-1) in log(R(t - e)/R(t)).

    Parameters
    ----------
    t : ndarray, shape (...)
        At least 1.
    terms : int

    Returns
    -------
    ndarray, shape (terms, ...)

    Examples
    --------
    Far out R(t) is about 1/t, and the logarithm -log(1 - e/t):

    >>> print(*log_mills(np.array(1e9), 3))
    0.0 1e-09 5e-19
    """
    start = _START + terms
    ratio = 1 / (t / 2 + np.sqrt(t * t / 4 + start))
    ratios = np.zeros((terms, *t.shape))
    for n in range(start - 1, 0, -1):
        ratio = 1 / (t + (n + 1) * ratio)
        if n < terms:
            ratios[n] = ratio
    ratios[0] = 1
    shares = np.cumprod(ratios, axis=0)
    found = np.zeros_like(ratios)
    for n in range(1, terms):
        rest = sum(j * found[j] * shares[n - j] for j in range(1, n))
        found[n] = shares[n] - rest / n
    return found
