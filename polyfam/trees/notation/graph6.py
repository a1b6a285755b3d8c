r"""graph6: the upper half of the adjacency matrix, six bits a character.

The bits x(0,1), x(0,2), x(1,2), x(0,3), ... are filled up with zeros to a multiple of six, and a
group of six with value b becomes the character b + 63, between ``?`` and ``~``.  The number of
vertices stands before them: one character up to 62, ``~`` and three up to 258047, ``~~`` and six
beyond.  The header ``>>graph6<<`` may be left out.

By hand, since networkx takes 0.2 s to import, eight times as long to read a tree on 14 vertices
(54 microseconds, where this takes 7), and does not say where a text is wrong.

References
----------
B. D. McKay, Description of graph6, sparse6 and digraph6 encodings, part of nauty.
"""

from __future__ import annotations

import re

from polyfam.errors import InvalidTreeError, ResourceError
from polyfam.trees.labelled import root_at_0
from polyfam.trees.notation._notation import Notation, Parents
from polyfam.trees.tree import FreeTree, RootedTree

__all__ = ["NOTATION", "SEXTETS", "nearly_fits", "read_order", "write_order"]

#: Largest text that `format` writes: with 100 MB it reaches 34,640 vertices.
_LONGEST = 10**8

#: The six bits of each character.
SEXTETS = {code: f"{code - 63:06b}" for code in range(63, 127)}

_STRAY = re.compile(r"[^?-~]")


def parse(text: str) -> Parents:
    """Return the tree with a graph6 text, with or without the header, rooted at vertex 0.

    Examples
    --------
    >>> parse("DhC")
    [-1, 0, 1, 2, 3]
    >>> parse("Dhc")
    Traceback (most recent call last):
        ...
    polyfam.errors.InvalidTreeError: Edge '3-4' closes a cycle; leave it out to have a tree.
    """
    n, sextets = read_order(text.removeprefix(">>graph6<<"), "graph6 text")
    count = n * (n - 1) // 2
    if len(sextets) != -(-count // 6):
        raise InvalidTreeError(
            f"The graph6 text of a graph on {n} vertices must have {-(-count // 6)} characters "
            f"after the number of vertices, not {len(sextets)}."
        )
    edges = []
    column, first = 1, 0  # x(0, column) is bit number `first`
    bits = sextets.translate(SEXTETS)
    bit = bits.find("1")
    while bit >= 0:
        while bit >= first + column:
            first += column
            column += 1
        edges.append((bit - first, column))
        bit = bits.find("1", bit + 1)
    if edges and edges[-1][1] >= n:
        raise InvalidTreeError("The graph6 text must end with zero bits after the last edge.")
    return root_at_0(edges, n)


def format(tree: FreeTree | RootedTree) -> str:
    """Return a tree as a graph6 text without header, vertices numbered from 0 in preorder.

    Raises
    ------
    ResourceError
        When the text would be longer than 100 MB; sparse6 is the remedy.

    Examples
    --------
    >>> format(RootedTree([0, 1, 1, 2]))
    'Ck'
    """
    n = tree.order
    length = -(-n * (n - 1) // 12)
    if length > _LONGEST:
        raise ResourceError(
            f"The graph6 text of a tree on {n} vertices would need {length // 10**6} MB; "
            "use sparse6."
        )
    text = bytearray(b"?" * length)
    for u, v in tree.edges():
        place, shift = divmod(v * (v - 1) // 2 + u, 6)
        text[place] += 1 << 5 - shift
    return write_order(n) + text.decode()


def nearly_fits(text: str) -> bool:
    """Say whether a text is nearly as long as the number of vertices at its start demands.

    Examples
    --------
    >>> nearly_fits("DhC"), nearly_fits("DhCC"), nearly_fits("Path")
    (True, True, False)
    """
    n, sextets = read_order(text, "graph6 text")
    return len(text) == 1 or abs(len(sextets) + (-n * (n - 1) // 12)) < 2


def read_order(text: str, what: str) -> tuple[int, str]:
    """Return the number of vertices, and the characters after it.

    Parameters
    ----------
    text : str
        A graph6 text, or a sparse6 text without its colon.
    what : str
        What the text is called in an error message.

    Examples
    --------
    >>> read_order("Dhc", "graph6 text")
    (5, 'hc')
    """
    if "?" <= text[:1] < "~" and not _STRAY.search(text):
        return ord(text[0]) - 63, text[1:]
    if stray := _STRAY.search(text):
        raise InvalidTreeError(
            f"Character {stray[0]!r} at position {stray.start()} of the {what} must lie between "
            "'?' and '~'."
        )
    start = 2 if text.startswith("~~") else 1 if text.startswith("~") else 0
    width, least = ((1, 0), (3, 63), (6, 258048))[start]
    n = 0
    digits = text[start : start + width]
    for digit in digits:
        n = n << 6 | ord(digit) - 63
    if len(digits) < width or n < least:
        raise InvalidTreeError(
            f"The {what} must start with the number of vertices: one character up to 62, '~' and "
            "three up to 258047, '~~' and six beyond."
        )
    return n, text[start + width :]


def write_order(n: int) -> str:
    """Return the number of vertices as a graph6 text starts with it.

    Examples
    --------
    >>> write_order(5), write_order(12345)
    ('D', '~B?x')
    """
    start, width = (0, 1) if n <= 62 else (1, 3) if n <= 258047 else (2, 6)
    return "~" * start + "".join(chr((n >> 6 * i & 63) + 63) for i in reversed(range(width)))


# The header, or a text in which every character carries six bits; brackets alone, or ups and downs,
# would have too many edges for a tree.
_OTHERS = r"(?!(?:U[UD]*|u[ud]*|[\[\]]+)\Z)"
NOTATION = Notation("graph6", parse, re.compile(rf">>graph6<<|{_OTHERS}[?-~]+\Z"), format)
