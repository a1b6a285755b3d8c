"""Adjacency list: a line a vertex, its name and then its neighbours, ``1: 2 3`` or ``1 2 3``.

So write networkx (each edge once) and the House of Graphs (both ways).  Lists in a list are the
neighbours of the vertices in their order, which count from 0 or from 1: ``[[1, 2], [0], [0]]``.
"""

from __future__ import annotations

import re
from itertools import chain

from polyfam._checks import quoted
from polyfam.errors import InvalidTreeError
from polyfam.trees.canonical import rooted_levels
from polyfam.trees.labelled import root_at_first
from polyfam.trees.notation._notation import Notation, Parents
from polyfam.trees.notation.graph import neighbours_to_edges, root_at_source

__all__ = ["NOTATION"]


def parse(text: str) -> Parents:
    r"""Return the tree with an adjacency list, rooted at the vertex of the first line.

    Examples
    --------
    >>> parse("1: 2 3\n2: 1\n3: 1") == parse("1 2 3\n2\n3")
    True
    """
    if text.startswith(("[", "{")):
        return _in_order(text)
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


def _in_order(text: str) -> Parents:
    """Return the tree of lists of neighbours, whether vertices count from 0 or from 1."""
    lists = [re.findall(r"[0-9]{1,18}", each) for each in re.findall(_LIST, text[1:-1])]
    found: dict[tuple[int, ...], Parents] = {}
    errors: list[InvalidTreeError] = []
    for base in (0, 1):
        adjacency = {vertex: [*map(int, others)] for vertex, others in enumerate(lists, base)}
        try:
            for other in chain(*adjacency.values()):
                if other not in adjacency:
                    raise InvalidTreeError(f"Vertex {other} has no list of neighbours of its own.")
            vertices, edges, directed = neighbours_to_edges(adjacency)
            parents = root_at_source(edges, vertices, directed)
            found[rooted_levels(parents)] = parents
        except InvalidTreeError as error:
            errors.append(error)
    if len(found) == 2:
        raise InvalidTreeError(
            f"The vertices of the lists {quoted(text)} may count from 0 or from 1, and not to the "
            "same tree; write edges."
        )
    if not found:
        raise errors[0]
    return next(iter(found.values()))


_LIST = r"[\[{]\s*(?:[0-9]+(?:\s*,\s*[0-9]+)*)?\s*[\]}]"
_LISTS = rf"(?=.*[0-9])[\[{{]\s*{_LIST}(?:\s*,\s*{_LIST})*\s*[\]}}]\Z"
_CLAIMS = re.compile(rf"[^\[\](){{}};>-]*\n|{_LISTS}", re.DOTALL)
NOTATION = Notation("adjacency", parse, _CLAIMS)
