"""Maximal nested sets of the line graph of a tree, and the h-vector they count.

A *tube* is a connected set of edges.  A maximal nested set of tubes is a full dismantling of the
tree: remove an edge e, then dismantle the pieces of t - e, each on its own.  It is a rooted tree
on the edges, e above the first edges of the pieces.  The graph associahedron of the line graph is
a simple polytope whose vertices are these trees, so for any numbering of the edges its h-vector
counts them by *descents*, the places where the lower edge has the larger number ([PRW],
corollary 8.4), and P_t = beta * sum of beta^des.  (`polyfam.words.bijections` turns nested sets
into words and back.)

References
----------
[PRW] A. Postnikov, V. Reiner, L. Williams, Faces of generalized permutohedra, Doc. Math. 13
(2008).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from polyfam.trees import FreeTree, RootedTree
from polyfam.words.pieces import numbered_edges
from polyfam.words.ranking import check_few

__all__ = ["count_by_descents", "dismantlings", "maximal_nested_sets"]

Edge = tuple[int, int]


def maximal_nested_sets(tree: FreeTree | RootedTree) -> Iterator[dict[int, int | None]]:
    """Yield the maximal nested sets, as maps from each edge to the edge removed just before it.

    Edges have the numbers 1, ..., j of edge words, see `numbered_edges`; the first edge of all
    has None.  `word_of_nested_set` and `nested_set_of_word` take and give the same maps.

    Parameters
    ----------
    tree : FreeTree or RootedTree
        There are P_t(1) of them: (n - 1)! for a star on n vertices.

    Returns
    -------
    iterator of dict of int to int or None

    Examples
    --------
    >>> for above in maximal_nested_sets(FreeTree([0, 1, 1])): print(above)
    {2: None, 1: 2}
    {1: None, 2: 1}
    """
    number = {edge: letter for letter, edge in enumerate(numbered_edges(tree), start=1)}
    return (
        {number[edge]: None if upper is None else number[upper] for edge, upper in above.items()}
        for above in dismantlings(frozenset(number), None)
    )


def dismantlings(tube: frozenset[Edge], above: Edge | None) -> Iterator[dict[Edge, Edge | None]]:
    """Yield the dismantlings of one connected set of edges that hangs below an edge.

    They are maps from each edge, a pair of vertices, to the edge removed just before it.

    Examples
    --------
    >>> list(dismantlings(frozenset({(0, 1)}), None))
    [{(0, 1): None}]
    """
    if not tube:
        yield {}
        return
    for edge in sorted(tube):
        pieces = [_piece(tube - {edge}, end) for end in edge]
        for parts in product(*(list(dismantlings(piece, edge)) for piece in pieces)):
            yield {edge: above, **parts[0], **parts[1]}


def _piece(edges: frozenset[Edge], vertex: int) -> frozenset[Edge]:
    """Return the edges that are connected to a vertex."""
    reached = {vertex}
    piece: set[Edge] = set()
    while True:
        grown = {edge for edge in edges - piece if not reached.isdisjoint(edge)}
        if not grown:
            return frozenset(piece)
        piece |= grown
        reached |= {end for edge in grown for end in edge}


def count_by_descents(tree: FreeTree | RootedTree) -> tuple[int, ...]:
    """Return the row c_1, ..., c_j of P_t by listing maximal nested sets, or (1,) for one vertex.

    Parameters
    ----------
    tree : FreeTree or RootedTree
        With at most 9 vertices or so.

    Returns
    -------
    tuple of int

    Raises
    ------
    ResourceError
        When there are more than ten million nested sets.

    Examples
    --------
    >>> count_by_descents(FreeTree([0, 1, 1, 1, 1]))
    (1, 11, 11, 1)
    """
    check_few(tree, "beta_polynomial(tree).row is the same row")
    row = [0] * max(1, tree.order - 1)
    for above in dismantlings(frozenset(tree.edges()), None):
        row[sum(edge > upper for edge, upper in above.items() if upper is not None)] += 1
    return tuple(row)
