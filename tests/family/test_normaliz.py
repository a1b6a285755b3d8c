"""Normaliz as an outside oracle: the family as h*-polynomials of cones of labels."""

from __future__ import annotations

import PyNormaliz
import pytest

from polyfam.family.single import beta_row
from polyfam.trees import FreeTree, free_trees


def h_star(tree: FreeTree) -> tuple[int, ...]:
    """Return the numerator of the Hilbert series of the cone i_e >= 0, k_v >= i_e.

    It is graded by sum k - sum i.  The definition has i_e >= 1: adding 1 to all labels raises the
    degree by n - j = 1, the factor beta that the row leaves out.
    """
    n, edges = tree.order, tree.edges()
    dimension = n + len(edges)

    def unit(coordinate: int) -> list[int]:
        return [int(k == coordinate) for k in range(dimension)]

    inequalities = []
    for label, edge in enumerate(edges, start=n):
        inequalities.append(unit(label))
        inequalities += [
            [k - i for k, i in zip(unit(vertex), unit(label), strict=True)] for vertex in edge
        ]
    cone = PyNormaliz.Cone(inequalities=inequalities, grading=[[1] * n + [-1] * len(edges)])
    numerator, denominator, shift = cone.HilbertSeries()
    assert denominator == [1] * dimension  # (1 - beta)^(2j + 1)
    assert shift == 0
    return tuple(numerator)


@pytest.mark.parametrize("n", range(2, 8))
def test_rows_match_normaliz(n: int) -> None:
    for tree in free_trees(n):
        assert beta_row(tree.levels) == h_star(tree)
