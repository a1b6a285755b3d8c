"""Graphs of Mathematica: ``TreeGraph[{1 <-> 2, 2 <-> 3}]``, ``Graph[{1, 2}, {1 -> 2}]``.

The first list of edges counts, a list of vertices may stand before it; options are skipped.
"""

from __future__ import annotations

import re

from polyfam._checks import quoted
from polyfam.errors import InvalidTreeError
from polyfam.trees.notation._notation import Notation, Parents
from polyfam.trees.notation.graph import root_at_source
from polyfam.trees.tree import FreeTree, RootedTree

__all__ = ["NOTATION"]

_HEAD = re.compile(r"(?:TreeGraph|Graph)\[")
_LISTS = re.compile(r"\s*\{([^{}]*)\}\s*(?:,\s*\{([^{}]*)\}\s*)?(?:,.*)?\]\Z", re.DOTALL)
_SIGN = r"(?:<->|->|\\\[UndirectedEdge\]|\\\[DirectedEdge\])"
_EDGE = re.compile(rf'\s*("[^"]*"|[A-Za-z0-9$]+)\s*({_SIGN})\s*("[^"]*"|[A-Za-z0-9$]+)\s*')
_CALL = re.compile(r"(Un)?[dD]irectedEdge\[\s*([^,\[\]]+?)\s*,\s*([^,\[\]]+?)\s*\]")


def parse(text: str) -> Parents:
    """Return the tree of a graph, rooted at its source or at the vertex named first.

    Examples
    --------
    >>> parse("TreeGraph[{1 <-> 2, UndirectedEdge[2, 3]}, VertexLabels -> Automatic]")
    [-1, 0, 1]
    """
    head = _HEAD.match(text)
    body = _CALL.sub(lambda m: f"{m[2]} {'<->' if m[1] else '->'} {m[3]}", text)
    lists = _LISTS.match(body, head.end()) if head else None
    if not lists:
        raise InvalidTreeError(
            f"Text {quoted(text)} must be TreeGraph or Graph with a list of edges in braces."
        )
    first, second = lists[1], lists[2]
    vertices = [name.strip() for name in first.split(",")] if second is not None else []
    edges, directed = [], []
    terms = (second if second is not None else first).split(",")
    for term in terms if any(map(str.strip, terms)) else []:
        edge = _EDGE.fullmatch(term)
        if not edge:
            raise InvalidTreeError(f"{quoted(term.strip())} in the list of edges is no edge.")
        edges.append((edge[1], edge[3]))
        directed.append(edge[2] in ("->", r"\[DirectedEdge]"))
    return root_at_source(edges, dict.fromkeys(vertices), directed=all(directed))


def format(tree: FreeTree | RootedTree) -> str:
    """Return a tree as a TreeGraph, vertices counted from 1 in preorder.

    Examples
    --------
    >>> format(RootedTree([0, 1, 1]))
    'TreeGraph[{1, 2, 3}, {1 <-> 2, 1 <-> 3}]'
    """
    vertices = ", ".join(map(str, range(1, tree.order + 1)))
    edges = ", ".join(f"{u + 1} <-> {v + 1}" for u, v in tree.edges())
    return f"TreeGraph[{{{vertices}}}, {{{edges}}}]"


NOTATION = Notation("mathematica", parse, _HEAD, format)
