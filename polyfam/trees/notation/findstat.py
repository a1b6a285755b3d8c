"""FindStat's graphs: the list of the edges and the number of vertices, ``([(0, 1), (1, 2)], 3)``.

References
----------
M. Rubey, C. Stump and others, FindStat, https://www.findstat.org/Graphs.
"""

from __future__ import annotations

import re

from polyfam._checks import quoted
from polyfam.errors import InvalidTreeError
from polyfam.trees.labelled import root_at_first
from polyfam.trees.notation._notation import Notation, Parents
from polyfam.trees.tree import FreeTree, RootedTree

__all__ = ["NOTATION"]

_EDGE = r"\(\s*([0-9]{1,7})\s*,\s*([0-9]{1,7})\s*\)"
_GRAPH = re.compile(rf"\(\s*\[\s*((?:{_EDGE}[\s,]*)*)\]\s*,\s*([0-9]{{1,7}})\s*\)\Z")


def parse(text: str) -> Parents:
    """Return the tree of a graph of FindStat, rooted at vertex 0.

    Examples
    --------
    >>> parse("([(0, 2), (1, 2)], 3)")
    [-1, 0, 1]
    """
    graph = _GRAPH.match(text)
    if not graph:
        raise InvalidTreeError(
            f"Text {quoted(text)} must be a pair of edges and the number of vertices, as in "
            "'([(0, 1)], 2)'."
        )
    edges = [(int(u), int(v)) for u, v in re.findall(_EDGE, graph[1])]
    return root_at_first(edges, range(int(graph[4])))


def format(tree: FreeTree | RootedTree) -> str:
    """Return a tree as a graph of FindStat, vertices counted from 0 in preorder.

    Examples
    --------
    >>> format(RootedTree([0, 1, 1]))
    '([(0, 1), (0, 2)], 3)'
    """
    return f"({tree.edges()}, {tree.order})"


NOTATION = Notation("findstat", parse, re.compile(r"\(\s*\[[^\[\]]*\]\s*,\s*[0-9]+\s*\)\Z"), format)
