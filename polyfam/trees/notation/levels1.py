"""Level sequence that counts from 1, as RootedTrees.jl writes it: ``RootedTree{Int64}: [1, 2, 2]``.

References
----------
H. Ranocha and others, RootedTrees.jl, https://github.com/SciML/RootedTrees.jl.
"""

from __future__ import annotations

import re

from polyfam.errors import InvalidTreeError
from polyfam.trees.levels import check_levels, parents_from_levels
from polyfam.trees.notation._notation import Notation, Parents
from polyfam.trees.notation._text import INTEGERS, read_integers
from polyfam.trees.tree import FreeTree, RootedTree

__all__ = ["NOTATION"]

_TYPE = re.compile(r"(?:RootedTree\{[A-Za-z0-9, {}]*\}:?\s*|RootedTree:\s*|rootedtree\(|Int64)")


def parse(text: str) -> Parents:
    """Return the tree with a level sequence in which the root has level 1.

    Examples
    --------
    >>> parse("RootedTree{Int64}: [1, 2, 2]")
    (-1, 0, 0)
    """
    if found := _TYPE.match(text):
        text = text[found.end() :]
        text = text.removesuffix(")") if found[0].endswith("(") else text
    levels = read_integers(text, "level sequence from 1")
    if levels[:1] != [1]:
        raise InvalidTreeError("A level sequence from 1 must start with the root's 1.")
    return parents_from_levels(check_levels(level - 1 for level in levels))


def format(tree: FreeTree | RootedTree) -> str:
    """Return the canonical level sequence of a tree, counted from 1.

    Examples
    --------
    >>> format(RootedTree([0, 1, 1, 2]))
    '[1, 2, 3, 2]'
    """
    return str([level + 1 for level in tree.levels])


NOTATION = Notation(
    "levels1",
    parse,
    re.compile(rf"{_TYPE.pattern}|(?=[\[(]?\s*1\b)(?:{INTEGERS})"),
    format,
)
