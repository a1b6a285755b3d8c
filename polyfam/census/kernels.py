"""The inner loops in machine code (extra `fast`).

Everything stands at module level and is compiled once: numba keeps the code on disk, and a second
process finds it there.  The dot products are unrolled for the length of the tuple `levels`, which
has a multiple of four entries, and the compiler makes them as wide as the processor.
"""
# Numba gives the arguments of an overload their types, and wants tuples to be added.
# ruff: noqa: ARG001, ARG005, RUF005
# mypy: disable-error-code="no-untyped-def,no-untyped-call,misc,untyped-decorator"

from __future__ import annotations

import numba
import numpy as np
from numba.extending import overload

from polyfam.census.keys import DEFICITS, LANES, PRIMES

__all__ = ["count_keys", "digest_sums", "locate", "make_keys", "refine", "settle"]

_U = np.uint64
_C0, _C1 = map(_U, DEFICITS)
_P0, _P1 = map(_U, PRIMES)
_SHIFT, _MASK = _U(30), _U((1 << 30) - 1)
_STEP = _U(LANES)
_ONE = _U(1)
#: A that `settle` takes to one point before it goes to the next: an even number.
_FEW = 16

_compiled = numba.njit(cache=True, nogil=True)
_contracted = numba.njit(cache=True, nogil=True, fastmath={"contract", "reassoc"})


def _words(levels, table, start):
    raise NotImplementedError


@overload(_words)
def _words_of(levels, table, start):
    """Return consecutive entries as a tuple as long as `levels`."""
    if len(levels) == 1:
        return lambda levels, table, start: (_U(table[start]),)
    return lambda levels, table, start: (
        (_U(table[start]),) + _words(levels[1:], table, start + _ONE)
    )


def _singles(levels, table, start):
    raise NotImplementedError


@overload(_singles)
def _singles_of(levels, table, start):
    """Return consecutive entries in single precision, as a tuple as long as `levels`."""
    if len(levels) == 1:
        return lambda levels, table, start: (np.float32(table[start]),)
    return lambda levels, table, start: (
        (np.float32(table[start]),) + _singles(levels[1:], table, start + _ONE)
    )


def _dot(factors, table, start, deficit):
    raise NotImplementedError


@overload(_dot)
def _dot_of(factors, table, start, deficit):
    """Return a sum of products modulo 2^30 - deficit, below 2^64: 16 products fit, then 4 more."""
    if len(factors) == 1:
        return lambda factors, table, start, deficit: factors[0] * _U(table[start])
    if len(factors) == 17:
        return lambda factors, table, start, deficit: (
            factors[0] * _U(table[start])
            + _fold(_dot(factors[1:], table, start + _STEP, deficit), deficit)
        )
    return lambda factors, table, start, deficit: (
        factors[0] * _U(table[start]) + _dot(factors[1:], table, start + _STEP, deficit)
    )


def _products(first, second, table, start, stride):
    raise NotImplementedError


@overload(_products)
def _products_of(first, second, table, start, stride):
    """Return two sums of products with the same entries, in single precision."""
    if len(first) == 1:
        return lambda first, second, table, start, stride: (
            first[0] * table[start],
            second[0] * table[start],
        )

    def products(first, second, table, start, stride):
        one, two = _products(first[1:], second[1:], table, start + stride, stride)
        return first[0] * table[start] + one, second[0] * table[start] + two

    return products


@_compiled
def _fold(number, deficit):
    """Return a smaller number in the same class modulo 2^30 - deficit."""
    return (number & _MASK) + (number >> _SHIFT) * deficit


@_compiled
def _reduce(number, deficit, prime):
    """Return a number below 2^64 modulo the prime 2^30 - deficit."""
    # below 2^40, then below 2^30 + 2^16, which is below twice the prime
    rest = _fold(_fold(number, deficit), deficit)
    return min(rest, rest - prime)  # the difference wraps around where it is negative


@_compiled
def count_keys(rooted, others, last, places, residues, slabs, m, wanted):
    """Return how many trees have the wanted class; see `make_keys`."""
    ends = np.empty(m, np.int64)
    total = 0
    for r in range(m):
        ends[:] = 0
        w, stop = slabs[r], slabs[r + 1]
        for a in range(len(last)):
            while w < stop and places[w] < last[a]:
                ends[residues[w]] += 1
                w += 1
            total += ends[(wanted + 2 * m * m - others[a] - rooted[a] * r) % m]
    return total


@_compiled
def locate(rooted, others, last, places, residues, slabs, m, wanted, targets):
    """Return A, the cell (r, s) and the number in it of the keys at some places; see `make_keys`.

    `targets` are places in what `make_keys` writes, ascending.
    """
    ends = np.empty(m, np.int64)
    found = np.empty((len(targets), 4), np.int64)
    total = t = 0
    for r in range(m):
        ends[:] = 0
        w, stop = slabs[r], slabs[r + 1]
        for a in range(len(last)):
            while w < stop and places[w] < last[a]:
                ends[residues[w]] += 1
                w += 1
            cell = (wanted + 2 * m * m - others[a] - rooted[a] * r) % m
            while t < len(targets) and targets[t] < total + ends[cell]:
                found[t] = a, r, cell, targets[t] - total
                t += 1
            total += ends[cell]
    return found


@_compiled
def make_keys(
    levels,
    table,
    rooted,
    others,
    last,
    blocks,
    cells,
    places,
    residues,
    slabs,
    m,
    wanted,
    lanes,
    out,
):
    """Write the keys of all trees of one class and return their number.

    For every residue r of R_B the B are passed once in their order, while A goes through its own,
    by the number of B that it may meet; `ends` counts what has been passed in each cell (r, N).  So
    the B of an A are the first ones of a cell: whole blocks of lanes, nothing to search for.
    `lanes` is LANES: as a constant the loop would be unrolled, and not be made wide.
    """
    size = _U(len(levels))
    half = _STEP * size
    ends = np.empty(m, np.int64)
    n = _U(0)
    for r in range(m):
        ends[:] = 0
        w, stop = slabs[r], slabs[r + 1]
        for a in range(len(last)):
            while w < stop and places[w] < last[a]:
                ends[residues[w]] += 1
                w += 1
            cell = (wanted + 2 * m * m - others[a] - rooted[a] * r) % m
            count = ends[cell]
            if count == 0:
                continue
            first = _words(levels, table, _U(2 * a) * size)
            second = _words(levels, table, _U(2 * a + 1) * size)
            start = _U(cells[r * m + cell]) * _U(2) * half
            for done in range(0, count, LANES):
                for k in range(_U(lanes)):
                    one = _dot(first, blocks, start + k, _C0)
                    two = _dot(second, blocks, start + half + k, _C1)
                    out[n + _U(done) + k] = (_reduce(one, _C0, _P0) << _SHIFT) | _reduce(
                        two, _C1, _P1
                    )
                start += _U(2) * half
            n += _U(count)
    return n


@_compiled
def _mix(number):
    """Return the output of SplitMix64 for this state."""
    number = number + _U(0x9E3779B97F4A7C15)
    number = (number ^ (number >> _U(30))) * _U(0xBF58476D1CE4E5B9)
    number = (number ^ (number >> _U(27))) * _U(0x94D049BB133111EB)
    return number ^ (number >> _U(31))


@_compiled
def digest_sums(keys):
    """Return the two sums of the digest modulo 2^64."""
    low, high = _U(0), _U(0)
    for i in range(_U(len(keys))):
        one = _mix(keys[i])
        low += one
        high += _mix(one)
    return high, low


@_contracted
def settle(levels, left, chosen, left_error, block, block_error, widths, certain, failed):
    """List the pairs for which not all dot products are seen to be positive; return their number.

    Parameters
    ----------
    levels : tuple
    left : ndarray of float64, shape (A, points, levels)
    chosen, widths : ndarray of int, shape (c,)
        The A to take, and how many lanes each meets, never more than the one before.
    left_error : ndarray of float32, shape (A,)
    block : ndarray of float32, flat: (points, levels, lanes)
    block_error : ndarray of float32, shape (lanes,)
    certain : float32
        What a dot product must exceed besides the errors of its factors.
    failed : ndarray of int32, shape (c * lanes, 2)
    """
    lanes = _U(len(block_error))
    size = _U(len(levels))
    points = left.shape[1]
    flat = left.ravel()
    least = np.empty((_FEW, len(block_error)), np.float32)
    found = 0
    for group in range(0, len(chosen), _FEW):
        few = chosen[group : group + _FEW]
        least[:] = np.float32(2)
        for p in range(points):
            start = _U(p) * size * lanes
            for i in range(0, len(few), 2):
                other = few[min(i + 1, len(few) - 1)]
                first = _singles(levels, flat, _U(few[i] * points + p) * size)
                second = _singles(levels, flat, _U(other * points + p) * size)
                upper, lower = least[i], least[i + 1]
                for k in range(_U((widths[group + i] + 7) // 8 * 8)):
                    one, two = _products(first, second, block, start + k, lanes)
                    upper[k], lower[k] = min(upper[k], one), min(lower[k], two)
        for i in range(len(few)):
            bound = left_error[few[i]] + certain
            for k in range(widths[group + i]):
                if not least[i, k] > bound + block_error[k]:
                    failed[found, 0], failed[found, 1] = few[i], k
                    found += 1
    return found


@_contracted
def refine(pairs, left, left_scale, left_error, right, right_scale, right_error, nodes, finer):
    """Say for pairs whether the values at finer points prove as many changes of sign as roots.

    Parameters
    ----------
    pairs : ndarray of int32, shape (count, 2)
    left, right : ndarray of float64, shape (halves, points, levels)
    left_scale, left_error, right_scale, right_error : ndarray of float64, shape (halves, points)
    nodes : ndarray of float64, shape (points,)
    finer : ndarray of float64, shape (points, steps, points + 1)

    Returns
    -------
    ndarray of bool, shape (count,)
    """
    points, steps = finer.shape[0], finer.shape[1]
    proved = np.empty(len(pairs), np.bool_)
    values, errors = np.empty(points + 1), np.empty(points + 1)
    values[0], errors[0] = 1.0, 2.0**-46
    for i in range(len(pairs)):
        a, b = pairs[i, 0], pairs[i, 1]
        for p in range(points):
            product = 0.0
            for k in range(left.shape[2]):
                product += left[a, p, k] * right[b, p, k]
            scale = nodes[p] * left_scale[a, p] * right_scale[b, p]
            values[p + 1] = product * scale
            errors[p + 1] = (left_error[a, p] + right_error[b, p] + 2.0**-46) * abs(scale)
        changes, sign = 0, 1.0
        for p in range(points):
            for step in range(steps + 1):
                if step == steps:
                    value, error = values[p + 1], errors[p + 1]
                elif values[p + 1] * sign < -errors[p + 1] and abs(values[p]) > errors[p]:
                    continue  # the ends of this interval differ: one change, and no need to look
                else:
                    value = error = 0.0
                    for k in range(points + 1):
                        value += finer[p, step, k] * values[k]
                        error += abs(finer[p, step, k]) * errors[k]
                if value * sign < -error:
                    changes += 1
                    sign = -sign
        proved[i] = changes >= points
    return proved
