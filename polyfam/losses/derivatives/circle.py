r"""Taylor coefficients of a function that can only be called, from its values on a complex circle.

If G is analytic in h near 0, then with N points on a circle of radius r

    c_k = 1/N sum_j G(r w^j) w^{-jk} = G_k r^k + G_{k+N} r^{k+N} + ...,      w = exp(2 pi i/N),

one fast Fourier transform.  Rounding puts an error of 1e-16 max |c| on every c_k, so the radius
should be large, and the terms beyond N must not matter, so it must not be too large.  Both show in
c itself: the radius is *resolved* when the last quarter of the c_k has sunk to rounding level.
We take the largest resolved radius among those that differ by factors of sqrt 2.  For a function
that is not analytic (it takes an absolute value or a real part) negative powers of w sit in that
last quarter and no radius is resolved, or else, for h|h| say, the coefficients change with the
radius, and the search compares two.

References
----------
[F81] Fornberg, Numerical differentiation of analytic functions, ACM Trans. Math. Softw. 7 (1981).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from polyfam.errors import TaylorError
from polyfam.typing import Array

__all__ = ["circle_coefficients"]


#: The last quarter of the Fourier coefficients, relative to the largest, at a resolved radius.
_RESOLVED = 1e-13
#: A top coefficient this large, relative to the largest, has digits enough.
_PROMINENT = 1e-5
#: Radii differ by this factor; so many are tried before the function counts as not analytic.
_FACTOR, _ATTEMPTS = 2**0.5, 24
#: Fewer terms than these would need a radius so small that it is of no use for more terms.
_MINIMUM = 6
#: Relative to the largest, the coefficients found on two circles agree to this.
_AGREEMENT = 1e-8
_NOT_ANALYTIC = (
    "The function has no Taylor series that shows on a complex circle of radius {}: "
    "it must be complex-analytic, without absolute values, real parts or conjugates."
)
#: How often the first radius is enlarged: the top coefficients of a polynomial never get prominent.
_ENLARGEMENTS = 8


def circle_coefficients(
    function: Callable[[complex], Array],
    terms: int,
    radius: float,
    real: bool = True,
    search: bool = True,
) -> tuple[Array, float]:
    """Return the first Taylor coefficients of a function of one complex variable at 0.

    Parameters
    ----------
    function : callable
        Takes a complex number h and returns a complex array.
    terms : int
        How many coefficients are wanted, R.
    radius : float
        Where the search for the radius starts.
    real : bool
        Whether the coefficients are real; then half of the circle is enough: 2 R + 1 calls
        for R > 5.
    search : bool
        Whether larger radii are tried, too, and the coefficients found on two circles compared;
        otherwise the first radius that is resolved will do.

    Returns
    -------
    coefficients : ndarray, shape (R, ...)
    radius : float
        The radius that was used: a good start for the next function of that kind.

    Raises
    ------
    TaylorError
        When no radius is resolved, or two radii disagree.

    Examples
    --------
    >>> coefficients, radius = circle_coefficients(lambda h: np.exp(h) / (1 - h), 4, 1.0)
    >>> coefficients.round(10)
    array([1.        , 2.        , 2.5       , 2.66666667])
    >>> round(radius, 3)
    0.177
    """
    best: tuple[Array, float] | None = None
    points = 4 * max(terms, _MINIMUM)
    enlargements = _ENLARGEMENTS if search else 0
    for _ in range(_ATTEMPTS):
        with np.errstate(all="ignore"):  # a radius that overflows is one that is too large
            spectrum = _spectrum(function, points, radius, real)
        sizes = np.abs(spectrum).reshape(points, -1).max(axis=1, initial=0)
        largest = sizes.max()
        if np.isfinite(largest) and sizes[-points // 4 :].max() <= _RESOLVED * largest:
            best = spectrum, radius
            if enlargements == 0 or sizes[terms - 1] >= _PROMINENT * largest:
                break
            radius, enlargements = radius * _FACTOR, enlargements - 1
        elif best is not None:
            break
        else:
            radius, enlargements = radius / _FACTOR, 0
    if best is None:
        raise TaylorError(_NOT_ANALYTIC.format(radius))
    spectrum, radius = best
    powers = np.arange(terms).reshape(-1, *(1,) * (spectrum.ndim - 1))
    if search:
        smaller = _spectrum(function, points, radius / _FACTOR, real)[:terms] * _FACTOR**powers
        if np.abs(smaller - spectrum[:terms]).max() > _AGREEMENT * np.abs(spectrum).max():
            raise TaylorError(_NOT_ANALYTIC.format(radius))
    return spectrum[:terms] / radius**powers, radius


def _spectrum(
    function: Callable[[complex], Array], points: int, radius: float, real: bool
) -> Array:
    """Return the Fourier coefficients c_0, ..., c_(N-1) on a circle."""
    wanted = points // 2 + 1 if real else points
    nodes = radius * np.exp(2j * np.pi * np.arange(wanted) / points)
    values = np.stack([function(node) for node in nodes])
    transform = np.fft.hfft if real else np.fft.fft
    return transform(values, points, axis=0) / points
