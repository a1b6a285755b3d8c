"""The rows of all trees of one order in the canonical order.

The order is found from gamma_1 and gamma_2, which are computed first and tell nearly all trees
apart: the coefficients compare as the gamma vectors do, since each coefficient is the entry of the
gamma vector of the same number plus multiples of earlier ones.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from polyfam.family.engine import machine
from polyfam.family.engine.exact_products import to_words
from polyfam.family.engine.halves import Halves
from polyfam.typing import Array

__all__ = ["canonical_rows"]

#: Up to here numpy takes less time than importing numba does.
SMALL = 18


def canonical_rows(
    halves: Halves, exact_row: Callable[[Sequence[int]], list[int]]
) -> tuple[Array, Array, dict[int, list[int]]]:
    """Return all half rows in the canonical order.

    Parameters
    ----------
    halves : Halves
    exact_row : callable
        Computes the half row of a level sequence in big integers; used where 64 bits do not hold
        a coefficient.

    Returns
    -------
    half : ndarray of uint64, shape (count, N)
        The coefficients of beta^1, ..., beta^N; zeros in the rows listed in `large`.
    positions : ndarray, shape (count,)
        The position of every row in the order of A, then B.
    large : dict
        The rows with a coefficient of 64 bits or more.
    """
    fast = machine.is_available() and halves.n > SMALL and halves.count < 1 << 31
    keys, shift = _sort_keys(halves, fast)
    if fast:
        positions, place = machine.canonical_order(keys, shift)
    else:
        positions = np.argsort(keys)
        keys = keys[positions]
        place = np.empty_like(positions)
        place[positions] = np.arange(halves.count)
    half = np.empty((halves.count, halves.half), np.uint64)
    large: dict[int, list[int]] = {}
    remaining = machine.fill_rows(halves, place, half) if fast else None
    for start, rows in halves.coefficients(slice(None), remaining):
        words, too_large = to_words(rows)
        places = place[start : start + len(words)]
        half[places] = words
        if len(too_large):
            sequences = halves.levels(start + too_large).tolist()
            for row, levels in zip(places[too_large].tolist(), sequences, strict=True):
                large[row] = exact_row(levels)
                half[row] = 0
    del place
    if fast and not large:
        machine.sort_runs(keys, half, positions)
    else:
        if fast:
            keys >>= np.uint64(halves.count.bit_length())
        ties = np.flatnonzero(keys[1:] == keys[:-1])
        _break_ties(half, positions, large, ties)
    return half, positions, large


def _sort_keys(halves: Halves, fast: bool) -> tuple[Array, int]:
    """Return 64-bit keys that order the trees by gamma_1, then gamma_2, and the place of gamma_1.

    gamma_m is at most the coefficient of beta^(m + 1), and this at most (m + 1)^j, as the labels of
    the j edges (see `polyfam.family.routes.lattice_sum`) are at most m + 1.  Where the two need
    more than 64 bits gamma_2 is cut at its end, which only makes more ties; that happens from
    n = 26 on, beyond what fits the memory that `beta_table` allows itself today.
    """
    j = halves.n - 1
    shift = (3**j).bit_length()
    cut = max(0, j + shift - 64)
    keys = np.empty(halves.count, np.uint64)
    if fast and halves.half > 2 and not cut:
        machine.fill_keys(halves, shift, keys)
        return keys, shift
    for start, rows in halves.gammas(slice(1, 3)):
        words, _ = to_words(rows)
        block = keys[start : start + len(words)]
        block[:] = words[:, 0] << np.uint64(shift - cut)
        if halves.half > 2:
            block |= words[:, 1] >> np.uint64(cut)
    return keys, shift - cut


def _break_ties(
    half: Array,
    positions: Array,
    large: dict[int, list[int]],
    ties: Array,
) -> None:
    """Sort the rows with equal keys in place; `ties` are the rows whose next row has their key."""
    rows = np.union1d(ties, ties + 1)
    run = np.cumsum(~np.isin(rows - 1, ties))
    # Equal polynomials, which nobody has seen, would stay in the order of the positions.
    order = np.lexsort((positions[rows], *half[rows].T[::-1], run))
    for affected in np.unique(run[np.isin(rows, list(large))]):
        members = np.flatnonzero(run == affected)
        order[members] = sorted(
            members.tolist(), key=lambda k: large.get(int(rows[k])) or half[rows[k]].tolist()
        )
    sources = rows[order]
    half[rows], positions[rows] = half[sources], positions[sources]
    moved = [large.pop(source, None) for source in sources.tolist()] if large else []
    large.update((row, c) for row, c in zip(rows.tolist(), moved, strict=False) if c is not None)
