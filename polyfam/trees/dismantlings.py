r"""Full edge dismantlings: remove an edge, then go on with each of the two pieces by itself.

Their number is f(one vertex) = 1, f(t) = sum over edges e of f(t') f(t''), t - e = t' + t'', and
f(t) = P_t(1).  This recursion meets every connected subtree, which are too many; but the lattice
sum of P_t becomes an integral as beta tends to 1,

    f(t) = integral over x_e >= 0 of exp(sum over e of x_e - sum over v of max of x_e at v) dx,

and the integral over the branch above an edge, as a function of the largest x at the vertex, is a
polynomial.  In coefficients y_m of x^m/m! hanging a tree on a new edge turns y into
(0, z_0, z_1, ...) with z_m = y_m + y_{m+1} + ..., and gluing at the root multiplies.

References
----------
A. Postnikov, Permutohedra, associahedra, and beyond, Int. Math. Res. Not. (2009).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from math import comb

from polyfam.trees.free import FreeTree
from polyfam.trees.rooted import RootedTree

__all__ = ["count_dismantlings"]


def count_dismantlings(tree: FreeTree | RootedTree) -> int:
    """Return the number of full edge dismantlings of a tree, which is P_t(1).

    Parameters
    ----------
    tree : FreeTree or RootedTree
        Hundreds of vertices take milliseconds.

    Examples
    --------
    >>> [count_dismantlings(FreeTree(levels)) for levels in ([0, 1, 2, 3], [0, 1, 1, 1])]
    [5, 6]
    """
    parents = tree.parents()
    functions = [[1]] * len(parents)
    for vertex in range(len(parents) - 1, 0, -1):
        tails = list(accumulate(reversed(functions[vertex])))
        functions[vertex] = []
        functions[parents[vertex]] = _multiply(functions[parents[vertex]], [0, *reversed(tails)])
    return sum(functions[0])


def _multiply(f: Sequence[int], g: Sequence[int]) -> list[int]:
    """Return the product of two functions given by their coefficients of x^m/m!."""
    product = [0] * (len(f) + len(g) - 1)
    for i, a in enumerate(f):
        for k, b in enumerate(g):
            product[i + k] += comb(i + k, i) * a * b
    return product
