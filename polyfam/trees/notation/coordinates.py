"""Sparse adjacency matrix as scipy prints it: a line ``(row, column)  value`` for each entry.

The first line of `print`, which tells the shape, may be left out; without it there are no vertices
but those of the entries.
"""

from __future__ import annotations

import re

from polyfam._checks import quoted
from polyfam.errors import InvalidTreeError
from polyfam.trees.labelled import root_at_first
from polyfam.trees.notation._notation import Notation, Parents

__all__ = ["NOTATION"]

_ENTRY = r"\(\s*([0-9]{1,7})\s*,\s*([0-9]{1,7})\s*\)[ \t]+([^\s(),]+)"
_HEAD = r"<[^<>]*\bshape \(([0-9]{1,7}), ([0-9]{1,7})\)>\s*(?:Coords\s+Values\s+)?"
_MATRIX = re.compile(rf"(?:{_HEAD})?((?:{_ENTRY}\s*)*)\Z")


def parse(text: str) -> Parents:
    r"""Return the tree with these entries, of both triangles of the matrix or of one.

    Examples
    --------
    >>> parse("(0, 1)  1.0\n(1, 2)  1.0")
    [-1, 0, 1]
    """
    matrix = _MATRIX.match(text)
    if not matrix:
        raise InvalidTreeError(
            f"Text {quoted(text)} must have lines such as '(0, 1)  1.0', and '<... shape (3, 3)>' "
            "before them or not."
        )
    if matrix[1] != matrix[2]:
        raise InvalidTreeError(
            f"An adjacency matrix must be square, not {matrix[1]} times {matrix[2]}."
        )
    edges = [(int(u), int(v)) for u, v, value in re.findall(_ENTRY, matrix[3]) if _not_0(value)]
    return root_at_first(edges, range(int(matrix[1] or 0)))


def _not_0(value: str) -> bool:
    """Say whether an entry joins two vertices."""
    return not re.fullmatch(r"-?0*\.?0*|False", value)


NOTATION = Notation("coordinates", parse, re.compile(rf"{_ENTRY}|<[^<>]*\bshape \("))
