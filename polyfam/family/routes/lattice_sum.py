"""The definition of the family, as a sum over lattice points.

Put labels k_v >= 0 on the vertices and i_e >= 1 on the edges of a free tree t with j edges, so
that i_e <= k_v whenever e is an edge at v.  Then

    P_t(beta) / (1 - beta)^(2j + 1) = sum over all labels of beta^(sum of k_v - sum of i_e).

For given edge labels every k_v is at least the largest label at v, and what it has more gives a
factor 1/(1 - beta) for each of the j + 1 vertices.  This leaves a sum over edge labels alone,

    P_t(beta) / (1 - beta)^j = sum over i of beta^(sum over v of max i_e at v - sum of i_e).

Each label level s adds the number of pieces that the edges with i_e >= s form; so only finitely
many labels matter for each power, and this is how they are enumerated.

References
----------
M. D. Cattaneo, B. Shigida, Modified Loss of Momentum Gradient Descent (arXiv:2509.08483).
"""

from __future__ import annotations

from collections.abc import Iterator
from math import comb

from polyfam._checked import checked
from polyfam._checks import few_vertices
from polyfam.trees import FreeTree

__all__ = ["lattice_sum"]


@checked
def lattice_sum(tree: FreeTree) -> tuple[int, ...]:
    """Return the row c_1, ..., c_j of P_t from the definition, or (1,) for one vertex.

    Parameters
    ----------
    tree : FreeTree
        With at most 12 vertices, 10 in seconds: the labels are enumerated one by one.

    Returns
    -------
    tuple of int

    Notes
    -----
    Labels are enumerated up to the power ceil(j/2) of beta, where the palindrome takes over.

    Examples
    --------
    >>> lattice_sum(FreeTree([0, 1, 2, 1, 2]))
    (1, 6, 6, 1)
    """
    few_vertices(tree, 12, "its labels are enumerated")
    j = tree.order - 1
    if j == 0:
        return (1,)
    half = (j + 1) // 2
    series = [0] * (half + 1)
    for exponent in _exponents(tree, half):
        series[exponent] += 1
    numerator = [
        sum((-1) ** m * comb(j, m) * series[power - m] for m in range(power + 1))
        for power in range(half + 1)
    ]
    row = numerator[1:]
    return tuple(row + row[: j // 2][::-1])


def _exponents(tree: FreeTree, largest: int) -> Iterator[int]:
    """Yield sum of max - sum of i for all edge labels with exponent at most `largest`.

    Edges are labelled in preorder.  A vertex starts with the label of the edge to its parent as
    its maximum; a further edge with label i raises the exponent by max(i, maximum) - maximum at
    the upper end and by i - i at its lower end, so the exponent never falls.
    """
    parents = tree.parents()
    j = len(parents) - 1
    maximum = [0] * (j + 1)

    def extend(vertex: int, exponent: int) -> Iterator[int]:
        if vertex > j:
            yield exponent
            return
        parent = parents[vertex]
        before = maximum[parent]
        for label in range(1, before + largest - exponent + 1):
            maximum[vertex] = label
            maximum[parent] = max(before, label)
            yield from extend(vertex + 1, exponent + maximum[parent] - before)
        maximum[parent] = before

    yield from extend(1, 0)
