"""Rooted trees: a vertex, the root, from which branches hang, each a rooted tree again.

Counted by A000081: 1, 1, 2, 4, 9, 20, 48, 115, ...
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import prod
from typing import TYPE_CHECKING

from polyfam.trees.levels import (
    branches,
    canonical_levels,
    check_levels,
    check_parents,
    count_automorphisms,
    parents_from_levels,
)
from polyfam.trees.tree import Tree

if TYPE_CHECKING:
    from polyfam.trees.free import FreeTree

__all__ = ["RootedTree"]


class RootedTree(Tree):
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

    __slots__ = ()

    def __init__(self, levels: Iterable[int] = (0,)) -> None:
        self._levels = canonical_levels(parents_from_levels(check_levels(levels)))

    @classmethod
    def from_parents(cls, parents: Sequence[int]) -> RootedTree:
        """Return the rooted tree in which vertex v hangs from ``parents[v]``; the root has -1.

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

    def free(self) -> FreeTree:
        """Return the free tree that is left when the root is forgotten.

        Examples
        --------
        >>> RootedTree([0, 1, 2]).free()
        FreeTree((0, 1, 1))
        """
        from polyfam.trees.free import FreeTree

        return FreeTree(self._levels)
