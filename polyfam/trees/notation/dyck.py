"""Dyck word: a balanced word with one pair an edge, the path of a walk around the tree.

``UDUUDD`` is a root with a leaf and a path of two edges: U goes down an edge and D comes back up.
Parentheses, or 1 and 0, may stand in place of U and D.  So it is in Sage, FindStat, the OEIS and
in `polyfam.words.dyck_word_of_levels`; the empty word is the tree with one vertex.

Nested brackets (`brackets`) have one pair more, the root's.  A bare ``(()())`` may be either, and
`parse_tree` refuses it; ``()()`` and ``UUDUDD`` can only be Dyck words.
"""

from __future__ import annotations

import re

from polyfam._checks import quoted
from polyfam.errors import InvalidTreeError
from polyfam.trees.levels import parents_from_levels
from polyfam.trees.notation._notation import Notation, Parents
from polyfam.trees.notation._text import read_nesting, write_nesting
from polyfam.trees.tree import FreeTree, RootedTree

__all__ = ["NOTATION"]

_CLOSING = {"(": ")", "U": "D", "u": "d", "1": "0"}


def parse(text: str) -> Parents:
    """Return the tree of a Dyck word, in one of the alphabets ``UD``, ``()`` and ``10``.

    Examples
    --------
    >>> parse("UDUUDD") == parse("()(())") == parse("[1, 0, 1, 1, 0, 0]")
    True
    >>> parse("())")
    Traceback (most recent call last):
        ...
    polyfam.errors.InvalidTreeError: ')' at position 2 of the Dyck word has no ( before it.
    """
    text = re.sub(r"\A(?:DyckWord|DyckPath)\((.*)\)\Z", r"\1", text)
    if text[:1] in "[1":
        text = text.removeprefix("[").removesuffix("]").replace(",", " ").strip()
    opening = text[:1] or "U"
    if opening not in _CLOSING:
        raise InvalidTreeError(
            f"A Dyck word must start with U, ( or 1, not with {quoted(opening)}."
        )
    levels = read_nesting(text, opening, _CLOSING[opening], "Dyck word", rooted=False)
    return parents_from_levels(levels)


def format(tree: FreeTree | RootedTree) -> str:
    """Return the Dyck word of a tree in letters U and D.

    Examples
    --------
    >>> format(RootedTree([0, 1, 1, 2]))
    'UUDDUD'
    """
    return write_nesting(tree.levels, "U", "D")[1:-1]


NOTATION = Notation(
    "dyck",
    parse,
    re.compile(r"[()][()\s]*\Z|U[UD\s]*\Z|u[ud\s]*\Z|\[?1[1,\s]*0[01,\s]*\]?\Z|DyckWord\("),
    format,
)
