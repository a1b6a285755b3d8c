"""Mathematica: ``TreeGraph[{1 <-> 2, 2 <-> 3}]``, ``Graph[{1, 2}, {1 -> 2}]``, ``Tree[1, {2, 3}]``.

Of a graph the first list of edges counts, a list of vertices may stand before it, and a list of
edges may stand alone; options are skipped.  In ``Graph[{a, b}, {Null, {{1, 2}}}]``, as InputForm
writes, edges are pairs of places.  A Tree has its data and then the list of its branches, None for
a leaf, or that list alone; what is no Tree in such a list is a leaf.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from polyfam._checks import quoted
from polyfam.errors import InvalidTreeError
from polyfam.trees.canonical import top_down
from polyfam.trees.notation._notation import Notation, Parents
from polyfam.trees.notation.graph import root_at_source
from polyfam.trees.tree import FreeTree, RootedTree

__all__ = ["NOTATION"]

_HEAD = re.compile(r"(?:TreeGraph|Graph)\[")
_TREE = re.compile(r"Tree\[")
_SIGN = r"(?:<->|->|\\\[UndirectedEdge\]|\\\[DirectedEdge\])"
_LISTS = re.compile(
    r"\s*(?:\{([^{}]*)\}|Range\[([0-9]{1,7})\])\s*(?:,\s*\{([^{}]*)\}\s*)?(?:,.*)?\]\Z", re.DOTALL
)
_PLACES = re.compile(
    r"\s*\{([^{}]*)\}\s*,\s*\{\s*(Null\s*,\s*)?(\{(?:[^{}]|\{[^{}]*\})*\})\s*(?:,\s*Null\s*)?\}"
    r"\s*(?:,.*)?\]\Z",
    re.DOTALL,
)
_EDGE = re.compile(rf'\s*("[^"]*"|[A-Za-z0-9$]+)\s*({_SIGN})\s*("[^"]*"|[A-Za-z0-9$]+)\s*')
_CALL = re.compile(r"(Un)?[dD]irectedEdge\[\s*([^,\[\]]+?)\s*,\s*([^,\[\]]+?)\s*\]")
_TOKEN = re.compile(r"\s*(Tree\[|[\[\]{},()]|\"(?:[^\"\\]|\\.)*\"|[^\s\[\]{},()\"]+)\s*", re.DOTALL)


def parse(text: str) -> Parents:
    """Return the tree of a graph, rooted at its source or at the vertex named first, or of a Tree.

    Examples
    --------
    >>> parse("TreeGraph[{1 <-> 2, UndirectedEdge[2, 3]}, VertexLabels -> Automatic]")
    [-1, 0, 1]
    >>> parse('Tree["a", {Tree["b", {"c"}], Tree["d", None]}]')
    [-1, 0, 0, 2]
    """
    if _TREE.match(text):
        return top_down(_tree(text))
    body = _CALL.sub(lambda m: f"{m[2]} {'<->' if m[1] else '->'} {m[3]}", text)
    if text.startswith("{"):
        body = f"Graph[{body}]"
    head = _HEAD.match(body)
    if head and (places := _PLACES.match(body, head.end())):
        names = [*filter(None, map(str.strip, places[1].split(",")))]
        pairs = re.findall(r"\{\s*([0-9]{1,7})\s*,\s*([0-9]{1,7})\s*\}", places[3])
        vertices = range(1, len(names) + 1)
        edges = [(int(u), int(v)) for u, v in pairs]
        return root_at_source(edges, vertices, directed=not places[2])
    lists = _LISTS.match(body, head.end()) if head else None
    if not lists:
        raise InvalidTreeError(
            f"Text {quoted(text)} must be TreeGraph or Graph with a list of edges in braces; "
            "EdgeList[...] makes one."
        )
    if lists[2]:
        return _graph(map(str, range(1, int(lists[2]) + 1)), lists[3] or "")
    if lists[3] is None:
        return _graph([], lists[1])
    return _graph(map(str.strip, lists[1].split(",")), lists[3])


def _graph(vertices: Iterable[str], edges: str) -> Parents:
    """Return the tree with these vertices and a list of edges."""
    named, directed = [], []
    terms = edges.split(",")
    for term in terms if any(map(str.strip, terms)) else []:
        edge = _EDGE.fullmatch(term)
        if not edge:
            raise InvalidTreeError(f"{quoted(term.strip())} in the list of edges is no edge.")
        named.append((edge[1], edge[3]))
        directed.append(edge[2] in ("->", r"\[DirectedEdge]"))
    return root_at_source(named, dict.fromkeys(filter(None, vertices)), directed=all(directed))


def _tree(text: str) -> list[int]:
    """Return the parents of the vertices of a Tree, each after its parent."""
    found = list(_TOKEN.finditer(text))
    tokens = [each[1] for each in found]
    if sum(len(each[0]) for each in found) < len(text):
        raise InvalidTreeError(f"Text {quoted(text)} has a quote that is not closed.")
    closing = _closing(tokens)
    parents: list[int] = []
    stack = [(0, -1)]
    while stack:
        place, parent = stack.pop()
        vertex = len(parents)
        parents.append(parent)
        if tokens[place] != "Tree[":
            continue
        arguments = _starts(tokens, closing, place)
        branches = arguments[min(1, len(arguments) - 1)] if arguments else place
        if tokens[branches] == "{":
            stack += [(start, vertex) for start in _starts(tokens, closing, branches)]
        elif tokens[branches] != "None":
            raise InvalidTreeError(
                "A Tree must have its data and then the list of its branches or None, as in "
                "'Tree[1, {2, 3}]'."
            )
    return parents


def _closing(tokens: list[str]) -> dict[int, int]:
    """Return where each bracket of a Tree is closed; nothing may come after the first one."""
    pairs = {"Tree[": "]", "[": "]", "{": "}", "(": ")"}
    closing: dict[int, int] = {}
    stack: list[int] = []
    for place, token in enumerate(tokens):
        if token in pairs:
            stack.append(place)
        elif token in pairs.values():
            if not stack or pairs[tokens[stack[-1]]] != token:
                raise InvalidTreeError(f"A bracket of the Tree is missing before {quoted(token)}.")
            closing[stack.pop()] = place
    if closing.get(0) != len(tokens) - 1:
        raise InvalidTreeError("A Tree must end with the bracket that closes it.")
    return closing


def _starts(tokens: list[str], closing: dict[int, int], place: int) -> list[int]:
    """Return where the parts between the commas of a bracket start."""
    starts = []
    end = closing[place]
    place, fresh = place + 1, True
    while place < end:
        if fresh:
            starts.append(place)
        fresh = tokens[place] == ","
        place = closing.get(place, place) + 1
    return starts


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


_CALLED = r"(?:Un)?[dD]irectedEdge\["
_CLAIMS = re.compile(
    rf"{_HEAD.pattern}|{_TREE.pattern}|\{{[^{{}};:]*(?:{_SIGN}|{_CALLED})[^{{}};]*\}}\Z"
)
NOTATION = Notation("mathematica", parse, _CLAIMS, format)
