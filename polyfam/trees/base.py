"""What rooted and free trees share: a canonical level sequence, and order, hash and text by it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import total_ordering
from typing import TYPE_CHECKING, Any, Self

from polyfam.trees.levels import check_levels, parents_from_levels, subtree_sizes

if TYPE_CHECKING:
    import networkx

__all__ = ["Tree"]

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
    #: Whether pictures let it hang from its root.
    _hangs = False

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

        return tree_svg(self._levels, self._hangs)

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
