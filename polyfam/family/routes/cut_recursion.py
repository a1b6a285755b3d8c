"""The cut recursion.

With G(t) = P_t/(1 - beta)^j and x = beta/(1 - beta),

    G(one vertex) = 1,    G(t) = x * sum over nonempty sets S of edges, product of G(c) over the
                                 components c of t - S:

S is the set of the edges with label 1 once all other labels have been lowered by one.  As a
polynomial in x, G has the face numbers of the graph associahedron of the line graph of t.

References
----------
M. D. Cattaneo, B. Shigida, Modified Loss of Momentum Gradient Descent (arXiv:2509.08483).
"""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations

from polyfam._checked import checked
from polyfam._checks import few_vertices
from polyfam._coefficients import product
from polyfam.family.routes.face_numbers import row_from_faces
from polyfam.trees import FreeTree

__all__ = ["cut_recursion"]


@checked
def cut_recursion(tree: FreeTree) -> tuple[int, ...]:
    """Return the row c_1, ..., c_j of P_t from the cut recursion, or (1,) for one vertex.

    Parameters
    ----------
    tree : FreeTree
        With at most 16 vertices, 12 in a second: there are 2^j - 1 sets of edges.

    Returns
    -------
    tuple of int

    Examples
    --------
    >>> cut_recursion(FreeTree([0, 1, 1, 1]))
    (1, 4, 1)
    """
    few_vertices(tree, 16, "all sets of its edges are listed")
    return row_from_faces(_faces(tree))


@lru_cache(maxsize=1 << 12)
def _faces(tree: FreeTree) -> tuple[int, ...]:
    """Return the coefficients of G(t) in powers of x."""
    edges = tree.edges()
    if not edges:
        return (1,)
    faces = [0] * (len(edges) + 1)
    for size in range(1, len(edges) + 1):
        for cut in combinations(edges, size):
            for power, count in enumerate(_cut_product(tree.order, set(edges) - set(cut)), start=1):
                faces[power] += count
    return tuple(faces)


def _cut_product(order: int, kept: set[tuple[int, int]]) -> list[int]:
    """Return the product of G over the components that the kept edges (parent, child) form."""
    component = list(range(order))
    pieces: dict[int, list[tuple[int, int]]] = {}
    for parent, child in sorted(kept, key=lambda edge: edge[1]):  # parents come before children
        component[child] = component[parent]
        pieces.setdefault(component[child], []).append((parent, child))
    total = [1]
    for piece in pieces.values():
        total = product(total, _faces(FreeTree.from_edges(piece)))
    return total
