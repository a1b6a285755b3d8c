"""The inner loops of the engine in machine code (extra `fast`), on all cores.

The dot products of one vector A with many vectors B are taken for 64 B at a time.  For each
coefficient of P the nonzero entries of A are listed once; four of them are used in each pass over
the 64 sums, and eight A follow one another on the same B, so that all stays in the first cache.
All numbers are nonnegative integers in doubles, so what comes out below 2^53 is exact; the A for
which something larger comes out are handed back, to be done with residues
(see `polyfam.family.exact_products`).  P is unimodal, since its gamma vector is nonnegative, so
the coefficient of beta^N tells.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from types import SimpleNamespace
from typing import TYPE_CHECKING

from polyfam.family import exact_products
from polyfam.family.forests import BLOCK

if TYPE_CHECKING:
    import numpy

    from polyfam.family.engine import Halves

__all__ = ["fill_keys", "fill_rows", "is_available", "stable_order"]

_GROUP = 8  # vectors A that follow one another on the same B
_TASK = 1 << 14  # trees that a thread does at a time


@cache
def is_available() -> bool:
    """Say whether numba is installed."""
    from importlib.util import find_spec

    return find_spec("numba") is not None


def fill_rows(halves: Halves, place: numpy.ndarray, rows: numpy.ndarray) -> list[numpy.ndarray]:
    """Write the coefficients of beta^1, ..., beta^N of all trees into their rows.

    Parameters
    ----------
    halves : Halves
    place : ndarray of int32, shape (count,)
        The row of every tree.
    rows : ndarray of uint64, shape (count, N)

    Returns
    -------
    list of ndarray of int
        For every kind of `halves`, the A with a coefficient of 2^53 or more, whose rows hold
        nonsense.
    """
    import numpy as np

    largest = [np.zeros(len(kind.a)) for kind in halves.kinds]
    _run(_kernels().rows, halves, halves.basis.pairing(), largest, place, rows)
    return [np.flatnonzero(~(each < exact_products.EXACT_BELOW)) for each in largest]


def fill_keys(halves: Halves, shift: int, keys: numpy.ndarray) -> None:
    """Write ``c_2 << shift | c_3`` of all trees, in their order.

    Parameters
    ----------
    halves : Halves
    shift : int
        Large enough to hold c_3, with c_2 beside it in 64 bits.
    keys : ndarray of uint64, shape (count,)
    """
    import numpy as np

    unused = [np.empty(0)] * len(halves.kinds)
    _run(_kernels().keys, halves, halves.basis.pairing()[1:3], unused, np.uint64(shift), keys)


def stable_order(
    keys: numpy.ndarray,
) -> tuple[numpy.ndarray, numpy.ndarray, numpy.ndarray]:
    """Return the permutation that sorts unsigned keys stably, its inverse, and the sorted keys.

    Parameters
    ----------
    keys : ndarray of uint64, shape (count,)
        With count below 2^31.
    """
    import numpy as np

    digits = -(-int(keys.max()).bit_length() // 8)
    kernels = _kernels()
    cuts = pairwise(np.linspace(0, len(keys), _cores() + 1).astype(int).tolist())
    runs = list(_pool().map(lambda cut: kernels.radix_order(keys, *cut, digits), cuts))
    while len(runs) > 1:
        merged = [kernels.merge(*a, *b) for a, b in zip(runs[::2], runs[1::2], strict=False)]
        runs = merged + runs[2 * len(merged) :]
    order, keys = runs[0]
    return order, kernels.inverse(order), keys


def _cores() -> int:
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@cache
def _pool() -> ThreadPoolExecutor:
    """Return one thread for every core; a forked process makes its own."""
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=_pool.cache_clear)
    return ThreadPoolExecutor(_cores())


def _run(
    kernel: Callable[..., None],
    halves: Halves,
    pairing: numpy.ndarray,
    largest: list[numpy.ndarray],
    *arguments: object,
) -> None:
    """Run a kernel on all pairs (A, B), cut into tasks by A."""
    import numpy as np

    tasks = []
    for kind, starts, top in zip(halves.kinds, halves.starts, largest, strict=True):
        cuts = np.searchsorted(starts, np.arange(starts[0], starts[-1], _TASK)).tolist()
        for first, last in pairwise([*dict.fromkeys(cuts), len(kind.a)]):
            tasks.append(
                _pool().submit(
                    kernel, first, last, kind.table.values, kind.b.columns, pairing,
                    kind.first, kind.last, starts, top, *arguments,
                )
            )  # fmt: skip
    for task in tasks:
        task.result()


@cache
def _kernels() -> SimpleNamespace:
    """Compile the kernels, or load them from numba's cache."""
    import numba
    import numpy as np

    compiled = numba.njit(cache=True, nogil=True, fastmath={"contract"})
    uint64 = np.uint64

    @compiled
    def list_factors(vector, pairing, stride, factors, offsets, counts):
        """List the nonzero entries of A for each coefficient, and where their B begin."""
        width, dimension = pairing.shape
        for m in range(width):
            count = 0
            for k in range(dimension):
                if pairing[m, k] < dimension and vector[pairing[m, k]] != 0.0:
                    factors[m, count] = vector[pairing[m, k]]
                    offsets[m, count] = k * stride
                    count += 1
            while count % 4:
                factors[m, count] = 0.0
                offsets[m, count] = 0
                count += 1
            counts[m] = count

    @compiled
    def dot_products(factors, offsets, counts, flat, block, sums):
        """Take the dot products of one A with the 64 B of a block."""
        for m in range(len(counts)):
            line = sums[m]
            line[:] = 0.0
            for t in range(0, counts[m], 4):
                f0, f1, f2, f3 = (
                    factors[m, t],
                    factors[m, t + 1],
                    factors[m, t + 2],
                    factors[m, t + 3],
                )
                o0, o1 = offsets[m, t] + uint64(block), offsets[m, t + 1] + uint64(block)
                o2, o3 = offsets[m, t + 2] + uint64(block), offsets[m, t + 3] + uint64(block)
                for b in range(BLOCK):
                    line[b] += (
                        f0 * flat[o0 + uint64(b)]
                        + f1 * flat[o1 + uint64(b)]
                        + f2 * flat[o2 + uint64(b)]
                        + f3 * flat[o3 + uint64(b)]
                    )

    def kernel(finish):
        """Return the loop over all pairs of a task; `finish` stores the sums of a block."""

        @compiled
        def loop(
            first_a, last_a, vectors, columns, pairing, firsts, lasts, starts, top, target, out
        ):
            width, dimension = pairing.shape
            flat = columns.ravel()
            sums = np.empty((width, BLOCK))
            factors = np.empty((_GROUP, width, dimension + 3))
            offsets = np.empty((_GROUP, width, dimension + 3), uint64)
            counts = np.empty((_GROUP, width), np.int64)
            for group in range(first_a, last_a, _GROUP):
                after = min(group + _GROUP, last_a)
                for a in range(group, after):
                    g = a - group
                    list_factors(
                        vectors[a], pairing, columns.shape[1], factors[g], offsets[g], counts[g]
                    )
                for block in range(firsts[group:after].min(), lasts[group:after].max(), BLOCK):
                    for a in range(group, after):
                        low, high = max(block, firsts[a]), min(block + BLOCK, lasts[a])
                        if low < high:
                            g = a - group
                            dot_products(factors[g], offsets[g], counts[g], flat, block, sums)
                            start = starts[a] + block - firsts[a]
                            finish(sums, low - block, high - block, start, a, top, target, out)

        return loop

    @compiled
    def finish_rows(sums, low, high, start, a, top, place, rows):
        for b in range(low, high):
            row = rows[place[start + b]]
            for m in range(len(sums)):
                row[m] = uint64(np.int64(sums[m, b]))
        for b in range(low, high):
            if not sums[-1, b] <= top[a]:
                top[a] = sums[-1, b]

    @compiled
    def finish_keys(sums, low, high, start, _a, _top, shift, keys):
        for b in range(low, high):
            keys[start + b] = uint64(np.int64(sums[0, b])) << shift | uint64(np.int64(sums[1, b]))

    @compiled
    def radix_order(all_keys, first, last, digits):
        keys = all_keys[first:last]
        count = len(keys)
        counts = np.zeros((digits, 256), np.uint32)
        for i in range(count):
            key = keys[i]
            for digit in range(digits):
                counts[digit, (key >> uint64(8 * digit)) & uint64(255)] += np.uint32(1)
        order, next_order = np.empty(count, np.int32), np.empty(count, np.int32)
        for i in range(count):
            order[i] = first + i
        spare, next_keys = np.empty_like(keys), np.empty_like(keys)
        ends = np.empty(256, np.uint32)
        for digit in range(digits):
            total = np.uint32(0)
            for bucket in range(256):
                ends[bucket] = total
                total += counts[digit, bucket]
            shift = uint64(8 * digit)
            for i in range(count):
                key = keys[i]
                bucket = (key >> shift) & uint64(255)
                target = ends[bucket]
                ends[bucket] = target + np.uint32(1)
                next_keys[target] = key
                next_order[target] = order[i]
            # The caller's keys are read in the first round only.
            keys, next_keys = next_keys, spare if digit == 0 else keys
            order, next_order = next_order, order
        return order, keys

    @compiled
    def merge(order_a, keys_a, order_b, keys_b):
        count = len(keys_a) + len(keys_b)
        order, keys = np.empty(count, np.int32), np.empty(count, uint64)
        a = b = i = 0
        while a < len(keys_a) and b < len(keys_b):
            from_a = keys_a[a] <= keys_b[b]  # no branch: which it is cannot be foreseen
            order[i] = order_a[a] if from_a else order_b[b]
            keys[i] = keys_a[a] if from_a else keys_b[b]
            a += from_a
            b += not from_a
            i += 1
        order[i : i + len(keys_a) - a], keys[i : i + len(keys_a) - a] = order_a[a:], keys_a[a:]
        order[i + len(keys_a) - a :], keys[i + len(keys_a) - a :] = order_b[b:], keys_b[b:]
        return order, keys

    @compiled
    def inverse(order):
        place = np.empty_like(order)
        for i in range(len(order)):
            place[order[i]] = i
        return place

    return SimpleNamespace(
        inverse=inverse,
        rows=kernel(finish_rows),
        keys=kernel(finish_keys),
        radix_order=radix_order,
        merge=merge,
    )
