"""What has been observed on every tree looked at, and proved on none of infinitely many."""

from __future__ import annotations

from polyfam.family.identities.identity import Identity
from polyfam.family.identities.structure import _rows_with_a_leaf
from polyfam.family.polynomial import BetaPolynomial
from polyfam.family.roots import strictly_separates
from polyfam.family.table import BetaTable

__all__ = ["CONJECTURES"]


def _distinct(table: BetaTable) -> bool:
    """Say whether no two rows are equal; the rows are sorted."""
    import numpy as np

    same = (table.half_words[1:] == table.half_words[:-1]).all(axis=1)
    return all(table[k] != table[k + 1] for k in np.flatnonzero(same).tolist())


def _leaf_interlaces(p: BetaPolynomial) -> bool:
    """Say whether the roots of P/beta strictly separate those of every tree with one more leaf."""
    return all(strictly_separates(p.row, row) for row in _rows_with_a_leaf(p.tree))


CONJECTURES = (
    Identity(
        "distinct",
        r"P_s = P_t \Rightarrow s = t",
        "conjecture",
        "no collision for n <= 26",
        check_order=_distinct,
    ),
    Identity(
        "real-rooted",
        r"\text{all roots of } P_t \text{ are real}",
        "conjecture",
        "all n <= 26",
        check_tree=BetaPolynomial.is_real_rooted,
        largest=16,
    ),
    Identity(
        "leaf-interlacing",
        r"\text{the roots of } P_t/\beta \text{ separate those of } P_{t + \text{leaf}}/\beta",
        "conjecture",
        "all n <= 15, all leaves",
        check_tree=lambda p: p.tree.order < 2 or _leaf_interlaces(p),
        largest=11,
    ),
)
