"""Parent array: entry v is the parent of vertex v, in any order of the vertices.

A root marked by -1 (or None, or nan) means that the vertices count from 0, a root marked by 0 (and
no -1) that they count from 1: ``-1 0 1 1`` and ``0 1 2 2`` are the same tree.  The second form may
also be a level sequence, and of another tree: ``0 1 2 1 2`` has a vertex of degree 3 as parents,
and is a path as levels.  `parse_tree` takes it for levels unless ``parents:`` stands before it.
"""

from __future__ import annotations

import re

from polyfam.errors import InvalidTreeError
from polyfam.trees.canonical import top_down
from polyfam.trees.notation._notation import Notation, Parents
from polyfam.trees.notation._text import read_integers
from polyfam.trees.tree import FreeTree, RootedTree

__all__ = ["NOTATION"]

_MISSING = re.compile(r"\b(?:None|nan|NaN|nothing|missing)\b")


def parse(text: str) -> Parents:
    """Return the tree with a parent array.

    Parameters
    ----------
    text : str
        One entry, that of the root, is -1 (vertices count from 0) or else 0 (they count from 1).

    Examples
    --------
    >>> parse("-1 0 1 1") == parse("0 1 2 2") == parse("[None, 0, 1, 1]")
    True
    >>> parse("1 3 1 -1")
    [-1, 0, 1, 1]
    """
    entries = read_integers(_MISSING.sub("-1", text), "parent array")
    if -1 in entries:
        return top_down(entries)
    if entries.count(0) != 1:
        raise InvalidTreeError(
            "A parent array must mark one root by -1 (vertices count from 0) or by 0 (from 1), "
            f"not {entries.count(0)}."
        )
    return top_down([entry - 1 for entry in entries])


def format(tree: FreeTree | RootedTree) -> str:
    """Return the parent array of a tree, vertices counted from 0 in preorder.

    Examples
    --------
    >>> format(RootedTree([0, 1, 1, 2]))
    '-1 0 1 0'
    """
    return " ".join(map(str, tree.parents()))


_ENTRY = r"(?:[0-9]+|-1|None|nan|NaN)"
_MARK = r"(?=[^\n]*(?:-1\b|None|nan|NaN))"
NOTATION = Notation(
    "parents",
    parse,
    re.compile(rf"{_MARK}[\[(]?\s*{_ENTRY}(?:(?:\s*,\s*|\s+){_ENTRY})*\s*[\])]?\Z"),
    format,
)
