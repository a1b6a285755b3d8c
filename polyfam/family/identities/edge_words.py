"""Theorem C: edge words of every rooting, by their descents."""

from __future__ import annotations

from polyfam.family.identities.identity import Identity
from polyfam.family.polynomial import BetaPolynomial
from polyfam.words import count_descents, edge_words

__all__ = ["IDENTITY"]


def _words_from_every_root(p: BetaPolynomial) -> bool:
    """Say whether the edge words of every rooting give the row."""
    for rooting in p.tree.rootings():
        row = [0] * len(p.row)
        for word in edge_words(rooting):
            row[count_descents(word)] += 1
        if tuple(row) != p.row:
            return False
    return True


IDENTITY = Identity(
    "edge-words",
    r"P_t = \beta \sum_w \beta^{\mathrm{des}(w)} \text{ for every root}",
    "theorem",
    "Theorem C, [PRW]; all roots",
    check_tree=_words_from_every_root,
    largest=8,
)
