"""DOT of Graphviz: ``graph { a -- b; b -- c }``, or ``digraph { a -> b }`` with its root.

Nodes, edges, chains of edges and sets of nodes, in braces or with commas between them, are read as
Graphviz reads them; attributes and ports are skipped.

References
----------
The DOT language, https://graphviz.org/doc/info/lang.html.
"""

from __future__ import annotations

import re
from itertools import accumulate

from polyfam._checks import quoted
from polyfam.errors import InvalidTreeError
from polyfam.trees.notation._notation import Notation, Parents
from polyfam.trees.notation.graph import root_at_source
from polyfam.trees.tree import FreeTree, RootedTree

__all__ = ["NOTATION"]

_TEXT = r"\"(?:[^\"\\]|\\.)*\""
_MARKUP = r"<(?:[^<>]|<(?:[^<>]|<[^<>]*>)*>)*>"  # labels of HTML, three deep
_ID = rf"(?:{_TEXT}|{_MARKUP}|-?[A-Za-z0-9_.]+)"
_TOKEN = re.compile(
    rf"\s*(--|->|[{{}};,=+]|:\s*{_ID}|\[(?:{_TEXT}|{_MARKUP}|[^\]\"<])*\]|{_ID})", re.DOTALL
)
_COMMENT = re.compile(
    rf"({_TEXT})|//[^\n]*|/\*.*?\*/|(?:^|(?<=[\s;{{}}]))#[^\n]*", re.DOTALL | re.MULTILINE
)
_HEAD = re.compile(rf"\s*(?:strict\s+)?(graph|digraph)\b\s*(?:{_ID}\s*)?\{{", re.IGNORECASE)

_DEEPEST = 100  # subgraphs in subgraphs


def parse(text: str) -> Parents:
    """Return the tree of a DOT text, rooted at its source or at the node named first.

    Examples
    --------
    >>> parse('graph "t" { node [shape=box]; a -- b -- c; b:n -- {d e}, f }')
    [-1, 0, 1, 1, 1, 1]
    """
    text = _COMMENT.sub(lambda found: found[1] or " ", text).rstrip()
    head = _HEAD.match(text)
    if not head:
        raise InvalidTreeError("A DOT text must start with 'graph {' or 'digraph {'.")
    tokens = _tokens(text, head.end())
    nodes: dict[str, None] = {}
    edges: list[tuple[str, str]] = []
    depths = accumulate((token == "{") - (token == "}") for token in tokens)
    if max(depths, default=0) > _DEEPEST:
        raise InvalidTreeError(f"Braces of a DOT text may be {_DEEPEST} deep, not more.")
    place = _statements(tokens, 0, nodes, edges)[0]
    if place != len(tokens):
        raise InvalidTreeError("A DOT text must end with the brace that closes the graph.")
    directed = head[1].lower() == "digraph"
    if text.lstrip()[:6].lower() == "strict":  # edges are there once, however often they are named
        edges = list({edge if directed else frozenset(edge): edge for edge in edges}.values())
    return root_at_source(edges, nodes, directed=directed)


def _tokens(text: str, position: int) -> list[str]:
    """Return what a DOT text consists of, from a position on."""
    tokens: list[str] = []
    while position < len(text):
        found = _TOKEN.match(text, position)
        if not found:
            raise InvalidTreeError(
                f"{quoted(text[position : position + 5])} at position {position} of the DOT text, "
                "comments left out, is out of place."
            )
        token = found[1]
        if tokens[-1:] == ["+"] and token[0] == '"' and len(tokens) > 1:  # texts joined by +
            tokens.pop()
            token = tokens.pop()[:-1] + token[1:]
        tokens.append(token)
        position = found.end()
    return tokens


def _statements(
    tokens: list[str], place: int, nodes: dict[str, None], edges: list[tuple[str, str]]
) -> tuple[int, list[str]]:
    """Read statements up to a closing brace; return the place after it and the nodes inside."""
    inside: list[str] = []
    sources: list[str] = []  # what the last edge sign joins to the nodes in `ends`
    ends: list[str] = []
    sign = ""
    while place < len(tokens) and tokens[place] != "}":
        token = tokens[place]
        place += 1
        if token in ("--", "->", ","):
            sign = token
            continue
        if token == "{":
            place, group = _statements(tokens, place, nodes, edges)
        elif token[0] in "[:;":
            sources, ends = ([], []) if token == ";" else (sources, ends)
            continue
        elif tokens[place : place + 1] == ["="]:
            place += 2
            continue
        elif token.lower() in ("node", "edge", "graph", "subgraph"):
            named = token.lower() == "subgraph" and tokens[place : place + 1] != ["{"]
            place += named
            continue
        else:
            name = token[1:-1] if token[0] == '"' else token
            nodes[name] = None
            group = [name]
        inside += group
        if sign != ",":
            sources, ends = (ends if sign else []), []
        edges += [(u, v) for u in sources for v in group]
        ends, sign = ends + group, ""
    if place == len(tokens):
        raise InvalidTreeError("A DOT text must close every brace that it opens.")
    return place + 1, inside


def format(tree: FreeTree | RootedTree) -> str:
    """Return a tree as DOT, vertices counted from 0 in preorder; a rooted one as a digraph.

    Examples
    --------
    >>> format(RootedTree([0, 1, 1]))
    'digraph { 0; 0 -> 1; 0 -> 2 }'
    """
    kind, sign = ("digraph", "->") if isinstance(tree, RootedTree) else ("graph", "--")
    return f"{kind} {{ {'; '.join(['0', *(f'{u} {sign} {v}' for u, v in tree.edges())])} }}"


NOTATION = Notation("dot", parse, re.compile(rf"/[/*]|#|{_HEAD.pattern}", re.IGNORECASE), format)
