"""Dyck word: a balanced word with one pair a vertex, the root's pair included.

``(()(()))`` is a root with a leaf and a path of two vertices: walk around the tree, open a pair
on the way into a vertex and close it on the way out.  U and D (up, down) or 1 and 0 may stand in
place of the parentheses.

Authors who count edges leave the root's pair out, so that their ``()()`` is our ``(()())``.  With
it, trees and words correspond one to one as well, the word has the shape of the nested brackets,
and a word of the other kind is nearly always recognised: a root with two or more branches
leaves it in several pieces.
"""

from __future__ import annotations

import re

from polyfam._checks import quoted
from polyfam.errors import InvalidTreeError
from polyfam.trees.notation._text import ascii_only, read_nesting, write_nesting
from polyfam.trees.tree import FreeTree, RootedTree

__all__ = ["PATTERN", "format", "parse"]

#: One of the three alphabets and nothing else.  A word of ones only may be a Pruefer code and does
#: not count; U and D, read as graph6, would have too many edges for a tree.
PATTERN = re.compile(r"[()][(),\s]*\Z|U[UD\s]*\Z|1[1\s]*0[01\s]*\Z")

_CLOSING = {"(": ")", "U": "D", "1": "0"}


def parse(text: str) -> RootedTree:
    """Return the rooted tree of a Dyck word.

    Parameters
    ----------
    text : str
        In one of the alphabets ``()``, ``UD`` and ``10``.  Blanks are skipped, and so is a comma
        after a closed pair, as Python writes nested tuples.

    Raises
    ------
    InvalidTreeError
        When the word is not balanced, or its first pair does not enclose all others.

    Examples
    --------
    >>> parse("(()(()))")
    RootedTree((0, 1, 2, 1))
    >>> parse("UUDUUDDD") == parse("1 1 0 1 1 0 0 0") == parse("((), ((),))")
    True
    >>> parse("()()")
    Traceback (most recent call last):
        ...
    polyfam.errors.InvalidTreeError: '(' at position 2 of the Dyck word comes after the end of \
the tree; enclose all branches in one pair, the root.
    """
    text = ascii_only(text)
    opening = text[:1]
    if opening not in _CLOSING:
        raise InvalidTreeError(
            f"A Dyck word must start with (, U or 1, not with {quoted(opening)}."
        )
    return RootedTree(read_nesting(text, opening, _CLOSING[opening], "Dyck word"))


def format(tree: FreeTree | RootedTree) -> str:
    """Return the Dyck word of a tree in parentheses.

    Parameters
    ----------
    tree : FreeTree or RootedTree

    Examples
    --------
    >>> format(RootedTree([0, 1, 1, 2]))
    '((())())'
    """
    return write_nesting(tree.levels, "(", ")")
