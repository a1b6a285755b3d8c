"""Theorem B by listing: maximal nested sets by their descents."""

from __future__ import annotations

from polyfam.family.identities.identity import Identity
from polyfam.words.nested_sets import count_by_descents

IDENTITY = Identity(
    "nested-sets",
    r"P_t = \beta \sum_N \beta^{\mathrm{des}(N)}",
    "theorem",
    "Theorem B, [PRW] 8.4; all listed",
    check_tree=lambda p: count_by_descents(p.tree) == p.row,
    largest=8,
)
