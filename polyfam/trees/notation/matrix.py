"""Adjacency matrix: a row a vertex, an entry other than 0 an edge; as lists, arrays or lines.

The lines of the House of Graphs have no blanks between the digits: ``010``, ``101``, ``010``.
"""

from __future__ import annotations

import re

from polyfam.errors import InvalidTreeError
from polyfam.trees.labelled import root_at_first
from polyfam.trees.notation._notation import Notation, Parents
from polyfam.trees.notation._text import ROWS, read_rows
from polyfam.trees.tree import FreeTree, RootedTree

__all__ = ["NOTATION"]

_ENTRY = re.compile(r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def parse(text: str) -> Parents:
    r"""Return the tree with an adjacency matrix, rooted at its first vertex.

    Examples
    --------
    >>> parse("[[0, 1, 0], [1, 0, 1], [0, 1, 0]]") == parse("010\n101\n010")
    True
    """
    rows = read_rows(text)
    n = len(rows)
    if all(len(row) == 1 and len(row[0]) == n for row in rows):
        rows = [list(row[0]) for row in rows]
    for position, row in enumerate(rows):
        if len(row) != n or not all(map(_ENTRY.fullmatch, row)):
            raise InvalidTreeError(
                f"Row {position} of the adjacency matrix must have {n} numbers, "
                "as many as there are rows."
            )
    edges = {(i, j) for i, row in enumerate(rows) for j, entry in enumerate(row) if float(entry)}
    for i, j in edges:
        if (j, i) not in edges:
            raise InvalidTreeError(
                f"The adjacency matrix must be symmetric, but only one of ({i}, {j}) and ({j}, "
                f"{i}) is 0; a directed tree is read as edges."
            )
    return root_at_first(((i, j) for i, j in edges if i <= j), range(n))


def format(tree: FreeTree | RootedTree) -> str:
    """Return the adjacency matrix of a tree as a list of rows, vertices in preorder.

    Examples
    --------
    >>> format(RootedTree([0, 1, 1]))
    '[[0, 1, 1], [1, 0, 0], [1, 0, 0]]'
    """
    rows = [[0] * tree.order for _ in range(tree.order)]
    for u, v in tree.edges():
        rows[u][v] = rows[v][u] = 1
    return str(rows)


NOTATION = Notation("matrix", parse, re.compile(rf"(?!.*['\"])(?:{ROWS})"), format)
