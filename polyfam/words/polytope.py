r"""The polytope behind P_t, the graph associahedron of the line graph: vertices, flips, facets.

Its vertices are the maximal nested sets, the full dismantlings of the tree; two of them are joined
by an edge, a *flip*, when they differ in one tube; its facets are the tubes other than the whole
tree.  It is simple, of dimension j - 1, and its h-polynomial is P_t/beta.

As a Minkowski sum of the simplices of all tubes it has integer coordinates ([P09], proposition
7.9): if e is removed when the piece T is left, then x_e is the number of connected sets of edges in
T that contain e, the product of the numbers of subtrees at both ends.  For a path these are
Loday's coordinates of the associahedron, products of two lengths; for a star they are powers of
two in all orders, a permutohedron.

References
----------
[P09] A. Postnikov, Permutohedra, associahedra, and beyond, Int. Math. Res. Not. 2009.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import mul

from polyfam._checked import checked
from polyfam._checks import quoted
from polyfam._coefficients import product
from polyfam.errors import DomainError
from polyfam.trees import FreeTree, RootedTree
from polyfam.words.nested_sets import dismantlings
from polyfam.words.pieces import check_tree
from polyfam.words.ranking import check_few

__all__ = ["polytope_facets", "polytope_flips", "polytope_vertices"]

Edge = tuple[int, int]
Tube = frozenset[Edge]


@checked
def polytope_vertices(
    tree: FreeTree | RootedTree, weights: Sequence[float] | None = None
) -> list[tuple[float, ...]]:
    """Return the vertices of the polytope in coordinates.

    Parameters
    ----------
    tree : FreeTree or RootedTree
        With at most 9 vertices or so: there are P_t(1) vertices.
    weights : sequence of j positive numbers, optional
        How much the simplex of a tube with 1, 2, ..., j edges counts in the sum; all weights give
        the same faces.  By default they are 1, and the coordinates integers.

    Returns
    -------
    list of tuple of int or float
        One coordinate for every edge, in the order of ``tree.edges()``; one tuple for every
        maximal nested set, in the order of `maximal_nested_sets`.

    Raises
    ------
    DomainError
        When there is not one positive weight for each number of edges.
    ResourceError
        When there are more than ten million vertices.

    References
    ----------
    [P09] A. Postnikov, Permutohedra, associahedra, and beyond, Int. Math. Res. Not. 2009.

    Examples
    --------
    The pentagon: all sums are 6, the number of tubes of the path on four vertices.

    >>> polytope_vertices(FreeTree([0, 1, 2, 1]))
    [(4, 1, 1), (2, 1, 3), (1, 2, 3), (2, 3, 1), (1, 3, 2)]
    """
    edges = check_tree(tree).edges()
    sizes: Sequence[float] = [1] * len(edges) if weights is None else weights
    if len(sizes) != len(edges) or not all(weight > 0 for weight in sizes):
        raise DomainError(
            f"Argument 'weights' must hold {len(edges)} positive numbers, not {quoted(weights)}."
        )
    return [
        tuple(sum(map(mul, sizes, _tubes_through(edge, tubes[edge]))) for edge in edges)
        for tubes in _dismantlings(tree)
    ]


def polytope_flips(tree: FreeTree | RootedTree) -> list[tuple[int, int]]:
    """Return the edges of the polytope, as pairs of places in the list of its vertices.

    Parameters
    ----------
    tree : FreeTree or RootedTree
        With at most 9 vertices or so.

    Returns
    -------
    list of (int, int)
        (j - 1) P_t(1)/2 of them: the polytope is simple.

    Raises
    ------
    ResourceError
        When there are more than ten million vertices.

    Examples
    --------
    >>> len(polytope_flips(FreeTree([0, 1, 2, 1]))), len(polytope_flips(FreeTree([0, 1, 1, 1])))
    (5, 6)
    """
    shared: dict[frozenset[Tube], int] = {}
    flips = []
    for place, tubes in enumerate(_dismantlings(tree)):
        whole = frozenset(tubes.values())
        for tube in tubes.values():
            if len(tube) == len(tubes):
                continue  # every nested set holds the whole tree
            rest = whole - {tube}
            if rest in shared:
                flips.append((shared[rest], place))
            else:
                shared[rest] = place
    return sorted(flips)


def polytope_facets(tree: FreeTree | RootedTree) -> dict[Tube, tuple[int, ...]]:
    """Return the facets of the polytope: for every tube the places of its vertices.

    Parameters
    ----------
    tree : FreeTree or RootedTree
        With at most 9 vertices or so.

    Returns
    -------
    dict from frozenset of edges to tuple of int

    Raises
    ------
    ResourceError
        When there are more than ten million vertices.

    Examples
    --------
    >>> facets = polytope_facets(FreeTree([0, 1, 1, 1, 1]))
    >>> sorted(map(len, facets.values()))  # squares and hexagons of the permutohedron
    [4, 4, 4, 4, 4, 4, 6, 6, 6, 6, 6, 6, 6, 6]
    """
    facets: dict[Tube, list[int]] = {}
    for place, tubes in enumerate(_dismantlings(tree)):
        for tube in tubes.values():
            if len(tube) < len(tubes):
                facets.setdefault(tube, []).append(place)
    return {tube: tuple(places) for tube, places in facets.items()}


def _dismantlings(tree: FreeTree | RootedTree) -> Iterator[dict[Edge, Tube]]:
    """Yield the maximal nested sets as maps from each edge to the tube it is removed from."""
    check_few(tree, "each is a vertex of the polytope")
    for above in dismantlings(frozenset(tree.edges()), None):
        tubes: dict[Edge, set[Edge]] = {edge: set() for edge in above}
        for edge in above:
            upper: Edge | None = edge
            while upper is not None:
                tubes[upper].add(edge)
                upper = above[upper]
        yield {edge: frozenset(tube) for edge, tube in tubes.items()}


def _tubes_through(edge: Edge, tube: Tube) -> list[int]:
    """Return the numbers of connected sets of 1, 2, ... edges of a tube that contain an edge."""
    rest = tube - {edge}
    return product(_subtrees_at(edge[0], rest), _subtrees_at(edge[1], rest))


def _subtrees_at(vertex: int, edges: Tube) -> list[int]:
    """Return the numbers of subtrees of a forest with 0, 1, ... edges that contain a vertex."""
    counts = [1]
    for edge in edges:
        if vertex in edge:
            branch = _subtrees_at(sum(edge) - vertex, edges - {edge})
            counts = product(counts, [1, *branch])
    return counts
