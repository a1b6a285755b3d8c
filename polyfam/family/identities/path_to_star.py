"""Gamma vectors, hence coefficients, lie between those of the path and the star."""

from __future__ import annotations

from polyfam.family.identities.identity import Identity
from polyfam.family.named import eulerian_row, narayana_row
from polyfam.family.polynomial import BetaPolynomial


def _between_path_and_star(p: BetaPolynomial) -> bool:
    """Say whether the gamma vector lies between those of the path and the star."""
    j = max(1, p.degree)
    path, star = (BetaPolynomial.from_row(row(j)) for row in (narayana_row, eulerian_row))
    bounds = zip(path.gamma_vector, p.gamma_vector, star.gamma_vector, strict=True)
    return all(low <= value <= high for low, value, high in bounds)


IDENTITY = Identity(
    "path-to-star",
    r"\gamma(\text{path}) \le \gamma(t) \le \gamma(\text{star}), \text{ so } c \text{ too}",
    "theorem",
    "Theorem D, moving branches",
    check_tree=_between_path_and_star,
)
