"""Narayana numbers of type B (A008459): the squares of the binomial coefficients.

Made by a recurrence along the row, checked by the closed form.
"""

from __future__ import annotations

from math import comb

from polyfam.family.named.type_b_narayana import TRIANGLE
from polyfam.tables.recipe import MODIFIED_LOSS, triangle_recipe
from polyfam.tables.sequence import Oeis
from polyfam.tables.table import Notes

__all__ = ["RECIPE"]

LAST = 60


def _expected(n: int) -> dict[str, object]:
    """Return the squares of the binomial coefficients."""
    return {"row": tuple(comb(n, k) ** 2 for k in range(n + 1))}


RECIPE = triangle_recipe(
    TRIANGLE,
    "Narayana numbers of type B, the squares of the binomial coefficients",
    counts="Number of edges of the chain of the modified equation, which has n + 1 vertices.",
    meaning="Binomial(n, k)^2 for k = 0, ..., n.",
    last=LAST,
    expected=_expected,
    oeis=Oeis(
        "coefficients",
        "Triangle of squares of binomial coefficients, read by rows.",
        0,
        ("nonn", "tabl", "easy"),
        TRIANGLE.oeis,
        related=("A000984", "A001263"),
        links=(MODIFIED_LOSS,),
        formulas=(TRIANGLE.formula,),
    ),
    notes=Notes(
        "A008459, T(n,k) = binomial(n,k)^2, by a recurrence along the row. Divided by n + 1, "
        "row n holds the coefficients of the chain with n + 1 vertices in the modified "
        "equation of the heavy ball.",
        f"Rows 0 to {LAST}.",
        "Checked by `polyfam data verify`: every row against the closed form.",
    ),
)
