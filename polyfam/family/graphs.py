"""P_G of any connected graph: beta times the h-polynomial of its graph associahedron.

A *tube* of a graph G is a nonempty connected set of vertices; a *nested set* consists of tubes
any two of which are nested, or disjoint and without an edge between them.  With f_m the number of
nested sets of m tubes that contain the whole vertex set,

    P_G(beta) = sum over m of f_m beta^m (1 - beta)^(p - m),        p the number of vertices.

The polynomials of the trees are those of their line graphs (Theorem B).

- **Any graph**: with x = beta/(1 - beta), G(beta) = P_G/(1 - beta)^p obeys the cut recursion:
  G = x * sum over nonempty sets S of vertices of the product of G over the components of G - S.
- **Cycles**: P = beta * sum of C(p - 1, k)^2 beta^k, the Narayana numbers of type B, since the
  graph associahedron is the cyclohedron.

References
----------
A. Postnikov, V. Reiner, L. Williams, Faces of generalized permutohedra, Doc. Math. 13 (2008), 8-10.
M. Carr, S. L. Devadoss, Coxeter complexes and graph-associahedra, Topology Appl. 153 (2006).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

from polyfam._checks import shown
from polyfam._coefficients import product
from polyfam.errors import ArgumentTypeError, DomainError, ResourceError
from polyfam.family.named import eulerian_row, narayana_row, type_b_narayana_row
from polyfam.family.polynomial import BetaPolynomial
from polyfam.family.routes.face_numbers import row_from_faces

if TYPE_CHECKING:
    import networkx

__all__ = ["by_vertex_sets", "graph_polynomial"]

#: Vertices up to which all sets of vertices are listed: 3^11 steps.
LARGEST = 11


def graph_polynomial(
    graph: networkx.Graph[Any] | Iterable[tuple[Hashable, Hashable]],
) -> BetaPolynomial:
    """Return P_G(beta), beta times the h-polynomial of the graph associahedron of G.

    Parameters
    ----------
    graph : networkx.Graph or iterable of pairs
        Connected, without loops; pairs are edges.  Paths, complete graphs and cycles may have any
        size, all other graphs up to 11 vertices.

    Returns
    -------
    BetaPolynomial
        Of degree p, the number of vertices; it belongs to a tree only if G is its line graph.

    Raises
    ------
    ArgumentTypeError
        For what is neither a graph nor an iterable of pairs.
    DomainError
        For a graph that is directed, empty, disconnected or has a loop.
    ResourceError
        For a graph of more than 11 vertices.

    References
    ----------
    A. Postnikov, V. Reiner, L. Williams, Faces of generalized permutohedra (2008), sections 8-10.

    Examples
    --------
    >>> graph_polynomial([(0, 1), (1, 2), (2, 3), (3, 0)]).row  # the cyclohedron
    (1, 9, 9, 1)
    >>> graph_polynomial([(0, 1), (0, 2), (0, 3)]).row  # the stellohedron
    (1, 7, 7, 1)
    """
    neighbours = _read(graph)
    p = len(neighbours)
    degrees = sorted(map(int.bit_count, neighbours))
    if degrees[0] == p - 1:
        return BetaPolynomial.from_row(eulerian_row(p))
    if degrees[-1] == 2:
        row = type_b_narayana_row(p - 1) if degrees[0] == 2 else narayana_row(p)
        return BetaPolynomial.from_row(row)
    if p > LARGEST:
        raise ResourceError(
            f"A graph of {p} vertices has too many sets of vertices to list; graphs of up to "
            f"{LARGEST} vertices, paths, cycles and complete graphs of any size are computed."
        )
    return BetaPolynomial.from_row(by_vertex_sets(neighbours))


def by_vertex_sets(neighbours: tuple[int, ...]) -> tuple[int, ...]:
    """Return the row of P_G by the cut recursion over all sets of vertices.

    ``neighbours`` has for every vertex the set of its neighbours, as the bits of a number.

    Examples
    --------
    >>> by_vertex_sets((0b10, 0b101, 0b10))
    (1, 3, 1)
    """

    @cache
    def faces(tube: int) -> tuple[int, ...]:
        """Return the numbers of nested sets of 0, 1, ... tubes that contain this tube."""
        total = [0] * (tube.bit_count() + 1)
        kept = tube
        while kept:  # down through every proper subset of the tube
            kept = (kept - 1) & tube
            for m, count in enumerate(forest(kept)):
                total[m + 1] += count
        return tuple(total)

    @cache
    def forest(kept: int) -> tuple[int, ...]:
        """Return the product of the faces of the components of a set of vertices."""
        if not kept:
            return (1,)
        first = _component(neighbours, kept)
        return tuple(product(faces(first), forest(kept & ~first)))

    return row_from_faces(faces((1 << len(neighbours)) - 1))


def _members(vertices: int) -> list[int]:
    """Return the elements of a set."""
    return [v for v in range(vertices.bit_length()) if vertices >> v & 1]


def _component(neighbours: tuple[int, ...], inside: int) -> int:
    """Return the component of the first vertex in a set of vertices."""
    found = edge = inside & -inside
    while edge:
        near = 0
        for v in _members(edge):
            near |= neighbours[v]
        edge = near & inside & ~found
        found |= edge
    return found


def _read(graph: Any) -> tuple[int, ...]:
    """Return the neighbours of every vertex as bits, or say what is wrong."""
    if hasattr(graph, "is_directed") and hasattr(graph, "edges"):
        if graph.is_directed():
            raise DomainError("Argument 'graph' must be undirected; see graph.to_undirected().")
        nodes, edges = list(graph.nodes), [tuple(edge[:2]) for edge in graph.edges]
    else:
        try:
            edges = [(a, b) for a, b in graph]
        except (TypeError, ValueError):
            raise ArgumentTypeError(
                "Argument 'graph' must be a networkx graph or an iterable of pairs, not "
                f"{shown(graph)}."
            ) from None
        nodes = list(dict.fromkeys(v for edge in edges for v in edge))
    if not nodes:
        raise DomainError("Argument 'graph' must have at least one vertex.")
    number = {v: i for i, v in enumerate(nodes)}
    neighbours = [0] * len(nodes)
    for a, b in edges:
        if a == b:
            raise DomainError(f"Argument 'graph' must have no loop, such as that at {shown(a)}.")
        neighbours[number[a]] |= 1 << number[b]
        neighbours[number[b]] |= 1 << number[a]
    if _component(tuple(neighbours), (1 << len(nodes)) - 1) != (1 << len(nodes)) - 1:
        raise DomainError("Argument 'graph' must be connected; P of its parts multiply.")
    return tuple(neighbours)
