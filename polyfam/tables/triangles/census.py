"""What the censuses found, one row an order: a summary of the certificates in ``census/``.

Extremes are taken coefficient by coefficient; that they are the Narayana and the Eulerian rows
is proved for every order.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from polyfam.family.named import eulerian_row, narayana_row
from polyfam.tables.column import Column, Row
from polyfam.tables.manifest import CENSUS_ORDERS, certificate_path
from polyfam.tables.package import read_file
from polyfam.tables.recipe import Recipe
from polyfam.tables.rows import row_type
from polyfam.tables.table import Notes, Table
from polyfam.trees import count_free_trees

__all__ = ["RECIPE", "certificate_row"]

_HALF = "of beta^1, ..., beta^ceil((n-1)/2); the others are mirrored."
_COLUMNS = (
    Column("n", "integer", "Number of vertices of the trees."),
    Column("trees", "integer", "Number of free trees, all of which were seen."),
    Column("polynomials", "integer", "Number of distinct polynomials among theirs."),
    Column("not_real_rooted", "integer", "Number of trees whose polynomial has a complex zero."),
    Column("not_log_concave", "integer", "Number of trees whose row is not log-concave."),
    Column("value_at_one", "integer", "Sum of P_t(1) over the trees.", wide=True),
    Column("least", "integers", f"Least coefficients {_HALF}", wide=True),
    Column("greatest", "integers", f"Greatest coefficients {_HALF}", wide=True),
    Column("sums", "integers", f"Sums of the coefficients {_HALF}", wide=True),
)
_HEADER = Table(
    "census",
    f"Censuses of all free trees with {CENSUS_ORDERS[0]} to {CENSUS_ORDERS[-1]} vertices",
    _COLUMNS,
    ("n",),
    notes=Notes(
        "The certificates in the folder `census/`, written by `polyfam census N` after looking at "
        "every tree.",
        f"Orders {CENSUS_ORDERS[0]} to {CENSUS_ORDERS[-1]}.",
        "Checked by `polyfam data verify`: the number of trees is A000055, the extremes are the "
        "Narayana and the Eulerian row, and rows up to 20 agree with `free-sum`. `polyfam census "
        "26` proves the first four columns again in a minute; to make all coefficients took hours.",
    ),
)


def certificate_row(n: int) -> Row:
    """Return the row that the certificate of an order gives.

    Examples
    --------
    >>> certificate_row(4)
    Row(n=4, trees=2, polynomials=2, ..., least=(1, 3), greatest=(1, 4), sums=(2, 7))
    """
    found = json.loads(read_file(certificate_path(n)))
    coefficients = found["coefficients"]
    row: Row = row_type(_HEADER.names)(
        found["n"],
        found["trees"],
        found["distinct"]["polynomials"],
        len(found["real_rooted"]["exceptions"]),
        len(found["log_concave"]["exceptions"]),
        int(found["value_at_one"]["sum"]),
        *(tuple(map(int, coefficients[key])) for key in ("least", "greatest", "sum")),
    )
    return row


def _check(number: int, row: Row) -> Iterator[str]:
    """Compare a row with the certificate, with Otter's formula and with the proven bounds."""
    n = CENSUS_ORDERS[number - 1]
    if row != certificate_row(n):
        yield "the row is not what its certificate says"
    elif row[1] != count_free_trees(n):
        yield f"there are {row[1]} trees, not {count_free_trees(n)}"
    elif row[6:8] != (narayana_row(n - 1)[: n // 2], eulerian_row(n - 1)[: n // 2]):
        yield "the extremes are not the Narayana and the Eulerian row"


RECIPE = Recipe(_HEADER, len(CENSUS_ORDERS), lambda: map(certificate_row, CENSUS_ORDERS), _check)
