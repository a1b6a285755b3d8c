"""The second coefficient counts connected edge sets."""

from __future__ import annotations

from polyfam.family.identities.identity import Identity
from polyfam.trees import FreeTree

__all__ = ["IDENTITY"]


def _count_connected_edge_sets(tree: FreeTree) -> int:
    """Return the number of nonempty connected sets of edges: a product recursion over the root."""
    parents = tree.parents()
    hanging = [1] * tree.order  # connected sets that contain v and stay below it, the lone v too
    total = 0
    for v in range(tree.order - 1, -1, -1):
        total += hanging[v] - 1
        if v:
            hanging[parents[v]] *= 1 + hanging[v]
    return total


IDENTITY = Identity(
    "second-coefficient",
    r"c_2 = \#\{\text{connected edge sets}\} - j",
    "theorem",
    "h_1 = facets - dimension",
    check_tree=lambda p: p.degree < 2 or p.row[1] == _count_connected_edge_sets(p.tree) - p.degree,
)
