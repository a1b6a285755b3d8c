r"""graph6: the upper half of the adjacency matrix, six bits a character.

The bits x(0,1), x(0,2), x(1,2), x(0,3), ... are filled up with zeros to a multiple of six, and a
group of six with value b becomes the character b + 63, between ``?`` and ``~``.  The number of
vertices stands before them: one character up to 62, ``~`` and three up to 258047, ``~~`` and six
beyond.  The header ``>>graph6<<`` may be left out.

References
----------
B. D. McKay, Description of graph6, sparse6 and digraph6 encodings, part of nauty.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from polyfam.errors import InvalidTreeError, ResourceError
from polyfam.trees.labelled import root_at_first
from polyfam.trees.notation._text import ascii_only
from polyfam.trees.tree import FreeTree, RootedTree

__all__ = ["PATTERN", "format", "parse", "read_order", "write_order"]

#: The header, or a text in which every character carries six bits.
PATTERN = re.compile(r">>graph6<<|[?-~]+\Z")

#: Largest text that `format` writes: with 100 MB it reaches 34,640 vertices.
_LONGEST = 10**8


def parse(text: str) -> RootedTree:
    """Return the tree with a graph6 text, rooted at vertex 0.

    Parameters
    ----------
    text : str
        One graph, with or without the header.

    Raises
    ------
    InvalidTreeError
        For a character out of range, a wrong length, padding that is not zero, or a graph that is
        not a tree.

    Examples
    --------
    >>> parse("DhC")
    RootedTree((0, 1, 2, 3, 4))
    >>> parse("Dhc")
    Traceback (most recent call last):
        ...
    polyfam.errors.InvalidTreeError: Edge '3-4' closes a cycle; leave it out to have a tree.
    """
    n, sextets = read_order(ascii_only(text).removeprefix(">>graph6<<"), "graph6 text")
    bits = n * (n - 1) // 2
    if len(sextets) != -(-bits // 6):
        raise InvalidTreeError(
            f"The graph6 text of a graph on {n} vertices must have {-(-bits // 6)} characters "
            f"after the number of vertices, not {len(sextets)}."
        )
    if sextets and sextets[-1] & ((1 << -bits % 6) - 1):
        raise InvalidTreeError("The graph6 text must end with zero bits after the last edge.")
    return RootedTree.from_parents(root_at_first(_edges(sextets), range(n)))


def format(tree: FreeTree | RootedTree) -> str:
    """Return a tree as a graph6 text without header, vertices numbered from 0 in preorder.

    Parameters
    ----------
    tree : FreeTree or RootedTree

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


def read_order(text: str, what: str) -> tuple[int, bytes]:
    """Return the number of vertices, and the values (0 to 63) of the characters after it.

    Parameters
    ----------
    text : str
        A graph6 text, or a sparse6 text without its colon.
    what : str
        What the text is called in an error message.

    Examples
    --------
    >>> read_order("Dhc", "graph6 text")
    (5, b')$')
    """
    stray = re.search(r"[^?-~]", text)
    if stray:
        raise InvalidTreeError(
            f"Character {stray[0]!r} at position {stray.start()} of the {what} must lie between "
            "'?' and '~'."
        )
    values = bytes(code - 63 for code in text.encode())
    start = 2 if text.startswith("~~") else 1 if text.startswith("~") else 0
    width, least = ((1, 0), (3, 63), (6, 258048))[start]
    digits = values[start : start + width]
    n = sum(digit << 6 * i for i, digit in enumerate(reversed(digits)))
    if len(digits) < width or n < least:
        raise InvalidTreeError(
            f"The {what} must start with the number of vertices: one character up to 62, '~' and "
            "three up to 258047, '~~' and six beyond."
        )
    return n, values[start + width :]


def write_order(n: int) -> str:
    """Return the number of vertices as a graph6 text starts with it.

    Examples
    --------
    >>> write_order(5), write_order(12345)
    ('D', '~B?x')
    """
    start, width = (0, 1) if n <= 62 else (1, 3) if n <= 258047 else (2, 6)
    return "~" * start + "".join(chr((n >> 6 * i & 63) + 63) for i in reversed(range(width)))


def _edges(sextets: bytes) -> Iterator[tuple[int, int]]:
    """Yield the edges (u, v), u < v, whose bits are set."""
    column, first = 1, 0  # x(0, column) is bit number `first`
    for place, value in enumerate(sextets):
        for shift in range(6 if value else 0):
            if value & 32 >> shift:
                bit = 6 * place + shift
                while bit >= first + column:
                    first += column
                    column += 1
                yield bit - first, column
