"""Parent array: entry v is the parent of vertex v, in any order of the vertices.

A root marked by -1 means that the vertices count from 0, a root marked by 0 (and no -1) that they
count from 1: ``-1 0 1 1`` and ``0 1 2 2`` are the same tree.  The second form may also be a level
sequence, and of another tree: ``0 1 2 1 2`` has a vertex of degree 3 as parents, and is a path as
levels.  `parse_tree` takes it for levels unless ``parents:`` stands before it.
"""

from __future__ import annotations

import re

from polyfam.errors import InvalidTreeError
from polyfam.trees.notation._text import read_integers
from polyfam.trees.tree import FreeTree, RootedTree

__all__ = ["PATTERN", "format", "parse"]

#: How a text starts that `parse_tree` takes for a parent array: with the entry -1.
PATTERN = re.compile(r"[\[(]?\s*-1(?=[\s,\])]|\Z)")


def parse(text: str) -> RootedTree:
    """Return the rooted tree with a parent array.

    Parameters
    ----------
    text : str
        Integers, separated by blanks or by commas.  One entry, that of the root, is -1 (vertices
        count from 0) or else 0 (vertices count from 1).

    Raises
    ------
    InvalidTreeError
        For no root or several, a parent that is not a vertex, or parents that run in a cycle.

    Examples
    --------
    >>> parse("-1 0 1 1") == parse("0 1 2 2") == parse("1 3 1 -1")
    True
    """
    entries = read_integers(text, "parent array")
    if -1 in entries:
        return RootedTree.from_parents(entries)
    if entries.count(0) != 1:
        raise InvalidTreeError(
            "A parent array must mark one root by -1 (vertices count from 0) or by 0 (from 1), "
            f"not {entries.count(0)}."
        )
    # Put a vertex 0 above the root: now the entries are parents counted from 0.
    (tree,) = RootedTree.from_parents([-1, *entries]).branches
    return tree


def format(tree: FreeTree | RootedTree) -> str:
    """Return the parent array of a tree, vertices counted from 0 in preorder.

    Parameters
    ----------
    tree : FreeTree or RootedTree

    Examples
    --------
    >>> format(RootedTree([0, 1, 1, 2]))
    '-1 0 1 0'
    """
    return " ".join(map(str, tree.parents()))
