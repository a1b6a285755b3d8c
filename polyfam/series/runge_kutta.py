"""Runge-Kutta methods as B-series: their elementary weights.

One step with stages k_i = f(y + h sum_j A_ij k_j) and result y + h sum_i b_i k_i is the map with

    a(tau) = sum_i b_i w_i(tau),    w_i([t_1, ..., t_m]) = product of sum_j A_ij w_j(t_l),

and it has order p when a(tau) is 1 over the tree factorial up to p vertices [HLW, III.1].

References
----------
[HLW] Hairer, Lubich & Wanner, Geometric Numerical Integration (2006), chapter III.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

from polyfam._checked import checked
from polyfam.errors import DomainError
from polyfam.series.bseries import BSeries
from polyfam.series.coproduct import trees_up_to
from polyfam.trees import RootedTree

__all__ = ["runge_kutta"]


@checked
def runge_kutta(matrix: Sequence[Sequence[Any]], weights: Sequence[Any], order: int) -> BSeries:
    """Return one step of a Runge-Kutta method as a B-series.

    Parameters
    ----------
    matrix : s x s numbers
        A, exact; explicit when it is strictly lower triangular.
    weights : s numbers
        b, exact.
    order : int
        The largest number of vertices.

    Examples
    --------
    The implicit midpoint rule has order two:

    >>> from fractions import Fraction
    >>> midpoint = runge_kutta([[Fraction(1, 2)]], [1], 3)
    >>> for tree, value in midpoint:
    ...     print(tree, ":", value, "of", Fraction(1, tree.factorial()))
    0 : 1 of 1
    0 1 : 1/2 of 1/2
    0 1 1 : 1/4 of 1/3
    0 1 2 : 1/4 of 1/6
    """
    stages = range(len(weights))
    if len(matrix) != len(weights) or any(len(row) != len(weights) for row in matrix):
        raise DomainError(
            f"Argument 'matrix' must be {len(weights)} rows of {len(weights)} numbers, as there "
            f"are {len(weights)} weights."
        )
    known: dict[RootedTree, list[Any]] = {}
    values: dict[RootedTree, Any] = {}
    for tree in trees_up_to(order):
        reached = [prod(known[branch][i] for branch in tree.branches) for i in stages]
        known[tree] = [sum(matrix[i][j] * reached[j] for j in stages) for i in stages]
        values[tree] = sum(weights[i] * reached[i] for i in stages)
    return BSeries(values, order)
