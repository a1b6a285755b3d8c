"""Counting and ranking of trees, without listing any.

A rooted tree on n vertices is a *forest*, a multiset of branches, on n - 1 vertices.  Write r_s
for the number of rooted trees on s vertices and F(m, s, q) for the number of forests on m
vertices whose branches come before the q-th rooted tree on s vertices in the graded order:

    F(m, s, q) = sum over j >= 0 of binom(q + j - 1, j) F(m - j s, s - 1, r_{s-1}).

The graded order compares the largest branches first, so the rank of a forest is a sum of such
numbers, one for each branch, and a rank is undone by a search in them.

Counts come from Otter's formulas, which share nothing with F: n r_{n+1} is the convolution of r
with sum_{d | k} d r_d (A000081), and the free trees are r_n - sum r_i r_{n-i} / 2 + r_{n/2} / 2
(A000055).

References
----------
R. Otter, The number of trees, Ann. of Math. 49 (1948).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from math import isqrt

from polyfam._checks import instance, integer
from polyfam.trees.base import Tree
from polyfam.trees.levels import parents_from_levels, subtree_sizes
from polyfam.trees.tree import FreeTree, RootedTree

__all__ = [
    "count_free_trees",
    "count_rooted_trees",
    "rank",
    "unrank_free_tree",
    "unrank_rooted_tree",
]

# Counting takes about 10 seconds for the largest n, and so does the first unranking, whose table
# of forests then holds 100 MB.
_LARGEST_COUNTED = 4000
_LARGEST_RANKED = 1023


def count_rooted_trees(n: int) -> int:
    """Return the number of rooted trees on n vertices, A000081(n).

    Parameters
    ----------
    n : int
        Between 1 and 4000.

    Returns
    -------
    int

    Examples
    --------
    >>> [count_rooted_trees(n) for n in range(1, 11)]
    [1, 1, 2, 4, 9, 20, 48, 115, 286, 719]
    """
    n = integer(n, "n", minimum=1, maximum=_LARGEST_COUNTED)
    return rooted_counts(n)[n]


def rooted_counts(n: int) -> tuple[int, ...]:
    """Return the numbers of rooted trees on 0, 1, ... vertices, at least up to n."""
    return _rooted_counts(1 << (n - 1).bit_length())


def count_free_trees(n: int) -> int:
    """Return the number of free trees on n vertices, A000055(n).

    Parameters
    ----------
    n : int
        Between 1 and 4000.

    Returns
    -------
    int

    Examples
    --------
    >>> [count_free_trees(n) for n in range(1, 11)]
    [1, 1, 1, 2, 3, 6, 11, 23, 47, 106]
    >>> count_free_trees(20)
    823065
    """
    n = integer(n, "n", minimum=1, maximum=_LARGEST_COUNTED)
    return _free_count(n)


@lru_cache(maxsize=64)
def _free_count(n: int) -> int:
    """Return the number of free trees on n vertices."""
    count = rooted_counts(n)
    edges = sum(count[i] * count[n - i] for i in range(1, n))
    return count[n] - (edges - (count[n // 2] if n % 2 == 0 else 0)) // 2


def rank(tree: RootedTree | FreeTree) -> int:
    """Return the place of a tree, from 0, among the trees of its kind and order.

    The order is the one in which `rooted_trees` and `free_trees` list them.

    Parameters
    ----------
    tree : RootedTree or FreeTree
        With at most 1023 vertices.

    Returns
    -------
    int

    Examples
    --------
    >>> [rank(unrank_free_tree(9, k)) for k in (0, 17, 46)]
    [0, 17, 46]
    """
    instance(tree, Tree, "tree", "a RootedTree or a FreeTree")
    ranks = _ranks(tree.levels)
    if isinstance(tree, RootedTree) or len(tree.centroid()) == 1:
        return ranks[0]
    half = tree.order // 2
    larger, smaller = ranks[1], _ranks((0, *tree.levels[half + 1 :]))[0]
    return _count_unicentroidal(tree.order) + larger * (larger + 1) // 2 + smaller


def unrank_rooted_tree(n: int, k: int) -> RootedTree:
    """Return the rooted tree on n vertices with rank k.

    Parameters
    ----------
    n : int
        Between 1 and 1023.
    k : int
        Between 0 and ``count_rooted_trees(n) - 1``.

    Returns
    -------
    RootedTree

    Examples
    --------
    >>> unrank_rooted_tree(5, 0), unrank_rooted_tree(5, 8)
    (RootedTree((0, 1, 1, 1, 1)), RootedTree((0, 1, 2, 3, 4)))
    """
    n = integer(n, "n", minimum=1, maximum=_LARGEST_RANKED)
    k = integer(k, "k", minimum=0, maximum=count_rooted_trees(n) - 1)
    return RootedTree._trusted(_unrank(n, k))


def unrank_free_tree(n: int, k: int) -> FreeTree:
    """Return the free tree on n vertices with rank k.

    Parameters
    ----------
    n : int
        Between 1 and 1023.
    k : int
        Between 0 and ``count_free_trees(n) - 1``.

    Returns
    -------
    FreeTree

    Examples
    --------
    >>> unrank_free_tree(5, 0), unrank_free_tree(5, 2)
    (FreeTree((0, 1, 1, 1, 1)), FreeTree((0, 1, 2, 1, 2)))
    """
    n = integer(n, "n", minimum=1, maximum=_LARGEST_RANKED)
    k = integer(k, "k", minimum=0, maximum=count_free_trees(n) - 1)
    k -= _count_unicentroidal(n)
    if k < 0:
        return FreeTree._trusted(_unrank(n, k + _count_unicentroidal(n)))
    larger = (isqrt(8 * k + 1) - 1) // 2  # the triangular number below k
    smaller = k - larger * (larger + 1) // 2
    branch = tuple(level + 1 for level in _unrank(n // 2, larger))
    return FreeTree._trusted((0, *branch, *_unrank(n // 2, smaller)[1:]))


@lru_cache(maxsize=4)
def _rooted_counts(limit: int) -> tuple[int, ...]:
    """Return r_0 = 0, r_1, ..., r_limit; limits are powers of 2, so that few are ever computed."""
    counts = [0, 1]
    weighted = [0]  # weighted[k] = sum over divisors d of k of d r_d
    for n in range(1, limit):
        weighted.append(sum(d * counts[d] for d in range(1, n + 1) if n % d == 0))
        counts.append(sum(weighted[k] * counts[n + 1 - k] for k in range(1, n + 1)) // n)
    return tuple(counts)


@cache
def _forest_counts(limit: int) -> list[list[int]]:
    """Return the table of F(m, s, r_s), rows s and columns m up to a limit that is a power of 2."""
    table = [[1] + [0] * limit]
    for s in range(1, limit + 1):
        row = table[-1][:s]  # shorter forests have no branch of s vertices
        row += [_multisets(table[-1], m, s, count_rooted_trees(s)) for m in range(s, limit + 1)]
        table.append(row)
    return table


def _multisets(row: Sequence[int], m: int, s: int, q: int) -> int:
    """Return the sum over j of binom(q + j - 1, j) ``row[m - j s]``."""
    total, repeats = 0, 1
    for j in range(m // s + 1):
        total += repeats * row[m - j * s]
        repeats = repeats * (q + j) // (j + 1)
    return total


def _count_forests(m: int, s: int) -> int:
    """Return the number of forests on m vertices with branches of at most s vertices each."""
    return _forest_counts(1 << m.bit_length())[min(s, m)][m]


def _count_forests_before(m: int, s: int, q: int) -> int:
    """Return F(m, s, q): forests on m vertices, every branch before the q-th tree of size s."""
    return _multisets(_forest_counts(1 << m.bit_length())[s - 1], m, s, q)


def _count_unicentroidal(n: int) -> int:
    """Return the number of free trees on n vertices that have one centroid."""
    return _count_forests(n - 1, (n - 1) // 2)


def _ranks(levels: Sequence[int]) -> list[int]:
    """Return, for every vertex of a canonical sequence, the rank of the rooted tree below it."""
    integer(len(levels), "tree.order", maximum=_LARGEST_RANKED)
    sizes = subtree_sizes(levels)
    parents = parents_from_levels(levels)
    ranks = [0] * len(levels)
    below = [0] * len(levels)  # vertices below v in the branches already counted
    for vertex in range(len(levels) - 1, 0, -1):
        # The branches at a vertex are read last first, so that the rest is already counted.
        parent = parents[vertex]
        below[parent] += sizes[vertex]
        ranks[parent] += _count_forests_before(below[parent], sizes[vertex], ranks[vertex])
    return ranks


def _unrank(n: int, k: int) -> tuple[int, ...]:
    """Return the canonical level sequence of the rooted tree on n vertices with rank k."""
    levels = [0]
    tasks = [(n - 1, k, 1)]  # forests to write: vertices, rank, depth
    while tasks:
        m, k, depth = tasks.pop()
        if m == 0:
            continue
        s = next(s for s in range(1, m + 1) if _count_forests(m, s) > k)
        low, high = 0, count_rooted_trees(s) - 1  # the last branch with at most k forests before it
        while low < high:
            middle = (low + high + 1) // 2
            if _count_forests_before(m, s, middle) <= k:
                low = middle
            else:
                high = middle - 1
        levels.append(depth)
        tasks.append((m - s, k - _count_forests_before(m, s, low), depth))
        tasks.append((s - 1, low, depth + 1))
    return tuple(levels)
