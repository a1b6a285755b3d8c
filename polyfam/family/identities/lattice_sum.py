"""The definition: a sum over the labels of all edges."""

from __future__ import annotations

from polyfam.family.identities.identity import Identity
from polyfam.family.routes.lattice_sum import lattice_sum

IDENTITY = Identity(
    "lattice-sum",
    r"P_t = (1-\beta)^j \sum_i \beta^{\sum_v \max_{e \ni v} i_e - \sum_e i_e}",
    "theorem",
    "definition; all labels",
    check_tree=lambda p: lattice_sum(p.tree) == p.row,
    largest=9,
)
