"""Conjecture 1: no two trees share a polynomial."""

from __future__ import annotations

from polyfam.family.identities.identity import Identity
from polyfam.family.polynomial import CERTIFIED
from polyfam.family.table import BetaTable


def _distinct(table: BetaTable) -> bool:
    """Say whether no two rows are equal; the rows are sorted."""
    import numpy as np

    same = (table.half_words[1:] == table.half_words[:-1]).all(axis=1)
    return all(table[k] != table[k + 1] for k in np.flatnonzero(same).tolist())


IDENTITY = Identity(
    "distinct",
    r"P_s = P_t \Rightarrow s = t",
    "conjecture",
    f"no collision for n <= {CERTIFIED}",
    check_order=_distinct,
)
