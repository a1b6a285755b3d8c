"""The sums of P_t(1) over the free trees: 1, 1, 2, 11, 56, 438, ...

Up to three vertices there is one tree; from four on each term is in the certificate of a census
of all trees, and up to 20 vertices it is the sum of a row of ``free-sum`` as well.
"""

from __future__ import annotations

from collections.abc import Iterator

from polyfam.tables.column import Row
from polyfam.tables.manifest import CENSUS_ORDERS
from polyfam.tables.recipe import MODIFIED_LOSS, Recipe, sequence_header
from polyfam.tables.sequence import Oeis
from polyfam.tables.table import Notes
from polyfam.tables.triangles.census import certificate_row

__all__ = ["RECIPE"]

LAST = CENSUS_ORDERS[-1]


def _rows() -> Iterator[Row]:
    """Yield n and the sum."""
    yield from ((1, 1), (2, 1), (3, 2))
    for n in CENSUS_ORDERS:
        yield n, certificate_row(n).value_at_one  # type: ignore[attr-defined]


def _check(number: int, row: Row) -> Iterator[str]:
    """Check the number of a row; its term is compared with ``free-sum``."""
    if row[0] != number:
        yield f"n is {row[0]}, not {number}"


RECIPE = Recipe(
    sequence_header(
        "free-total",
        "Sums of P_t(1) over the free trees",
        "Number of vertices of the trees.",
        oeis=Oeis(
            "total",
            "Number of full edge dismantlings of all free trees on n vertices.",
            1,
            ("nonn", "more"),
            related=("A000055",),
            comments=("Sum of P_t(1) = h-polynomial at 1 over the free trees t.",),
            links=(MODIFIED_LOSS,),
        ),
        notes=Notes(
            "The sum of P_t(1) over the free trees t on n vertices, from four vertices on as "
            "`polyfam census` found it.",
            f"Terms 1 to {LAST}.",
            "Checked by `polyfam data verify`: terms 1 to 20 are the sums of the rows of "
            "`free-sum`, which the census does not read.",
        ),
    ),
    LAST,
    _rows,
    _check,
)
