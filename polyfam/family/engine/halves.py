"""The free trees on n vertices as pairs of halves, every tree once.

A free tree with one centroid is a forest of branches of at most h = (n - 1)//2 vertices.  Sorted
by size, its branches are cut into the longest prefix A with at most h vertices and the rest B;
the last branch of A bounds the branches of B, and the first branch of B does not fit into A.  In
the graded order the possible B are one interval of a list.  A free tree with two centroids is a
pair of halves, A hung on the edge between them, B up to A.  Either way the gamma vector is one dot
product of the vectors of A and B (see `polyfam.family.engine.basis`), and the B of all A of one
kind begin at the same place.

The trees come in the order of A, then B.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from polyfam.family.engine.basis import gamma_basis
from polyfam.family.engine.exact_products import Exact
from polyfam.family.engine.forests import Forests, build_forests
from polyfam.typing import Array

__all__ = ["Halves", "Kind"]


class Kind(NamedTuple):
    """Pairs of one kind: forests A, forests B, and for every A an interval of B.

    The vectors in `left` are those of A, a vertex on it, hung on an edge; with `joined` the edge
    leads to a vertex on B, whose vectors are the same, else A and B share their root and `right`
    holds the U of B.
    """

    a: Forests
    b: Forests
    left: Exact
    right: Exact
    first: Array
    last: Array
    joined: bool


class Halves:
    """The free trees on n vertices, n >= 4, as pairs of forests.

    Parameters
    ----------
    n : int

    Attributes
    ----------
    count : int
        The number of trees.
    half : int
        N = ceil(j/2), the number of coefficients, or entries of the gamma vector, that determine a
        polynomial.
    kinds : list of Kind
    starts : list of ndarray
        For every kind, the position of the first tree of every A, and of the first that follows.
    """

    def __init__(self, n: int) -> None:
        self.n, self.half = n, n // 2
        self.basis = gamma_basis(self.half - 1)
        h = (n - 1) // 2
        # B has m >= n - 1 - h vertices, A the other n - 1 - m, and no branch of B exceeds A.
        largest = {m: min(m, h) if m < n - 1 - h else n - 1 - m for m in range(n - 1)}
        lengths = [a for a in range(1, h + 1) if 2 * a > h]
        forests = build_forests(self.basis, {m: largest[m] for m in range(n - lengths[0])})
        planted = {a: forests[a].planted(self.basis) for a in lengths}
        self.kinds = [
            _one_centroid(forests[a], forests[n - 1 - a], planted[a], h - a) for a in lengths
        ]
        if n % 2 == 0:
            number = np.arange(len(forests[h]))
            self.kinds.append(
                Kind(
                    forests[h], forests[h], planted[h], planted[h],
                    np.zeros_like(number), number + 1, joined=True,
                )
            )  # fmt: skip
        self.starts, self.count = [], 0
        for kind in self.kinds:
            self.starts.append(self.count + np.cumsum([0, *(kind.last - kind.first)]))
            self.count = int(self.starts[-1][-1])

    def levels(self, positions: Array) -> Array:
        """Return the canonical level sequences of the trees at these positions.

        Parameters
        ----------
        positions : ndarray of int, shape (r,)

        Returns
        -------
        ndarray of uint8, shape (r, n)
        """
        sequences = np.zeros((len(positions), self.n), np.uint8)
        for kind, starts in zip(self.kinds, self.starts, strict=True):
            mine = np.flatnonzero((starts[0] <= positions) & (positions < starts[-1]))
            a = np.searchsorted(starts, positions[mine], side="right") - 1
            b = kind.first[a] + positions[mine] - starts[a]
            first = kind.a.levels[a]
            if kind.joined:
                root = np.zeros((len(mine), 1), np.uint8)
                first = np.hstack((root, first)) + np.uint8(1)
            sequences[mine, 1:] = np.hstack((first, kind.b.levels[b]))
        return sequences


def _one_centroid(a: Forests, b: Forests, left: Exact, room: int) -> Kind:
    """Return all pairs in which the first branch of B has more than `room` vertices."""
    last = np.zeros(len(a), np.int64)
    for s in range(room + 1, a.m + 1):
        mine = a.smallest[:, 0] == s
        last[mine] = b.through(s)[a.smallest[mine, 1]]
    first = np.minimum(b.end(room), last)
    return Kind(a, b, left, b.table, first, last, joined=False)
