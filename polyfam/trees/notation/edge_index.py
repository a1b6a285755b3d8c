"""Edge index: two rows, the sources and the targets of the edges, as PyTorch Geometric keeps them.

``[[0, 1, 1, 2], [1, 0, 2, 1]]`` is the path on 3 vertices, with every edge in both directions.
"""

from __future__ import annotations

import re

from polyfam.errors import InvalidTreeError
from polyfam.trees.labelled import root_at_first
from polyfam.trees.notation._notation import Notation, Parents
from polyfam.trees.notation._text import ROWS, read_rows
from polyfam.trees.tree import FreeTree, RootedTree

__all__ = ["NOTATION"]


def parse(text: str) -> Parents:
    """Return the tree with an edge index, rooted at the first source.

    Examples
    --------
    >>> parse("tensor([[0, 1, 1, 2], [1, 0, 2, 1]])")
    [-1, 0, 1]
    """
    rows = read_rows(text)
    if len(rows) != 2 or len(rows[0]) != len(rows[1]):
        raise InvalidTreeError("An edge index must have two rows of the same length.")
    # Without an edge there is one vertex.
    return root_at_first(zip(*rows, strict=True)) if rows[0] else (-1,)


def format(tree: FreeTree | RootedTree) -> str:
    """Return the edge index of a tree, each edge once, vertices counted from 0 in preorder.

    Examples
    --------
    >>> format(RootedTree([0, 1, 1]))
    '[[0, 0], [1, 2]]'
    """
    edges = tree.edges()
    return str([[u for u, _ in edges], [v for _, v in edges]])


# Two lines of two names without brackets are an edge list; longer ones may be what numpy.savetxt
# makes of an edge index.
_LONG = r"(?:[0-9]+[ \t,]+){2,}[0-9]+[ \t\r]*"
NOTATION = Notation(
    "edge_index",
    parse,
    re.compile(rf"(?!.*['\"])(?:[A-Za-z_.]+\()?(?=[\[({{])(?:{ROWS})|{_LONG}\n[ \t]*{_LONG}\s*\Z"),
    format,
)
