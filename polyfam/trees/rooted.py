"""Rooted trees: a vertex, the root, from which branches hang, each a rooted tree again.

Counted by A000081: 1, 1, 2, 4, 9, 20, 48, 115, ...
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import total_ordering
from math import prod
from typing import TYPE_CHECKING

from polyfam.trees.levels import (
    branches,
    canonical_levels,
    check_levels,
    count_automorphisms,
    parents_from_levels,
    subtree_sizes,
)

if TYPE_CHECKING:
    import networkx

    from polyfam.trees.free import FreeTree

__all__ = ["RootedTree"]


@total_ordering
class RootedTree:
    """A rooted tree up to isomorphism: immutable, canonical, hashable, ordered.

    Parameters
    ----------
    levels : iterable of int, default ``(0,)``
        A level sequence: the depths of the vertices in preorder, the root first with depth 0.
        Branches may come in any order; the value keeps the canonical one (largest first).

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

    __slots__ = ("_levels",)

    def __init__(self, levels: Iterable[int] = (0,)) -> None:
        self._levels = canonical_levels(parents_from_levels(check_levels(levels)))

    @classmethod
    def _trusted(cls, levels: tuple[int, ...]) -> RootedTree:
        """Wrap a level sequence that is known to be canonical."""
        tree = object.__new__(cls)
        tree._levels = levels
        return tree

    @classmethod
    def from_parents(cls, parents: Sequence[int]) -> RootedTree:
        """Return the rooted tree in which vertex v hangs from ``parents[v]``; the root has -1.

        Examples
        --------
        >>> RootedTree.from_parents([2, 2, -1])
        RootedTree((0, 1, 1))
        """
        return cls._trusted(canonical_levels(parents))

    @property
    def levels(self) -> tuple[int, ...]:
        """The canonical level sequence."""
        return self._levels

    @property
    def order(self) -> int:
        """The number of vertices."""
        return len(self._levels)

    @property
    def sizes(self) -> tuple[int, ...]:
        """The numbers of vertices of all subtrees in preorder: the key of the graded order."""
        return subtree_sizes(self._levels)

    @property
    def branches(self) -> tuple[RootedTree, ...]:
        """The rooted trees that hang from the root, largest first."""
        return tuple(map(RootedTree._trusted, branches(self._levels)))

    def parents(self) -> tuple[int, ...]:
        """Return the parent of every vertex, numbered in preorder; -1 for the root.

        Examples
        --------
        >>> RootedTree([0, 1, 2, 1]).parents()
        (-1, 0, 1, 0)
        """
        return parents_from_levels(self._levels)

    def edges(self) -> list[tuple[int, int]]:
        """Return the edges as pairs (parent, child) of preorder numbers.

        Examples
        --------
        >>> RootedTree([0, 1, 2, 1]).edges()
        [(0, 1), (1, 2), (0, 3)]
        """
        return [(parent, child) for child, parent in enumerate(self.parents()) if child]

    def automorphisms(self) -> int:
        """Return sigma, the number of automorphisms that fix the root.

        Examples
        --------
        >>> RootedTree([0, 1, 1, 1]).automorphisms()
        6
        """
        return count_automorphisms(self.parents())

    def factorial(self) -> int:
        """Return the tree factorial, the product of the sizes of all subtrees.

        Examples
        --------
        >>> RootedTree([0, 1, 2, 3]).factorial()
        24
        """
        return prod(self.sizes)

    def degree_sequence(self) -> tuple[int, ...]:
        """Return the vertex degrees, descending.

        Examples
        --------
        >>> RootedTree([0, 1, 2, 1]).degree_sequence()
        (2, 2, 1, 1)
        """
        return self.free().degree_sequence()

    def free(self) -> FreeTree:
        """Return the free tree that is left when the root is forgotten.

        Examples
        --------
        >>> RootedTree([0, 1, 2]).free()
        FreeTree((0, 1, 1))
        """
        from polyfam.trees.free import FreeTree

        return FreeTree(self._levels)

    def to_networkx(self) -> networkx.Graph:
        """Return the tree as a graph on the preorder numbers; the root is 0.

        Examples
        --------
        >>> RootedTree([0, 1, 2]).to_networkx().number_of_edges()
        2
        """
        import networkx

        graph = networkx.Graph()
        graph.add_nodes_from(range(self.order))
        graph.add_edges_from(self.edges())
        return graph

    def _repr_svg_(self) -> str:
        """Draw the tree in a notebook."""
        from polyfam.drawing import tree_svg

        return tree_svg(self)

    def __len__(self) -> int:
        return len(self._levels)

    def __eq__(self, other: object) -> bool:
        return self._levels == other._levels if isinstance(other, RootedTree) else NotImplemented

    def __lt__(self, other: RootedTree) -> bool:
        return self.sizes < other.sizes if isinstance(other, RootedTree) else NotImplemented

    def __hash__(self) -> int:
        return hash(("RootedTree", self._levels))

    def __reduce__(self) -> tuple[object, ...]:
        return RootedTree._trusted, (self._levels,)

    def __repr__(self) -> str:
        return f"RootedTree({self._levels})"

    def __str__(self) -> str:
        return " ".join(map(str, self._levels))
