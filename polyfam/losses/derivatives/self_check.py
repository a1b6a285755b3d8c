r"""Does a series of gradients belong to the gradient?  A check that uses plain gradients only.

If G_0, ..., G_{R-1} are the first R coefficients of G(h) = grad L(theta(h)), then

    |G(h) - G_0 - G_1 h - ... - G_{R-1} h^{R-1}| = O(h^R),

and one that is wrong at h^k leaves O(h^k).  We halve h from where the error is small down to where
rounding begins, and look at the powers of 2 by which the error falls.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from polyfam.errors import TaylorError
from polyfam.typing import Array

__all__ = ["check_series"]

#: Five terms: normalisation layers of torch go wrong at the second or the third derivative.
_TERMS = 5
#: Relative errors between rounding and the asymptotic regime.
_USABLE = (1e-11, 1e-3)


def check_series(
    gradient: Callable[[Array], Array],
    series: Callable[[Array], Array],
    theta: Array,
    terms: int = _TERMS,
) -> None:
    """Raise unless a series agrees with the gradient to the order of its terms.

    ``series`` maps the coefficients (R, d) of a curve to those of the gradient; the curve through
    theta, shape (d,), is random, with a fixed seed.  The TaylorError names the power of h at which
    they part.

    Examples
    --------
    >>> theta = np.array([0.5, 1.0])
    >>> check_series(np.exp, lambda c: np.stack([np.exp(c[0]), *c[1:]]), theta)
    Traceback (most recent call last):
        ...
    polyfam.errors.TaylorError: The Taylor coefficient of h^1 does not agree with the
    gradient itself near this point: the function is not smooth there, or a derivative is wrong.
    """
    curve = np.random.default_rng(0).normal(size=(terms, *theta.shape)) / 2
    curve[0] = theta
    found = series(curve)
    steps = 0.5 ** np.arange(20)
    powers = steps[:, None] ** np.arange(terms)
    wanted = np.stack([gradient(point) for point in np.tensordot(powers, curve, 1)])
    scale = np.abs(found).max() or 1.0  # the gradient of a constant is 0
    errors = np.abs(wanted - np.tensordot(powers, found, 1)).max(axis=1) / scale
    usable = (errors[1:] > _USABLE[0]) & (errors[:-1] < _USABLE[1])
    slopes = np.log2(errors[:-1][usable] / errors[1:][usable])
    exact = errors[-1] <= _USABLE[0]
    order = np.median(slopes) if slopes.size else terms * exact
    # A kink at theta itself shows on one side only: look once where the error was usable.
    step = steps[int(np.flatnonzero(usable)[-1]) if usable.any() else 9]
    behind = np.power(-step, np.arange(terms))
    there = np.abs(gradient(behind @ curve) - behind @ found).max() / scale
    if there > 100 * errors[steps == step][0] + _USABLE[0]:
        order = 0
    if not order > terms - 0.5:
        raise TaylorError(
            f"The Taylor coefficient of h^{max(round(order), 0)} does not agree with the gradient "
            "itself near this point: the function is not smooth there, or a derivative is wrong."
        )
