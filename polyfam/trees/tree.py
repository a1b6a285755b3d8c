"""Rooted and free trees up to isomorphism: canonical level sequences, and order by them.

A rooted tree is a vertex, the root, from which branches hang, each a rooted tree again; counted by
A000081: 1, 1, 2, 4, 9, 20, 48, 115, ...

A free tree is a connected graph without a cycle; counted by A000055: 1, 1, 1, 2, 3, 6, 11, 23, ...
It is stored as one of its rootings.  The *centroid* consists of the vertices whose removal leaves
only branches of at most n/2 vertices: one vertex, or (n even) two adjacent ones that split the tree
into halves of n/2 vertices.  One centroid is the root; of two centroids the root is the one whose
other half H1 is the larger half, so that H1 is written first.

References
----------
C. Jordan, Sur les assemblages de lignes, J. reine angew. Math. 70 (1869).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from math import prod
from typing import TYPE_CHECKING, Any

from polyfam.trees.base import Tree
from polyfam.trees.canonical import (
    automorphisms_from_levels,
    canonical_levels,
    centroid_levels,
    hung_from,
    rooted_levels,
    top_down,
)
from polyfam.trees.labelled import root_at_first
from polyfam.trees.levels import branches, check_parents

if TYPE_CHECKING:
    import networkx

__all__ = ["FreeTree", "RootedTree"]


class RootedTree(Tree):
    """A rooted tree up to isomorphism: immutable, canonical, hashable, ordered.

    Parameters
    ----------
    levels : iterable of int, default ``(0,)``
        A level sequence: the depths of the vertices in preorder, the root first with depth 0.
        Branches may come in any order; the value keeps the canonical one (largest first).

    Raises
    ------
    InvalidTreeError
        When the entries are no level sequence; the message names the position.
    ArgumentTypeError
        For a graph, a mapping or a set; `from_networkx` and `FreeTree.from_edges` read those.

    Notes
    -----
    Trees compare in the graded order: by number of vertices, then by their branches, largest
    first.  `rooted_trees` lists them in this order, `rank` counts along it.

    Examples
    --------
    >>> RootedTree([0, 1, 1, 2])
    RootedTree((0, 1, 2, 1))
    >>> RootedTree([0, 1, 1, 2]) == RootedTree([0, 1, 2, 1])
    True
    >>> RootedTree([0, 1, 1]) < RootedTree([0, 1, 2])
    True
    """

    __slots__ = ()
    _canonical = staticmethod(rooted_levels)
    _hangs = True

    @classmethod
    def from_parents(cls, parents: Iterable[int]) -> RootedTree:
        """Return the rooted tree in which vertex v hangs from ``parents[v]``; the root has -1.

        Parameters
        ----------
        parents : iterable of int
            Vertices count from 0 and may come in any order.

        Returns
        -------
        RootedTree

        Raises
        ------
        InvalidTreeError
            For no root or several, a parent that is not a vertex, or parents that run in a cycle.

        Examples
        --------
        >>> RootedTree.from_parents([2, 2, -1])
        RootedTree((0, 1, 1))
        """
        return cls._trusted(canonical_levels(check_parents(parents)))

    @property
    def branches(self) -> tuple[RootedTree, ...]:
        """The rooted trees that hang from the root, largest first."""
        return tuple(map(RootedTree._trusted, branches(self._levels)))

    def automorphisms(self) -> int:
        """Return sigma, the number of automorphisms that fix the root.

        Returns
        -------
        int

        Examples
        --------
        >>> RootedTree([0, 1, 1, 1]).automorphisms()
        6
        """
        return automorphisms_from_levels(self._levels)

    def factorial(self) -> int:
        """Return the tree factorial, the product of the sizes of all subtrees.

        Returns
        -------
        int

        Examples
        --------
        >>> RootedTree([0, 1, 2, 3]).factorial()
        24
        """
        return prod(self.sizes)

    def rooted(self) -> RootedTree:
        """Return the tree itself, so that either kind of tree may be asked for its rooting."""
        return self

    def free(self) -> FreeTree:
        """Return the free tree that is left when the root is forgotten.

        Returns
        -------
        FreeTree

        Examples
        --------
        >>> RootedTree([0, 1, 2]).free()
        FreeTree((0, 1, 1))
        """
        return FreeTree._hanging(self.parents())


class FreeTree(Tree):
    """A free tree up to isomorphism: immutable, canonical, hashable, ordered.

    Parameters
    ----------
    levels : iterable of int, default ``(0,)``
        The level sequence of any rooting.  The value keeps the rooting at the centroid.

    Raises
    ------
    InvalidTreeError
        When the entries are no level sequence; the message names the position.
    ArgumentTypeError
        For a graph, a mapping or a set; `from_networkx` and `FreeTree.from_edges` read those.

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
    _canonical = staticmethod(centroid_levels)

    @property
    def id(self) -> str:
        """The permanent identifier ``F<n>.<k>`` of the published tables, up to 20 vertices.

        Examples
        --------
        >>> FreeTree([0, 1, 2, 1, 2, 1]).id
        'F6.3'
        """
        from polyfam.tables import tree_id  # the one look upwards: trees are named by their rank

        return tree_id(self)

    @classmethod
    def from_edges(
        cls, edges: Iterable[tuple[Hashable, Hashable]], vertices: Iterable[Hashable] = ()
    ) -> FreeTree:
        """Return the free tree with these edges between vertices of any hashable names.

        Parameters
        ----------
        edges : iterable of pairs
            Each edge once, in either direction, or every edge in both; or (child, parent) pairs
            in which the one root has the parent None, NaN or -1.  An array may be of shape (m, 2)
            or, as PyTorch Geometric's edge_index, (2, m).
        vertices : iterable, optional
            Vertices to add to those the edges name; needed for the tree with one vertex.

        Returns
        -------
        FreeTree

        Raises
        ------
        InvalidTreeError
            For a loop, a repeated edge, a cycle, a graph in several pieces, or none at all.

        Examples
        --------
        >>> FreeTree.from_edges([("a", "b"), ("b", "c")])
        FreeTree((0, 1, 1))
        >>> FreeTree.from_edges([("a", None), ("b", "a"), ("c", "b")])
        FreeTree((0, 1, 1))
        >>> FreeTree.from_edges([(1, 2), (2, 3), (3, 1)])
        Traceback (most recent call last):
            ...
        polyfam.errors.InvalidTreeError: Edge '3-1' closes a cycle; leave it out to have a tree.
        """
        return cls._hanging(root_at_first(edges, vertices))

    def rooted(self) -> RootedTree:
        """Return the tree rooted at its centroid.

        Returns
        -------
        RootedTree

        Examples
        --------
        >>> FreeTree([0, 1, 2]).rooted()
        RootedTree((0, 1, 1))
        """
        return RootedTree._trusted(self._levels)

    def free(self) -> FreeTree:
        """Return the tree itself, so that either kind of tree may be asked for its free tree."""
        return self

    def rootings(self) -> dict[RootedTree, int]:
        """Return every rooted tree that this tree becomes, with the number of such vertices.

        Returns
        -------
        dict of RootedTree to int

        Examples
        --------
        >>> FreeTree([0, 1, 1]).rootings()
        {RootedTree((0, 1, 1)): 1, RootedTree((0, 1, 2)): 2}
        """
        parents = self.parents()
        rootings = Counter(
            RootedTree._hanging(top_down(hung_from(parents, vertex)))
            for vertex in range(self.order)
        )
        return {tree: rootings[tree] for tree in sorted(rootings)}

    def automorphisms(self) -> int:
        """Return sigma, the number of automorphisms of the tree.

        Returns
        -------
        int

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
        return swaps * automorphisms_from_levels(self._levels)

    def diameter(self) -> int:
        """Return the number of edges of a longest path.

        Returns
        -------
        int

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

        Returns
        -------
        tuple of int

        Examples
        --------
        >>> FreeTree([0, 1, 1]).centroid(), FreeTree([0, 1]).centroid()
        ((0,), (0, 1))
        """
        sizes = self.sizes
        return (0, 1) if self.order > 1 and 2 * sizes[1] == self.order else (0,)

    def line_graph(self) -> networkx.Graph[Any]:
        """Return the line graph: its vertices are the edges, adjacent when they share an end.

        The nested sets of its graph associahedron are what P_t counts.

        Returns
        -------
        networkx.Graph

        Examples
        --------
        >>> sorted(FreeTree([0, 1, 1, 1]).line_graph().degree())
        [((0, 1), 2), ((0, 2), 2), ((0, 3), 2)]
        """
        import networkx

        return networkx.line_graph(self.to_networkx())
