"""All beta-polynomials in one irregular triangle: by the number of vertices, then by rank.

The rows of the tables ``family-01`` to ``family-12`` one below another; flattened, about 10,000
terms, which is what a b-file of the OEIS holds.
"""

from __future__ import annotations

from collections.abc import Iterator

from polyfam.family.table import beta_table
from polyfam.tables.column import Row
from polyfam.tables.facts import FAMILY_COLUMNS
from polyfam.tables.ids import format_id
from polyfam.tables.recipe import ASSOCIAHEDRA, MODIFIED_LOSS, Recipe
from polyfam.tables.sequence import Oeis
from polyfam.tables.table import Notes
from polyfam.tables.triangle import Triangle
from polyfam.trees import count_free_trees

__all__ = ["LAST", "RECIPE"]

LAST = 12


def _rows() -> Iterator[Row]:
    """Yield identifier and coefficients of every tree."""
    for n in range(1, LAST + 1):
        for k, polynomial in enumerate(beta_table(n), start=1):
            yield format_id(n, k), polynomial.row


def _check(_number: int, row: Row) -> Iterator[str]:
    """Check what needs no tree; the family's tables, which do, are compared elsewhere."""
    entries = row[1]
    if not entries or entries != entries[::-1]:
        yield "the entries do not read the same backwards"


RECIPE = Recipe(
    Triangle(
        "beta-triangle",
        f"Beta-polynomials of all free trees with at most {LAST} vertices",
        tuple(column for column in FAMILY_COLUMNS if column.name in ("id", "coefficients")),
        ("id",),
        oeis=Oeis(
            "coefficients",
            "Coefficients of the beta-polynomials of the free trees by number of vertices, those "
            "of one number in lexicographic order.",
            1,
            ("nonn", "tabf"),
            related=("A000055", "A001263", "A008292"),
            comments=(
                "The row of a tree t holds the coefficients of P_t(beta) without beta^0.",
                "P_t is beta times the h-polynomial of the graph associahedron of the line graph.",
                "A000055(n) rows belong to trees on n vertices; for n > 1 they have n - 1 terms.",
            ),
            references=(ASSOCIAHEDRA,),
            links=(MODIFIED_LOSS,),
        ),
        notes=Notes(
            "The columns `id` and `coefficients` of `family-01` to `family-12`.",
            f"All free trees with at most {LAST} vertices.",
            "Checked by `polyfam data verify`: the rows are those of the family's tables.",
        ),
    ),
    sum(map(count_free_trees, range(1, LAST + 1))),
    _rows,
    _check,
)
