"""The sums of P_t(1) over the labelled trees: 1, 1, 6, 84, 2040, 74520, ...

They count pairs of a labelled tree and one of its full edge dismantlings.  With f(n) of them,
2 f(n) = sum over k of C(n, k) k f(k) (n - k) f(n - k): the edge that is cut first has an end among
k vertices and an end among the others.
"""

from __future__ import annotations

from collections.abc import Iterator

from polyfam.family.named import labelled_sum_row
from polyfam.tables.column import Row
from polyfam.tables.recipe import MODIFIED_LOSS, Recipe, sequence_header
from polyfam.tables.sequence import Oeis
from polyfam.tables.table import Notes
from polyfam.tables.triangles.labelled_sum import dismantlings

__all__ = ["RECIPE"]

LAST = 60


def _rows() -> Iterator[Row]:
    """Yield n and the sum of the row of ``labelled-sum``."""
    for n in range(1, LAST + 1):
        yield n, sum(labelled_sum_row(n))


def _check(number: int, row: Row) -> Iterator[str]:
    """Compare a term with the recurrence."""
    if row != (number, dismantlings(number)):
        yield f"the term of {row[0]} is {row[1]}, not {dismantlings(number)}"


RECIPE = Recipe(
    sequence_header(
        "labelled-total",
        "Sums of P_t(1) over the labelled trees",
        "Number of vertices of the trees.",
        oeis=Oeis(
            "total",
            "Number of full edge dismantlings of all labeled trees on n vertices.",
            1,
            ("nonn", "easy"),
            related=("A000272",),
            comments=("Sum of P_t(1) = h-polynomial at 1 over the labeled trees t.",),
            links=(MODIFIED_LOSS,),
            formulas=(
                "2*a(n) = Sum_{k=1..n-1} binomial(n,k)*k*a(k)*(n-k)*a(n-k) for n > 1, a(1) = 1.",
            ),
        ),
        notes=Notes(
            "The sums of the rows of `labelled-sum`.",
            f"Terms 1 to {LAST}.",
            "Checked by `polyfam data verify`: the recurrence that cuts an edge.",
        ),
    ),
    LAST,
    _rows,
    _check,
)
