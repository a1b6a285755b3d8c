"""Polynomials of streams: after some trees of one order, all of that order are made at once.

A table of all trees on 18 vertices takes half a second; a tree that is looked up in it then takes a
microsecond instead of a millisecond.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from polyfam.family.polynomial import BetaPolynomial
    from polyfam.trees import FreeTree

__all__ = ["Known", "polynomials"]

#: So many trees of an order come one by one; orders up to the second are then made whole.
_FEW = 200
_LARGEST = 18


class Known(dict[str, "FreeTree"]):
    """The trees whose texts need not be parsed: their level sequences, as they are written."""


def polynomials(trees: Iterable[FreeTree], known: Known) -> Iterator[BetaPolynomial]:
    """Yield the polynomials of trees, and fill `known` with the orders that are made whole."""
    from polyfam.family.single import beta_polynomial
    from polyfam.family.table import beta_table

    seen: Counter[int] = Counter()
    table: dict[FreeTree, BetaPolynomial] = {}
    for tree in trees:
        found = table.get(tree)
        if found is None:
            found = beta_polynomial(tree)
            seen[tree.order] += 1
            if seen[tree.order] == _FEW and tree.order <= _LARGEST:
                made = {p.tree: p for p in beta_table(tree.order) if p.tree is not None}
                table |= made
                known |= {str(each): each for each in made}
        yield found
