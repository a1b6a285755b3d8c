"""All polynomials of one order at once.

A free tree with one centroid is a forest of branches of at most h = (n - 1)//2 vertices.  Sorted
by size, its branches are cut into the longest prefix A with at most h vertices and the rest B;
the last branch of A bounds the branches of B, and the first branch of B does not fit into A.  In
the graded order the possible B are one interval of a list.  A free tree with two centroids is a
pair of halves, A hung on the edge between them, B up to A.  Either way P is one dot product of the
vectors of A and B (see `polyfam.family.meixner`), so that all trees with the same A are one
product of matrices, done exactly in doubles (see `polyfam.family.exact_products`).

The trees come out in the order of A, then B; the canonical order of the rows is found from the
second and third coefficients, which are computed first and tell nearly all trees apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from polyfam.family import compiled
from polyfam.family.exact_products import Exact, multiply, to_words
from polyfam.family.forests import Forests, build_forests
from polyfam.family.meixner import meixner_basis

if TYPE_CHECKING:
    import numpy

__all__ = ["Halves", "canonical_rows"]


class Kind(NamedTuple):
    """Pairs of one kind: forests A, forests B, and for every A an interval of B.

    With `joined`, A is the rooted tree on its forest, hung on an edge to the root of B; `table`
    holds the vectors of A, so hung.
    """

    a: Forests
    b: Forests
    table: Exact
    first: numpy.ndarray
    last: numpy.ndarray
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
        N, the number of coefficients that determine a polynomial.
    kinds : list of Kind
    starts : list of ndarray
        For every kind, the position of the first tree of every A, and of the first that follows.
    """

    def __init__(self, n: int) -> None:
        import numpy as np

        self.n, self.half = n, n // 2
        self.basis = meixner_basis(self.half)
        h = (n - 1) // 2
        # B has m >= n - 1 - h vertices, A the other n - 1 - m, and no branch of B exceeds A.
        largest = {m: min(m, h) if m < n - 1 - h else n - 1 - m for m in range(n - 1)}
        lengths = [a for a in range(1, h + 1) if 2 * a > h]
        forests = build_forests(self.basis, {m: largest[m] for m in range(n - lengths[0])})
        self.kinds = [_one_centroid(forests[a], forests[n - 1 - a], h - a) for a in lengths]
        if n % 2 == 0:
            planted = forests[h].planted(self.basis)
            number = np.arange(len(forests[h]))
            self.kinds.append(
                Kind(forests[h], forests[h], planted, np.zeros_like(number), number + 1, True)
            )
        self.starts, self.count = [], 0
        for kind in self.kinds:
            self.starts.append(self.count + np.cumsum([0, *(kind.last - kind.first)]))
            self.count = int(self.starts[-1][-1])

    def coefficients(
        self, powers: slice, chosen: list[numpy.ndarray] | None = None
    ) -> Iterator[tuple[int, Exact]]:
        """Yield, for every A, the first position and some coefficients of its trees.

        Parameters
        ----------
        powers : slice
            Which of the coefficients of beta^1, ..., beta^N, from 0.
        chosen : list of ndarray of int, optional
            For every kind, the A to take; by default all.
        """
        import numpy as np

        if chosen is None:
            chosen = [np.arange(len(kind.a)) for kind in self.kinds]

        pairing = self.basis.pairing()[powers]
        used = np.flatnonzero((pairing < self.basis.dimension).any(axis=0))

        def paired(vectors: numpy.ndarray) -> numpy.ndarray:
            """Turn every vector into the matrix that takes B to the coefficients of P."""
            padded = np.hstack((vectors, np.zeros((len(vectors), 1))))
            return padded[:, pairing[:, used].T]

        for kind, starts, some in zip(self.kinds, self.starts, chosen, strict=True):
            if not len(some):
                continue
            table = kind.b.table.map(lambda part: np.ascontiguousarray(part[:, used]))
            factors = kind.table.select(some).map(paired)
            for k, a in enumerate(some.tolist()):
                first, last = kind.first[a], kind.last[a]
                if first < last:
                    rows = multiply(table.select(np.s_[first:last]), factors.select(k))
                    yield int(starts[a]), rows
                    if rows.residues is not None:  # the next A will need them too
                        table, factors = table.completed(), factors.completed()

    def levels(self, positions: numpy.ndarray) -> numpy.ndarray:
        """Return the canonical level sequences of the trees at these positions.

        Parameters
        ----------
        positions : ndarray of int, shape (r,)

        Returns
        -------
        ndarray of uint8, shape (r, n)
        """
        import numpy as np

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


def _one_centroid(a: Forests, b: Forests, room: int) -> Kind:
    """Return all pairs in which the first branch of B has more than `room` vertices."""
    import numpy as np

    last = [b.end(s, q + 1) if s > room else 0 for s, q in a.smallest.tolist()]
    first = np.minimum(b.end(room), last)
    return Kind(a, b, a.table, first, np.array(last), joined=False)


def canonical_rows(
    halves: Halves, exact_row: Callable[[Sequence[int]], list[int]]
) -> tuple[numpy.ndarray, numpy.ndarray, dict[int, list[int]]]:
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
    import numpy as np

    fast = compiled.is_available() and halves.count < 1 << 31
    keys = _sort_keys(halves, fast)
    if fast:
        positions, place, keys = compiled.stable_order(keys)
    else:
        positions = np.argsort(keys)
        keys = keys[positions]
        place = np.empty_like(positions)
        place[positions] = np.arange(halves.count)
    ties = np.flatnonzero(keys[1:] == keys[:-1])
    del keys

    half = np.empty((halves.count, halves.half), np.uint64)
    large: dict[int, list[int]] = {}
    remaining = compiled.fill_rows(halves, place, half) if fast else None
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
    _break_ties(half, positions, large, ties)
    return half, positions, large


def _sort_keys(halves: Halves, fast: bool) -> numpy.ndarray:
    """Return 64-bit keys that order the trees by their second, then their third coefficient.

    The coefficient of beta^m is at most m^j, as the labels of the j edges (see
    `polyfam.family.definition`) are at most m.  Where the two need more than 64 bits the third
    is cut at its end, which only makes more ties; that happens from n = 26 on, beyond what fits
    the memory that `beta_table` allows itself today.
    """
    import numpy as np

    j = halves.n - 1
    shift = (3**j).bit_length()
    cut = max(0, j + shift - 64)
    keys = np.empty(halves.count, np.uint64)
    if fast and halves.half > 2 and not cut:
        compiled.fill_keys(halves, shift, keys)
        return keys
    for start, rows in halves.coefficients(slice(1, 3)):
        words, _ = to_words(rows)
        block = keys[start : start + len(words)]
        block[:] = words[:, 0] << np.uint64(shift - cut)
        if halves.half > 2:
            block |= words[:, 1] >> np.uint64(cut)
    return keys


def _break_ties(
    half: numpy.ndarray,
    positions: numpy.ndarray,
    large: dict[int, list[int]],
    ties: numpy.ndarray,
) -> None:
    """Sort the rows with equal keys in place; `ties` are the rows whose next row has their key."""
    import numpy as np

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
