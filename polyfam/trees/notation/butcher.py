"""Butcher's brackets: t (for tau) is one vertex, ``[...]`` a root above what stands inside.

``[[t]tt]`` has 6 vertices: a root, a branch that is a path of two, and two leaves.

References
----------
J. C. Butcher, Numerical Methods for Ordinary Differential Equations, Wiley 2016, section 300.
"""

from __future__ import annotations

import re

from polyfam.trees.levels import parents_from_levels
from polyfam.trees.notation._notation import Notation, Parents
from polyfam.trees.notation._text import read_nesting, write_nesting
from polyfam.trees.tree import FreeTree, RootedTree

__all__ = ["NOTATION"]


def parse(text: str) -> Parents:
    """Return the tree in Butcher's brackets.

    Examples
    --------
    >>> parse("[[t]tt]")
    (-1, 0, 1, 0, 0)
    """
    text = re.sub(r"\\tau\b|tau|\bt\b|t", "[]", text)
    return parents_from_levels(read_nesting(text, "[", "]", "Butcher brackets"))


def format(tree: FreeTree | RootedTree) -> str:
    """Return a tree in Butcher's brackets.

    Examples
    --------
    >>> format(RootedTree([0, 1, 1, 2]))
    '[[t]t]'
    """
    return write_nesting(tree.levels, "[", "]").replace("[]", "t")


_CLAIMS = re.compile(r"(?=[^t]*t)(?=[^\[]*\[)(?:[\[\],\s]|\\?tau|t)+\Z")
NOTATION = Notation("butcher", parse, _CLAIMS, format)
