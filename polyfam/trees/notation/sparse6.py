"""sparse6: the edges one after another, in as few bits as a sparse graph needs.

A colon, the number of vertices as in graph6, then units of a bit b and a vertex x of k bits, k the
length of n - 1 in binary.  The reader holds a vertex v, at first 0: the bit b = 1 moves v to v + 1;
then x > v moves v to x, and any other x is the edge x-v.  Ones fill the last group of six.
The header ``>>sparse6<<`` may be left out.

A tree in preorder takes n - 1 units: every vertex v > 0 follows v - 1 and has one neighbour
before it, its parent.

References
----------
B. D. McKay, Description of graph6, sparse6 and digraph6 encodings, part of nauty.
"""

from __future__ import annotations

import re
from functools import lru_cache

from polyfam.errors import InvalidTreeError
from polyfam.trees.labelled import root_at_0
from polyfam.trees.notation._notation import Notation, Parents
from polyfam.trees.notation.graph6 import SEXTETS, read_order, write_order
from polyfam.trees.tree import FreeTree, RootedTree

__all__ = ["NOTATION"]


def parse(text: str) -> Parents:
    """Return the tree with a sparse6 text, with or without the header, rooted at vertex 0.

    Examples
    --------
    >>> parse(":Cdv")
    [-1, 0, 1, 2]
    """
    text = text.removeprefix(">>sparse6<<")
    if not text.startswith(":"):
        raise InvalidTreeError("A sparse6 text must start with a colon.")
    n, sextets = read_order(text[1:], "sparse6 text")
    width = _width(n)
    least = -(-(n - 1) * (1 + width) // 6)
    if len(sextets) < least:
        raise InvalidTreeError(
            f"The sparse6 text of a tree on {n} vertices must have at least {least} characters "
            f"after the number of vertices, not {len(sextets)}."
        )
    bits = sextets.translate(SEXTETS)
    step, units = width + 1, _units(width) if width < 12 else _Units()
    edges = []
    vertex = start = 0
    for start in range(0, len(bits) - width, step):
        move, other = units[bits[start : start + step]]
        vertex += move
        if other > vertex:
            if other >= n:
                break
            vertex = other
        elif vertex >= n:
            break
        else:
            edges.append((other, vertex))
    else:
        start = len(bits) // step * step
    if len(bits) - start > 5 or "0" in bits[start:]:
        raise InvalidTreeError(
            "The sparse6 text must end with fewer than six bits, all ones, after the last edge."
        )
    return root_at_0(edges, n)


def format(tree: FreeTree | RootedTree) -> str:
    """Return a tree as a sparse6 text without header, vertices numbered from 0 in preorder.

    Examples
    --------
    >>> format(RootedTree([0, 1, 1, 2]))
    ':Cdf'
    """
    n = tree.order
    bits = "".join(f"1{parent:0{_width(n)}b}" for parent in tree.parents()[1:])
    bits += "1" * (-len(bits) % 6)
    sextets = (int(bits[i : i + 6], 2) for i in range(0, len(bits), 6))
    return ":" + write_order(n) + "".join(chr(sextet + 63) for sextet in sextets)


def _width(n: int) -> int:
    """Return the number of bits that hold a vertex."""
    return max(1, (n - 1).bit_length())


class _Units(dict[str, tuple[int, int]]):
    """The bit and the vertex of every unit, found when it comes up and kept."""

    def __missing__(self, unit: str) -> tuple[int, int]:
        self[unit] = found = int(unit[0]), int(unit[1:], 2)
        return found


@lru_cache(maxsize=12)
def _units(width: int) -> _Units:
    """Return the units of a width, kept from text to text while they are few."""
    del width  # only the key under which the cache keeps them
    return _Units()


# The header or the colon, with which nothing else starts.
NOTATION = Notation("sparse6", parse, re.compile(r">>sparse6<<|:"), format)
