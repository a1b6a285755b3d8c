"""Edge list: pairs of vertex names joined by a dash, ``1-2 2-3`` or ``a-b,b-c``.

Names consist of letters, digits and underscores; they carry no meaning, except that the first one
names the root where one is asked for.  A lone name is the tree with one vertex.
"""

from __future__ import annotations

import re

from polyfam._checks import quoted
from polyfam.errors import InvalidTreeError
from polyfam.trees.labelled import root_at_first
from polyfam.trees.notation._text import ascii_only
from polyfam.trees.tree import FreeTree, RootedTree

__all__ = ["PATTERN", "format", "parse"]

#: How a text starts that `parse_tree` takes for an edge list: with a name and a dash.
PATTERN = re.compile(r"[A-Za-z0-9_]+-")

_NAME = re.compile(r"[A-Za-z0-9_]+")


def parse(text: str) -> RootedTree:
    """Return the tree with an edge list, rooted at the vertex named first.

    Parameters
    ----------
    text : str
        Edges, separated by blanks, commas or semicolons.

    Raises
    ------
    InvalidTreeError
        For something that is not an edge, a loop, a repeated edge, a cycle, or several pieces.

    Examples
    --------
    >>> parse("a-b, a-c, c-d")
    RootedTree((0, 1, 2, 1))
    >>> parse("1-2 2-3 3-1")
    Traceback (most recent call last):
        ...
    polyfam.errors.InvalidTreeError: Edge '3-1' closes a cycle; leave it out to have a tree.
    """
    terms = ascii_only(text).replace(",", " ").replace(";", " ").split()
    if len(terms) == 1 and _NAME.fullmatch(terms[0]):
        return RootedTree()
    edges = [tuple(term.split("-")) for term in terms]
    for position, edge in enumerate(edges):
        if len(edge) != 2 or not all(map(_NAME.fullmatch, edge)):
            raise InvalidTreeError(
                f"{quoted(terms[position])} at position {position} of the edge list is not an "
                "edge; join two names by a dash, as in 'a-b'."
            )
    return RootedTree.from_parents(root_at_first(edges))


def format(tree: FreeTree | RootedTree) -> str:
    """Return the edges of a tree, vertices counted from 1 in preorder.

    Parameters
    ----------
    tree : FreeTree or RootedTree

    Examples
    --------
    >>> format(RootedTree([0, 1, 1, 2]))
    '1-2 2-3 1-4'
    """
    return " ".join(f"{parent + 1}-{child + 1}" for parent, child in tree.edges()) or "1"
