"""Random trees, every isomorphism class equally likely, in batches.

Write r_d for the number of rooted trees on d vertices and F(m) for the number of forests on m
vertices with branches of at most q vertices each.  Taking j equal branches of d vertices out of a
forest in every possible way gives

    m F(m) = sum over d <= q and j >= 1 of d r_d F(m - j d),

so a random forest consists of j copies of a random rooted tree on d vertices and of a random forest
on the m - j d vertices left, where the pair (j, d) is drawn with the weights of this sum.  A rooted
tree is its root and a forest; a free tree with one centroid a forest with q = (n - 1) / 2, one with
two centroids a pair of halves.

References
----------
A. Nijenhuis, H. S. Wilf, Combinatorial Algorithms, Academic Press 1978, chapter 29.
H. S. Wilf, The uniform selection of free trees, J. Algorithms 2 (1981).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from random import Random
from typing import TypeVar

from polyfam._checks import integer
from polyfam.trees.counting import count_free_trees, count_rooted_trees, rooted_counts
from polyfam.trees.levels import parents_from_levels
from polyfam.trees.tree import FreeTree, RootedTree

__all__ = [
    "generator",
    "random_free_tree",
    "random_free_trees",
    "random_rooted_tree",
    "random_rooted_trees",
]

_Kind = TypeVar("_Kind", RootedTree, FreeTree)

#: The weights of a larger order take more than some seconds.
_LARGEST = 1023


def generator(seed: int | None) -> Random:
    """Return a source of random numbers, the same for the same seed.

    Raises
    ------
    ArgumentTypeError
        When the seed is no integer.

    Examples
    --------
    >>> generator(1).random() == generator(1).random()
    True
    """
    return Random(None if seed is None else integer(seed, "seed"))


def random_rooted_trees(n: int, count: int, seed: int | None = None) -> Iterator[RootedTree]:
    """Yield independent rooted trees on n vertices, every isomorphism class equally likely.

    Parameters
    ----------
    n : int
        Between 1 and 1023.
    count : int
        How many, at least 0.
    seed : int, optional
        The same seed gives the same trees.

    Returns
    -------
    iterator of RootedTree

    Examples
    --------
    >>> [tree.order for tree in random_rooted_trees(60, 3, seed=1)]
    [60, 60, 60]
    """
    return _drawn(RootedTree, _rooted, n, count, seed)


def random_free_trees(n: int, count: int, seed: int | None = None) -> Iterator[FreeTree]:
    """Yield independent free trees on n vertices, every isomorphism class equally likely.

    Parameters
    ----------
    n : int
        Between 1 and 1023.
    count : int
        How many, at least 0.
    seed : int, optional
        The same seed gives the same trees.

    Returns
    -------
    iterator of FreeTree

    Examples
    --------
    >>> [tree.order for tree in random_free_trees(60, 3, seed=1)]
    [60, 60, 60]
    """
    return _drawn(FreeTree, _free, n, count, seed)


def random_rooted_tree(n: int, seed: int | None = None) -> RootedTree:
    """Return a rooted tree on n vertices, every isomorphism class equally likely.

    Parameters
    ----------
    n : int
        Between 1 and 1023.
    seed : int, optional
        The same seed gives the same tree, the first of `random_rooted_trees`.

    Returns
    -------
    RootedTree

    Examples
    --------
    >>> random_rooted_tree(60, seed=1) == random_rooted_tree(60, seed=1)
    True
    """
    return next(random_rooted_trees(n, 1, seed))


def random_free_tree(n: int, seed: int | None = None) -> FreeTree:
    """Return a free tree on n vertices, every isomorphism class equally likely.

    Parameters
    ----------
    n : int
        Between 1 and 1023.
    seed : int, optional
        The same seed gives the same tree, the first of `random_free_trees`.

    Returns
    -------
    FreeTree

    Examples
    --------
    >>> random_free_tree(60, seed=1).order
    60
    """
    return next(random_free_trees(n, 1, seed))


def _drawn(
    kind: type[_Kind],
    draw: Callable[[int, Random], list[int]],
    n: int,
    count: int,
    seed: int | None,
) -> Iterator[_Kind]:
    """Return some trees with the levels that are drawn, the arguments checked."""
    n = integer(n, "n", minimum=1, maximum=_LARGEST)
    count, random = integer(count, "count", minimum=0), generator(seed)
    return (kind._hanging(parents_from_levels(draw(n, random))) for _ in range(count))


def _free(n: int, random: Random) -> list[int]:
    """Return the levels of a random free tree, rooted at a centroid."""
    halves = count_rooted_trees(n // 2) if n % 2 == 0 else 0
    if random.randrange(count_free_trees(n)) >= halves * (halves + 1) // 2:
        return [0, *_forest(n - 1, (n - 1) // 2, random, 1)]
    first = _rooted(n // 2, random)
    # Equal halves come up in one of `halves` pairs when both are drawn, and make up the rest here.
    second = first if random.randrange(halves + 1) == 0 else _rooted(n // 2, random)
    return [*first, *(level + 1 for level in second)]


def _rooted(n: int, random: Random) -> list[int]:
    """Return the levels of a random rooted tree."""
    return [0, *_forest(n - 1, n, random, 1)]


def _forest(m: int, q: int, random: Random, depth: int) -> list[int]:
    """Return the levels of a random forest with roots at a depth.

    The recursion is as deep as the tree is high, about 3 sqrt(n).
    """
    levels: list[int] = []
    while m:
        bounds, pairs = _choices(m, q if m > q else _LARGEST)
        j, d = pairs[bisect_right(bounds, random.randrange(bounds[-1]))]
        branch = [depth, *_forest(d - 1, _LARGEST, random, depth + 1)] if d > 1 else [depth]
        levels += branch * j
        m -= j * d
    return levels


@lru_cache(maxsize=1 << 11)
def _choices(m: int, q: int) -> tuple[list[int], list[tuple[int, int]]]:
    """Return the sums of the weights so far, and the pairs (j, d) that they belong to."""
    trees, forests = rooted_counts(m + 1), _forest_counts(m, q)
    pairs = [(j, d) for d in range(1, min(q, m) + 1) for j in range(1, m // d + 1)]
    bounds = list(accumulate(d * trees[d] * forests[m - j * d] for j, d in pairs))
    return bounds, pairs


def _forest_counts(m: int, q: int) -> Sequence[int]:
    """Return the numbers of forests on 0, ..., m vertices with branches of at most q vertices."""
    if m <= q:
        return rooted_counts(m + 1)[1:]
    row, weighted = _bounded_forests(q)
    trees = rooted_counts(q + 1)
    for k in range(len(row), m + 1):
        weighted.append(sum(d * trees[d] for d in range(1, q + 1) if k % d == 0))
        row.append(sum(weighted[i] * row[k - i] for i in range(1, k + 1)) // k)
    return row


@lru_cache(maxsize=4)
def _bounded_forests(q: int) -> tuple[list[int], list[int]]:
    """Return lists that `_forest_counts` makes longer: of F, and of sums of d r_d over divisors."""
    del q  # only the key under which the cache keeps them
    return [1], [0]
