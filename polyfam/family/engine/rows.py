"""The rows of all trees of one order in the canonical order.

The order is found from gamma_1 and gamma_2, which are computed first and tell nearly all trees
apart: the coefficients compare as the gamma vectors do, since each coefficient is the entry of the
gamma vector of the same number plus multiples of earlier ones.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from polyfam.family.engine import exact_products, machine
from polyfam.family.engine.basis import from_gamma
from polyfam.family.engine.exact_products import to_words
from polyfam.family.engine.groups import Group, do_groups
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
        ties = np.flatnonzero(keys[1:] == keys[:-1])
        place = np.empty_like(positions)
        place[positions] = np.arange(halves.count)
    half = np.empty((halves.count, halves.half), np.uint64)
    large: dict[int, list[int]] = {}

    def fill(group: Group) -> None:
        for start, products in group.blocks():
            if fast and products.residues is None:
                machine.place_rows(group, start, products.values, place, half)
                continue
            numbers, inside, trees = group.pairs(start, products)
            words, too_large = to_words(numbers)
            _as_rows(half)[place[trees]] = _as_rows(words)[inside]
            if len(too_large):
                these = trees[np.isin(np.flatnonzero(inside), too_large)]
                sequences = halves.levels(these).tolist()
                for row, levels in zip(place[these].tolist(), sequences, strict=True):
                    large[row] = exact_row(levels)
                    half[row] = 0

    do_groups(halves, from_gamma(halves.n), fill)
    if fast and not large:
        machine.sort_runs(half, positions)
        return half, positions, large
    if fast:
        ties = np.flatnonzero(positions[1:] >= machine.TIE)
        positions &= machine.TIE - 1
    _break_ties(half, positions, large, ties)
    return half, positions, large


def _as_rows(words: Array) -> Array:
    """Return a view with one element for every row, which numpy moves in half the time."""
    rows: Array = words.view(f"V{8 * words.shape[1]}")[:, 0]
    return rows


def _sort_keys(halves: Halves, fast: bool) -> tuple[Array, int]:
    """Return keys ``gamma_1 << shift | gamma_2`` of uint64 for all trees, and the shift.

    gamma_m is at most the coefficient of beta^(m + 1), and this at most (m + 1)^j, as the labels of
    the j edges (see `polyfam.family.routes.lattice_sum`) are at most m + 1.  Keys of more than 64
    bits, which only trees near the star of 26 vertices and more have, all become the largest word:
    that only makes more ties.
    """
    shift = (3 ** (halves.n - 1)).bit_length()
    matrix = np.zeros((halves.half, 1))
    matrix[1:3] = np.array([[2.0**shift], [1.0]])[: halves.half - 1]
    keys = np.empty(halves.count, np.uint64)

    def fill(group: Group) -> None:
        for start, products in group.blocks():
            if fast and products.residues is None:
                machine.place_keys(group, start, products.values, keys)
                continue
            words, _ = to_words(products)
            if products.residues is not None:
                words[~(products.values < exact_products.WORD_BELOW)] = 2**64 - 1
            ends = np.clip(group.last - start, 0, len(words)).tolist()
            for a, (origin, end) in enumerate(zip(group.origin.tolist(), ends, strict=True)):
                keys[origin + start : origin + start + end] = words[:end, a]

    do_groups(halves, matrix, fill)
    return keys, shift


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
