"""Graphs of other libraries: without a cycle and in one piece, a graph is a tree.

Recognised by their methods, so that none of the libraries is imported: networkx, igraph, rustworkx
and Sage; adjacency matrices of numpy and scipy, dictionaries of neighbours.  The way back is the
method `to_networkx` of a tree.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal, overload

from polyfam._checked import checked
from polyfam._checks import quoted
from polyfam.errors import ArgumentTypeError, InvalidTreeError
from polyfam.trees.labelled import root_at_first
from polyfam.trees.tree import FreeTree, RootedTree

if TYPE_CHECKING:
    import networkx

__all__ = ["from_networkx", "neighbours_to_edges", "root_at_source"]

Edges = list[tuple[Hashable, Hashable]]


@overload
def from_networkx(graph: networkx.Graph[Any], rooted: Literal[False] = False) -> FreeTree: ...
@overload
def from_networkx(graph: networkx.Graph[Any], rooted: Literal[True]) -> RootedTree: ...
@checked
def from_networkx(graph: Any, rooted: bool = False) -> FreeTree | RootedTree:
    """Return the tree that a graph of networkx, or another graph or matrix, is.

    Parameters
    ----------
    graph : networkx.Graph, or a graph of igraph, rustworkx or Sage
        With nodes of any kind.  A directed one has every edge in both directions, or all edges
        away from a root, or all towards it.  As `networkx.Graph` itself takes them, a dictionary
        of the neighbours of each vertex and an adjacency matrix of numpy or scipy are graphs too.
    rooted : bool, default False
        Whether to keep the root: that of a directed graph, or else the first node.

    Returns
    -------
    FreeTree, or RootedTree when `rooted`

    Raises
    ------
    InvalidTreeError
        For a graph with a loop, a repeated edge or a cycle, in several pieces, or without nodes.
    ArgumentTypeError
        For something that is no graph.

    Examples
    --------
    >>> import networkx
    >>> from_networkx(networkx.path_graph(4))
    FreeTree((0, 1, 2, 1))
    >>> from_networkx(networkx.DiGraph([("b", "c"), ("a", "b")]), rooted=True)
    RootedTree((0, 1, 2))
    >>> from_networkx({0: [1, 2], 1: [0], 2: [0]})
    FreeTree((0, 1, 1))
    >>> from_networkx(networkx.cycle_graph(4))
    Traceback (most recent call last):
        ...
    polyfam.errors.InvalidTreeError: Edge '2-3' closes a cycle; leave it out to have a tree.
    """
    try:
        vertices, edges, directed = _parts(graph)
    except (TypeError, AttributeError):
        raise ArgumentTypeError(
            "Argument 'graph' must be a graph of networkx, igraph, rustworkx or Sage, a dictionary "
            f"of neighbours or an adjacency matrix, not {quoted(graph)}; FreeTree.from_edges reads "
            "edges, parse_tree texts."
        ) from None
    parents = root_at_source(edges, vertices, directed)
    return RootedTree._hanging(parents) if rooted else FreeTree._hanging(parents)


def _parts(graph: Any) -> tuple[list[Hashable], Edges, bool]:
    """Return the vertices and the edges of a graph, and whether these have a direction."""
    if isinstance(graph, type):
        raise TypeError
    if hasattr(graph, "node_indices"):  # rustworkx
        directed = not hasattr(graph, "degree") or hasattr(graph, "in_degree")
        return list(graph.node_indices()), [*map(tuple, graph.edge_list())], directed
    if hasattr(graph, "get_edgelist"):  # igraph
        return list(range(graph.vcount())), graph.get_edgelist(), graph.is_directed()
    if hasattr(graph, "nodes"):  # networkx
        return list(graph.nodes), [edge[:2] for edge in graph.edges()], graph.is_directed()
    if isinstance(graph, Mapping):
        return neighbours_to_edges(graph)
    if hasattr(graph, "nonzero"):
        return _matrix(graph)
    vertices = [*graph.vertices(sort=False)]
    return (
        vertices,
        [edge[:2] for edge in graph.edges(labels=False, sort=False)],
        graph.is_directed(),
    )


def _matrix(matrix: Any) -> tuple[list[Hashable], Edges, bool]:
    """Return the parts of a graph with an adjacency matrix of numpy, scipy, torch or JAX."""
    if len(matrix.shape) != 2:
        raise TypeError
    if matrix.shape[0] != matrix.shape[1]:
        raise InvalidTreeError(
            f"An adjacency matrix must be square, not {matrix.shape[0]} times {matrix.shape[1]}; "
            "FreeTree.from_edges reads arrays of edges."
        )
    places = matrix.nonzero()
    if isinstance(places, tuple):  # not torch's
        edges = list(zip(*(place.tolist() for place in places), strict=True))
    else:
        edges = [(u, v) for u, v in places.tolist()]
    unequal = matrix != matrix
    if unequal.nnz if hasattr(unequal, "nnz") else unequal.any():
        raise InvalidTreeError("An adjacency matrix must not hold NaN; write 0 for no edge.")
    return list(range(matrix.shape[0])), edges, {(v, u) for u, v in edges} != set(edges)


def neighbours_to_edges(
    adjacency: Mapping[Any, Iterable[Hashable]],
) -> tuple[list[Hashable], Edges, bool]:
    """Return the parts of the graph in which each vertex has these neighbours.

    Edges that are there once have a direction if all may point away from a root, or towards it.

    Examples
    --------
    >>> neighbours_to_edges({0: [1, 2], 1: [0], 2: [0]})
    ([0, 1, 2], [(0, 1), (0, 2), (1, 0), (2, 0)], False)
    >>> neighbours_to_edges({"a": "b"})
    Traceback (most recent call last):
        ...
    TypeError
    """
    if any(isinstance(others, str | bytes) for others in adjacency.values()):
        raise TypeError
    edges = [(vertex, other) for vertex, others in adjacency.items() for other in others]
    directed = any(len(set(ends)) == len(edges) for ends in zip(*edges, strict=True))
    return list(adjacency), edges, directed


def root_at_source(
    edges: Iterable[tuple[Hashable, Hashable]], vertices: Iterable[Hashable], directed: bool
) -> list[int]:
    """Return the parents when a tree hangs from its root, or from its first vertex if it has none.

    Examples
    --------
    >>> root_at_source([("b", "c"), ("a", "b")], "cab", directed=True)
    [-1, 0, 1]
    """
    edges, names = list(edges), dict.fromkeys(vertices)
    if not directed or not edges or len({frozenset(edge) for edge in edges}) < len(edges):
        return root_at_first(edges, names)
    names.update(dict.fromkeys(name for edge in edges for name in edge))
    for end in (1, 0):  # away from the root, no vertex is a target twice; towards it, a source
        others = [edge[end] for edge in edges]
        if len(set(others)) == len(others):
            roots = [name for name in names if name not in set(others)]
            return root_at_first(edges, dict.fromkeys([*roots[:1], *names]))
    raise InvalidTreeError(
        "The edges of a directed tree must all point away from a root, or all towards it; forget "
        "the directions by graph.to_undirected() if they carry no meaning."
    )
