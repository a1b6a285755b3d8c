"""Level sequence: the depths of the vertices in preorder, the root first with depth 0.

``0 1 2 2``, ``0,1,2,2`` and ``[0, 1, 2, 2]`` are the path of two edges whose end has two leaves.

References
----------
T. Beyer, S. M. Hedetniemi, Constant time generation of rooted trees, SIAM J. Comput. 9 (1980).
"""

from __future__ import annotations

import re

from polyfam.trees.levels import check_levels, parents_from_levels
from polyfam.trees.notation._notation import Notation, Parents
from polyfam.trees.notation._text import INTEGERS, read_integers

__all__ = ["NOTATION"]


def parse(text: str) -> Parents:
    """Return the tree with a level sequence, whose branches may come in any order.

    Examples
    --------
    >>> parse("0 1 1 2")
    (-1, 0, 0, 2)
    """
    return parents_from_levels(check_levels(read_integers(text, "level sequence")))


# A bare list that starts with 0 is taken for levels alone, though it may be a Pruefer code too.
NOTATION = Notation(
    "levels", parse, re.compile(rf"0\Z|[\[(]0,?[\])]\Z|(?=[\[(]?\s*0\b)(?:{INTEGERS})"), str
)
