"""The search for two rooted trees with the same normal form.

A single pair would refute the conjecture that P_t determines t: whatever is glued to both at their
roots would give two free trees with one polynomial.  The normal form of a rooted tree is its vector
of polynomials (see `polyfam.census.algebra`); here it is taken at a number beta modulo a prime,
and two linear functions of it make a key.  Different keys prove different normal forms, and equal
ones are followed up exactly.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from polyfam._checked import checked
from polyfam._checks import integer
from polyfam.census.algebra import Residues, Stock
from polyfam.census.keys import POINTS, PRIMES
from polyfam.census.resources import default_memory, size
from polyfam.errors import ResourceError
from polyfam.family.identities.chain import normal_form
from polyfam.trees import RootedTree, count_rooted_trees
from polyfam.trees.halves import Forests
from polyfam.typing import Array, Progress

__all__ = ["equal_normal_forms"]

#: Trees that are dealt with together.
_PIECE = 1 << 16


@checked
def equal_normal_forms(
    n: int, progress: Progress | None = None
) -> tuple[tuple[RootedTree, ...], ...]:
    """Return all groups of rooted trees on n vertices that share their normal form.

    Parameters
    ----------
    n : int
        20 vertices, 12,826,228 trees, take half a minute and 4.3 GiB.
    progress : callable, optional
        Is told ``("rooted trees", done, total)``.

    Returns
    -------
    tuple of tuple of RootedTree
        Empty when all normal forms are different.

    Raises
    ------
    ResourceError
        When that takes more than half of the memory of this machine.

    Examples
    --------
    >>> [equal_normal_forms(n) for n in range(1, 11)] == 10 * [()]
    True
    """
    n = integer(n, "n", minimum=1, maximum=100)
    needed = 6 * 8 * n * count_rooted_trees(max(1, n - 1)) + 8 * count_rooted_trees(n)
    if needed > default_memory():
        raise ResourceError(
            f"The normal forms of all rooted trees on {n} vertices need {size(needed)}, more than "
            "half of the memory of this machine; choose a smaller n."
        )
    lists: dict[int, Forests] = {}
    for m in range(n):
        lists[m] = Forests(m, m, lists)
    keys = _keys(lists[n - 1], progress)
    order = np.argsort(keys)
    same = np.flatnonzero(keys[order[1:]] == keys[order[:-1]])
    suspects = np.unique(np.concatenate((order[same], order[same + 1])))
    groups: dict[object, list[RootedTree]] = defaultdict(list)
    for place in suspects.tolist():
        tree = RootedTree([0, *lists[n - 1].level_sequence(place)])
        groups[normal_form(tree)].append(tree)
    return tuple(sorted(tuple(sorted(group)) for group in groups.values() if len(group) > 1))


def _keys(forests: Forests, progress: Progress | None) -> Array:
    """Return two linear functions modulo a prime of the normal forms of all forests."""
    ring = Residues(PRIMES[0], POINTS[0])
    stock = Stock(ring, forests.m, forests.m // 2)
    powers = [[float(pow(x, k, ring.prime)) for x in POINTS] for k in range(forests.m + 1)]
    keys = np.empty(forests.count, np.uint64)
    for start in range(0, forests.count, _PIECE):
        stop = min(start + _PIECE, forests.count)
        rows = stock.some(forests, start, stop, forests.m + 1)
        first, second = ring.dot(rows, np.array(powers)).astype(np.uint64).T
        keys[start:stop] = first << np.uint64(30) | second
        if progress is not None:
            progress("rooted trees", stop, forests.count)
    return keys
