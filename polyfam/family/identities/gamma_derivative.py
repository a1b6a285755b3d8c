"""The derivative of the gamma vector: a sum over all proper subtrees."""

from __future__ import annotations

from polyfam.family.identities._subtrees import products_over_subtrees
from polyfam.family.identities.identity import Identity
from polyfam.family.polynomial import BetaPolynomial


def _derivative_sums_subtrees(p: BetaPolynomial) -> bool:
    """Say whether the sum over proper subtrees is 2(j - 1) gamma + (1 - 4y) gamma'."""
    gamma, j = p.gamma_vector, p.degree
    expected = [0] * (p.tree.order // 2 + 1)
    for i, value in enumerate(gamma):
        expected[i] += (2 * (j - 1) - 4 * i) * value
        if i:
            expected[i - 1] += i * value
    return products_over_subtrees(p.tree) == expected


IDENTITY = Identity(
    "gamma-derivative",
    r"\sum_{S \subsetneq t} \gamma_S \gamma_{t/S} = 2(j-1) \gamma_t + (1-4y) \gamma_t'",
    "theorem",
    "h' of simple polytopes: facets",
    check_tree=lambda p: p.degree < 1 or _derivative_sums_subtrees(p),
    largest=9,
)
