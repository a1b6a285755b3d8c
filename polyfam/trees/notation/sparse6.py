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
from binascii import a2b_base64
from string import ascii_lowercase, ascii_uppercase, digits

from polyfam.errors import InvalidTreeError
from polyfam.trees.labelled import root_at_0
from polyfam.trees.notation._notation import Notation, Parents
from polyfam.trees.notation.graph6 import read_order, write_order
from polyfam.trees.tree import FreeTree, RootedTree

__all__ = ["NOTATION"]

#: Six bits a character too, and unpacked by the standard library.
_BASE64 = bytes.maketrans(
    bytes(range(63, 127)), (ascii_uppercase + ascii_lowercase + digits + "+/").encode()
)


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
    high = 1 << width
    edges = []
    vertex = count = 0
    units = _units(sextets, width + 1)
    for count, unit in enumerate(units):  # noqa: B007, the number of units read is used below
        if unit >= high:
            vertex += 1
            unit -= high
        if unit > vertex:
            if unit >= n:
                break
            vertex = unit
        elif vertex >= n:
            break
        else:
            edges.append((unit, vertex))
    else:
        count = len(units)
    rest = 6 * len(sextets) - count * (width + 1)
    if rest > 5 or (rest and (ord(sextets[-1]) - 62) % (1 << rest)):
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


def _units(sextets: str, step: int) -> list[int]:
    """Return the whole units of so many bits, each as a number."""
    text = sextets.encode().translate(_BASE64)
    packed = a2b_base64(text + b"A" * (-len(text) % 4))
    count = 6 * len(text) // step
    mask = (1 << step) - 1
    shifts = range(23 * step, -1, -step)
    units: list[int] = []
    for start in range(0, len(packed), 3 * step):  # 24 units, or what is left
        value = int.from_bytes(packed[start : start + 3 * step].ljust(3 * step, b"A"), "big")
        units += [value >> shift & mask for shift in shifts[: count - len(units)]]
    return units


# The header or the colon, with which nothing else starts.
NOTATION = Notation("sparse6", parse, re.compile(r">>sparse6<<|:"), format)
