"""Connected proper parts of a tree with at least one edge, contracted: T and t/T."""

from __future__ import annotations

from collections.abc import Iterator

from polyfam._coefficients import product
from polyfam.family.roots import in_gamma_basis
from polyfam.family.single import beta_row
from polyfam.trees import FreeTree

__all__ = ["gamma_of", "products_over_subtrees"]


def gamma_of(tree: FreeTree) -> list[int]:
    """Return the gamma vector of a tree."""
    return in_gamma_basis(beta_row(tree.levels))


def products_over_subtrees(tree: FreeTree, vertex: int | None = None) -> list[int]:
    """Return the sum of gamma_T gamma_(t/T) over proper subtrees T, as coefficients of y.

    With a vertex only subtrees that contain it are taken.
    """
    total = [0] * (tree.order // 2 + 1)
    for inside in _connected_sets(tree.edges()):
        if len(inside) < tree.order - 1:
            ends = {v for edge in inside for v in edge}
            if vertex is None or vertex in ends:
                merged = [
                    (min(ends) if a in ends else a, min(ends) if b in ends else b)
                    for a, b in tree.edges()
                    if (a, b) not in inside
                ]
                parts = (gamma_of(FreeTree.from_edges(edges)) for edges in (inside, merged))
                for i, c in enumerate(product(*parts)):
                    total[i] += c
    return total


def _connected_sets(edges: list[tuple[int, int]]) -> Iterator[frozenset[tuple[int, int]]]:
    """Yield the nonempty connected sets of edges."""
    found = {frozenset([edge]) for edge in edges}
    while found:
        yield from found
        found = {
            grown | {edge}
            for grown in found
            for edge in edges
            if edge not in grown and any(v in edge for other in grown for v in other)
        }
