"""Free trees: connected graphs without a cycle, up to isomorphism.

A free tree is stored as one of its rootings.  The *centroid* consists of the vertices whose
removal leaves only branches of at most n/2 vertices: one vertex, or (n even) two adjacent ones
that split the tree into halves of n/2 vertices.  One centroid is the root; of two centroids the
root is the one whose other half H1 is the larger half, so that H1 is written first.

Counted by A000055: 1, 1, 1, 2, 3, 6, 11, 23, 47, 106, ... (n = 1, 2, 3, ...).

References
----------
C. Jordan, Sur les assemblages de lignes, J. reine angew. Math. 70 (1869).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from typing import TYPE_CHECKING

from polyfam.trees.labelled import root_at_first
from polyfam.trees.levels import (
    branches,
    canonical_levels,
    check_levels,
    count_automorphisms,
    parents_from_levels,
    subtree_sizes,
)
from polyfam.trees.rooted import RootedTree
from polyfam.trees.tree import Tree

if TYPE_CHECKING:
    import networkx

__all__ = ["FreeTree"]


class FreeTree(Tree):
    """A free tree up to isomorphism: immutable, canonical, hashable, ordered.

    Parameters
    ----------
    levels : iterable of int, default ``(0,)``
        The level sequence of any rooting.  The value keeps the rooting at the centroid.

    Notes
    -----
    Free trees compare as their centroid rootings do, in the graded order of `RootedTree`.  With
    one centroid, the rank of the free tree *is* the rank of that rooted tree.

    Examples
    --------
    >>> FreeTree([0, 1, 2, 3])
    FreeTree((0, 1, 2, 1))
    >>> FreeTree([0, 1, 1]) == FreeTree([0, 1, 2])
    True
    """

    __slots__ = ()

    def __init__(self, levels: Iterable[int] = (0,)) -> None:
        parents = parents_from_levels(check_levels(levels))
        self._levels = _centroid_levels(_neighbours(len(parents), enumerate(parents)))

    @classmethod
    def from_edges(
        cls, edges: Iterable[tuple[Hashable, Hashable]], vertices: Iterable[Hashable] = ()
    ) -> FreeTree:
        """Return the free tree with these edges between vertices of any hashable names.

        Parameters
        ----------
        edges : iterable of pairs
            Each edge once, in either direction.
        vertices : iterable, optional
            Vertices to add to those the edges name; needed for the tree with one vertex.

        Raises
        ------
        InvalidTreeError
            For a loop, a repeated edge, a cycle, a graph in several pieces, or none at all.

        Examples
        --------
        >>> FreeTree.from_edges([("a", "b"), ("b", "c")])
        FreeTree((0, 1, 1))
        >>> FreeTree.from_edges([(1, 2), (2, 3), (3, 1)])
        Traceback (most recent call last):
            ...
        polyfam.errors.InvalidTreeError: Edge '3-1' closes a cycle; leave it out to have a tree.
        """
        parents = root_at_first(edges, vertices)
        return cls._trusted(_centroid_levels(_neighbours(len(parents), enumerate(parents))))

    @property
    def rooted(self) -> RootedTree:
        """The tree rooted at its centroid."""
        return RootedTree._trusted(self._levels)

    def rootings(self) -> dict[RootedTree, int]:
        """Return every rooted tree that this tree becomes, with the number of such vertices.

        Examples
        --------
        >>> FreeTree([0, 1, 1]).rootings()
        {RootedTree((0, 1, 1)): 1, RootedTree((0, 1, 2)): 2}
        """
        neighbours = _neighbours(self.order, enumerate(self.parents()))
        rootings = Counter(
            RootedTree._trusted(canonical_levels(_parents(neighbours, vertex)))
            for vertex in range(self.order)
        )
        return {tree: rootings[tree] for tree in sorted(rootings)}

    def automorphisms(self) -> int:
        """Return sigma, the number of automorphisms of the tree.

        Examples
        --------
        >>> [FreeTree(levels).automorphisms() for levels in ([0, 1, 1, 1], [0, 1, 2, 1])]
        [6, 2]
        """
        swaps = 1
        if len(self.centroid()) == 2:
            first, *rest = branches(self._levels)
            half = (0, *(level + 1 for branch in rest for level in branch))
            swaps = 2 if first == half else 1
        return swaps * count_automorphisms(self.parents())

    def diameter(self) -> int:
        """Return the number of edges of a longest path.

        Examples
        --------
        >>> FreeTree([0, 1, 2, 3]).diameter()
        3
        """
        height = [0] * self.order
        longest = 0
        for child, parent in reversed(list(enumerate(self.parents()))[1:]):
            longest = max(longest, height[parent] + height[child] + 1)
            height[parent] = max(height[parent], height[child] + 1)
        return longest

    def centroid(self) -> tuple[int, ...]:
        """Return the one or two centroid vertices, as preorder numbers of the canonical rooting.

        Examples
        --------
        >>> FreeTree([0, 1, 1]).centroid(), FreeTree([0, 1]).centroid()
        ((0,), (0, 1))
        """
        sizes = subtree_sizes(self._levels)
        return (0, 1) if self.order > 1 and 2 * sizes[1] == self.order else (0,)

    def line_graph(self) -> networkx.Graph:
        """Return the line graph: its vertices are the edges, adjacent when they share an end.

        The nested sets of its graph associahedron are what P_t counts.

        Examples
        --------
        >>> sorted(FreeTree([0, 1, 1, 1]).line_graph().degree())
        [((0, 1), 2), ((0, 2), 2), ((0, 3), 2)]
        """
        import networkx

        return networkx.line_graph(self.to_networkx())


def _neighbours(n: int, pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Return the adjacency lists; a pair with -1 (the parent of a root) is no edge."""
    neighbours: list[list[int]] = [[] for _ in range(n)]
    for u, v in pairs:
        if v >= 0:
            neighbours[u].append(v)
            neighbours[v].append(u)
    return neighbours


def _parents(neighbours: Sequence[Sequence[int]], root: int) -> list[int]:
    """Return the parents when a tree, given by adjacency lists, hangs from `root`."""
    parents = [-2] * len(neighbours)
    parents[root] = -1
    queue = [root]
    for vertex in queue:  # grows while it is read: breadth first
        for neighbour in neighbours[vertex]:
            if parents[neighbour] == -2:
                parents[neighbour] = vertex
                queue.append(neighbour)
    return parents


def _centroid_levels(neighbours: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """Return the canonical level sequence of the centroid rooting."""
    n = len(neighbours)
    levels = canonical_levels(_parents(neighbours, 0))
    # Walk from the root into the largest branch while it holds more than half of the vertices.
    sizes, parents = subtree_sizes(levels), parents_from_levels(levels)
    vertex = 0
    while vertex + 1 < n and parents[vertex + 1] == vertex and 2 * sizes[vertex + 1] > n:
        vertex += 1
    centroids = [vertex]
    if vertex + 1 < n and parents[vertex + 1] == vertex and 2 * sizes[vertex + 1] == n:
        centroids.append(vertex + 1)
    adjacent = _neighbours(n, enumerate(parents))
    rootings = (canonical_levels(_parents(adjacent, centroid)) for centroid in centroids)
    return max(rootings, key=subtree_sizes)
