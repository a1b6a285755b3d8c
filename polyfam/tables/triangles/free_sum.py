"""Sums of P_t over the free trees.

Made from the table of an order, checked by the number of free trees, which comes first.
"""

from __future__ import annotations

from polyfam.family.named.free_sum import TRIANGLE
from polyfam.tables.recipe import ASSOCIAHEDRA, MODIFIED_LOSS, triangle_recipe
from polyfam.tables.sequence import Oeis
from polyfam.tables.table import Notes
from polyfam.trees import count_free_trees

__all__ = ["RECIPE"]

LAST = 20  # the farthest order whose trees are all listed in seconds


def _expected(n: int) -> dict[str, object]:
    """Return the number of free trees, which comes first."""
    return {"first": count_free_trees(n)}


RECIPE = triangle_recipe(
    TRIANGLE,
    "Sums of the beta-polynomials over the free trees",
    counts="Number of vertices of the trees.",
    meaning="Coefficients of beta^1, ..., beta^(n-1); of beta^0 when n = 1.",
    last=LAST,
    expected=_expected,
    oeis=Oeis(
        "coefficients",
        "Sum of the beta-polynomials of the free trees on n vertices, n >= 1, coefficients "
        "read by rows.",
        1,
        ("nonn", "tabf", "more"),
        related=("A000055", "A001263", "A008292"),
        comments=(
            "Row 1 is the constant 1; row n > 1 begins with the coefficient of beta^1.",
            "The first entry of row n is the number of free trees on n vertices.",
        ),
        references=(ASSOCIAHEDRA,),
        links=(MODIFIED_LOSS,),
    ),
    notes=Notes(
        "The sum of P_t over the free trees t on n vertices (`polyfam.beta_table`).",
        f"Rows 1 to {LAST}.",
        "Checked by `polyfam data verify`: rows 1 to 14 are the sums over the family's "
        "tables; in every row the first entry is the number of free trees (A000055) and the "
        "entries read the same backwards.",
    ),
)
