"""What rooted and free trees have in common: a canonical level sequence, and order by it."""

from __future__ import annotations

from functools import total_ordering
from typing import TYPE_CHECKING, Self

from polyfam.trees.levels import parents_from_levels, subtree_sizes

if TYPE_CHECKING:
    import networkx

__all__ = ["Tree"]


@total_ordering
class Tree:
    """A tree up to isomorphism, kept as the canonical level sequence of a rooting.

    Abstract; `RootedTree` and `FreeTree` say which rooting.  Trees of one kind compare in the
    graded order: by the sizes of their subtrees in preorder.
    """

    __slots__ = ("_levels",)
    _levels: tuple[int, ...]

    @classmethod
    def _trusted(cls, levels: tuple[int, ...]) -> Self:
        """Wrap a level sequence that is known to be the canonical one."""
        tree = object.__new__(cls)
        tree._levels = levels
        return tree

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

        Examples
        --------
        >>> from polyfam import path, RootedTree
        >>> RootedTree([0, 1, 2, 1]).parents(), path(4).parents()
        ((-1, 0, 1, 0), (-1, 0, 1, 0))
        """
        return parents_from_levels(self._levels)

    def edges(self) -> list[tuple[int, int]]:
        """Return the edges as pairs (parent, child) of preorder numbers.

        Examples
        --------
        >>> from polyfam import path
        >>> path(4).edges()
        [(0, 1), (1, 2), (0, 3)]
        """
        return [(parent, child) for child, parent in enumerate(self.parents()) if child]

    def degree_sequence(self) -> tuple[int, ...]:
        """Return the vertex degrees, descending.

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

    def to_networkx(self) -> networkx.Graph:
        """Return the tree as a graph on the preorder numbers; the root is 0.

        Examples
        --------
        >>> from polyfam import star
        >>> star(5).to_networkx().number_of_edges()
        4
        """
        import networkx

        graph = networkx.Graph()
        graph.add_nodes_from(range(self.order))
        graph.add_edges_from(self.edges())
        return graph

    def _repr_svg_(self) -> str:
        """Draw the tree in a notebook."""
        from polyfam.trees.drawing import tree_svg

        return tree_svg(self)

    def __len__(self) -> int:
        return len(self._levels)

    def __eq__(self, other: object) -> bool:
        return self._levels == other._levels if type(other) is type(self) else NotImplemented

    def __lt__(self, other: Self) -> bool:
        return self.sizes < other.sizes if type(other) is type(self) else NotImplemented

    def __hash__(self) -> int:
        return hash((type(self).__name__, self._levels))

    def __reduce__(self) -> tuple[object, ...]:
        return type(self)._trusted, (self._levels,)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._levels})"

    def __str__(self) -> str:
        return " ".join(map(str, self._levels))
