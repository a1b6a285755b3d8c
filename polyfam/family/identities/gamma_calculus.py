"""The gamma calculus: the gamma vector from polynomials in s and y, for every root."""

from __future__ import annotations

from polyfam.family.identities.identity import Identity
from polyfam.family.routes.gamma import gamma_calculus

IDENTITY = Identity(
    "gamma-calculus",
    r"\gamma_t(y) = (\varepsilon_1 \circ \dots \circ \varepsilon_m)(0, y)",
    "theorem",
    "normal form of the label sum",
    check_tree=lambda p: gamma_calculus(p.tree) == p.gamma_vector,
    largest=12,
)
