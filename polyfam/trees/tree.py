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
from collections.abc import Hashable, Iterable, Iterator, Sequence
from functools import total_ordering
from math import prod
from typing import TYPE_CHECKING, Any, Self

from polyfam.trees.canonical import (
    canonical_levels,
    centroid_levels,
    count_automorphisms,
    hung_from,
    rooted_levels,
    top_down,
)
from polyfam.trees.labelled import root_at_first
from polyfam.trees.levels import (
    branches,
    check_levels,
    check_parents,
    parents_from_levels,
    subtree_sizes,
)

if TYPE_CHECKING:
    import networkx

__all__ = ["FreeTree", "RootedTree", "Tree"]

#: Notebooks draw trees up to this order, in a second.
_LARGEST_SHOWN = 300

#: What would be longer is cut by `repr`, and then no longer a way to write the value.
_LONGEST_REPR = 1000


@total_ordering
class Tree:
    """A tree up to isomorphism, kept as the canonical level sequence of a rooting.

    Abstract; `RootedTree` and `FreeTree` say which rooting.  Trees of one kind compare in the
    graded order: by the sizes of their subtrees in preorder.
    """

    __slots__ = ("_levels",)
    _levels: tuple[int, ...]

    @staticmethod
    def _canonical(parents: Sequence[int]) -> tuple[int, ...]:
        """Return the canonical sequence of the rooting; every vertex comes after its parent."""
        raise NotImplementedError

    def __init__(self, levels: Iterable[int] = (0,)) -> None:
        self._levels = type(self)._canonical(parents_from_levels(check_levels(levels)))

    @classmethod
    def _hanging(cls, parents: Sequence[int]) -> Self:
        """Return the tree with parents that are known to be right and to come first."""
        return cls._trusted(cls._canonical(parents))

    @classmethod
    def _trusted(cls, levels: tuple[int, ...]) -> Self:
        """Wrap a level sequence that is known to be the canonical one."""
        tree = object.__new__(cls)
        tree._levels = levels
        return tree

    @classmethod
    def _all_trusted(cls, sequences: Iterable[tuple[int, ...]]) -> Iterator[Self]:
        """Wrap canonical level sequences: half the time of a call each, most of a listing's."""
        new = object.__new__
        for levels in sequences:
            tree = new(cls)
            tree._levels = levels
            yield tree

    @property
    def levels(self) -> tuple[int, ...]:
        """The canonical level sequence; of a free tree, that of its centroid rooting."""
        return self._levels

    @property
    def order(self) -> int:
        """The number of vertices."""
        return len(self._levels)

    @property
    def sizes(self) -> tuple[int, ...]:
        """The numbers of vertices of all subtrees in preorder: the key of the graded order."""
        return subtree_sizes(self._levels)

    def parents(self) -> tuple[int, ...]:
        """Return the parent of every vertex, numbered in preorder; -1 for the root.

        Returns
        -------
        tuple of int

        Examples
        --------
        >>> from polyfam import path, RootedTree
        >>> RootedTree([0, 1, 2, 1]).parents(), path(4).parents()
        ((-1, 0, 1, 0), (-1, 0, 1, 0))
        """
        return parents_from_levels(self._levels)

    def edges(self) -> list[tuple[int, int]]:
        """Return the edges as pairs (parent, child) of preorder numbers.

        Returns
        -------
        list of (int, int)

        Examples
        --------
        >>> from polyfam import path
        >>> path(4).edges()
        [(0, 1), (1, 2), (0, 3)]
        """
        return [(parent, child) for child, parent in enumerate(self.parents()) if child]

    def degree_sequence(self) -> tuple[int, ...]:
        """Return the vertex degrees, descending.

        Returns
        -------
        tuple of int

        Examples
        --------
        >>> from polyfam import star
        >>> star(4).degree_sequence()
        (3, 1, 1, 1)
        """
        degrees = [0] * self.order
        for edge in self.edges():
            for vertex in edge:
                degrees[vertex] += 1
        return tuple(sorted(degrees, reverse=True))

    def to_networkx(self) -> networkx.Graph[Any]:
        """Return the tree as a graph on the preorder numbers; the root is 0.

        Returns
        -------
        networkx.Graph

        Examples
        --------
        >>> from polyfam import star
        >>> star(5).to_networkx().number_of_edges()
        4
        """
        import networkx

        graph: networkx.Graph[int] = networkx.Graph()
        graph.add_nodes_from(range(self.order))
        graph.add_edges_from(self.edges())
        return graph

    def _repr_svg_(self) -> str | None:
        """Draw the tree in a notebook, unless nothing could be told apart."""
        if self.order > _LARGEST_SHOWN:
            return None
        from polyfam.trees.drawing import tree_svg

        return tree_svg(self._levels, isinstance(self, RootedTree))

    def __len__(self) -> int:
        return len(self._levels)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Tree) and type(other) is type(self):
            return self._levels == other._levels
        return NotImplemented

    def __lt__(self, other: Self) -> bool:
        return self.sizes < other.sizes if type(other) is type(self) else NotImplemented

    def __hash__(self) -> int:
        return hash((type(self).__name__, self._levels))

    def __reduce__(self) -> tuple[object, ...]:
        return type(self)._trusted, (self._levels,)

    def __repr__(self) -> str:
        text = f"{type(self).__name__}({self._levels})"
        if len(text) <= _LONGEST_REPR:
            return text
        return f"<{type(self).__name__} on {self.order} vertices: {str(self)[:60]}...>"

    def __str__(self) -> str:
        return " ".join(map(str, self._levels))


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
        return count_automorphisms(self.parents())

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
        return swaps * count_automorphisms(self.parents())

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
