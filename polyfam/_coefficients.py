"""Polynomials as lists of coefficients in ascending powers."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["product"]


def product(f: Sequence[int], g: Sequence[int]) -> list[int]:
    """Return the product of two polynomials.

    Examples
    --------
    >>> product([1, 1], [1, 2, 1])
    [1, 3, 3, 1]
    """
    found = [0] * (len(f) + len(g) - 1) if f and g else []
    for i, a in enumerate(f):
        for k, b in enumerate(g, start=i):
            found[k] += a * b
    return found
