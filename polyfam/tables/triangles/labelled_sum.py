"""Sums of P_t over the labelled trees, n!/sigma(t) times P_t over the free ones.

Made from the functional equation of the loss exp, checked by cutting an edge: with f(n) full
dismantlings of all labelled trees on n vertices,

    2 f(n) = sum over k of C(n, k) k f(k) (n - k) f(n - k).
"""

from __future__ import annotations

from functools import lru_cache
from math import comb

from polyfam.family.named.labelled_sum import TRIANGLE
from polyfam.tables.recipe import ASSOCIAHEDRA, MODIFIED_LOSS, triangle_recipe
from polyfam.tables.sequence import Oeis
from polyfam.tables.table import Notes

__all__ = ["RECIPE", "dismantlings"]

LAST = 60


@lru_cache
def dismantlings(n: int) -> int:
    """Return the sum of P_t(1) over the labelled trees: choose the edge that is cut first."""
    if n == 1:
        return 1
    halves = (comb(n, k) * k * dismantlings(k) * (n - k) * dismantlings(n - k) for k in range(1, n))
    return sum(halves) // 2


def _expected(n: int) -> dict[str, object]:
    """Return the sum, and Cayley's number of labelled trees, which comes first."""
    return {"value_at_one": dismantlings(n), "first": n ** max(n - 2, 0)}


RECIPE = triangle_recipe(
    TRIANGLE,
    "Sums of the beta-polynomials over the labelled trees",
    counts="Number of vertices of the trees.",
    meaning="Coefficients of beta^1, ..., beta^(n-1); of beta^0 when n = 1.",
    last=LAST,
    expected=_expected,
    oeis=Oeis(
        "coefficients",
        "Sum of the beta-polynomials of the labeled trees on n vertices, n >= 1, coefficients "
        "read by rows.",
        1,
        ("nonn", "tabf"),
        related=("A000055", "A000272", "A001263", "A008292"),
        comments=(
            "Row 1 is the constant 1; row n > 1 begins with the coefficient of beta^1.",
            "The first entry of row n is the number of labeled trees on n vertices.",
        ),
        references=(ASSOCIAHEDRA,),
        links=(MODIFIED_LOSS,),
        formulas=(TRIANGLE.formula,),
    ),
    notes=Notes(
        "The sum of n!/sigma(t) P_t over the free trees t on n vertices, obtained from the "
        "functional equation of [MLM] for the loss exp, without listing trees.",
        f"Rows 1 to {LAST}.",
        "Checked by `polyfam data verify`: rows 1 to 14 are the weighted sums over the "
        "family's tables; in every row the first entry is n^(n-2) (A000272), the entries "
        "read the same backwards, and the row sums obey the recurrence that deletes an edge.",
    ),
)
