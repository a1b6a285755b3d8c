"""Long integers in limbs of 22 bits, held in doubles.

A nonnegative integer is the sum of 2^(22 l) x_l, with limbs 0 <= x_l < 2^22 on the last axis but
one of an array: three limbs hold 64 bits, six hold 132.  Products of limbs have 44 bits, so that
sums of up to 512 of them are exact in double precision, and long arithmetic becomes products of
matrices.  `carry` then makes limbs of the sums.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy

__all__ = [
    "BITS",
    "LONG",
    "SHORT",
    "bit_lengths",
    "carry",
    "limbs_of_integers",
    "limbs_of_words",
    "to_floats",
    "to_integers",
    "to_words",
]

BITS = 22
#: Limbs that hold 64 bits, and the coefficients of every tree with up to 33 vertices.
SHORT, LONG = 3, 6

_BASE = 1 << BITS


def limbs_of_words(words: numpy.ndarray) -> numpy.ndarray:
    """Return the limbs of 64-bit words, shape (..., r), in shape (..., 3, r).

    Examples
    --------
    >>> import numpy as np
    >>> limbs_of_words(np.array([5 + 7 * 2**44], np.uint64)).ravel()
    array([5., 0., 7.])
    """
    import numpy as np

    limbs = np.empty((*words.shape[:-1], SHORT, words.shape[-1]))
    for level in range(SHORT):
        limbs[..., level, :] = (words >> np.uint64(BITS * level)) & np.uint64(_BASE - 1)
    return limbs


def limbs_of_integers(rows: Sequence[Sequence[int]]) -> numpy.ndarray:
    """Return six limbs of Python integers below 2^132; row k goes to ``[:, :, k]``."""
    import numpy as np

    limbs = [[[c >> BITS * level & _BASE - 1 for level in range(LONG)] for c in r] for r in rows]
    return np.array(limbs, float).transpose(1, 2, 0)


def carry(sums: numpy.ndarray, count: int) -> numpy.ndarray:
    """Return `count` limbs of the integers sum of 2^(22 l) s_l.

    Parameters
    ----------
    sums : ndarray, shape (..., L, r)
        Integers of either sign, below 2^52 in absolute value; the whole is not negative and fits.
    count : int
        At least L.

    Examples
    --------
    >>> import numpy as np
    >>> carry(np.array([[-1.0], [3.0]]), 3).ravel().tolist()
    [4194303.0, 2.0, 0.0]
    """
    import numpy as np

    limbs = np.zeros((*sums.shape[:-2], count, sums.shape[-1]))
    limbs[..., : sums.shape[-2], :] = sums
    for level in range(count - 1):
        limb = limbs[..., level, :]
        excess = np.floor(limb * (1 / _BASE))
        limb -= excess * _BASE
        limbs[..., level + 1, :] += excess
    return limbs


def to_floats(limbs: numpy.ndarray) -> numpy.ndarray:
    """Return the integers rounded, with a relative error of at most 5 * 2^-53."""
    total = limbs[..., -1, :]
    for level in range(limbs.shape[-2] - 2, -1, -1):
        total = total * _BASE + limbs[..., level, :]
    return total


def to_integers(limbs: numpy.ndarray) -> list[list[int]]:
    """Return the integers in ``limbs[:, :, k]``, a list for every k."""
    import numpy as np

    levels = [BITS * level for level in range(limbs.shape[1])]
    return [
        [sum(limb << bits for limb, bits in zip(each, levels, strict=True)) for each in row]
        for row in limbs.transpose(2, 0, 1).astype(np.int64).tolist()
    ]


def to_words(limbs: numpy.ndarray) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Return the upper and lower 64-bit words of the integers, modulo 2^128."""
    import numpy as np

    upper, lower = np.zeros((2, *limbs.shape[:-2], limbs.shape[-1]), np.uint64)
    for level in range(limbs.shape[-2]):
        limb, shift = limbs[..., level, :].astype(np.uint64), BITS * level
        if shift < 64:
            lower |= limb << np.uint64(shift)
        if shift >= 64:
            upper |= limb << np.uint64(shift - 64)
        elif shift + BITS > 64:
            upper |= limb >> np.uint64(64 - shift)
    return upper, lower


def bit_lengths(limbs: numpy.ndarray) -> numpy.ndarray:
    """Return the bit lengths of the integers.

    Examples
    --------
    >>> import numpy as np
    >>> bit_lengths(limbs_of_words(np.array([0, 1, 2**22, 2**63], np.uint64)))
    array([ 0,  1, 23, 64])
    """
    import numpy as np

    lengths = np.zeros((*limbs.shape[:-2], limbs.shape[-1]), np.int64)
    for level in range(limbs.shape[-2]):
        limb = limbs[..., level, :]
        np.copyto(lengths, BITS * level + np.frexp(limb)[1], where=limb > 0)
    return lengths
