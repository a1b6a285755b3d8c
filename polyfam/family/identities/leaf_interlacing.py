"""Conjecture 3: the roots of P/beta separate those of a tree with one more leaf."""

from __future__ import annotations

from polyfam.family.identities._leaves import rows_with_a_leaf
from polyfam.family.identities.identity import Identity
from polyfam.family.polynomial import BetaPolynomial
from polyfam.family.roots import strictly_separates


def _leaf_interlaces(p: BetaPolynomial) -> bool:
    """Say whether the roots of P/beta strictly separate those of every tree with one more leaf."""
    return all(strictly_separates(p.row, row) for row in rows_with_a_leaf(p.tree))


IDENTITY = Identity(
    "leaf-interlacing",
    r"\text{the roots of } P_t/\beta \text{ separate those of } P_{t + \text{leaf}}/\beta",
    "conjecture",
    "all n <= 16, all leaves",
    check_tree=lambda p: p.tree.order < 2 or _leaf_interlaces(p),
    largest=11,
)
