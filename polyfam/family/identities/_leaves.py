"""Trees with one more leaf, for the identities that speak of them."""

from __future__ import annotations

from polyfam.family.single import beta_row
from polyfam.trees import FreeTree
from polyfam.trees.canonical import canonical_levels

__all__ = ["rows_with_a_leaf"]


def rows_with_a_leaf(tree: FreeTree) -> list[tuple[int, ...]]:
    """Return the rows of all trees that arise by adding one leaf."""
    parents = tree.parents()
    larger = {canonical_levels([*parents, vertex]) for vertex in range(tree.order)}
    return [beta_row(levels) for levels in sorted(larger)]
