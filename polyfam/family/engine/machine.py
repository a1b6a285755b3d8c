"""The order of the trees and the rows in their places, in machine code (extra `fast`)."""

from __future__ import annotations

from functools import cache

import numpy as np

from polyfam.family.engine.groups import Group
from polyfam.typing import Array

__all__ = ["TIE", "canonical_order", "is_available", "place_keys", "place_rows", "sort_runs"]

TIE = 1 << 31


@cache
def is_available() -> bool:
    """Say whether numba is installed."""
    from importlib.util import find_spec

    return find_spec("numba") is not None


def place_rows(group: Group, start: int, products: Array, place: Array, rows: Array) -> None:
    """Write a block of numbers below 2^53 into the rows at the places of its trees."""
    from polyfam.family.engine import kernels

    kernels.place_rows(products, start, group.origin, group.last, place, rows.view(np.int64))


def place_keys(group: Group, start: int, products: Array, keys: Array) -> None:
    """Write a block of keys below 2^53 at the positions of its trees."""
    from polyfam.family.engine import kernels

    kernels.place_keys(products, start, group.origin, group.last, keys)


def canonical_order(keys: Array, shift: int) -> tuple[Array, Array]:
    """Return the permutation that sorts keys, as far as 64 bits tell them apart, and its inverse.

    The keys are ``gamma_1 << shift | gamma_2`` of uint64, fewer than 2^31; the result, of uint32,
    takes their memory.  Where a key is like the one before it the permutation is marked by `TIE`.
    """
    from polyfam.family.engine import kernels

    bits = len(keys).bit_length()
    different = min(int(keys.max()) >> shift, len(keys) // 32) + 1  # few are beyond
    kernels.condense_keys(keys, shift, 64 - bits, *np.empty((2, different), np.uint64))
    keys.sort()
    order, place = keys.view(np.uint32).reshape(2, -1)
    kernels.find_places(keys, bits, order, place)
    return order, place


def sort_runs(rows: Array, order: Array) -> None:
    """Sort the rows that `canonical_order` could not tell apart, and drop its marks, in place."""
    from polyfam.family.engine import kernels

    kernels.sort_runs(rows, order)
