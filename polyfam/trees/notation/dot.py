"""DOT of Graphviz: ``graph { a -- b; b -- c }``, or ``digraph { a -> b }`` with its root.

Nodes, edges, chains of edges and sets of nodes in braces are read; attributes are skipped.

References
----------
The DOT language, https://graphviz.org/doc/info/lang.html.
"""

from __future__ import annotations

import re

from polyfam._checks import quoted
from polyfam.errors import InvalidTreeError
from polyfam.trees.notation._notation import Notation, Parents
from polyfam.trees.notation.graph import root_at_source
from polyfam.trees.tree import FreeTree, RootedTree

__all__ = ["NOTATION"]

_TOKEN = re.compile(
    r"\s*(--|->|[{};,=]|:[A-Za-z0-9_]+|\[(?:\"(?:[^\"\\]|\\.)*\"|[^\]\"])*\]"
    r"|\"(?:[^\"\\]|\\.)*\"|-?[A-Za-z0-9_.]+)",
    re.DOTALL,
)
_COMMENT = re.compile(r"(\"(?:[^\"\\]|\\.)*\")|//[^\n]*|/\*.*?\*/|^[ \t]*#[^\n]*", re.DOTALL | re.M)
_HEAD = re.compile(r"\s*(?:strict\s+)?(graph|digraph)\b\s*(\"[^\"]*\"|[^\s{]*)\s*\{", re.I)


def parse(text: str) -> Parents:
    """Return the tree of a DOT text, rooted at its source or at the node named first.

    Examples
    --------
    >>> parse('graph "t" { node [shape=box]; a -- b -- c; b -- {d e} }')
    [-1, 0, 1, 1, 1]
    """
    text = _COMMENT.sub(lambda found: found[1] or " ", text).rstrip()
    head = _HEAD.match(text)
    if not head:
        raise InvalidTreeError("A DOT text must start with 'graph {' or 'digraph {'.")
    tokens = _tokens(text, head.end())
    nodes: dict[str, None] = {}
    edges: list[tuple[str, str]] = []
    place = _statements(tokens, 0, nodes, edges)[0]
    if place != len(tokens):
        raise InvalidTreeError("A DOT text must end with the brace that closes the graph.")
    return root_at_source(edges, nodes, directed=head[1].lower() == "digraph")


def _tokens(text: str, position: int) -> list[str]:
    """Return what a DOT text consists of, from a position on."""
    tokens = []
    while position < len(text):
        found = _TOKEN.match(text, position)
        if not found:
            raise InvalidTreeError(
                f"{quoted(text[position : position + 5])} at position {position} of the DOT text, "
                "comments left out, is out of place."
            )
        tokens.append(found[1])
        position = found.end()
    return tokens


def _statements(
    tokens: list[str], place: int, nodes: dict[str, None], edges: list[tuple[str, str]]
) -> tuple[int, list[str]]:
    """Read statements up to a closing brace; return the place after it and the nodes inside."""
    inside: list[str] = []
    ends: list[str] = []  # the nodes before the next edge sign
    joined = False
    while place < len(tokens) and tokens[place] != "}":
        token = tokens[place]
        place += 1
        if token in ("--", "->"):
            joined = True
            continue
        if token == "{":
            place, group = _statements(tokens, place, nodes, edges)
        elif token[0] in "[:;,":
            ends, joined = ([], False) if token[0] in ";," else (ends, joined)
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
        if joined:
            edges += [(u, v) for u in ends for v in group]
        ends, joined = group, False
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


NOTATION = Notation(
    "dot", parse, re.compile(r"/[/*]|#|(?:strict\s+)?(?:di)?graph\b", re.IGNORECASE), format
)
