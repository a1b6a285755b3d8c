"""The inner loops of the engine, for numba; imported only where it is installed.

All functions stand at module level and call each other by name, so that numba's cache serves
every process after the first.

The dot products of one vector A with many vectors B are taken for 64 B at a time.  For each entry
of the gamma vector the nonzero entries of A are listed once; four of them are used in each pass
over the 64 sums, and eight A follow one another on the same B, so that all stays in the first
cache.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numba
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from polyfam.typing import Array

__all__ = ["BLOCK", "condense_keys", "fill_keys", "fill_rows", "invert", "sort_runs"]

#: Vectors B that are taken together.
BLOCK = 64
GROUP = 8  # vectors A that follow one another on the same B
uint64 = np.uint64


def _compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function when it is first called, or load it from numba's cache."""
    compiled: Callable[..., Any] = numba.njit(cache=True, nogil=True, fastmath={"contract"})(
        function
    )
    return compiled


@_compiled
def list_factors(
    vector: Array, pairing: Array, stride: int, factors: Array, offsets: Array, counts: Array
) -> None:
    """List the nonzero entries of A for each entry of gamma, and where their B begin."""
    width, dimension = pairing.shape
    for m in range(width):
        count = 0
        for k in range(dimension):
            if pairing[m, k] < dimension and vector[k] != 0.0:
                factors[m, count] = vector[k]
                offsets[m, count] = pairing[m, k] * stride
                count += 1
        while count % 4:
            factors[m, count] = 0.0
            offsets[m, count] = 0
            count += 1
        counts[m] = count


@_compiled
def dot_products(
    factors: Array, offsets: Array, counts: Array, flat: Array, block: int, sums: Array
) -> None:
    """Take the dot products of one A with the B of a block."""
    for m in range(len(counts)):
        line = sums[m]
        line[:] = 0.0
        for t in range(0, counts[m], 4):
            f0, f1 = factors[m, t], factors[m, t + 1]
            f2, f3 = factors[m, t + 2], factors[m, t + 3]
            o0, o1 = offsets[m, t] + uint64(block), offsets[m, t + 1] + uint64(block)
            o2, o3 = offsets[m, t + 2] + uint64(block), offsets[m, t + 3] + uint64(block)
            for b in range(BLOCK):
                line[b] += (
                    f0 * flat[o0 + uint64(b)]
                    + f1 * flat[o1 + uint64(b)]
                    + f2 * flat[o2 + uint64(b)]
                    + f3 * flat[o3 + uint64(b)]
                )


@_compiled
def fill_keys(
    first_a: int, last_a: int, vectors: Array, columns: Array, pairing: Array, firsts: Array,
    lasts: Array, starts: Array, shift: int, keys: Array,
) -> None:  # fmt: skip
    """Write ``gamma_1 << shift | gamma_2`` of the trees with A in a range."""
    width, dimension = pairing.shape
    flat = columns.ravel()
    sums = np.empty((width, BLOCK))
    factors = np.empty((width, dimension + 3))
    offsets = np.empty((width, dimension + 3), uint64)
    counts = np.empty(width, np.int64)
    for a in range(first_a, last_a):
        list_factors(vectors[a], pairing, columns.shape[1], factors, offsets, counts)
        for block in range(firsts[a], lasts[a], BLOCK):
            dot_products(factors, offsets, counts, flat, block, sums)
            start = starts[a] + block - firsts[a]
            for b in range(min(BLOCK, lasts[a] - block)):
                keys[start + b] = uint64(np.int64(sums[0, b])) << uint64(shift) | uint64(
                    np.int64(sums[1, b])
                )


@_compiled
def fill_rows(
    first_a: int, last_a: int, vectors: Array, columns: Array, pairing: Array, firsts: Array,
    lasts: Array, starts: Array, triangle: Array, place: Array, rows: Array, exact: int,
    failed: Array,
) -> None:  # fmt: skip
    """Write the rows of the trees with A in a range; mark the A with a number beyond `exact`."""
    width, dimension = pairing.shape
    flat = columns.ravel()
    gammas, words = np.empty((width, BLOCK)), np.empty((width + 1, BLOCK), np.int64)
    factors = np.empty((GROUP, width, dimension + 3))
    offsets = np.empty((GROUP, width, dimension + 3), uint64)
    counts = np.empty((GROUP, width), np.int64)
    for group in range(first_a, last_a, GROUP):
        after = min(group + GROUP, last_a)
        for a in range(group, after):
            g = a - group
            list_factors(vectors[a], pairing, columns.shape[1], factors[g], offsets[g], counts[g])
        for block in range(firsts[group:after].min(), lasts[group:after].max(), BLOCK):
            for a in range(group, after):
                low, high = max(block, firsts[a]), min(block + BLOCK, lasts[a])
                if low < high:
                    g = a - group
                    dot_products(factors[g], offsets[g], counts[g], flat, block, gammas)
                    expand(gammas, triangle, words)
                    start = starts[a] + block - firsts[a]
                    for b in range(low - block, high - block):
                        row = rows[place[start + b]]
                        for m in range(width + 1):
                            row[m] = words[m, b]
                        failed[a] |= not 0 < words[width, b] < exact


@_compiled
def expand(gammas: Array, triangle: Array, words: Array) -> None:
    """Turn gamma_1, gamma_2, ... of a block into the coefficients of beta^1, beta^2, ...."""
    line = np.empty(BLOCK)
    for m in range(len(words)):
        line[:] = triangle[0, m]
        for k in range(1, m + 1):
            factor = triangle[k, m]
            for b in range(BLOCK):
                line[b] += factor * gammas[k - 1, b]
        for b in range(BLOCK):
            words[m, b] = np.int64(line[b])


@_compiled
def condense_keys(keys: Array, shift: int, bits: int) -> int:
    """Renumber the keys in their order, close together, and append their places.

    For every gamma_1 the numbers from its least gamma_2 to its greatest are kept.  What is more
    than `bits` bits then is cut at its end.  Return how many bits were cut.
    """
    top = np.int64(keys.max() >> uint64(shift))
    least = np.full(top + 1, uint64(2**64 - 1))
    greatest = np.zeros(top + 1, uint64)
    mask = (uint64(1) << uint64(shift)) - uint64(1)
    for key in keys:
        gamma, rest = key >> uint64(shift), key & mask
        if rest < least[gamma]:
            least[gamma] = rest
        if rest > greatest[gamma]:
            greatest[gamma] = rest
    total = uint64(0)
    for gamma in range(top + 1):
        if least[gamma] <= greatest[gamma]:
            width = greatest[gamma] - least[gamma] + uint64(1)
            least[gamma] -= total  # modulo 2^64: what is subtracted from gamma_2 below
            total += width
    cut = 0
    while total >> uint64(bits + cut):
        cut += 1
    place = uint64(64 - bits)
    for i in range(len(keys)):
        key = keys[i]
        number = (key & mask) - least[key >> uint64(shift)]
        keys[i] = number >> uint64(cut) << place | uint64(i)
    return cut


@_compiled
def invert(keys: Array, mask: int, order: Array, place: Array) -> None:
    """Read the places at the ends of sorted keys, and invert the permutation."""
    for i in range(len(keys)):
        source = np.int64(keys[i] & uint64(mask))
        order[i] = source
        place[source] = i


@_compiled
def sort_runs(keys: Array, bits: int, rows: Array, order: Array) -> None:
    """Sort the rows with equal keys (without the last bits), which are few, by insertion."""
    shift = uint64(bits)
    spare = np.empty_like(rows[0])
    for i in range(1, len(keys)):
        k = i
        while k > 0 and keys[k - 1] >> shift == keys[i] >> shift and _falls(rows, k):
            spare[:] = rows[k]
            rows[k] = rows[k - 1]
            rows[k - 1] = spare
            order[k], order[k - 1] = order[k - 1], order[k]
            k -= 1


@_compiled
def _falls(rows: Array, k: int) -> bool:
    """Say whether a row is smaller than the one before it."""
    for m in range(rows.shape[1]):
        if rows[k, m] != rows[k - 1, m]:
            return bool(rows[k, m] < rows[k - 1, m])
    return False
