"""Narayana numbers (A001263): the rows of the paths.

Made by a recurrence along the row, checked by the product of binomial coefficients.
"""

from __future__ import annotations

from math import comb

from polyfam.family.named.narayana import TRIANGLE
from polyfam.tables.recipe import ASSOCIAHEDRA, MODIFIED_LOSS, triangle_recipe
from polyfam.tables.sequence import Oeis
from polyfam.tables.table import Notes

__all__ = ["RECIPE"]

LAST = 60


def _expected(n: int) -> dict[str, object]:
    """Return the row by the product of binomial coefficients."""
    return {"row": tuple(comb(n, k) * comb(n, k - 1) // n for k in range(1, n + 1))}


RECIPE = triangle_recipe(
    TRIANGLE,
    "Narayana numbers, the beta-polynomials of the paths",
    counts="Number of edges of the path, which has n + 1 vertices.",
    meaning="Binomial(n, k) binomial(n, k - 1) / n for k = 1, ..., n.",
    last=LAST,
    expected=_expected,
    oeis=Oeis(
        "coefficients",
        "Triangle of Narayana numbers T(n,k), n >= 1, 1 <= k <= n, read by rows.",
        1,
        ("nonn", "tabl", "easy"),
        TRIANGLE.oeis,
        related=("A000108", "A008292", "A008459"),
        comments=("Row n is the beta-polynomial of the path with n edges.",),
        references=(ASSOCIAHEDRA,),
        links=(MODIFIED_LOSS,),
        formulas=(TRIANGLE.formula,),
    ),
    notes=Notes(
        "A001263, T(n,k) = binomial(n,k) binomial(n,k-1) / n, by a recurrence along the row.",
        f"Rows 1 to {LAST}.",
        "Proven: row n is the beta-polynomial of the path with n edges [PRW]. Checked by "
        "`polyfam data verify`: every row against the closed form, rows 1 to 13 against the "
        "first rows of the family's tables, which come from trees.",
    ),
)
