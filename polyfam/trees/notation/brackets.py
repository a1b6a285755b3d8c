"""Nested brackets: a vertex is the bracketed list of its branches.

``[]`` is the single vertex, ``[[],[[]]]`` a root with a leaf and a path of two vertices.  The
commas may be left out.
"""

from __future__ import annotations

import re

from polyfam.trees.notation._text import ascii_only, read_nesting, write_nesting
from polyfam.trees.tree import FreeTree, RootedTree

__all__ = ["PATTERN", "format", "parse"]

#: Brackets and nothing else: read as graph6, such a text would have too many edges for a tree.
PATTERN = re.compile(r"[\[\]][\[\],\s]*\Z")


def parse(text: str) -> RootedTree:
    """Return the rooted tree of nested brackets.

    Parameters
    ----------
    text : str
        One pair of brackets a vertex.

    Raises
    ------
    InvalidTreeError
        When the brackets do not match, or the first pair does not enclose all others.

    Examples
    --------
    >>> parse("[[], [[]]]")
    RootedTree((0, 1, 2, 1))
    """
    return RootedTree(read_nesting(ascii_only(text), "[", "]", "nested brackets"))


def format(tree: FreeTree | RootedTree) -> str:
    """Return a tree as nested brackets.

    Parameters
    ----------
    tree : FreeTree or RootedTree

    Examples
    --------
    >>> format(RootedTree([0, 1, 1, 2]))
    '[[[]],[]]'
    """
    return write_nesting(tree.levels, "[", "]").replace("][", "],[")
