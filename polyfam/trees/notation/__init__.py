"""Every way people write a tree, in and out.

Each notation is one module with the verbs ``parse(text)``, which returns a `RootedTree`, and
``format(tree)``, which writes the canonical text; `parse_tree` finds out which one a text is in.

================  ======================  ====================================================
notation          the path on 4 vertices  recognised by
================  ======================  ====================================================
``levels``        ``0 1 2 3``             starting with 0
``brackets``      ``[[[[]]]]``            consisting of brackets (and commas)
``dyck``          ``(((())))``            consisting of ``(`` and ``)``, of U and D, or of 1 and 0
``parents``       ``-1 0 1 2``            starting with -1
``prufer``        ``prufer:2 3``          its prefix only
``edges``         ``1-2 2-3 3-4``         starting with a name and a dash
``graph6``        ``Ch``                  consisting of the characters from ``?`` to ``~``
``sparse6``       ``:Cdv``                starting with a colon
================  ======================  ====================================================

The name of a notation and a colon before the text (``parents:0 1 2 3``) settle every doubt.
Shapes have names too (``path:4``, see `polyfam.trees.notation.shape`).

Levels, brackets, Dyck words and parents describe rooted trees.  The others describe labelled trees;
where a root is asked for, it is the vertex that is named first: label 1 in a Pruefer code, vertex 0
in graph6 and sparse6.  Positions in messages count from 0.
"""

from __future__ import annotations

import re
from types import ModuleType
from typing import Literal, overload

from polyfam._checks import quoted
from polyfam.errors import InvalidTreeError, UnknownNameError
from polyfam.trees.notation import (
    brackets,
    dyck,
    edges,
    graph6,
    levels,
    parents,
    prufer,
    shape,
    sparse6,
)
from polyfam.trees.notation._text import ascii_only
from polyfam.trees.notation.graph import from_networkx
from polyfam.trees.tree import FreeTree, RootedTree

__all__ = ["NOTATIONS", "format_tree", "from_networkx", "parse_tree"]

#: The modules by the name of their notation.
NOTATIONS: dict[str, ModuleType] = {
    "levels": levels,
    "brackets": brackets,
    "dyck": dyck,
    "parents": parents,
    "prufer": prufer,
    "edges": edges,
    "graph6": graph6,
    "sparse6": sparse6,
}

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_ID = re.compile(r"F[1-9][0-9]*\.[1-9][0-9]*")


@overload
def parse_tree(text: str, rooted: Literal[False] = False) -> FreeTree: ...
@overload
def parse_tree(text: str, rooted: Literal[True]) -> RootedTree: ...
def parse_tree(text: str, rooted: bool = False) -> FreeTree | RootedTree:
    """Return the tree that a text describes, in whichever notation.

    Parameters
    ----------
    text : str
        A tree in one of the `NOTATIONS`, with or without its name and a colon as a prefix, or the
        name of a shape such as ``star:7``.
    rooted : bool, default False
        Whether to keep the root: that of the notation, the vertex named first in a notation of
        labelled trees, the centroid of a shape.

    Returns
    -------
    FreeTree, or RootedTree when `rooted`

    Raises
    ------
    InvalidTreeError
        When the text shows no notation, or is not a tree in the one it shows.
    UnknownNameError
        For a prefix that is neither a notation nor a shape, and for the id of a published tree.

    Examples
    --------
    >>> parse_tree("0 1 2 2") == parse_tree("[[[],[]]]") == parse_tree("((()()))")
    True
    >>> parse_tree("-1 0 1 1") == parse_tree("prufer:2 2") == parse_tree("a-b b-c b-d")
    True
    >>> parse_tree("0 1 2 2", rooted=True)
    RootedTree((0, 1, 2, 2))
    >>> parse_tree("0 1 3")
    Traceback (most recent call last):
        ...
    polyfam.errors.InvalidTreeError: Level 3 at position 2 must lie between 1 and 2.
    """
    text = ascii_only(text)
    if not text:
        raise InvalidTreeError("The text must not be empty; write the tree with one vertex as '0'.")
    name, colon, rest = text.partition(":")
    if name in shape.SHAPES:
        tree = shape.parse(text)
    elif colon and name in NOTATIONS:
        tree = NOTATIONS[name].parse(rest)
    elif colon and _WORD.fullmatch(name):
        raise UnknownNameError(
            f"No notation or shape is called {quoted(name)}; "
            f"there are {', '.join([*NOTATIONS, *shape.SHAPES])}."
        )
    elif _ID.fullmatch(text):
        raise UnknownNameError(
            f"Id {quoted(text)} is looked up in the published tables, by the command line "
            "(polyfam poly) or polyfam.load_table, not by parse_tree."
        )
    elif notation := _recognise(text):
        tree = NOTATIONS[notation].parse(text)
    else:
        raise InvalidTreeError(
            f"Text {quoted(text)} does not show its notation; put the name of one before it, as "
            f"in 'prufer:3 3 4' (there are {', '.join(NOTATIONS)})."
        )
    return tree if rooted else tree.free()


def format_tree(tree: FreeTree | RootedTree, notation: str) -> str:
    """Return a tree as a text that `parse_tree` reads back.

    Parameters
    ----------
    tree : FreeTree or RootedTree
        A free tree is written as it is rooted at its centroid.
    notation : str
        A key of `NOTATIONS`.

    Returns
    -------
    str
        With the notation as a prefix where the bare text would be taken for something else; the
        bare text is what ``NOTATIONS[notation].format(tree)`` returns.

    Raises
    ------
    UnknownNameError
        When there is no such notation.
    DomainError
        For the Pruefer code of the tree with one vertex, which does not exist.
    ResourceError
        For a graph6 text of more than 100 MB.

    Examples
    --------
    >>> tree = parse_tree("star:4")
    >>> [format_tree(tree, notation) for notation in ("levels", "brackets", "dyck", "parents")]
    ['0 1 1 1', '[[],[],[]]', '(()()())', '-1 0 0 0']
    >>> [format_tree(tree, notation) for notation in ("prufer", "edges", "graph6", "sparse6")]
    ['prufer:1 1', '1-2 1-3 1-4', 'Cs', ':Ccf']
    """
    if notation not in NOTATIONS:
        raise UnknownNameError(
            f"No notation is called {quoted(notation)}; there are {', '.join(NOTATIONS)}."
        )
    text = NOTATIONS[notation].format(tree)
    return text if _recognise(text) == notation else f"{notation}:{text}"


def _recognise(text: str) -> str | None:
    """Return the notation in which a text without prefix is written, if it shows."""
    return next((name for name, module in NOTATIONS.items() if module.PATTERN.match(text)), None)
