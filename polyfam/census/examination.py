"""The examination of a batch of polynomials: what is proved fast, and what is looked into singly.

Extremes are found among the polynomials whose rounded coefficients come within 2^-48 of the
rounded extreme.  Log-concavity, c_i^2 >= c_(i-1) c_(i+1), is certain in doubles when the left side
exceeds the right by a factor 1 + 2^-44: six limbs are rounded with a relative error of 5 * 2^-53,
and each side has one product.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from polyfam.census.batches import Batch
from polyfam.census.findings import Findings
from polyfam.census.limbs import BITS, SHORT, bit_lengths, carry, to_floats, to_integers
from polyfam.census.real_roots import certified_real_rooted
from polyfam.family.polynomial import BetaPolynomial

if TYPE_CHECKING:
    import numpy

    from polyfam.family.engine.halves import Halves

__all__ = ["examine"]

_NEAR = 2.0**-48
_CERTAIN = 1 + 2.0**-44


def examine(halves: Halves, batch: Batch) -> Findings:
    """Return the findings about some trees.

    Parameters
    ----------
    halves : Halves
    batch : Batch
        At least one tree.

    Examples
    --------
    >>> from polyfam.census.batches import batches
    >>> from polyfam.census.shards import Shard, halves_of
    >>> [batch] = batches(Shard(5, 0, 10))
    >>> findings = examine(halves_of(5), batch)
    >>> findings.minima, findings.maxima, dict(findings.bits_at_one)
    ((1, 6), (1, 11), {4: 1, 5: 2})
    """
    import numpy as np

    j, limbs = halves.n - 1, batch.limbs
    rounded = to_floats(limbs)
    real_rooted = certified_real_rooted(limbs, j)
    doubtful = np.flatnonzero(~(real_rooted & _log_concave(rounded, j)))
    not_real_rooted, not_log_concave = [], []
    levels = halves.levels(batch.positions[doubtful]).tolist()
    for tree, row in zip(levels, to_integers(limbs[..., doubtful]), strict=True):
        polynomial = BetaPolynomial._trusted((0, *row, *row[: j // 2][::-1]))
        if not polynomial.is_real_rooted():
            not_real_rooted.append(tuple(tree))
        if not polynomial.is_log_concave():
            not_log_concave.append(tuple(tree))
    return Findings(
        trees=len(batch.positions),
        minima=_extremes(limbs, rounded, min),
        maxima=_extremes(limbs, rounded, max),
        sums=_sums(limbs),
        bits_at_one=_bits_at_one(limbs, j),
        by_points=int(np.count_nonzero(real_rooted)),
        beyond_words=_beyond_words(limbs),
        not_real_rooted=tuple(not_real_rooted),
        not_log_concave=tuple(not_log_concave),
    )


def _log_concave(rounded: numpy.ndarray, j: int) -> numpy.ndarray:
    """Say which polynomials are certainly log-concave."""
    import numpy as np

    mirrored = rounded[j - len(rounded) - 1]  # the coefficient after the last one of this half
    following = np.vstack((rounded[2:], mirrored))
    return np.all(rounded[1:] ** 2 > rounded[:-1] * following * _CERTAIN, axis=0)


def _beyond_words(limbs: numpy.ndarray) -> int:
    """Count the polynomials with a coefficient of more than 64 bits."""
    import numpy as np

    if limbs.shape[1] <= SHORT:
        return 0
    return int(np.count_nonzero((bit_lengths(limbs) > 64).any(axis=0)))


def _extremes(
    limbs: numpy.ndarray, rounded: numpy.ndarray, choose: Callable[[Iterable[int]], int]
) -> tuple[int, ...]:
    """Return the least or greatest value of each coefficient; `choose` is min or max."""
    import numpy as np

    extremes = []
    for values, exact in zip(rounded, limbs, strict=True):
        extreme = values.min() if choose is min else values.max()
        if extreme < 2.0**53:  # then it is exact
            extremes.append(int(extreme))
        else:
            near = np.flatnonzero(np.abs(values - extreme) <= extreme * _NEAR)
            extremes.append(choose(row[0] for row in to_integers(exact[np.newaxis, :, near])))
    return tuple(extremes)


def _sums(limbs: numpy.ndarray) -> tuple[int, ...]:
    """Return the sums of the coefficients."""
    return tuple(
        sum(int(part) << BITS * level for level, part in enumerate(parts))
        for parts in limbs.sum(axis=-1).tolist()
    )


def _bits_at_one(limbs: numpy.ndarray, j: int) -> Counter[int]:
    """Count the polynomials by the bit length of their value at 1."""
    import numpy as np

    width, levels, count = limbs.shape
    multiplicities = 1.0 + (np.arange(1, width + 1) <= j // 2)
    sums = (multiplicities @ limbs.reshape(width, -1)).reshape(levels, count)
    numbers = np.bincount(bit_lengths(carry(sums, levels + 1)))
    return Counter({bits: number for bits, number in enumerate(numbers.tolist()) if number})
