"""The order of the trees and the rows in their places, in machine code (extra `fast`)."""

from __future__ import annotations

from functools import cache

import numpy as np

from polyfam.family.engine.groups import Group
from polyfam.typing import Array

__all__ = ["is_available", "place_keys", "place_rows", "sort_keys", "sort_runs"]


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


def sort_keys(keys: Array, shift: int) -> Array:
    """Sort keys, as far as 64 bits tell them apart, and return where each of them went.

    The keys are ``gamma_1 << shift | gamma_2`` of uint64, fewer than 2^31.  Sorted they are other
    numbers, which end in their former places.
    """
    from polyfam.family.engine import kernels

    bits = len(keys).bit_length()
    # one array of numpy, so that the system gives it large pages
    room = np.empty((2, (int(keys.max()) >> shift) + 1), np.uint64)
    kernels.condense_keys(keys, shift, 64 - bits, *room)
    keys.sort()
    place = np.empty(len(keys), np.uint32)
    kernels.find_places(keys, (1 << bits) - 1, place)
    return place


def sort_runs(keys: Array, rows: Array, order: Array) -> None:
    """Sort the rows that `sort_keys` could not tell apart, and their former places, in place."""
    from polyfam.family.engine import kernels

    kernels.sort_runs(keys, len(keys).bit_length(), rows, order)
