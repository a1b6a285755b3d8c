"""Full edge dismantlings: remove an edge, then take each of the two pieces apart by itself.

Their number is f(one vertex) = 1, f(t) = sum over the edges e of f(t') f(t''), t - e = t' + t'',
and f(t) = P_t(1).  This recursion meets every connected subtree, which are too many.  Instead,
root t and let y_m count the dismantlings in which m removals touch the piece of the root, the last
of which leaves the root alone.

- One vertex has y = (1).
- Hanging the tree on a new edge gives (0, z_0, z_1, ...), z_a = y_a + y_{a+1} + ...: the new edge
  is removed after a of the m >= a removals, and only these a and itself touch the new root.
- Gluing two trees at their roots shuffles the two sequences of removals in any way: the product
  has the coefficients sum over i + k = m of binom(m, i) y_i y'_k.

In the end f(t) is the sum of all y_m.

As a function of the y of any one branch, f(t) is linear.  Its derivative at (1, 0, 0, ...), where
the branch is missing, is f of the tree without the branch and its edge; going back through the
computation once gives all these derivatives, and with them the number of dismantlings that begin
with each edge.

References
----------
A. Postnikov, Permutohedra, associahedra, and beyond, Int. Math. Res. Not. (2009).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

__all__ = ["count_dismantlings", "first_removals"]


def count_dismantlings(parents: Sequence[int]) -> int:
    """Return the number of full edge dismantlings of a tree.

    Parameters
    ----------
    parents : sequence of int
        ``parents[v] < v`` is the parent of vertex v; that of the root, 0, is not looked at.

    Examples
    --------
    >>> [count_dismantlings(parents) for parents in ((-1, 0, 1, 2), (-1, 0, 0, 0))]
    [5, 6]
    """
    functions: list[Sequence[int]] = [[1]] * len(parents)
    for vertex in range(len(parents) - 1, 0, -1):
        branch = _hung(functions[vertex])
        functions[vertex] = []
        functions[parents[vertex]] = _glued(functions[parents[vertex]], branch)
    return sum(functions[0])


def first_removals(parents: Sequence[int]) -> list[int]:
    """Return, for vertices 1, 2, ..., how many dismantlings begin with the edge to the parent.

    Parameters
    ----------
    parents : sequence of int
        ``parents[v] < v`` is the parent of vertex v; that of the root, 0, is not looked at.

    Examples
    --------
    >>> first_removals((-1, 0, 1, 2))
    [2, 1, 2]
    """
    functions: list[Sequence[int]] = [[1]] * len(parents)
    steps = []
    for vertex in range(len(parents) - 1, 0, -1):
        others, branch = functions[parents[vertex]], _hung(functions[vertex])
        functions[parents[vertex]] = _glued(others, branch)
        steps.append((others, branch))
    derivatives: list[Sequence[int]] = [[1] * len(functions[0])] * len(parents)
    removals = []
    for vertex, (others, branch) in enumerate(reversed(steps), start=1):
        outer = derivatives[parents[vertex]]
        derivatives[parents[vertex]] = _unglued(outer, branch)
        without, *rest = _unglued(outer, others)
        derivatives[vertex] = list(accumulate(rest))  # hanging, transposed
        removals.append(without * sum(functions[vertex]))
    return removals


def _hung(y: Sequence[int]) -> list[int]:
    """Return the function of a tree hung on a new edge."""
    return [0, *reversed(list(accumulate(reversed(y))))]


def _glued(f: Sequence[int], g: Sequence[int]) -> list[int]:
    """Return the function of two trees glued at their roots."""
    product = [0] * (len(f) + len(g) - 1)
    for i, weight in enumerate(f):
        if weight:
            for k, value in enumerate(g):
                if k:
                    weight = weight * (i + k) // k  # f_i binom(i + k, i)
                product[i + k] += weight * value
    return product


def _unglued(outer: Sequence[int], f: Sequence[int]) -> list[int]:
    """Return the derivative by g, given that by the function of f and g glued."""
    derivative = [0] * (len(outer) - len(f) + 1)
    for i, weight in enumerate(f):
        if weight:
            for k in range(len(derivative)):
                if k:
                    weight = weight * (i + k) // k
                derivative[k] += weight * outer[i + k]
    return derivative
