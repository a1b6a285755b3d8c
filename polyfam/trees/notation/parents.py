"""Parent array: entry v is the parent of vertex v, in any order of the vertices.

A root marked by -1 means that the vertices count from 0, a root marked by 0 (and no -1) that they
count from 1; marked by None or nan, that they count from where they make a tree.  ``-1 0 1 1``,
``0 1 2 2`` and ``None 1 2 2`` are the same tree.  The second form may also be a level sequence, and
of another tree: ``0 1 2 1 2`` has a vertex of degree 3 as parents, and is a path as levels.
`parse_tree` takes it for levels unless ``parents:`` stands before it.
"""

from __future__ import annotations

import re

from polyfam.errors import InvalidTreeError
from polyfam.trees.canonical import rooted_levels, top_down
from polyfam.trees.notation._notation import Notation, Parents
from polyfam.trees.notation._text import read_integers
from polyfam.trees.tree import FreeTree, RootedTree

__all__ = ["NOTATION"]

_NONE = r"(?:None|nan|NaN|NA|null|nothing|missing)"
_MISSING = re.compile(rf"\b{_NONE}\b")


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
    marked = _MISSING.sub("-1", text)
    entries = read_integers(marked, "parent array")
    if -1 not in entries:
        if entries.count(0) != 1:
            raise InvalidTreeError(
                "A parent array must mark one root by -1 (vertices count from 0) or by 0 (from 1), "
                f"not {entries.count(0)}."
            )
        return top_down([entry - 1 for entry in entries])
    if len(entries) == 1 or 0 in entries or marked == text:
        return top_down(entries)
    return _from_either(entries)


def _from_either(entries: list[int]) -> Parents:
    """Return the tree of entries that may count vertices from 0 or from 1."""
    found, errors = [], []
    for base in (0, 1):
        try:
            found.append(top_down([max(entry - base, -1) for entry in entries]))
        except InvalidTreeError as error:
            errors.append(error)
    if not found:
        raise errors[0]
    if len(found) == 2 and rooted_levels(found[0]) != rooted_levels(found[1]):
        raise InvalidTreeError(
            "The vertices of this parent array may count from 0 or from 1, and not to the same "
            "tree; mark the root by -1 if they count from 0, by 0 if from 1."
        )
    return found[0]


def format(tree: FreeTree | RootedTree) -> str:
    """Return the parent array of a tree, vertices counted from 0 in preorder.

    Examples
    --------
    >>> format(RootedTree([0, 1, 1, 2]))
    '-1 0 1 0'
    """
    return " ".join(map(str, tree.parents()))


_ENTRY = rf"(?:(?:[0-9]+|-1)(?:\.0*)?|{_NONE})"
_MARK = rf"(?=(?:[^\n]*|[^ ,]*)(?:-1\b|{_NONE}))"
NOTATION = Notation(
    "parents",
    parse,
    re.compile(rf"{_MARK}[\[(]?\s*{_ENTRY}(?:(?:\s*,\s*|\s+){_ENTRY})*\s*[\])]?\Z"),
    format,
)
