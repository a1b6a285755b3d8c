"""The value at beta = -1 counts alternating words."""

from __future__ import annotations

from itertools import pairwise

from polyfam.family.identities.identity import Identity
from polyfam.family.polynomial import BetaPolynomial
from polyfam.words import edge_words


def _value_counts_alternating_words(p: BetaPolynomial) -> bool:
    """Say whether P(-1) counts, for odd j, the words w_1 > w_2 < w_3 > ... < w_j."""
    if p.degree % 2 == 0:
        return p.degree == 0 or p(-1) == 0
    count = sum(
        all((a > b) == (i % 2 == 0) for i, (a, b) in enumerate(pairwise(word)))
        for word in edge_words(p.tree)
    )
    return bool(p(-1) == (-1) ** (p.degree // 2 + 1) * count)


IDENTITY = Identity(
    "alternating-words",
    r"P_t(-1) = (-1)^{(j+1)/2} \#\{w : w_1 > w_2 < w_3 > \dots\}",
    "theorem",
    "gamma-words; zero for even j",
    check_tree=_value_counts_alternating_words,
    largest=8,
)
