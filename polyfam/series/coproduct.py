"""Cuts of a rooted tree: what composing two B-series sums over.

A *cut* removes edges, at most one on the way from the root to any leaf.  What still holds the root
is kept, what falls off is a forest of pruned trees.  The kept part may also be empty, and then the
whole tree is pruned.  The cuts with the root kept follow branch by branch,

    cuts([t_1, ..., t_m]) = product over i of ( {t_i falls off whole} + cuts(t_i) ),

and the composition of B-series sums outer(kept) times the product of inner(pruned) over them: the
coproduct of the Butcher-Connes-Kreimer algebra, [HLW, III.1.4].

References
----------
[HLW] Hairer, Lubich & Wanner, Geometric Numerical Integration (2006), chapter III.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from polyfam._checked import checked
from polyfam._checks import few_vertices, integer, shown
from polyfam.errors import ResourceError
from polyfam.trees import RootedTree, rooted_trees

__all__ = [
    "MAX_ORDER",
    "MOST_CUT",
    "Cut",
    "Forest",
    "check_order",
    "cuts",
    "forest",
    "join",
    "trees_up_to",
]

#: Up to this order, 7,813 trees, cuts and partitions are listed.
MAX_ORDER = 12
#: The cuts and the partitions of one tree are listed up to this order, in seconds.
MOST_CUT = 20

Forest = tuple[RootedTree, ...]


class Cut(NamedTuple):
    """A cut: the part with the root (None when empty), what falls off, and in how many ways."""

    kept: RootedTree | None
    pruned: Forest
    times: int


@checked
@lru_cache(maxsize=None, typed=True)
def trees_up_to(order: int) -> Forest:
    """Return all rooted trees with at most `order` vertices, in the graded order.

    Examples
    --------
    >>> [str(tree) for tree in trees_up_to(3)]
    ['0', '0 1', '0 1 1', '0 1 2']
    """
    return tuple(tree for n in range(1, check_order(order) + 1) for tree in rooted_trees(n))


def check_order(order: object) -> int:
    """Return a number of vertices up to which trees are listed."""
    number = integer(order, "order", minimum=1)
    if number > MAX_ORDER:
        raise ResourceError(
            f"Argument 'order' must be at most {MAX_ORDER}, not {shown(number)}: the trees are "
            "counted by thousands; polyfam.free_trees and polyfam.beta_polynomial go further."
        )
    return number


def join(branches: Iterable[RootedTree]) -> RootedTree:
    """Return the tree whose root carries these branches, in any order.

    Examples
    --------
    >>> join([RootedTree(), RootedTree([0, 1])])
    RootedTree((0, 1, 2, 1))
    """
    ordered = sorted(branches, key=lambda branch: branch.sizes, reverse=True)
    return RootedTree._trusted((0, *(level + 1 for branch in ordered for level in branch.levels)))


def forest(trees: Iterable[RootedTree]) -> Forest:
    """Return trees in the graded order, so that equal multisets are equal tuples.

    Examples
    --------
    >>> forest([RootedTree([0, 1]), RootedTree()])
    (RootedTree((0,)), RootedTree((0, 1)))
    """
    return tuple(sorted(trees, key=lambda tree: tree.sizes))


@checked
@lru_cache(maxsize=None, typed=True)
def cuts(tree: RootedTree) -> tuple[Cut, ...]:
    """Return all cuts of a tree, those with equal parts together; the empty kept part comes last.

    Parameters
    ----------
    tree : RootedTree
        With at most 20 vertices; the cuts are kept.

    Returns
    -------
    tuple of Cut
        What is kept, what is pruned, and how often.

    Examples
    --------
    >>> for cut in cuts(RootedTree([0, 1, 1])):
    ...     print(cut.kept, list(map(str, cut.pruned)), cut.times)
    0 ['0', '0'] 1
    0 1 ['0'] 2
    0 1 1 [] 1
    None ['0 1 1'] 1
    """
    few_vertices(tree, MOST_CUT, "its cuts are listed")
    found: Counter[tuple[Forest, Forest]] = Counter({((), ()): 1})  # by branches kept and pruned
    for branch in tree.branches:
        choices = [
            (() if cut.kept is None else (cut.kept,), cut.pruned, cut.times) for cut in cuts(branch)
        ]
        extended: Counter[tuple[Forest, Forest]] = Counter()
        for (kept, pruned), count in found.items():
            for more_kept, more_pruned, more in choices:
                both = forest(kept + more_kept), forest(pruned + more_pruned)
                extended[both] += count * more
        found = extended
    rooted = sorted((join(kept), pruned, times) for (kept, pruned), times in found.items())
    return (*(Cut(*cut) for cut in rooted), Cut(None, (tree,), 1))
