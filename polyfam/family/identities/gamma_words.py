"""The gamma vector counts the words without double and final descent."""

from __future__ import annotations

from polyfam.family.identities.identity import Identity
from polyfam.family.polynomial import BetaPolynomial
from polyfam.words import count_descents, edge_words, is_gamma_word


def _gamma_from_words(p: BetaPolynomial) -> bool:
    """Say whether the words without double or final descent give the gamma vector."""
    gamma = [0] * len(p.gamma_vector)
    for word in edge_words(p.tree):
        if is_gamma_word(word):
            gamma[count_descents(word)] += 1
    return tuple(gamma) == p.gamma_vector


IDENTITY = Identity(
    "gamma-words",
    r"\gamma_i = \#\{w : \text{no double, no final descent, } \mathrm{des}(w) = i\}",
    "theorem",
    "[PRW] 11.6; all words",
    check_tree=_gamma_from_words,
    largest=8,
)
