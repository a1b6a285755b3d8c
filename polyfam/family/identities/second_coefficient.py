"""The second coefficient counts connected edge sets."""

from __future__ import annotations

from polyfam.family.identities.identity import Identity
from polyfam.trees.levels import count_subtrees

IDENTITY = Identity(
    "second-coefficient",
    r"c_2 = \#\{\text{connected edge sets}\} - j",
    "theorem",
    "h_1 = facets - dimension",
    # A connected set of edges is a subtree that is no single vertex.
    check_tree=lambda p: (
        p.degree < 2 or p.row[1] == count_subtrees(p.tree.parents()) - 2 * p.degree - 1
    ),
)
