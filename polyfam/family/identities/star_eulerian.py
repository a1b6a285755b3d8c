"""Stars have the Eulerian polynomials."""

from __future__ import annotations

from polyfam.family.identities.identity import Identity
from polyfam.family.named import eulerian_row

IDENTITY = Identity(
    "star-eulerian",
    r"P_{K_{1,j}} = \beta A_j(\beta)",
    "theorem",
    "all permutations; A008292",
    check_order=lambda t: t[-1].row == eulerian_row(max(1, t.degree)),
)
