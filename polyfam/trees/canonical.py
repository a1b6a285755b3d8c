"""The canonical level sequence of a rooted tree, and of a free tree at its centroid.

The *canonical* sequence writes the largest branch first, where trees compare in the **graded
order**: by number of vertices, then by their lists of branches (largest first), lexicographically.
Equivalently, trees compare by the sequence of the sizes of their subtrees in preorder, and the
canonical preorder is the one for which this sequence is lexicographically greatest.  (Beyer and
Hedetniemi compare the depths instead; sizes make ranking a matter of counting multisets.)

Everything here runs in O(n log n) without recursion, so that long paths are harmless.

References
----------
T. Beyer, S. M. Hedetniemi, Constant time generation of rooted trees, SIAM J. Comput. 9 (1980).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby, pairwise

from polyfam._checks import shown
from polyfam.errors import InvalidTreeError
from polyfam.trees.levels import sizes_from_parents, subtree_sizes

__all__ = [
    "automorphisms_from_levels",
    "canonical_levels",
    "centroid_levels",
    "count_automorphisms",
    "hung_from",
    "rooted_levels",
    "top_down",
]

#: Up to this order the sizes of subtrees are bytes.
_SMALL = 255
_BYTES = [bytes((size,)) for size in range(_SMALL + 1)]


def top_down(parents: Sequence[int]) -> list[int]:
    """Return the parents after the vertices are renumbered so that each comes after its parent.

    ``parents[v]`` is the parent of vertex v, and -1 for the one root; without exactly one, or with
    a cycle, there is an InvalidTreeError.

    Examples
    --------
    >>> top_down([2, 2, -1])
    [-1, 0, 0]
    """
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
                f"Parent {shown(parent)} of vertex {vertex} must lie between -1 (the root) and "
                f"{n - 1}."
            )
    if len(roots) != 1:
        raise InvalidTreeError(f"A rooted tree has one root (parent -1), not {len(roots)}.")
    order, ordered = roots[:], [-1]
    for place, vertex in enumerate(order):  # grows while it is read: breadth first
        order.extend(children[vertex])
        ordered.extend([place] * len(children[vertex]))
    if len(order) != n:
        reached = set(order)
        stray = next(vertex for vertex in range(n) if vertex not in reached)
        raise InvalidTreeError(
            f"Vertex {stray} does not hang from the root: its parents run in a cycle."
        )
    return ordered


def hung_from(parents: Sequence[int], vertex: int) -> list[int]:
    """Return the parents, in the same numbering, after the tree is hung from another vertex.

    Examples
    --------
    >>> hung_from((-1, 0, 1, 0), 2)
    [1, 2, -1, 0]
    """
    hung = list(parents)
    child = -1
    while vertex != -1:
        hung[vertex], child, vertex = child, vertex, parents[vertex]
    return hung


def canonical_levels(parents: Sequence[int]) -> tuple[int, ...]:
    """Return the canonical level sequence of the rooted tree with these parents, in any order.

    Examples
    --------
    >>> canonical_levels([-1, 0, 0, 2])
    (0, 1, 2, 1)
    """
    return rooted_levels(top_down(parents))


def rooted_levels(parents: Sequence[int]) -> tuple[int, ...]:
    """Return the canonical level sequence; every vertex comes after its parent.

    Examples
    --------
    >>> rooted_levels([-1, 0, 0, 2])
    (0, 1, 2, 1)
    """
    n = len(parents)
    if n <= _SMALL:
        return _levels_of(_branch_keys(parents, 2 * n)[1][0])
    children, ranks = _ranked_children(parents)
    levels = []
    stack = [(0, 0)]
    while stack:
        vertex, level = stack.pop()
        levels.append(level)
        siblings = sorted(children[vertex], key=ranks.__getitem__)
        stack.extend((child, level + 1) for child in siblings)
    return tuple(levels)


def centroid_levels(parents: Sequence[int]) -> tuple[int, ...]:
    """Return the canonical level sequence of the centroid rooting of a free tree.

    The parents are those of any rooting; every vertex comes after its parent.

    Examples
    --------
    >>> centroid_levels([-1, 0, 1, 2])
    (0, 1, 2, 1)
    """
    n = len(parents)
    if n > _SMALL:
        way = [v for v, size in enumerate(sizes_from_parents(parents)) if 2 * size >= n]
        rootings = [rooted_levels(top_down(hung_from(parents, v))) for v in way[-2:]]
        return max(rootings, key=_centrality)
    # Below, keys take the place of ranks: 7 microseconds instead of 90 at n = 14.
    sizes, keys, way = _branch_keys(parents, n)
    two = len(way) > 1 and 2 * sizes[way[-1]] == n
    for vertex, child in pairwise(way[:-1] if two else way):
        keys[child].append(_key(n - sizes[child], keys[vertex]))
    if two:
        larger, smaller = sorted(way[-2:], key=lambda half: _key(n // 2, keys[half]), reverse=True)
        return _levels_of([_key(n // 2, keys[larger]), *keys[smaller]])
    return _levels_of(keys[way[-1]])


def _centrality(levels: Sequence[int]) -> tuple[bool, tuple[int, ...]]:
    """Rank rootings: those at a centroid first, then by the sizes of subtrees."""
    sizes = subtree_sizes(levels)
    return 2 * max(sizes[1:], default=0) <= len(levels), sizes


def _key(size: int, branch_keys: list[bytes]) -> bytes:
    """Return the sizes of the subtrees in the canonical preorder, as bytes: they compare alike."""
    if len(branch_keys) > 1:
        branch_keys.sort(reverse=True)
    return _BYTES[size] + b"".join(branch_keys)


def _branch_keys(
    parents: Sequence[int], bound: int
) -> tuple[list[int], list[list[bytes]], list[int]]:
    """Return sizes, the keys at each parent of branches below half a bound, and the other vertices.

    These others lie on a way from the root; with the bound n, it ends at a centroid.
    """
    sizes = [1] * len(parents)
    keys: list[list[bytes]] = [[] for _ in parents]
    way = []
    for vertex in range(len(parents) - 1, 0, -1):
        size, parent = sizes[vertex], parents[vertex]
        sizes[parent] += size
        if size == 1 < bound - 1:
            keys[parent].append(b"\1")
        elif 2 * size < bound:
            keys[parent].append(_key(size, keys[vertex]))
        else:
            way.append(vertex)
    way.append(0)
    way.reverse()
    return sizes, keys, way


def _levels_of(branch_keys: list[bytes]) -> tuple[int, ...]:
    """Return the level sequence of a root with these branches, sorted here."""
    branch_keys.sort(reverse=True)
    levels = [0]
    for key in branch_keys:
        levels += _branch_levels(key)
    return tuple(levels)


@lru_cache(maxsize=1 << 12)
def _branch_levels(sizes: bytes) -> tuple[int, ...]:
    """Return the levels, from 1, of a branch with these sizes of subtrees in preorder."""
    levels = []
    ends: list[int] = []  # of the subtrees that are open
    for vertex, size in enumerate(sizes):
        while ends and ends[-1] == vertex:
            ends.pop()
        levels.append(len(ends) + 1)
        ends.append(vertex + size)
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
    return automorphisms_from_levels(canonical_levels(parents))


def automorphisms_from_levels(levels: Sequence[int]) -> int:
    """Return the number of automorphisms of a rooted tree with a canonical level sequence.

    In such a sequence equal branches stand side by side.

    Examples
    --------
    >>> automorphisms_from_levels((0, 1, 1, 1, 1))
    24
    """
    sizes = subtree_sizes(levels)
    latest = [0] * (max(levels) + 2)  # the sibling before, by level, and how many are equal to it
    equal = [0] * len(latest)
    count = 1
    for vertex, level in enumerate(levels[1:], start=1):
        before, size = latest[level], sizes[vertex]
        same = equal[level] and sizes[before] == size
        if same and levels[before:vertex] == levels[vertex : vertex + size]:
            equal[level] += 1
            count *= equal[level]
        else:
            equal[level] = 1
        latest[level] = vertex
        equal[level + 1] = 0
    return count


def _ranked_children(parents: Sequence[int]) -> tuple[list[list[int]], list[int]]:
    """Return children, and the graded rank of every subtree among those present."""
    n = len(parents)
    children: list[list[int]] = [[] for _ in range(n)]
    for vertex in range(1, n):
        children[parents[vertex]].append(vertex)
    sizes = sizes_from_parents(parents)
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
    return children, ranks
