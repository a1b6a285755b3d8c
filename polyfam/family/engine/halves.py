"""The free trees on n vertices as pairs of halves with their vectors, every tree once.

The pairs are those of `polyfam.trees.halves`.  The gamma vector of a tree is one dot product of the
vectors of its halves A and B (see `polyfam.family.engine.basis`), and the B of all A of one kind
begin at the same place.

The trees come in the order of A, then B.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from polyfam.family.engine.basis import gamma_basis
from polyfam.family.engine.exact_products import Exact
from polyfam.family.engine.stock import forest_vectors, planted
from polyfam.trees.halves import Kind, forest_lists, kinds
from polyfam.typing import Array

__all__ = ["Halves", "Vectors"]


class Vectors(NamedTuple):
    """Pairs of one kind, and the vectors of their halves.

    Those in `left` are of A, a vertex on it, hung on an edge.  If the pairs are joined the edge
    leads to a vertex on B, whose vectors are the same; else A and B share their root, and `right`
    holds the U of B.
    """

    pairs: Kind
    left: Exact
    right: Exact


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
    kinds : list of Vectors
    starts : list of ndarray
        For every kind, the position of the first tree of every A, and of the first that follows.
    """

    def __init__(self, n: int) -> None:
        self.n, self.half = n, n // 2
        self.basis = gamma_basis(self.half - 1)
        vectors = forest_vectors(self.basis, forest_lists(n))
        self.kinds, self.starts, self.count = [], [], 0
        for pairs in kinds(n):
            left = planted(self.basis, pairs.a.m, vectors[pairs.a.m])
            right = left if pairs.joined else vectors[pairs.b.m]
            self.kinds.append(Vectors(pairs, left, right))
            partners = np.maximum(pairs.last - pairs.first, 0)
            self.starts.append(self.count + np.cumsum([0, *partners]))
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
        for (pairs, _, _), starts in zip(self.kinds, self.starts, strict=True):
            mine = np.flatnonzero((starts[0] <= positions) & (positions < starts[-1]))
            a = np.searchsorted(starts, positions[mine], side="right") - 1
            b = pairs.first + positions[mine] - starts[a]
            first = pairs.a.level_sequences[a]
            if pairs.joined:
                root = np.zeros((len(mine), 1), np.uint8)
                first = np.hstack((root, first)) + np.uint8(1)
            sequences[mine, 1:] = np.hstack((first, pairs.b.level_sequences[b]))
        return sequences
