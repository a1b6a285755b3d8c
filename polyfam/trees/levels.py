"""Level sequences: the depths of the vertices of a rooted tree in preorder, the root at depth 0.

A rooted tree has one level sequence for every way of ordering the branches at its vertices.
The *canonical* one writes the largest branch first, where trees compare in the **graded order**:
by number of vertices, then by their lists of branches (largest first), lexicographically.
Equivalently, trees compare by the sequence of the sizes of their subtrees in preorder, and the
canonical preorder is the one for which this sequence is lexicographically greatest.  (Beyer and
Hedetniemi compare the depths instead; sizes make ranking a matter of counting multisets.)

Everything here runs in O(n log n) without recursion, so that long paths are harmless.

References
----------
T. Beyer, S. M. Hedetniemi, Constant time generation of rooted trees, SIAM J. Comput. 9 (1980).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise
from math import factorial, prod
from operator import index

from polyfam.errors import InvalidTreeError

__all__ = [
    "branches",
    "canonical_levels",
    "check_levels",
    "check_parents",
    "count_automorphisms",
    "parents_from_levels",
    "subtree_sizes",
]


def check_levels(levels: Iterable[int]) -> tuple[int, ...]:
    """Return a level sequence as a tuple of integers, or say at which position it fails.

    Examples
    --------
    >>> check_levels([0, 1, 2, 1])
    (0, 1, 2, 1)
    >>> check_levels([0, 2])
    Traceback (most recent call last):
        ...
    polyfam.errors.InvalidTreeError: Level 2 at position 1 must lie between 1 and 1.
    """
    try:
        entries = tuple(levels)
    except TypeError:
        raise InvalidTreeError(f"A level sequence must be a sequence, not {levels!r}.") from None
    if not entries:
        raise InvalidTreeError("A level sequence must have at least one entry, the root's 0.")
    deepest = 0  # how deep the next vertex may lie: one below the previous vertex
    for position, entry in enumerate(entries):
        level = _integer(entry, f"Level {entry!r} at position {position}")
        if position == 0 and level != 0:
            raise InvalidTreeError(f"A level sequence must start with 0, the root, not {level}.")
        if position and not 1 <= level <= deepest:
            raise InvalidTreeError(
                f"Level {level} at position {position} must lie between 1 and {deepest}."
            )
        deepest = level + 1
    return tuple(map(index, entries))


def check_parents(parents: Iterable[int]) -> tuple[int, ...]:
    """Return a parent array as a tuple of integers, or say which entry is none.

    Examples
    --------
    >>> check_parents([-1, 0, 0])
    (-1, 0, 0)
    >>> check_parents([-1, "a"])
    Traceback (most recent call last):
        ...
    polyfam.errors.InvalidTreeError: Parent 'a' of vertex 1 must be an integer.
    """
    try:
        entries = tuple(parents)
    except TypeError:
        raise InvalidTreeError(f"Parents must be a sequence, not {parents!r}.") from None
    return tuple(
        _integer(entry, f"Parent {entry!r} of vertex {vertex}")
        for vertex, entry in enumerate(entries)
    )


def _integer(entry: object, what: str) -> int:
    """Return an entry as a Python integer, or say what it should be; a boolean is none."""
    try:
        if not isinstance(entry, bool):
            return index(entry)
    except TypeError:
        pass
    raise InvalidTreeError(f"{what} must be an integer.")


def parents_from_levels(levels: Sequence[int]) -> tuple[int, ...]:
    """Return the parent of every vertex, vertices numbered in preorder; the root has -1.

    Examples
    --------
    >>> parents_from_levels((0, 1, 2, 1))
    (-1, 0, 1, 0)
    """
    latest = [-1] * (len(levels) + 1)  # latest[d + 1] is the last vertex seen at depth d
    parents = []
    for vertex, level in enumerate(levels):
        parents.append(latest[level])
        latest[level + 1] = vertex
    return tuple(parents)


def subtree_sizes(levels: Sequence[int]) -> tuple[int, ...]:
    """Return the number of vertices of the subtree at every vertex, in preorder.

    Examples
    --------
    >>> subtree_sizes((0, 1, 2, 1))
    (4, 2, 1, 1)
    """
    sizes = [1] * len(levels)
    parents = parents_from_levels(levels)
    for vertex in range(len(levels) - 1, 0, -1):
        sizes[parents[vertex]] += sizes[vertex]
    return tuple(sizes)


def branches(levels: Sequence[int]) -> list[tuple[int, ...]]:
    """Return the level sequences of the branches at the root, in the order they are written.

    Examples
    --------
    >>> branches((0, 1, 2, 1))
    [(0, 1), (0,)]
    """
    starts = [vertex for vertex, level in enumerate(levels) if level == 1]
    return [
        tuple(level - 1 for level in levels[start:end])
        for start, end in pairwise([*starts, len(levels)])
    ]


def canonical_levels(parents: Sequence[int]) -> tuple[int, ...]:
    """Return the canonical level sequence of the rooted tree with these parents.

    Parameters
    ----------
    parents : sequence of int
        ``parents[v]`` is the parent of vertex v, and -1 for the one root; any order.

    Raises
    ------
    InvalidTreeError
        When there is not exactly one root, or a vertex does not hang from it (a cycle).

    Examples
    --------
    >>> canonical_levels([-1, 0, 0, 2])
    (0, 1, 2, 1)
    """
    children, ranks, root = _ranked_children(parents)
    levels = []
    stack = [(root, 0)]
    while stack:
        vertex, level = stack.pop()
        levels.append(level)
        siblings = sorted(children[vertex], key=ranks.__getitem__)
        stack.extend((child, level + 1) for child in siblings)
    return tuple(levels)


def count_automorphisms(parents: Sequence[int]) -> int:
    """Return the number of automorphisms of a rooted tree, the sigma of B-series.

    It is the product, over all vertices, of the factorials of the multiplicities of equal
    branches; the branches may be listed in any order.

    Examples
    --------
    >>> count_automorphisms([-1, 0, 0, 1, 2])
    2
    """
    children, ranks, _ = _ranked_children(parents)
    return prod(
        factorial(len(list(equal)))
        for siblings in children
        for _, equal in groupby(sorted(ranks[child] for child in siblings))
    )


def _ranked_children(parents: Sequence[int]) -> tuple[list[list[int]], list[int], int]:
    """Return children, the graded rank of every subtree among those present, and the root."""
    n = len(parents)
    children: list[list[int]] = [[] for _ in range(n)]
    roots = []
    for vertex, parent in enumerate(parents):
        if parent == -1:
            roots.append(vertex)
        elif 0 <= parent < n:
            children[parent].append(vertex)
        else:
            raise InvalidTreeError(
                f"Parent {parent} of vertex {vertex} must lie between -1 (the root) and {n - 1}."
            )
    if len(roots) != 1:
        raise InvalidTreeError(f"A rooted tree has one root (parent -1), not {len(roots)}.")
    preorder = roots[:]
    for vertex in preorder:  # grows while it is read: breadth first
        preorder.extend(children[vertex])
    if len(preorder) != n:
        reached = set(preorder)
        stray = next(vertex for vertex in range(n) if vertex not in reached)
        raise InvalidTreeError(
            f"Vertex {stray} does not hang from the root: its parents run in a cycle."
        )

    sizes = [1] * n
    for vertex in reversed(preorder[1:]):
        sizes[parents[vertex]] += sizes[vertex]
    ranks = [0] * n
    following = 0
    for _, group in groupby(sorted(range(n), key=sizes.__getitem__), key=sizes.__getitem__):
        keys = {
            vertex: tuple(sorted((ranks[child] for child in children[vertex]), reverse=True))
            for vertex in group
        }
        order = {key: following + i for i, key in enumerate(sorted(set(keys.values())))}
        following += len(order)
        for vertex, key in keys.items():
            ranks[vertex] = order[key]
    return children, ranks, roots[0]
