"""Level sequence: the depths of the vertices in preorder, the root first with depth 0.

``0 1 2 2``, ``0,1,2,2`` and ``[0, 1, 2, 2]`` are the path of two edges whose end has two leaves.

References
----------
T. Beyer, S. M. Hedetniemi, Constant time generation of rooted trees, SIAM J. Comput. 9 (1980).
"""

from __future__ import annotations

import re

from polyfam.trees.notation._text import read_integers
from polyfam.trees.tree import FreeTree, RootedTree

__all__ = ["PATTERN", "format", "parse"]

#: How a text starts that `parse_tree` takes for a level sequence: with the entry 0.
PATTERN = re.compile(r"[\[(]?\s*0(?=[\s,\])]|\Z)")


def parse(text: str) -> RootedTree:
    """Return the rooted tree with a level sequence.

    Parameters
    ----------
    text : str
        Integers, separated by blanks or by commas.  Branches may come in any order.

    Raises
    ------
    InvalidTreeError
        When the sequence does not start with its only 0, or jumps down by more than one level.

    Examples
    --------
    >>> parse("0 1 1 2")
    RootedTree((0, 1, 2, 1))
    """
    return RootedTree(read_integers(text, "level sequence"))


def format(tree: FreeTree | RootedTree) -> str:
    """Return the canonical level sequence of a tree.

    Parameters
    ----------
    tree : FreeTree or RootedTree

    Examples
    --------
    >>> format(RootedTree([0, 1, 1, 2]))
    '0 1 2 1'
    """
    return " ".join(map(str, tree.levels))
