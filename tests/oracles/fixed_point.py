"""The field of heavy ball from its functional equation, by composing B-series: no polynomials."""

from __future__ import annotations

from typing import Any

from polyfam.series.bseries import BSeries
from polyfam.series.expansion import Expansion
from polyfam.series.rational import BETA
from polyfam.trees import RootedTree


def field_by_fixed_point(order: int) -> Expansion:
    """Return g_h with g(Phi(theta)) = grad L(Phi(theta)) + beta g(theta), Phi = id - h g.

    With G = h g the equation reads (1 - beta) G = h grad L(Phi) - (G(Phi) - G).  On trees with n
    vertices the right-hand side sees G on fewer vertices only.
    """
    coefficients: dict[RootedTree, Any] = {}
    for n in range(1, order + 1):
        known = BSeries(coefficients, n, 0)
        phi = BSeries.identity(n) - known
        right = BSeries.vector_field(n).compose(phi) - known.compose(phi) + known
        coefficients |= {tree: c / (1 - BETA) for tree, c in right if tree.order == n}
    return Expansion(coefficients, order, "g_h")
