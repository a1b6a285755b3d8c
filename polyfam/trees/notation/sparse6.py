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
from collections.abc import Iterator

from polyfam.errors import InvalidTreeError
from polyfam.trees.labelled import root_at_first
from polyfam.trees.notation._text import ascii_only
from polyfam.trees.notation.graph6 import read_order, write_order
from polyfam.trees.tree import FreeTree, RootedTree

__all__ = ["PATTERN", "format", "parse"]

#: The header or the colon, with which nothing else starts.
PATTERN = re.compile(r">>sparse6<<|:")


def parse(text: str) -> RootedTree:
    """Return the tree with a sparse6 text, rooted at vertex 0.

    Parameters
    ----------
    text : str
        One graph, with or without the header.

    Raises
    ------
    InvalidTreeError
        For a missing colon, a character out of range, too few characters for a tree, padding that
        is not one, or a graph that is not a tree.

    Examples
    --------
    >>> parse(":Cdv")
    RootedTree((0, 1, 2, 3))
    """
    text = ascii_only(text).removeprefix(">>sparse6<<")
    if not text.startswith(":"):
        raise InvalidTreeError("A sparse6 text must start with a colon.")
    n, sextets = read_order(text[1:], "sparse6 text")
    least = -(-(n - 1) * (1 + _width(n)) // 6)
    if len(sextets) < least:
        raise InvalidTreeError(
            f"The sparse6 text of a tree on {n} vertices must have at least {least} characters "
            f"after the number of vertices, not {len(sextets)}."
        )
    return RootedTree.from_parents(root_at_first(_edges(sextets, n), range(n)))


def format(tree: FreeTree | RootedTree) -> str:
    """Return a tree as a sparse6 text without header, vertices numbered from 0 in preorder.

    Parameters
    ----------
    tree : FreeTree or RootedTree

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


def _edges(sextets: bytes, n: int) -> Iterator[tuple[int, int]]:
    """Yield the edges (u, v), u <= v, and check the padding at the end."""
    bits = "".join(f"{sextet:06b}" for sextet in sextets)
    width = _width(n)
    vertex = start = 0
    while start + width < len(bits):
        following = vertex + int(bits[start])
        other = int(bits[start + 1 : start + 1 + width], 2)
        if max(following, other) >= n:
            break
        start += 1 + width
        vertex = max(following, other)
        if other <= following:
            yield other, following
    if len(bits) - start > 5 or "0" in bits[start:]:
        raise InvalidTreeError(
            "The sparse6 text must end with fewer than six bits, all ones, after the last edge."
        )
