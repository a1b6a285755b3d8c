"""Listing all rooted and free trees, each once, in the graded order.

A rooted tree is its root and a forest of branches, none larger than the one before it; a free
tree with one centroid is such a forest with no branch above (n - 1)/2 vertices, one with two
centroids is a pair of halves.  Forests are put together from short lists of smaller ones, so that
most trees cost one concatenation of tuples, and nothing large is ever held.  They are made in lists
of some hundreds, for what comes before them: generators within generators would take most of the
time.

Counted by `count_rooted_trees` (A000081) and `count_free_trees` (A000055).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain, islice

from polyfam._checks import integer
from polyfam.trees.tree import FreeTree, RootedTree

__all__ = ["free_trees", "rooted_trees"]

Levels = tuple[int, ...]

#: Nobody reaches the end of a longer list, and Python's stack is too short for its start.
_LARGEST = 200

#: Forests on up to this many vertices are kept in memory, 286 of them on 8 vertices: with more, the
#: first call would be slower, with fewer all the others.
_KEPT = 8

#: Branches with up to this many ways to go on share a list.
_FEW = 16


def rooted_trees(n: int) -> Iterator[RootedTree]:
    """Yield all rooted trees on n vertices in ascending order, star first and path last.

    Parameters
    ----------
    n : int
        Between 1 and 200.  Random trees (`random_rooted_tree`, `random_free_tree`) may be larger.

    Returns
    -------
    iterator of RootedTree

    Examples
    --------
    >>> [str(tree) for tree in rooted_trees(4)]
    ['0 1 1 1', '0 1 2 1', '0 1 2 2', '0 1 2 3']
    """
    n = integer(n, "n", minimum=1, maximum=_LARGEST)
    return RootedTree._all_trusted(_rooted_levels(n, ()))


def free_trees(n: int) -> Iterator[FreeTree]:
    """Yield all free trees on n vertices in ascending order: one centroid first, then two.

    Parameters
    ----------
    n : int
        Between 1 and 200.  Random trees (`random_rooted_tree`, `random_free_tree`) may be larger.

    Returns
    -------
    iterator of FreeTree

    Examples
    --------
    >>> [str(tree) for tree in free_trees(6)]
    ['0 1 1 1 1 1', '0 1 2 1 1 1', '0 1 2 1 2 1', '0 1 2 2 1 1', '0 1 2 3 1 1', '0 1 2 3 1 2']
    """
    n = integer(n, "n", minimum=1, maximum=_LARGEST)
    return FreeTree._all_trusted(_free_levels(n))


def _free_levels(n: int) -> Iterator[Levels]:
    """Yield the canonical level sequences of the free trees on n vertices."""
    root = (0,)
    yield from chain.from_iterable(_forests(root, 1, n - 1, (n - 1) // 2))
    if n % 2 == 0:
        smaller_halves: list[Levels] = []
        for first in _rooted_levels(n // 2, root):
            smaller_halves.append(tuple(level - 1 for level in first[2:]))
            for rest in smaller_halves:
                yield first + rest


def _rooted_levels(n: int, before: Levels) -> Iterator[Levels]:
    """Yield the level sequences of the rooted trees on n vertices, below what comes before."""
    depth = len(before)
    return chain.from_iterable(_forests((*before, depth), depth + 1, n - 1, n - 1))


def _forests(
    before: Levels, depth: int, m: int, size: int, count: int | None = None
) -> Iterator[list[Levels]]:
    """Yield the forests on m vertices, roots at `depth`, after what comes before, in lists.

    Ascending.  No branch has more than `size` vertices, and of those with `size` vertices only the
    first `count` (all, when it is None) may be used.
    """
    if m <= _KEPT:
        forests, ends = _kept_forests(m, depth)
        yield [before + forest for forest in forests[: _end(ends, m, size, count)]]
        return
    for s in range(1, min(size, m) + 1):
        stop = count if s == size else None
        branches = _forests((*before, depth), depth + 1, s - 1, s - 1)
        if stop is not None or 2 * s <= m or m - s > _KEPT:
            for k, branch in enumerate(islice(chain.from_iterable(branches), stop), start=1):
                yield from _forests(branch, depth, m - s, s, k)
            continue
        rests = _kept_forests(m - s, depth)[0]  # what follows is smaller, whatever it is
        for together in branches:
            if len(rests) <= _FEW:
                yield [branch + rest for branch in together for rest in rests]
            else:
                for branch in together:
                    yield [branch + rest for rest in rests]


@cache
def _kept_forests(m: int, depth: int) -> tuple[list[Levels], list[list[int]]]:
    """Return all forests on m vertices, and where those with a largest branch end.

    ``ends[s][k]`` is the number of forests whose branches come before the k-th branch of size s.
    """
    forests: list[Levels] = [()] if m == 0 else []
    ends: list[list[int]] = [[len(forests)]]
    for s in range(1, m + 1):
        rest, rest_ends = _kept_forests(m - s, depth)
        ends.append([len(forests)])
        for k, below in enumerate(_kept_forests(s - 1, depth + 1)[0], start=1):
            branch = (depth, *below)
            forests += [branch + tail for tail in rest[: _end(rest_ends, m - s, s, k)]]
            ends[s].append(len(forests))
    return forests, ends


def _end(ends: Sequence[Sequence[int]], m: int, size: int, count: int | None) -> int:
    """Return how many of the kept forests on m vertices stay below the bound (size, count)."""
    if size > m:
        return ends[m][-1]
    return ends[size][-1 if count is None else count]
