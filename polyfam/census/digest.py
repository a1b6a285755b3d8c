r"""A digest of 128 bits for every polynomial, and one of 256 bits for all trees of one order.

The digest of a polynomial is its value at one fixed point modulo one fixed prime,

    d(P) = P(K) mod p,    p = 2^128 - 159,    K = floor(2^128 / golden ratio),

p the largest prime below 2^128.  Different digests prove that the polynomials differ.  Equal ones
prove nothing, so they are followed up; they are not to be expected, as two polynomials of degree
j agree at no more than j of the p points.

The digest of a family is the SHA-256 of the digests of its polynomials, each as 16 bytes, most
significant first, in ascending order.  So it depends on the polynomials alone, not on the trees,
on the order in which they come or on the program that finds them.

In bulk, P(K) is the sum of c_i (K^i + K^(j+1-i)) over half of the coefficients.  These come in
limbs of 22 bits (see `polyfam.census.limbs`), the factors modulo p are cut into pieces of 16 bits,
and all the products are one product of matrices.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import sha256
from math import isqrt
from typing import TYPE_CHECKING

from polyfam.census.limbs import BITS

if TYPE_CHECKING:
    import numpy

    from polyfam.family.polynomial import BetaPolynomial

__all__ = ["POINT", "PRIME", "digests", "family_digest", "row_digest"]

PRIME = 2**128 - 159
POINT = (isqrt(5 << 256) - (1 << 128)) // 2

_DEFICIT = 2**128 - PRIME


def family_digest(polynomials: Iterable[BetaPolynomial]) -> str:
    """Return the digest of a family of polynomials, straight from its definition.

    Parameters
    ----------
    polynomials : iterable of BetaPolynomial
        In any order.

    Returns
    -------
    str
        64 hexadecimal digits.

    Examples
    --------
    >>> from polyfam import beta_table
    >>> family_digest(beta_table(6))[:16]
    'c0c7c23e83f15d1d'
    """
    values = sorted(p(POINT) % PRIME for p in polynomials)
    return sha256(b"".join(value.to_bytes(16, "big") for value in values)).hexdigest()


def row_digest(half: Sequence[int], j: int) -> int:
    """Return the digest of one polynomial of any size from half of its coefficients.

    Parameters
    ----------
    half : sequence of int
        The coefficients of beta^1, ..., beta^N, N = ceil(j/2).
    j : int
        The degree.

    Examples
    --------
    >>> from polyfam import BetaPolynomial
    >>> row_digest([1, 8], 4) == BetaPolynomial([0, 1, 8, 8, 1])(POINT) % PRIME
    True
    """
    return sum(c * factor for c, factor in zip(half, _factors(j), strict=True)) % PRIME


def digests(limbs: numpy.ndarray, j: int) -> numpy.ndarray:
    """Return the digests of many polynomials.

    Parameters
    ----------
    limbs : ndarray, shape (N, L, r)
        The coefficients of beta^1, ..., beta^N, N = ceil(j/2), in limbs.
    j : int
        The degree.

    Returns
    -------
    ndarray of uint64, shape (2, r)
        The upper and the lower words.
    """
    import numpy as np

    width, levels, count = limbs.shape
    sums = _pieces_of_factors(j, levels) @ limbs.reshape(width * levels, count)
    words = np.zeros((2, count), np.uint64)
    excess = np.zeros(count, np.uint64)
    for place, part in enumerate(sums.astype(np.uint64)):  # below 2^46: there are < 256 limbs
        excess += part
        words[1 - place // 4] |= (excess & np.uint64(0xFFFF)) << np.uint64(16 * (place % 4))
        excess >>= np.uint64(16)
    # 2^128 counts 159.  What is added may exceed 2^128 again, but hardly ever.
    while excess.any():
        words[1] += excess * np.uint64(_DEFICIT)
        overflow = words[1] < excess * np.uint64(_DEFICIT)
        words[0] += overflow
        excess = (overflow & (words[0] == 0)).astype(np.uint64)
    beyond = (words[0] == np.uint64(2**64 - 1)) & (words[1] >= np.uint64(2**64 - _DEFICIT))
    words[1, beyond] -= np.uint64(2**64 - _DEFICIT)
    words[0, beyond] = 0
    return words


@lru_cache(maxsize=64)
def _factors(j: int) -> tuple[int, ...]:
    """Return what the coefficients of beta^1, ..., beta^N contribute to P(K) modulo p."""
    powers = [pow(POINT, i, PRIME) for i in range(j + 1)]
    return tuple(
        (powers[i] + powers[j + 1 - i] * (2 * i <= j)) % PRIME for i in range(1, (j + 1) // 2 + 1)
    )


@lru_cache(maxsize=8)
def _pieces_of_factors(j: int, levels: int) -> numpy.ndarray:
    """Return the factors of all limbs in pieces of 16 bits, as doubles."""
    import numpy as np

    factors = [(f << BITS * level) % PRIME for f in _factors(j) for level in range(levels)]
    return np.array([[f >> 16 * place & 0xFFFF for f in factors] for place in range(8)], float)
