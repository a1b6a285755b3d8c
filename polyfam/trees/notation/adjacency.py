"""Adjacency list: a line a vertex, its name and then its neighbours, ``1: 2 3`` or ``1 2 3``.

So write networkx (each edge once) and the House of Graphs (both ways).
"""

from __future__ import annotations

import re

from polyfam.errors import InvalidTreeError
from polyfam.trees.labelled import root_at_first
from polyfam.trees.notation._notation import Notation, Parents

__all__ = ["NOTATION"]


def parse(text: str) -> Parents:
    r"""Return the tree with an adjacency list, rooted at the vertex of the first line.

    Examples
    --------
    >>> parse("1: 2 3\n2: 1\n3: 1") == parse("1 2 3\n2\n3")
    True
    """
    lines = re.sub(r"(?m)#.*$", "", text).split("\n")
    rows = [re.split(r"[ \t\r,:]+", line.strip(" \t\r,:")) for line in lines if line.strip()]
    if ":" not in text and all(len(row) == 2 for row in rows):
        raise InvalidTreeError("Lines of two names each are an edge list, not an adjacency list.")
    if any(row[:2] in (["p", "edge"], ["p", "col"]) for row in rows):
        raise InvalidTreeError("A line 'p edge' of DIMACS comes before edges, not neighbours.")
    names = [row[0] for row in rows]
    if len(set(names)) < len(names):
        raise InvalidTreeError("An adjacency list must have one line for each vertex.")
    return root_at_first(((row[0], other) for row in rows for other in row[1:]), names)


NOTATION = Notation("adjacency", parse, re.compile(r"[^\[\](){};>-]*\n"))
