"""Edge words: permutations of the edges of a tree that P_t counts by descents.

Root the tree and number its edges 1, ..., j so that numbers fall away from the root, level by
level.  A word w_1 ... w_j in these numbers is an *edge word* when for every i the letters w_i and
max(w_1, ..., w_i) lie in one component of the forest formed by the edges w_1, ..., w_i.  Then

    P_t(beta) = beta * sum over edge words w of beta^des(w),

whatever the root.  For a star every permutation is an edge word; for a path the Catalan numbers
count them.

References
----------
A. Postnikov, V. Reiner, L. Williams, Faces of generalized permutohedra, Doc. Math. 13 (2008),
sections 8 and 9.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from polyfam.trees.free import FreeTree
from polyfam.trees.rooted import RootedTree

__all__ = ["count_descents", "edge_words", "numbered_edges"]


def numbered_edges(tree: FreeTree | RootedTree) -> list[tuple[int, int]]:
    """Return the edges (parent, child) that carry the numbers 1, 2, ..., j.

    Parameters
    ----------
    tree : FreeTree or RootedTree
        A free tree is rooted at its centroid.

    Examples
    --------
    >>> numbered_edges(RootedTree([0, 1, 2, 1]))
    [(1, 2), (0, 3), (0, 1)]
    """
    depths = tree.levels
    return sorted(
        ((parent, child) for child, parent in enumerate(tree.parents()) if child),
        key=lambda edge: (-depths[edge[1]], -edge[1]),
    )


def edge_words(tree: FreeTree | RootedTree) -> Iterator[tuple[int, ...]]:
    """Yield the edge words of a tree, one by one.

    The last letter is chosen first: of the letters left, any that is connected to the largest
    one.  Every choice can be completed, so the work is proportional to the words listed.

    Parameters
    ----------
    tree : FreeTree or RootedTree
        A free tree is rooted at its centroid.

    Examples
    --------
    >>> sorted(edge_words(RootedTree([0, 1, 2, 3])))
    [(1, 2, 3), (1, 3, 2), (2, 1, 3), (2, 3, 1), (3, 2, 1)]
    """
    edges = numbered_edges(tree)
    word = [0] * len(edges)

    def extend(left: frozenset[int]) -> Iterator[tuple[int, ...]]:
        if not left:
            yield tuple(word)
            return
        for letter in sorted(_component(edges, left, max(left))):
            word[len(left) - 1] = letter
            yield from extend(left - {letter})

    return extend(frozenset(range(1, len(edges) + 1)))


def count_descents(word: Sequence[int]) -> int:
    """Return the number of places where a letter is larger than the next.

    Examples
    --------
    >>> count_descents((2, 3, 1))
    1
    """
    return sum(here > there for here, there in pairwise(word))


def _component(edges: Sequence[tuple[int, int]], present: frozenset[int], letter: int) -> set[int]:
    """Return the letters among those present that are connected to one letter."""
    found = {letter}
    vertices = set(edges[letter - 1])
    grown = True
    while grown:
        grown = False
        for other in present - found:
            if not vertices.isdisjoint(edges[other - 1]):
                found.add(other)
                vertices.update(edges[other - 1])
                grown = True
    return found
