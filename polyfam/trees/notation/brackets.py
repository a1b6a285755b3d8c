"""Nested brackets: a vertex is the bracketed list of its branches.

``[]`` is the single vertex, ``[[],[[]]]`` a root with a leaf and a path of two vertices.  The
commas may be left out.  Parentheses, as Python and networkx write nested tuples, or 1 and 0 may
stand in place of the brackets: ``((), ((),))``, ``110100``.  There is one pair a vertex, the root's
included; a Dyck word (`dyck`) has one an edge.
"""

from __future__ import annotations

import re

from polyfam.trees.levels import parents_from_levels
from polyfam.trees.notation._notation import Notation, Parents
from polyfam.trees.notation._text import read_nesting, write_nesting
from polyfam.trees.tree import FreeTree, RootedTree

__all__ = ["NOTATION"]

_CLOSING = {"[": "]", "(": ")", "1": "0"}


def parse(text: str) -> Parents:
    """Return the tree of nested brackets.

    Examples
    --------
    >>> parse("[[], [[]]]") == parse("((), ((),))") == parse("11011000")
    True
    """
    opening = text[:1] if text[:1] in _CLOSING else "(" if text[:1] == ")" else "["
    return parents_from_levels(read_nesting(text, opening, _CLOSING[opening], "nested brackets"))


def format(tree: FreeTree | RootedTree) -> str:
    """Return a tree as nested brackets.

    Examples
    --------
    >>> format(RootedTree([0, 1, 1, 2]))
    '[[[]],[]]'
    """
    return write_nesting(tree.levels, "[", "]").replace("][", "],[")


NOTATION = Notation(
    "brackets",
    parse,
    re.compile(r"[\[\]][\[\],\s]*\Z|[()][(),\s]*\Z|1[1 ]*0[01 ]*\Z"),
    format,
)
