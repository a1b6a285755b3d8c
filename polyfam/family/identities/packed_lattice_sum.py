"""The definition, root label by root label, in long integers."""

from __future__ import annotations

from polyfam.family.identities.identity import Identity
from polyfam.family.single import beta_row

IDENTITY = Identity(
    "packed-lattice-sum",
    r"P_t = (1-\beta)^{2j+1} \sum_k \beta^k B_k",
    "theorem",
    "definition; long integers",
    check_tree=lambda p: beta_row(p.tree.levels) == p.row,
    largest=15,
)
