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

Trees are given by parents: ``parents[v] < v``; that of the root, 0, is not looked at.

References
----------
A. Postnikov, Permutohedra, associahedra, and beyond, Int. Math. Res. Not. (2009).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from math import comb
from random import Random

__all__ = ["count_dismantlings", "first_removals", "glued", "hung", "random_dismantling"]


def count_dismantlings(parents: Sequence[int]) -> int:
    """Return the number of full edge dismantlings of a tree.

    Examples
    --------
    >>> [count_dismantlings(parents) for parents in ((-1, 0, 1, 2), (-1, 0, 0, 0))]
    [5, 6]
    """
    functions: list[Sequence[int]] = [[1]] * len(parents)
    for vertex in range(len(parents) - 1, 0, -1):
        branch = hung(functions[vertex])
        functions[vertex] = []
        functions[parents[vertex]] = glued(functions[parents[vertex]], branch)
    return sum(functions[0])


def first_removals(parents: Sequence[int]) -> list[int]:
    """Return, for vertices 1, 2, ..., how many dismantlings begin with the edge to the parent.

    Examples
    --------
    >>> first_removals((-1, 0, 1, 2))
    [2, 1, 2]
    """
    functions: list[Sequence[int]] = [[1]] * len(parents)
    steps = []
    for vertex in range(len(parents) - 1, 0, -1):
        others, branch = functions[parents[vertex]], hung(functions[vertex])
        functions[parents[vertex]] = glued(others, branch)
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


def random_dismantling(parents: Sequence[int], random: Random) -> dict[int, int]:
    """Return a full dismantling, every one equally likely.

    For every vertex v but the root it has the vertex such that the edge above v is removed just
    after the edge above that one; 0 for the edge that is removed first.

    The computation of y is gone through backwards, and every sum in it becomes a choice with its
    terms as weights: of the number of removals that touch the piece of the root, of the numbers on
    both sides of a glueing (and how the two sequences are shuffled), of the number before a new
    edge is removed.

    Examples
    --------
    >>> random_dismantling((-1, 0, 1), Random(1))
    {2: 1, 1: 0}
    """
    functions: list[Sequence[int]] = [[1]] * len(parents)
    steps = []
    for vertex in range(len(parents) - 1, 0, -1):
        others, below = functions[parents[vertex]], functions[vertex]
        functions[parents[vertex]] = glued(others, hung(below))
        steps.append((others, below))
    above: dict[int, int] = {}
    touching: list[list[int]] = [[]] * len(parents)
    counts = [0] * len(parents)
    counts[0] = _drawn(functions[0], random)
    sides: list[tuple[int, int]] = []
    for vertex, (others, below) in enumerate(reversed(steps), start=1):
        m = counts[parents[vertex]]
        branch = hung(below)
        first = max(0, m - len(branch) + 1)
        weights = []
        ways = comb(m, first)
        for i in range(first, min(m, len(others) - 1) + 1):
            weights.append(ways * others[i] * branch[m - i])
            ways = ways * (m - i) // (i + 1)
        i = first + _drawn(weights, random)
        before = m - i - 1  # removals below the new edge before it goes
        counts[parents[vertex]] = i
        counts[vertex] = before + _drawn(below[before:], random)
        sides.append((vertex, before))
    for vertex, before in reversed(sides):
        inner, parent = touching[vertex], parents[vertex]
        above.update(zip(inner[before:], [vertex, *inner[before:]], strict=False))
        branch = [*inner[:before], vertex]
        touching[parent] = _shuffled(touching[parent], branch, random)
    above.update(zip(touching[0], [0, *touching[0]], strict=False))
    return above


def _drawn(weights: Sequence[int], random: Random) -> int:
    """Return a place, with these weights."""
    bounds = list(accumulate(weights))
    return bisect_right(bounds, random.randrange(bounds[-1]))


def _shuffled(one: Sequence[int], other: Sequence[int], random: Random) -> list[int]:
    """Return two sequences merged in a random way, all ways equally likely."""
    total = len(one) + len(other)
    places = set(random.sample(range(total), len(one)))
    first, second = iter(one), iter(other)
    return [next(first) if place in places else next(second) for place in range(total)]


def hung(y: Sequence[int]) -> list[int]:
    """Return the function of a tree hung on a new edge."""
    return [0, *reversed(list(accumulate(reversed(y))))]


def glued(f: Sequence[int], g: Sequence[int]) -> list[int]:
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
