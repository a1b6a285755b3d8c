"""Paths have the Narayana polynomials."""

from __future__ import annotations

from polyfam.family.identities.identity import Identity
from polyfam.family.named import narayana_row

IDENTITY = Identity(
    "path-narayana",
    r"P_{\text{path}} = \sum_i N(j,i) \beta^i",
    "theorem",
    "associahedron; A001263",
    check_order=lambda t: t[0].row == narayana_row(max(1, t.degree)),
)
