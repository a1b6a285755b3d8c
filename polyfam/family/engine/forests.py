"""Tables of all short forests of branches, the stock from which every tree of one order is built.

A forest on m vertices is a multiset of branches, a rooted tree on m + 1 vertices without its root.
Forests stand in the graded order: by their largest branch, then by the rest.  So all forests with
a given largest branch are the products of that branch with a *prefix* of a shorter list, and all
products of two lists are one product of matrices.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property, partial
from typing import NamedTuple

import numpy as np

from polyfam.family.engine.basis import Basis, compose
from polyfam.family.engine.exact_products import Exact, multiply
from polyfam.trees import count_rooted_trees
from polyfam.typing import Array

__all__ = ["Forests", "build_forests"]


class Part(NamedTuple):
    """The forests whose largest branch has `size` vertices, as pairs (branch, rest).

    ``branch[i]`` is the rank of the branch of the i-th forest, ``rest[i]`` the place of the other
    branches in the list `others`, of which the q-th branch goes with the first ``cuts[q]``; `trees`
    lists the branches without their roots.
    """

    size: int
    cuts: Array
    branch: Array
    rest: Array
    trees: Forests
    others: Forests


class Forests:
    """All forests on m vertices with branches up to a certain size.

    Parameters
    ----------
    m : int
    table : Exact, shape (count, dimension)
        The polynomials U in the gamma basis; zero for the empty forest, which has none.
    parts : list of Part
        By the size of the largest branch, 1, 2, ...
    """

    def __init__(self, m: int, table: Exact, parts: list[Part]) -> None:
        self.m, self.table, self.parts = m, table, parts
        #: ``ends[s][q]`` forests have all their branches before the q-th rooted tree of size s.
        self.ends = [np.array([int(m == 0)])]
        for part in parts:
            self.ends.append(self.ends[-1][-1] + np.concatenate(([0], np.cumsum(part.cuts))))

    def __len__(self) -> int:
        return len(self.table.values)

    def end(self, s: int, q: int | None = None) -> int:
        """Return the number of forests with branches before the q-th of size s (None: up to s)."""
        if s >= len(self.ends):
            return len(self)
        return int(self.ends[s][-1 if q is None else q])

    def through(self, s: int) -> Array:
        """Return the numbers of forests with branches up to each of the rooted trees of size s."""
        if s >= len(self.ends):
            return np.full(count_rooted_trees(s), len(self))
        return self.ends[s][1:]

    def planted(self, basis: Basis) -> Exact:
        """Return the table of the vertices on these forests, each hung on a new edge."""
        if self.m == 0:
            return Exact(np.eye(1, basis.dimension))
        return multiply(self.table, Exact(basis.hang.astype(np.float64)))

    @cached_property
    def smallest(self) -> Array:
        """The size and rank of the last branch of every forest, shape (count, 2)."""
        return np.concatenate(
            [
                part.others.smallest[part.rest]
                if part.others.m
                else np.column_stack((np.full_like(part.branch, part.size), part.branch))
                for part in self.parts
            ]
        )

    @cached_property
    def levels(self) -> Array:
        """The level sequences, the roots of the branches at depth 1, shape (count, m), uint8."""
        if self.m == 0:
            return np.zeros((1, 0), np.uint8)
        one = np.uint8(1)
        return np.concatenate(
            [
                np.hstack(
                    (
                        np.full((len(part.branch), 1), one),
                        part.trees.levels[part.branch] + one,
                        part.others.levels[part.rest],
                    )
                )
                for part in self.parts
            ]
        )


def build_forests(basis: Basis, largest: dict[int, int]) -> dict[int, Forests]:
    """Return the forests on m vertices with branches up to ``largest[m]``, for every m given.

    Parameters
    ----------
    basis : Basis
    largest : dict
        Maps m = 0, 1, 2, ... in ascending order to the size of the largest branch; the rest of
        a forest must be covered: ``largest[m - s] >= min(s, m - s)`` for s up to ``largest[m]``.
    """
    forests = {0: Forests(0, Exact(np.zeros((1, basis.dimension))), [])}
    planted: dict[int, Exact] = {}
    factors: dict[tuple[str, int], Exact] = {}

    def composed(long: Exact, used: Array, kind: str, size: int, short: Exact) -> Exact:
        """Compose the rows of a table with those of a short one, side by side."""
        if (kind, size) not in factors:
            matrices = compose(basis, short.values).transpose(1, 0, 2)
            factors[kind, size] = Exact(matrices.reshape(basis.dimension, -1))
        columns = long.map(partial(np.take, indices=used, axis=1))
        return multiply(columns, factors[kind, size].select(used))

    for m in list(largest)[1:]:
        parts, pieces = [], []
        for s in range(1, largest[m] + 1):
            others = forests[m - s]
            if s not in planted:
                planted[s] = forests[s - 1].planted(basis)
            cuts = others.through(s)
            branch, rest = np.nonzero(np.arange(cuts[-1]) < cuts[:, None])
            if s > m - s:  # the rests are the shorter factors, and go with every branch
                rows = branch * len(others) + rest
                products = planted[s]
                if s < m:
                    products = composed(products, basis.support(s), "rest", m - s, others.table)
            else:
                rows = rest * len(cuts) + branch
                some = others.table.select(np.s_[: cuts[-1]])
                products = composed(some, basis.support(m - s), "branch", s, planted[s])
            pieces.append((products.map(lambda part: part.reshape(-1, basis.dimension)), rows))
            parts.append(Part(s, cuts, branch, rest, forests[s - 1], others))
        forests[m] = Forests(m, _assembled(pieces), parts)
    return forests


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
