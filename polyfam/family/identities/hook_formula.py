r"""A hook formula: over all maximal nested sets, the products of 1/|T| over the tubes add up to 1.

Remove the edges of a tree in random order, all orders being equally likely.  The order gives a
maximal nested set: at each edge the piece that is left around it when it goes.  An order gives the
nested set N exactly when every edge goes first among those of its tube, and the orders that extend
a rooted forest are j! over the product of the sizes of its subtrees.
"""

from __future__ import annotations

from fractions import Fraction

from polyfam.family.identities.identity import Identity
from polyfam.family.polynomial import BetaPolynomial
from polyfam.words import maximal_nested_sets


def _hooks_add_up_to_one(p: BetaPolynomial) -> bool:
    """Say whether the products of 1/|T| over all P_t(1) maximal nested sets add up to 1."""
    total, count = Fraction(0), 0
    for above in maximal_nested_sets(p.tree):
        count += 1
        sizes = dict.fromkeys(above, 0)
        for edge in above:
            upper: int | None = edge
            while upper is not None:
                sizes[upper] += 1
                upper = above[upper]
        product = 1
        for size in sizes.values():
            product *= size
        total += Fraction(1, product)
    return total == 1 and count == p(1)


IDENTITY = Identity(
    "hook-formula",
    r"\sum_N \prod_{T \in N} \frac{1}{|T|} = 1, \text{ over the } P_t(1) \text{ maximal } N",
    "theorem",
    "random orders of removing the edges",
    check_tree=_hooks_add_up_to_one,
    largest=8,
)
