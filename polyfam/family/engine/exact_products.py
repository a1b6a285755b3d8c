"""Exact products of nonnegative integer matrices in the speed of double precision.

A sum of products of nonnegative integers, taken in doubles in any order, is exact if the result
is below 2^53: every partial sum is at most the result.  And the result knows it, since rounding is
monotone: a true value of 2^53 or more is computed as 2^53 or more.  So a product of doubles
certifies itself.

Beyond 2^53 the doubles still carry the leading digits, with a relative error below
(d + 4) 2^-53 for inner dimension d <= 512.  A second product, of the residues modulo 2^22, is
exact for the same reason and carries the trailing digits.  Together they determine every value
below 2^64, as 2^64 * 516 * 2^-53 < 2^21.  Values of 2^64 or more are marked by infinity, and so
is what depends on them: nothing wraps around.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from polyfam.typing import Array

__all__ = ["Exact", "multiply", "to_words"]

EXACT_BELOW = 2.0**53
#: Doubles from here on may stand for values that do not fit 64 bits.
WORD_BELOW = 2.0**64 * (1 - 2.0**-40)
MODULUS = 1 << 22


class Exact(NamedTuple):
    """A matrix of nonnegative integers: rounded values, and residues modulo 2^22.

    The residues are None when all values are below 2^53, where they follow from the values.
    Infinity stands for a value of 64 bits or more.
    """

    values: Array
    residues: Array | None = None

    def map(self, function: Callable[[Array], Array]) -> Exact:
        """Return the matrix with its entries rearranged by a function of arrays."""
        residues = None if self.residues is None else function(self.residues)
        return Exact(function(self.values), residues)

    def select(self, index: Any) -> Exact:
        """Return the entries at a numpy index."""
        return self.map(lambda part: part[index])

    def completed(self) -> Exact:
        """Return the same matrix with its residues at hand."""
        return self if self.residues is not None else Exact(self.values, self.trailing())

    def trailing(self) -> Array:
        """Return the residues modulo 2^22, as doubles."""
        return _residues(self.values) if self.residues is None else self.residues


def multiply(left: Exact, right: Exact) -> Exact:
    """Return the matrix product, exact below 2^64 and infinite above; inner dimension <= 512.

    Examples
    --------
    >>> import numpy as np
    >>> a = Exact(np.array([[2.0**30 + 1]]))
    >>> to_words(multiply(a, a))[0].item() == (2**30 + 1) ** 2
    True
    """
    with np.errstate(invalid="ignore"):  # infinity times zero: a value that is not known
        values = left.values @ right.values
    if values.size == 0 or values.max() < EXACT_BELOW:
        return Exact(values)
    too_large = ~(values < WORD_BELOW)
    residues = _residues(left.trailing() @ right.trailing())
    words = _combine(np.where(too_large, 0, values), residues)
    values = words.astype(np.float64)
    values[too_large] = np.inf
    residues = (words & np.uint64(MODULUS - 1)).astype(np.float64)
    residues[too_large] = 0
    return Exact(values, residues)


def to_words(matrix: Exact) -> tuple[Array, Array]:
    """Return the entries as 64-bit words, and the indices of the rows with larger entries.

    The words of such rows are meaningless.
    """
    values, residues = matrix
    if residues is None:
        return values.astype(np.int64).view(np.uint64), np.empty(0, dtype=np.intp)
    too_large = ~(values < WORD_BELOW)
    return _combine(np.where(too_large, 0, values), residues), np.flatnonzero(too_large.any(axis=1))


def _residues(values: Array) -> Array:
    """Return integers below 2^53 modulo 2^22; every step is exact, and faster than fmod."""
    residues: Array = values - np.floor(values * (1 / MODULUS)) * MODULUS
    return residues


def _combine(values: Array, residues: Array) -> Array:
    """Return the integers that are nearest to the values among those with the given residues."""
    words = values.astype(np.uint64)
    offset = (residues.astype(np.uint64) - words) & np.uint64(MODULUS - 1)
    nearest: Array = words + offset - (offset >> np.uint64(21)) * np.uint64(MODULUS)
    return nearest
