"""What a leaf adds to the gamma vector: a sum over the proper subtrees at its vertex."""

from __future__ import annotations

from polyfam.family.identities._subtrees import gamma_of, products_over_subtrees
from polyfam.family.identities.identity import Identity
from polyfam.family.polynomial import BetaPolynomial
from polyfam.trees import FreeTree


def _leaves_add_subtrees(p: BetaPolynomial) -> bool:
    """Say whether every new leaf adds y times the sum over proper subtrees at its vertex."""
    tree = p.tree
    for vertex in range(tree.order):
        larger = FreeTree.from_edges([*tree.edges(), (vertex, tree.order)])
        added = [0, *products_over_subtrees(tree, vertex)]
        for i, value in enumerate(p.gamma_vector):
            added[i] += value
        gamma = gamma_of(larger)
        if gamma != added[: len(gamma)] or any(added[len(gamma) :]):
            return False
    return True


IDENTITY = Identity(
    "leaf-gamma",
    r"\gamma_{t + \text{leaf at } v} = \gamma_t + y \sum_{v \in T \subsetneq t}"
    r" \gamma_T \gamma_{t/T}",
    "theorem",
    "gamma calculus, f o 1",
    check_tree=lambda p: p.degree < 1 or _leaves_add_subtrees(p),
    largest=8,
)
