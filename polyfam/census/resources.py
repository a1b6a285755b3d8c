"""What a census takes in memory, and how many shards it is cut into so that it fits.

A worker keeps, beside 250 MB for its interpreter and the compiler: the halves of all trees with
their residues, twice while they are made; the vectors of A at all points; the stock of forests at
all points; a few tiles; and the room of the keys, eight bytes for each tree of a class.
"""

from __future__ import annotations

import os
from math import log10

from polyfam.census.keys import most_keys, padded
from polyfam.errors import ResourceError
from polyfam.trees.counting import count_free_trees
from polyfam.trees.halves import kinds

__all__ = ["LARGEST_ORDER", "check_order", "choose_shards", "default_memory", "worker_memory"]

#: Twenty levels fit the compiled loops; and nobody lists a trillion trees by accident.
LARGEST_ORDER = 36
_FIXED = 250 << 20
_TILES = 1 << 12
#: From so many trees on there are several shards, for several cores and for an honest estimate.
_MANY = 1 << 21
_LARGEST_MODULUS = 1021


def check_order(n: int) -> None:
    """Refuse an order that nobody can list.

    Examples
    --------
    >>> check_order(100)
    Traceback (most recent call last):
        ...
    polyfam.errors.ResourceError: There are about 10^42 trees on 100 vertices; a census goes up \
to n = 36.
    """
    if n > LARGEST_ORDER:
        # Otter: there are about 0.535 * 2.9557653^n / n^(5/2) free trees.
        magnitude = log10(0.535) + n * log10(2.9557653) - 2.5 * log10(n)
        raise ResourceError(
            f"There are about 10^{magnitude:.0f} trees on {n} vertices; a census goes up to "
            f"n = {LARGEST_ORDER}."
        )


def worker_memory(n: int, m: int) -> int:
    """Return a bound on the bytes of memory that a worker takes in a census of m shards.

    Examples
    --------
    >>> worker_memory(24, 7) >> 20, worker_memory(30, 31) >> 20
    (396, 6794)
    """
    points = (n - 2) // 2
    halves = left = stock = 0
    largest = 0
    for kind in kinds(n):
        each = (kind.b.count - kind.first) * (padded(kind.levels) * 8 + 24)
        halves, largest = halves + each, max(largest, each)
        left += kind.a.count * (padded(kind.levels) * 8 * (points + 1) + 16 * points)
    rests = {part.others.m: part.others for kind in kinds(n) for part in kind.b.parts}
    for part in (part for kind in kinds(n) for part in kind.b.parts):
        rests.setdefault(part.size - 1, part.trees)
    for forests in rests.values():
        used = min(forests.count, forests.end((n - 1 - forests.m) // 2 + 1))
        stock += 2 * used * (forests.m + 2) * 16 * points
    tiles = 4 * _TILES * padded(kinds(n)[-1].levels) * 8 * points
    return _FIXED + halves + largest + left + stock + tiles + 8 * most_keys(n, m)


def choose_shards(n: int, workers: int, memory: int) -> int:
    """Return the least number of shards, one or a prime, with which the workers fit the memory.

    Parameters
    ----------
    n, workers : int
    memory : int
        Bytes, for all workers together.

    Raises
    ------
    ResourceError
        When no number of shards makes them fit.

    Examples
    --------
    >>> choose_shards(12, 1, 1 << 30), choose_shards(24, 2, 1 << 30), choose_shards(30, 1, 7 << 30)
    (1, 7, 29)
    """
    m = 1 if count_free_trees(n) < _MANY else 7
    while m <= _LARGEST_MODULUS:
        if workers * worker_memory(n, m) <= memory:
            return m
        m = _next_prime(m)
    needed = workers * worker_memory(n, _LARGEST_MODULUS)
    raise ResourceError(
        f"For n = {n} the workers ({workers}) need {size(needed)} of memory, more than the "
        f"{size(memory)} allowed; allow more, or use fewer workers."
    )


def default_memory() -> int:
    """Return half of the memory of this machine, in bytes."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2


def size(count: int) -> str:
    """Return a number of bytes for people."""
    return f"{count / 2**30:.1f} GiB" if count >= 1 << 30 else f"{count / 2**20:.0f} MiB"


def _next_prime(m: int) -> int:
    """Return the first prime after m."""
    m += 1
    while any(m % d == 0 for d in range(2, int(m**0.5) + 1)):
        m += 1
    return m
