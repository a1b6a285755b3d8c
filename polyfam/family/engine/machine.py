"""The engine in machine code (extra `fast`), on all cores.

All numbers are nonnegative integers in doubles, so what comes out below 2^53 is exact; the A for
which something larger comes out are handed back, to be done with residues
(see `polyfam.family.engine.exact_products`).  The coefficients grow up to that of beta^N, since
the gamma vector is nonnegative, and exceed the gamma vector, so the coefficient of beta^N tells.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from polyfam.family.engine import exact_products
from polyfam.family.engine.basis import from_gamma
from polyfam.typing import Array

if TYPE_CHECKING:
    from polyfam.family.engine.halves import Halves, Kind

__all__ = ["canonical_order", "fill_keys", "fill_rows", "is_available", "sort_runs"]

_TASK = 1 << 14  # trees that a thread does at a time


@cache
def is_available() -> bool:
    """Say whether numba is installed."""
    from importlib.util import find_spec

    return find_spec("numba") is not None


def fill_rows(halves: Halves, place: Array, rows: Array) -> list[Array]:
    """Write the coefficients of beta^1, ..., beta^N of all trees into rows of uint64.

    ``place`` has the row of every tree.  Return, for every kind of `halves`, the A with a
    coefficient of 2^53 or more, whose rows hold nonsense.
    """
    from polyfam.family.engine import kernels

    failed = [np.zeros(len(kind.a), np.bool_) for kind in halves.kinds]
    arguments = from_gamma(halves.n), place, rows.view(np.int64), int(exact_products.EXACT_BELOW)
    _run(kernels.fill_rows, halves, slice(1, None), [(*arguments, each) for each in failed])
    return [np.flatnonzero(each) for each in failed]


def fill_keys(halves: Halves, shift: int, keys: Array) -> None:
    """Write ``gamma_1 << shift | gamma_2`` of all trees, in their order, into keys of uint64.

    The shift is so large that gamma_2 fits, with gamma_1 beside it.
    """
    from polyfam.family.engine import kernels

    _run(kernels.fill_keys, halves, slice(1, 3), [(shift, keys)] * len(halves.kinds))


def canonical_order(keys: Array, shift: int) -> tuple[Array, Array]:
    """Return the permutation that sorts keys, as far as 64 bits tell them apart, and its inverse.

    The keys ``gamma_1 << shift | gamma_2`` of uint64, fewer than 2^31, are sorted in place, and
    `sort_runs` reads what becomes of them.
    """
    from polyfam.family.engine import kernels

    bits = len(keys).bit_length()
    kernels.condense_keys(keys, shift, 64 - bits)
    keys.sort()
    order, place = np.empty(len(keys), np.int32), np.empty(len(keys), np.int32)
    kernels.invert(keys, (1 << bits) - 1, order, place)
    return order, place


def sort_runs(keys: Array, rows: Array, order: Array) -> None:
    """Sort the rows that `canonical_order` could not tell apart, and their places, in place."""
    from polyfam.family.engine import kernels

    kernels.sort_runs(keys, len(keys).bit_length(), rows, order)


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
    entries: slice,
    arguments: list[tuple[object, ...]],
) -> None:
    """Run a kernel on all pairs (A, B), cut into tasks by A, with arguments for every kind."""
    tasks = []
    for kind, starts, others in zip(halves.kinds, halves.starts, arguments, strict=True):
        pairing, columns = _columns(halves, kind, entries)
        cuts = np.searchsorted(starts, np.arange(starts[0], starts[-1], _TASK)).tolist()
        for first, last in pairwise([*dict.fromkeys(cuts), len(kind.a)]):
            tasks.append(
                _pool().submit(
                    kernel, first, last, kind.left.values, columns, pairing, kind.first, kind.last,
                    starts, *others,
                )
            )  # fmt: skip
    for task in tasks:
        task.result()


def _columns(halves: Halves, kind: Kind, entries: slice) -> tuple[Array, Array]:
    """Return the pairing into the columns that are needed, and these, a block of zeros after each.

    Columns of zeros are left out: for short forests nearly half.
    """
    from polyfam.family.engine import kernels

    pairing, values = halves.basis.pairing[entries], kind.right.values
    dimension = halves.basis.dimension
    used = np.flatnonzero(values.any(axis=0))
    used = used[np.isin(used, pairing)]
    number = np.full(dimension + 1, dimension)
    number[used] = np.arange(len(used))
    columns = np.zeros((len(used), len(values) + kernels.BLOCK))
    columns[:, : len(values)] = values[:, used].T
    return number[pairing], columns
