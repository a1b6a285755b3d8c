"""Rows of the table with coefficients beyond 64 bits, many at a time.

The two halves of such a tree still have coefficients below 2^64, except for a few trees near the
star.  Cut into limbs of 22 bits (see `polyfam.census.limbs`) their dot products are nine products
of matrices, exact in doubles: three at most go to the same place, each a sum of at most 153
products below 2^44 (the dimension of the gamma basis for n = 35), and 3 * 153 * 2^44 < 2^53.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from polyfam.census.limbs import LONG, SHORT, carry, limbs_of_integers, limbs_of_words
from polyfam.family.engine.basis import from_gamma
from polyfam.family.engine.exact_products import to_words
from polyfam.family.single import half_row

if TYPE_CHECKING:
    import numpy

    from polyfam.family.engine.exact_products import Exact
    from polyfam.family.engine.halves import Halves

__all__ = ["long_rows"]


def long_rows(halves: Halves, positions: numpy.ndarray) -> numpy.ndarray:
    """Return half of the coefficients of some trees, of any size.

    Parameters
    ----------
    halves : Halves
    positions : ndarray of int, shape (r,)
        The places of the trees, ascending.

    Returns
    -------
    ndarray, shape (N, 6, r)
        The coefficients of beta^1, ..., beta^N, in six limbs.

    Examples
    --------
    >>> import numpy as np
    >>> from polyfam.census.limbs import to_integers
    >>> from polyfam.family.engine.halves import Halves
    >>> to_integers(long_rows(Halves(5), np.array([0, 1, 2])))
    [[1, 11], [1, 8], [1, 6]]
    """
    import numpy as np

    pairing, triangle = halves.basis.pairing, from_gamma(halves.n)
    result = np.empty((halves.half, LONG, len(positions)))
    done = np.zeros(len(positions), bool)
    for kind, starts in zip(halves.kinds, halves.starts, strict=True):
        mine = np.flatnonzero((starts[0] <= positions) & (positions < starts[-1]))
        owners = np.searchsorted(starts, positions[mine], side="right") - 1
        for a in np.unique(owners).tolist():
            places = mine[owners == a]
            b = kind.first[a] + positions[places] - starts[a]
            right, fits = _limbs(kind.left.select(np.s_[a : a + 1]))
            if fits.all():
                left, fits = _limbs(kind.right.select(b))
                places = places[fits]
                result[..., places] = _products(left[..., fits], right[..., 0], pairing, triangle)
                done[places] = True
    rest = np.flatnonzero(~done)
    if len(rest):
        rows = map(half_row, halves.levels(positions[rest]).tolist())
        result[..., rest] = limbs_of_integers(list(rows))
    return result


def _limbs(table: Exact) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Return the vectors of a table in limbs, upright, and which of them are known."""
    import numpy as np

    words, too_large = to_words(table)
    fits = np.ones(len(words), bool)
    fits[too_large] = False
    return limbs_of_words(np.ascontiguousarray(words.T)), fits


def _products(
    left: numpy.ndarray, right: numpy.ndarray, pairing: numpy.ndarray, triangle: numpy.ndarray
) -> numpy.ndarray:
    """Return the coefficients for many vectors and one, shapes (d, 3, r) and (d, 3)."""
    import numpy as np

    factors = np.vstack((right, np.zeros((1, SHORT))))[pairing]
    sums = np.zeros((len(pairing), 2 * SHORT - 1, left.shape[-1]))
    for i in range(SHORT):
        for k in range(SHORT):
            sums[:, i + k] += factors[..., k] @ left[:, i]
    # Binomials below 2^27, limbs below 2^22, at most 16 of them.
    return carry(np.einsum("km,kir->mir", triangle, carry(sums, LONG)), LONG)
