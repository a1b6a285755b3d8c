"""Eulerian numbers (A008292): the rows of the stars, A(n, k) permutations with k - 1 descents.

Made by the recurrence, checked by the alternating sum of powers.
"""

from __future__ import annotations

from math import comb

from polyfam.family.named.eulerian import TRIANGLE
from polyfam.tables.recipe import ASSOCIAHEDRA, MODIFIED_LOSS, triangle_recipe
from polyfam.tables.sequence import Oeis
from polyfam.tables.table import Notes

__all__ = ["RECIPE"]

LAST = 60


def _expected(n: int) -> dict[str, object]:
    """Return the row by the alternating sum."""
    row = tuple(
        sum((-1) ** i * comb(n + 1, i) * (k - i) ** n for i in range(k)) for k in range(1, n + 1)
    )
    return {"row": row}


RECIPE = triangle_recipe(
    TRIANGLE,
    "Eulerian numbers, the beta-polynomials of the stars",
    counts="Number of edges of the star, which has n + 1 vertices.",
    meaning="Number of permutations of n letters with 0, ..., n - 1 descents.",
    last=LAST,
    expected=_expected,
    oeis=Oeis(
        "coefficients",
        "Triangle of Eulerian numbers T(n,k), n >= 1, 1 <= k <= n, read by rows.",
        1,
        ("nonn", "tabl", "easy"),
        TRIANGLE.oeis,
        related=("A000142", "A001263", "A060187"),
        comments=("Row n is the beta-polynomial of the star with n edges.",),
        references=(ASSOCIAHEDRA,),
        links=(MODIFIED_LOSS,),
        formulas=(TRIANGLE.formula,),
    ),
    notes=Notes(
        "A008292, by its recurrence T(n,k) = k T(n-1,k) + (n-k+1) T(n-1,k-1).",
        f"Rows 1 to {LAST}.",
        "Proven: row n is the beta-polynomial of the star with n edges [PRW]. Checked by "
        "`polyfam data verify`: every row against the alternating sum for Eulerian numbers, "
        "rows 1 to 13 against the last rows of the family's tables, which come from trees.",
    ),
)
