"""The stock: vectors of all short forests, from which every tree of one order is built.

A forest on m vertices is a multiset of branches, a rooted tree on m + 1 vertices without its root.
Forests stand in the graded order of `polyfam.trees.halves`: all that have a given largest branch
are the products of that branch with a *prefix* of a shorter list, and all products of two lists are
one product of matrices.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

import numpy as np

from polyfam.family.engine.basis import Basis, compose
from polyfam.family.engine.exact_products import Exact, multiply
from polyfam.trees.halves import Forests
from polyfam.typing import Array

__all__ = ["forest_vectors", "planted"]


def planted(basis: Basis, m: int, vectors: Exact) -> Exact:
    """Return the vectors of a vertex on each forest on m vertices, hung on a new edge."""
    if m == 0:
        return Exact(np.eye(1, basis.dimension))
    return multiply(vectors, Exact(basis.hang.astype(np.float64)))


def forest_vectors(basis: Basis, lists: Mapping[int, Forests]) -> dict[int, Exact]:
    """Return the polynomials U in the gamma basis of all forests, shape (count, dimension).

    Parameters
    ----------
    basis : Basis
    lists : mapping
        The forests on m = 0, 1, 2, ... vertices, each made of those before.

    Returns
    -------
    dict
        By m; zero for the empty forest, which has none.
    """
    found = {0: Exact(np.zeros((1, basis.dimension)))}
    trees: dict[int, Exact] = {}
    factors: dict[tuple[str, int], Exact] = {}

    def composed(long: Exact, used: Array, kind: str, size: int, short: Exact) -> Exact:
        """Compose the rows of a table with those of a short one, side by side."""
        if (kind, size) not in factors:
            matrices = compose(basis, short.values).transpose(1, 0, 2)
            factors[kind, size] = Exact(matrices.reshape(basis.dimension, -1))
        columns = long.map(partial(np.take, indices=used, axis=1))
        return multiply(columns, factors[kind, size].select(used))

    for m in range(1, len(lists)):
        pieces = []
        for part in lists[m].parts:
            s, cuts, rests = part.size, part.cuts, found[m - part.size]
            if s not in trees:
                trees[s] = planted(basis, s - 1, found[s - 1])
            branch, rest = part.branch.astype(np.int64), part.rest
            if s > m - s:  # the rests are the shorter factors, and go with every branch
                rows = branch * part.others.count + rest
                products = trees[s]
                if s < m:
                    products = composed(products, basis.support(s), "rest", m - s, rests)
            else:
                rows = rest * len(cuts) + branch
                some = rests.select(np.s_[: cuts[-1]])
                products = composed(some, basis.support(m - s), "branch", s, trees[s])
            pieces.append((products.map(lambda part: part.reshape(-1, basis.dimension)), rows))
        found[m] = _assembled(pieces)
    return found


def _assembled(pieces: list[tuple[Exact, Array]]) -> Exact:
    """Return some rows of each table, one table after the other; residues if any table has them."""
    ends = np.cumsum([len(rows) for _, rows in pieces]).tolist()
    width = pieces[0][0].values.shape[1]

    def gathered(tables: Iterable[Array]) -> Array:
        gathered = np.empty((ends[-1], width))
        for table, (_, rows), end in zip(tables, pieces, ends, strict=True):
            # other modes than "clip" would make a copy first
            np.take(table, rows, axis=0, out=gathered[end - len(rows) : end], mode="clip")
        return gathered

    values = gathered(table.values for table, _ in pieces)
    if all(table.residues is None for table, _ in pieces):
        return Exact(values)
    return Exact(values, gathered(table.trailing() for table, _ in pieces))
