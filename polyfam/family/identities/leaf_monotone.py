"""A leaf makes no coefficient smaller."""

from __future__ import annotations

from polyfam.family.identities._leaves import rows_with_a_leaf
from polyfam.family.identities.identity import Identity
from polyfam.family.polynomial import BetaPolynomial


def _grows_with_every_leaf(p: BetaPolynomial) -> bool:
    """Say whether no coefficient falls when any leaf is added."""
    return all(a <= b for row in rows_with_a_leaf(p.tree) for a, b in zip(p.row, row, strict=False))


IDENTITY = Identity(
    "leaf-monotone",
    r"P_t \le P_{t + \text{leaf}} \text{ coefficientwise}",
    "theorem",
    "words w of t become w max",
    check_tree=_grows_with_every_leaf,
    largest=12,
)
