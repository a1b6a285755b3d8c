"""Trees with names: paths, stars, brooms, spiders, caterpillars and double stars.

Each shape is written down as a level sequence of some rooting, and `FreeTree` makes it canonical.
The shapes contain one another:

    path(n) = caterpillar of n counts 0            star(n) = spider of n - 1 legs of one edge
    broom(h, b) = caterpillar with b leaves on the last of h spine vertices
    double_star(a, b) = caterpillar (a, b)

Among all trees on n vertices the path and the star have the smallest and the largest
polynomial: Narayana (A001263) and Eulerian (A008292).
"""

from __future__ import annotations

from collections.abc import Iterable

from polyfam._checks import integer, integers
from polyfam.errors import DomainError, ResourceError
from polyfam.trees.tree import FreeTree

__all__ = ["broom", "caterpillar", "double_star", "path", "spider", "star"]

#: Largest number of vertices of a shape, and the memory in bytes that one vertex takes on the way.
_MOST_VERTICES = 10**6
_BYTES_A_VERTEX = 800


def path(n: int) -> FreeTree:
    """Return the path on n vertices.

    Parameters
    ----------
    n : int
        Number of vertices, at least 1.

    Returns
    -------
    FreeTree

    Examples
    --------
    >>> path(5)
    FreeTree((0, 1, 2, 1, 2))
    >>> path(5).degree_sequence()
    (2, 2, 2, 1, 1)
    """
    n = integer(n, "n", minimum=1)
    _refuse_huge(n)
    return FreeTree(range(n))


def star(n: int) -> FreeTree:
    """Return the star on n vertices: a centre with n - 1 leaves.

    Parameters
    ----------
    n : int
        Number of vertices, the centre included, at least 1.

    Returns
    -------
    FreeTree

    Examples
    --------
    >>> star(5)
    FreeTree((0, 1, 1, 1, 1))
    """
    n = integer(n, "n", minimum=1)
    _refuse_huge(n)
    return FreeTree([0] + [1] * (n - 1))


def broom(handle: int, bristles: int) -> FreeTree:
    """Return the broom: a path, the handle, with leaves, the bristles, on its last vertex.

    Parameters
    ----------
    handle : int
        Number of vertices on the handle, at least 1.
    bristles : int
        Number of leaves, at least 0.

    Returns
    -------
    FreeTree
        On ``handle + bristles`` vertices.

    Examples
    --------
    >>> broom(3, 4).degree_sequence()
    (5, 2, 1, 1, 1, 1, 1)
    >>> broom(1, 4) == star(5)
    True
    """
    handle = integer(handle, "handle", minimum=1)
    bristles = integer(bristles, "bristles", minimum=0)
    _refuse_huge(handle + bristles)
    return FreeTree([*range(handle), *[handle] * bristles])


def spider(legs: Iterable[int]) -> FreeTree:
    """Return the spider: a body from which paths, the legs, hang.

    Parameters
    ----------
    legs : iterable of int
        Number of edges of every leg, each at least 1.  The order does not matter.

    Returns
    -------
    FreeTree
        On ``1 + sum(legs)`` vertices.

    Examples
    --------
    >>> spider([2, 2, 3])
    FreeTree((0, 1, 2, 3, 1, 2, 1, 2))
    >>> spider([1, 1, 1, 1]) == star(5)
    True
    """
    lengths = integers(legs, "legs", minimum=1)
    _refuse_huge(1 + sum(lengths))
    return FreeTree([0, *(level for leg in lengths for level in range(1, leg + 1))])


def caterpillar(leaf_counts: Iterable[int]) -> FreeTree:
    """Return the caterpillar: a path, the spine, with leaves on its vertices.

    Parameters
    ----------
    leaf_counts : iterable of int
        Number of leaves on every spine vertex from one end to the other, each at least 0; at
        least one spine vertex.

    Returns
    -------
    FreeTree
        On ``len(leaf_counts) + sum(leaf_counts)`` vertices.

    Examples
    --------
    >>> caterpillar([1, 0, 2]).degree_sequence()
    (3, 2, 2, 1, 1, 1)
    >>> caterpillar([1, 0, 2]) == broom(4, 2)
    True
    """
    counts = integers(leaf_counts, "leaf_counts", minimum=0)
    if not counts:
        raise DomainError("Argument 'leaf_counts' must have at least one entry, for the spine.")
    _refuse_huge(len(counts) + sum(counts))
    spine = enumerate(counts)
    return FreeTree(level for i, leaves in spine for level in (i, *[i + 1] * leaves))


def double_star(a: int, b: int) -> FreeTree:
    """Return the double star: two adjacent centres, one with a leaves and one with b.

    Parameters
    ----------
    a, b : int
        Numbers of leaves, at least 0.

    Returns
    -------
    FreeTree
        On ``a + b + 2`` vertices.

    Examples
    --------
    >>> double_star(3, 4).degree_sequence()
    (5, 4, 1, 1, 1, 1, 1, 1, 1)
    >>> double_star(1, 1) == path(4)
    True
    """
    a, b = integer(a, "a", minimum=0), integer(b, "b", minimum=0)
    _refuse_huge(a + b + 2)
    return FreeTree([0, *[1] * a, 1, *[2] * b])


def _refuse_huge(n: int) -> None:
    """Say how much memory a tree on n vertices would need, before it is taken."""
    if n > _MOST_VERTICES:
        megabytes = min(n, 10**18) * _BYTES_A_VERTEX // 10**6  # n itself may be too long to print
        raise ResourceError(
            f"A tree of that size would need at least {megabytes:,} MB of memory; "
            f"ask for at most {_MOST_VERTICES:,} vertices."
        )
