"""Partitions of a rooted tree into subtrees: what substituting one B-series in another sums over.

Keep some edges of a tree and contract each connected piece of them to a point.  The pieces are
rooted trees, and what they contract to, the *skeleton*, is one too.  Seen from the root,

    a branch either stays on its own edge (its skeleton hangs below the root of the skeleton, its
    root piece joins the pieces), or its edge is kept (its root piece is grafted onto the root
    piece, and what hangs below its skeleton's root hangs below ours).

Replacing the vector field of a B-series with coefficients a by that of the field with coefficients
c gives the sum of a(skeleton) times the product of c(piece), [HLW, IX.9.1] and [CHV].

References
----------
[CHV] Chartier, Hairer & Vilmart, Algebraic structures of B-series, Found. Comput. Math. 10 (2010).
[HLW] Hairer, Lubich & Wanner, Geometric Numerical Integration (2006), section IX.9.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import NamedTuple

from polyfam._checked import checked
from polyfam._checks import few_vertices
from polyfam.series.coproduct import MOST_CUT, Forest, forest, join
from polyfam.trees import RootedTree

__all__ = ["Partition", "partitions"]


class Partition(NamedTuple):
    """A partition: its skeleton, the piece that holds the root, the others, and how often."""

    skeleton: RootedTree
    root_piece: RootedTree
    pieces: Forest
    times: int


@checked
@lru_cache(maxsize=None, typed=True)
def partitions(tree: RootedTree) -> tuple[Partition, ...]:
    """Return all 2^(n - 1) partitions of a tree on n vertices, equal ones together.

    Parameters
    ----------
    tree : RootedTree
        With at most 20 vertices; the partitions are kept.

    Returns
    -------
    tuple of Partition
        The skeleton, the piece with the root, the other pieces, and how often.

    Examples
    --------
    >>> for partition in partitions(RootedTree([0, 1, 1])):
    ...     print(*partition[:2], list(map(str, partition.pieces)), partition.times, sep=" | ")
    0 | 0 1 1 | [] | 1
    0 1 | 0 1 | ['0'] | 2
    0 1 1 | 0 | ['0', '0'] | 1
    """
    few_vertices(tree, MOST_CUT, "its partitions are listed")
    # By what hangs below the root of the skeleton and of the root piece, and by the other pieces.
    found: Counter[tuple[Forest, Forest, Forest]] = Counter({((), (), ()): 1})
    for branch in tree.branches:
        extended: Counter[tuple[Forest, Forest, Forest]] = Counter()
        for (below, grafted, pieces), count in found.items():
            for skeleton, root_piece, others, more in partitions(branch):
                apart = (
                    forest((*below, skeleton)),
                    grafted,
                    forest((*pieces, root_piece, *others)),
                )
                together = (
                    forest((*below, *skeleton.branches)),
                    forest((*grafted, root_piece)),
                    forest((*pieces, *others)),
                )
                extended[apart] += count * more
                extended[together] += count * more
        found = extended
    listed = [
        Partition(join(below), join(grafted), pieces, count)
        for (below, grafted, pieces), count in found.items()
    ]
    return tuple(sorted(listed, key=lambda partition: partition[:3]))
