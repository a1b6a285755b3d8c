"""Named rows and sums, each by its own recurrence: the family is measured against them.

Only the free sums list trees.  Rows are tuples of Python integers.  A new triangle is a module
beside these, with a `Triangle` called TRIANGLE, and a line in `TRIANGLES`.
"""

from __future__ import annotations

from polyfam.family.named import (
    eulerian,
    free_sum,
    labelled_sum,
    narayana,
    type_b_narayana,
)
from polyfam.family.named.eulerian import eulerian_row
from polyfam.family.named.free_sum import free_sum_row
from polyfam.family.named.labelled_sum import labelled_sum_row
from polyfam.family.named.narayana import catalan, narayana_row
from polyfam.family.named.triangle import Triangle
from polyfam.family.named.type_b_narayana import type_b_narayana_row

__all__ = [
    "TRIANGLES",
    "Triangle",
    "catalan",
    "eulerian_row",
    "free_sum_row",
    "labelled_sum_row",
    "narayana_row",
    "type_b_narayana_row",
]

#: All named triangles.
TRIANGLES: tuple[Triangle, ...] = tuple(
    module.TRIANGLE
    for module in (
        eulerian,
        narayana,
        type_b_narayana,
        labelled_sum,
        free_sum,
    )
)
