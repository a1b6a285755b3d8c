"""Graphs of networkx: a graph without a cycle, in one piece, is a tree.

The way back is the method `to_networkx` of a tree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from polyfam._checks import quoted
from polyfam.errors import InvalidTreeError
from polyfam.trees.labelled import root_at_first
from polyfam.trees.tree import FreeTree, RootedTree

if TYPE_CHECKING:
    import networkx

__all__ = ["from_networkx"]


def from_networkx(graph: networkx.Graph, rooted: bool = False) -> FreeTree | RootedTree:
    """Return the tree that a networkx graph is.

    Parameters
    ----------
    graph : networkx.Graph or networkx.MultiGraph
        Undirected, with nodes of any kind.
    rooted : bool, default False
        Whether to keep the first node, in the order of ``graph.nodes``, as a root.

    Returns
    -------
    FreeTree, or RootedTree when `rooted`

    Raises
    ------
    InvalidTreeError
        For a graph with a loop, a repeated edge or a cycle, in several pieces, or without nodes,
        and for a directed graph.

    Examples
    --------
    >>> import networkx
    >>> from_networkx(networkx.path_graph(4))
    FreeTree((0, 1, 2, 1))
    >>> from_networkx(networkx.path_graph(4), rooted=True)
    RootedTree((0, 1, 2, 3))
    >>> from_networkx(networkx.cycle_graph(4))
    Traceback (most recent call last):
        ...
    polyfam.errors.InvalidTreeError: Edge '2-3' closes a cycle; leave it out to have a tree.
    """
    if not hasattr(graph, "is_directed"):
        raise InvalidTreeError(f"Argument 'graph' must be a networkx graph, not {quoted(graph)}.")
    if graph.is_directed():
        raise InvalidTreeError(
            "Argument 'graph' must not be directed; forget the directions by graph.to_undirected()."
        )
    tree = RootedTree.from_parents(root_at_first(graph.edges(), graph.nodes))
    return tree if rooted else tree.free()
