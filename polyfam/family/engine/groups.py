"""What is linear in the gamma vectors of all trees of one order, by products of small matrices.

The gamma vector of a tree is a dot product of its halves A and B (`polyfam.family.engine.basis`),
so whatever is linear in it, such as the coefficients of P, is the vector of B times a matrix that
depends on A.  The A of one kind are sorted by the number of B that they meet, and neighbours make
a group: their matrices stand side by side, and some hundred B at a time are multiplied by them.

All numbers are nonnegative integers.  The largest entries of the columns of B, times the matrices
of A, bound all products; where the bound is below 2^53 doubles are exact, elsewhere the products
are checked one by one and done again with residues (`polyfam.family.engine.exact_products`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from polyfam.family.engine import exact_products
from polyfam.family.engine.exact_products import Exact, multiply
from polyfam.typing import Array

if TYPE_CHECKING:
    from polyfam.family.engine.halves import Halves, Vectors

__all__ = ["Group", "do_groups", "groups"]

#: Columns of the matrices of a group, as far as these are narrower.
_COLUMNS = 320
#: Multiplications of one product: OpenBLAS leaves so few to one core, and all stays in the cache.
_MULTIPLICATIONS = 1 << 18


class Group(NamedTuple):
    """Some A of one kind and the B that any of them meets, from place `first`.

    The tree of the i-th A and of B at place b, b < ``last[i]``, stands at ``origin[i] + b``; `last`
    ascends.
    """

    table: Exact
    factors: Exact
    bounded: bool
    origin: Array
    last: Array
    first: int

    def blocks(self) -> Iterator[tuple[int, Exact]]:
        """Yield products, a row for every B, the numbers of all A side by side, and the first B."""
        _, _, bounded, _, last, first = self
        table, factors = self.table, self.factors
        height = max(1, _MULTIPLICATIONS // factors.values.size)
        stop = int(last.max())
        for start in range(first, stop, height):
            rows = slice(start, min(start + height, stop))
            if bounded:
                yield start, Exact(table.values[rows] @ factors.values)
                continue
            products = multiply(table.select(rows), factors)
            yield start, products
            if products.residues is not None:  # the next rows will need them too
                table, factors = table.completed(), factors.completed()

    def pairs(self, start: int, products: Exact) -> tuple[Exact, Array, Array]:
        """Take a block apart into pairs, row by row.

        Returns
        -------
        numbers : Exact, shape (pairs, width)
        inside : ndarray of bool, shape (pairs,)
            Which pairs are trees.
        positions : ndarray of int, shape (trees,)
            The positions of those.
        """
        b = np.arange(start, start + len(products.values))[:, None]
        inside = (b < self.last).ravel()
        numbers = products.map(lambda part: part.reshape(len(inside), -1))
        return numbers, inside, (self.origin + b).ravel()[inside]


def do_groups(halves: Halves, matrix: Array, work: Callable[[Group], None]) -> None:
    """Do some work for each of the `groups`, on all cores."""
    if _cores() == 1:
        for group in groups(halves, matrix):
            work(group)
    else:
        list(_pool().map(work, groups(halves, matrix)))


def groups(halves: Halves, matrix: Array) -> Iterator[Group]:
    """Yield all trees in groups.

    Parameters
    ----------
    halves : Halves
    matrix : ndarray of float64, shape (N, width)
        What takes gamma_0, ..., gamma_(N - 1) to the wanted numbers; integers from 0 up to 2^53.
    """
    needed = int(np.flatnonzero(matrix.any(axis=1))[-1]) + 1
    size = -(-_COLUMNS // matrix.shape[1])
    for kind, starts in zip(halves.kinds, halves.starts, strict=True):
        first, last = kind.pairs.first, kind.pairs.last
        some = np.flatnonzero(first < last)
        if not len(some):
            continue
        some = some[np.argsort(last[some], kind="stable")]
        last, origin = last[some], starts[some] - first
        left, table, spread = _parts(halves, kind, matrix[:needed])
        largest = table.values[first : last[-1]].max(axis=0)
        for i in range(0, len(some), size):
            these = slice(i, i + size)
            factors = multiply(left.select(some[these]), spread)
            factors = factors.map(lambda part: part.reshape(part.shape[0], -1))
            with np.errstate(invalid="ignore"):  # infinity times zero: a value that is not known
                bounded = bool((largest @ factors.values).max() < exact_products.EXACT_BELOW)
            yield Group(table, factors, bounded, origin[these], last[these], first)


def _parts(halves: Halves, kind: Vectors, matrix: Array) -> tuple[Exact, Exact, Exact]:
    """Return the entries of A and of B that matter, and what takes A to its matrix.

    The latter has the shape (entries of B, entries of A, width).
    """
    basis = halves.basis
    pairing = basis.pairing[: len(matrix)]
    filled = basis.support(kind.pairs.a.m + 1)
    used = basis.support(kind.pairs.b.m + kind.pairs.joined)
    used = used[(pairing[:, used] < basis.dimension).any(axis=0)]
    spread = np.zeros((len(used), basis.dimension + 1, matrix.shape[1]))
    for gamma, partners in zip(matrix, pairing[:, used], strict=True):
        spread[np.arange(len(used)), partners] += gamma
    left, right = (
        side.map(partial(np.take, indices=entries, axis=1))
        for side, entries in ((kind.left, filled), (kind.right, used))
    )
    return left, right, Exact(spread[:, filled])


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
