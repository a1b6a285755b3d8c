"""Labelled trees: an edge list with vertex names is rooted at its first vertex, or refused."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator

from polyfam._checks import quoted
from polyfam.errors import InvalidTreeError

__all__ = ["root_at_first"]


def root_at_first(
    edges: Iterable[tuple[Hashable, Hashable]], vertices: Iterable[Hashable] = ()
) -> list[int]:
    """Return the parents when the tree with these edges hangs from its first vertex.

    Parameters
    ----------
    edges : iterable of pairs
        Each edge once, in either direction.
    vertices : iterable, optional
        Vertices that come before those the edges name.

    Returns
    -------
    list of int
        Vertices are numbered from 0 in the order in which they are first named; the root, vertex
        0, has parent -1.

    Raises
    ------
    InvalidTreeError
        For a loop, a repeated edge, a cycle, a graph in several pieces or without a vertex.

    Examples
    --------
    >>> root_at_first([("b", "c"), ("a", "b")])
    [-1, 0, 0]
    """
    number = {name: i for i, name in enumerate(dict.fromkeys(vertices))}
    neighbours: list[list[int]] = [[] for _ in number]
    group = list(range(len(number)))  # union-find: who speaks for the piece of a vertex

    def find(vertex: int) -> int:
        while group[vertex] != vertex:
            group[vertex] = vertex = group[group[vertex]]
        return vertex

    for edge in _pairs(edges):
        for name in edge:
            if name not in number:
                number[name] = len(group)
                group.append(len(group))
                neighbours.append([])
        u, v = (number[name] for name in edge)
        if find(u) == find(v):
            fault = "is a loop" if u == v else "closes a cycle"
            if v in neighbours[u]:
                fault = "is there twice"
            raise InvalidTreeError(f"Edge {_dashed(edge)} {fault}; leave it out to have a tree.")
        group[find(u)] = find(v)
        neighbours[u].append(v)
        neighbours[v].append(u)
    if not number:
        raise InvalidTreeError("A tree must have at least one vertex.")

    parents = [-2] * len(group)
    parents[0] = -1
    reached = [0]
    for vertex in reached:  # grows while it is read: breadth first
        for neighbour in neighbours[vertex]:
            if neighbour != parents[vertex]:
                parents[neighbour] = vertex
                reached.append(neighbour)
    if -2 in parents:
        names = list(number)
        stray = names[parents.index(-2)]
        raise InvalidTreeError(
            f"Vertex {quoted(stray)} is not connected to {quoted(names[0])}; "
            "join the pieces by edges to have a tree."
        )
    return parents


def _dashed(edge: tuple[Hashable, Hashable]) -> str:
    """Return an edge as it is written in an edge list."""
    return quoted("-".join(map(str, edge)))


def _pairs(
    edges: Iterable[tuple[Hashable, Hashable]],
) -> Iterator[tuple[Hashable, Hashable]]:
    """Yield the edges, or say which is no pair of names."""
    try:
        listed = iter(edges)
    except TypeError:
        raise InvalidTreeError(f"Edges must be a sequence of pairs, not {quoted(edges)}.") from None
    for edge in listed:
        try:
            one, other = edge
            hash(edge := (one, other))
        except (TypeError, ValueError):
            raise InvalidTreeError(
                f"Edge {quoted(edge)} must be a pair of vertices with hashable names."
            ) from None
        yield edge
