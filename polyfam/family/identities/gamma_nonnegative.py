"""The gamma vector is nonnegative."""

from __future__ import annotations

from polyfam.family.identities.identity import Identity

IDENTITY = Identity(
    "gamma-nonnegative",
    r"\gamma_i \ge 0",
    "theorem",
    "gamma calculus; [PRW] 11.6",
    check_tree=lambda p: min(p.gamma_vector) >= 0,
)
