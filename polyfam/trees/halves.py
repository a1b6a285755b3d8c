"""All free trees on n vertices as pairs of short forests, the halves.

A forest on m vertices stands for a rooted tree with m edges.  Forests are listed by their largest
branch, then by the rest, so that all forests with a given largest branch are that branch and a
*prefix* of a shorter list.

A free tree with one centroid is a forest of branches of at most h = (n - 1)//2 vertices.  Sorted
by size, its branches are cut into the longest prefix A with at most h vertices and the rest B: the
last branch of A bounds the branches of B, and the first branch of B does not fit into A.  So for
every A the possible B are the places from `first` (the same for all A of one size) up to a place
of A's own.  A free tree with two centroids is a pair of halves, A hung on the edge between them
and B up to A.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np

from polyfam.trees.counting import count_rooted_trees
from polyfam.typing import Array

__all__ = ["Forests", "Kind", "Part", "forest_lists", "kinds"]


class Part(NamedTuple):
    """The forests whose largest branch has `size` vertices: ``cuts[q]`` rests for the q-th one."""

    size: int
    trees: Forests
    others: Forests
    cuts: Array
    ends: Array
    start: int

    @property
    def branch(self) -> Array:
        """The rank of the largest branch of every forest, among the rooted trees of its size."""
        return np.repeat(np.arange(len(self.cuts), dtype=np.int32), self.cuts)

    @property
    def rest(self) -> Array:
        """The place of the other branches of every forest in the list `others`."""
        rest: Array = np.arange(self.ends[-1]) - np.repeat(self.ends - self.cuts, self.cuts)
        return rest


class Forests:
    """All forests on m vertices with branches of at most `largest` vertices.

    Attributes
    ----------
    m, largest, count : int
    parts : list of Part
        By the size of the largest branch.
    """

    def __init__(self, m: int, largest: int, shorter: dict[int, Forests]) -> None:
        self.m, self.largest, self.count = m, largest, int(m == 0)
        self.parts: list[Part] = []
        #: ``_ends[s][q]`` forests have all their branches before the q-th rooted tree of size s.
        self._ends = [np.array([self.count])]
        for s in range(1, largest + 1):
            others = shorter[m - s]
            cuts = others.through(s)
            ends = np.cumsum(cuts)
            self.parts.append(Part(s, shorter[s - 1], others, cuts, ends, self.count))
            self._ends.append(self.count + np.concatenate(([0], ends)))
            self.count += int(ends[-1])

    def end(self, s: int, q: int | None = None) -> int:
        """Return the number of forests with branches before the q-th of size s (None: up to s)."""
        if s >= len(self._ends):
            return self.count
        return int(self._ends[s][-1 if q is None else q])

    def through(self, s: int) -> Array:
        """Return the numbers of forests with branches up to each of the rooted trees of size s."""
        if s >= len(self._ends):
            return np.full(count_rooted_trees(s), self.count)
        return self._ends[s][1:]

    @cached_property
    def last_branch(self) -> Array:
        """The size and rank of the smallest branch of every forest, shape (count, 2)."""
        if self.m == 0:
            return np.zeros((1, 2), np.int32)
        return np.concatenate(
            [
                part.others.last_branch[part.rest]
                if part.others.m
                else np.column_stack((np.full_like(part.branch, part.size), part.branch))
                for part in self.parts
            ]
        )

    @cached_property
    def subtrees(self) -> tuple[Array, Array]:
        """The numbers of connected vertex sets with the root and without it, shape (count,)."""
        if self.m == 0:
            return np.ones(1, np.int64), np.zeros(1, np.int64)
        rooted, others = [], []
        for part in self.parts:
            (r, n), (rest_r, rest_n) = part.trees.subtrees, part.others.subtrees
            branch, rest = part.branch, part.rest
            rooted.append((1 + r)[branch] * rest_r[rest])
            others.append((r + n)[branch] + rest_n[rest])
        return np.concatenate(rooted), np.concatenate(others)

    @cached_property
    def level_sequences(self) -> Array:
        """The depths of the vertices of all forests, in preorder, shape (count, m), uint8.

        The roots of the branches have depth 1.
        """
        one = np.uint8(1)
        sequences = [np.zeros((int(self.m == 0), self.m), np.uint8)]
        for part in self.parts:
            tree = part.trees.level_sequences[part.branch] + one
            rest = part.others.level_sequences[part.rest]
            sequences.append(np.hstack((np.full((len(tree), 1), one), tree, rest)))
        return np.concatenate(sequences)

    def level_sequence(self, place: int) -> list[int]:
        """Return the depths of the vertices of one forest, where the list of all is too long."""
        if self.m == 0:
            return []
        part = max((p for p in self.parts if p.start <= place), key=lambda p: p.start)
        branch = int(np.searchsorted(part.ends, place - part.start, side="right"))
        rest = place - part.start - int(part.ends[branch] - part.cuts[branch])
        tree = [1, *(level + 1 for level in part.trees.level_sequence(branch))]
        return tree + part.others.level_sequence(rest)


class Kind(NamedTuple):
    """Pairs of one kind: A of the list `a`, and B of the list `b` from `first` up to ``last[A]``.

    With `joined`, A is hung on an edge to the root of B.
    """

    a: Forests
    b: Forests
    first: int
    last: Array
    joined: bool

    @property
    def levels(self) -> int:
        """The length of the dot product of two halves: the smaller number of edges, and one."""
        return self.a.m + 1

    @property
    def trees(self) -> int:
        """The number of pairs."""
        return int(np.maximum(self.last - self.first, 0).sum())

    def tree(self, a: int, b: int) -> list[int]:
        """Return the depths of the vertices of a pair in preorder."""
        first = self.a.level_sequence(a)
        if self.joined:
            first = [1, *(level + 1 for level in first)]
        return [0, *first, *self.b.level_sequence(b)]


@lru_cache(maxsize=2)
def forest_lists(n: int) -> dict[int, Forests]:
    """Return the forests on 0, 1, 2, ... vertices of which pairs on n >= 4 vertices are made."""
    h = (n - 1) // 2
    lists: dict[int, Forests] = {}
    for m in range(n - 1 - h // 2):
        # B has m >= n - 1 - h vertices, A the other n - 1 - m, and no branch of B exceeds A.
        lists[m] = Forests(m, min(m, h) if m < n - 1 - h else n - 1 - m, lists)
    return lists


@lru_cache(maxsize=2)
def kinds(n: int) -> tuple[Kind, ...]:
    """Return the free trees on n vertices, n >= 4, in pairs.

    Examples
    --------
    >>> sum(kind.trees for kind in kinds(12))
    551
    """
    h, lists = (n - 1) // 2, forest_lists(n)
    found = [
        _one_centroid(lists[a], lists[n - 1 - a], h - a) for a in range(h // 2 + 1, h + 1)
    ]
    if n % 2 == 0:
        half = lists[h]
        found.append(Kind(half, half, 0, np.arange(1, half.count + 1), joined=True))
    return tuple(found)


def _one_centroid(a: Forests, b: Forests, room: int) -> Kind:
    """Return all pairs in which the first branch of B has more than `room` vertices."""
    size, rank = a.last_branch.T
    last = np.zeros(a.count, np.int64)
    for s in range(room + 1, a.m + 1):
        mine = size == s
        last[mine] = b.through(s)[rank[mine]]
    return Kind(a, b, b.end(room), last, joined=False)
