"""Weighted by labellings the polynomials add up to the expansion for the loss exp."""

from __future__ import annotations

from math import factorial

from polyfam.family.identities.identity import Identity
from polyfam.family.named import labelled_sum_row
from polyfam.family.table import BetaTable


def _weighted_sum(table: BetaTable) -> tuple[int, ...]:
    """Return the sum of n!/sigma(t) P_t over the free trees, which is that over labelled trees."""
    total = [0] * max(1, table.degree)
    for p in table:
        copies = factorial(table.n) // p.tree.automorphisms()
        for i, c in enumerate(p.row):
            total[i] += copies * c
    return tuple(total)


IDENTITY = Identity(
    "labelled-sum",
    r"g(x - h g(x)) = e^{x - h g(x)} + \beta g(x), \quad"
    r" A_n = \sum_t \tfrac{n!}{\sigma(t)} P_t",
    "theorem",
    "functional equation, L = exp",
    check_order=lambda t: _weighted_sum(t) == labelled_sum_row(t.n),
    largest=14,
)
