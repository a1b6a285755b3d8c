"""Theorem C: edge words of every rooting, by their descents."""

from __future__ import annotations

from polyfam.family.identities.identity import Identity
from polyfam.family.polynomial import BetaPolynomial
from polyfam.words import descent_distribution


def _words_from_every_root(p: BetaPolynomial) -> bool:
    """Say whether the edge words of every rooting give the row."""
    return all(descent_distribution(rooting) == p.row for rooting in p.tree.rootings())


IDENTITY = Identity(
    "edge-words",
    r"P_t = \beta \sum_w \beta^{\mathrm{des}(w)} \text{ for every root}",
    "theorem",
    "Theorem C, [PRW]; all roots",
    check_tree=_words_from_every_root,
    largest=8,
)
