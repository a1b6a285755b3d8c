"""Every way people write a tree, in and out.

=================  ============================  =================================================
notation           the path on 4 vertices        what it is
=================  ============================  =================================================
``levels``         ``0 1 2 3``                   depths in preorder
``levels1``        ``RootedTree{Int64}: [1,2]``  the same from 1 (RootedTrees.jl)
``brackets``       ``[[[[]]]]``                  one pair a vertex
``dyck``           ``UUUDDD``                    Dyck word, one pair an edge (Sage, OEIS)
``butcher``        ``[[[t]]]``                   Butcher's brackets
``forest``         ``[a [b [c [d]]]]``           labelled brackets of LaTeX forest
``newick``         ``(((a)b)c)d;``               branches before their root
``parents``        ``-1 0 1 2``                  the parent of each vertex
``prufer0``        ``prufer0:1 2``               Pruefer code from 0 (networkx)
``prufer1``        ``prufer1:2 3``               Pruefer code from 1
``matula``         ``matula:5``                  Matula number, prefix only
``edges``          ``1-2 2-3 3-4``               pairs, also one a line or in brackets
``edge_index``     ``[[0, 1, 2], [1, 2, 3]]``    sources and targets
``matrix``         ``0100`` and 3 more lines     adjacency matrix
``adjacency``      ``1: 2`` and 3 more lines     neighbours of each vertex, or lists of them
``dict``           ``{0: [1], 1: [2], 2: [3]}``  neighbours of each vertex (networkx, Sage)
``dot``            ``graph {a -- b -- c -- d}``  Graphviz
``mathematica``    ``TreeGraph[{1 <-> 2, ...}]`` Mathematica
``repr``           ``FreeTree((0, 1, 2, 1))``    our own values
``graph6``         ``Ch``                        nauty
``sparse6``        ``:Cdv``                      nauty
``findstat``       ``([(0, 1), (1, 2)], 3)``     edges and the number of vertices
``coordinates``    ``(0, 1)  1`` and more lines  sparse matrix, as scipy prints it
=================  ============================  =================================================

The name of a notation and a colon before the text (``parents:0 1 2 3``) settle every doubt;
``prufer`` stands for both bases.  Without a name a text is read when all notations that it may be
in agree on the tree, and refused with their names when they do not.  Shapes have names too
(``path:4``, see `polyfam.trees.notation.shape`).

Where a root is asked for in a notation of labelled trees, it is the source of a directed tree, or
else the vertex that is named first.  Positions in messages count from 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from typing import Literal, overload

from polyfam._checked import checked
from polyfam._checks import instance, members, quoted
from polyfam.errors import ArgumentTypeError, InvalidTreeError, PolyfamError, UnknownNameError
from polyfam.trees.base import Tree
from polyfam.trees.notation import (
    adjacency,
    brackets,
    butcher,
    coordinates,
    dot,
    dyck,
    edge_index,
    edges,
    findstat,
    forest,
    graph6,
    levels,
    levels1,
    mapping,
    mathematica,
    matrix,
    matula,
    newick,
    parents,
    prufer,
    shape,
    sparse6,
    values,
)
from polyfam.trees.notation._hints import hint_for
from polyfam.trees.notation._notation import Notation, Parents
from polyfam.trees.notation._text import ascii_only
from polyfam.trees.notation.graph import from_networkx
from polyfam.trees.tree import FreeTree, RootedTree

__all__ = [
    "NOTATIONS",
    "Notation",
    "format_tree",
    "from_networkx",
    "parse_tree",
    "read_trees",
    "split_by_the_shell",
]

#: The notations by name.
NOTATIONS: dict[str, Notation] = {
    notation.name: notation
    for notation in (
        levels.NOTATION,
        levels1.NOTATION,
        brackets.NOTATION,
        dyck.NOTATION,
        butcher.NOTATION,
        forest.NOTATION,
        newick.NOTATION,
        parents.NOTATION,
        prufer.FROM_0,
        prufer.FROM_1,
        matula.NOTATION,
        edges.NOTATION,
        edge_index.NOTATION,
        matrix.NOTATION,
        adjacency.NOTATION,
        mapping.NOTATION,
        dot.NOTATION,
        mathematica.NOTATION,
        values.NOTATION,
        graph6.NOTATION,
        sparse6.NOTATION,
        findstat.NOTATION,
        coordinates.NOTATION,
    )
}

#: A name for several notations.
_GROUPS = {"prufer": ("prufer1", "prufer0")}

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_LISTED = "'polyfam trees --help' and polyfam.trees.NOTATIONS"
#: Texts of some length that start with these are what they seem; hints are for the others.
_PLAIN = frozenset("0123456789-:([@?")


@overload
def parse_tree(
    text: str, rooted: Literal[False] = False, *, notation: str | None = None
) -> FreeTree: ...
@overload
def parse_tree(text: str, rooted: Literal[True], *, notation: str | None = None) -> RootedTree: ...
@overload
def parse_tree(
    text: str, rooted: bool = False, *, notation: str | None = None
) -> FreeTree | RootedTree: ...
@checked
def parse_tree(
    text: str, rooted: bool = False, *, notation: str | None = None
) -> FreeTree | RootedTree:
    """Return the tree that a text describes, in whichever notation.

    Parameters
    ----------
    text : str
        A tree in one of the `NOTATIONS`, with or without its name and a colon as a prefix, or the
        name of a shape such as ``star:7``.
    rooted : bool, default False
        Whether to keep the root: that of the notation, the vertex named first in a notation of
        labelled trees, the centroid of a shape.
    notation : str, optional
        The name of the notation, in place of a prefix.

    Returns
    -------
    FreeTree, or RootedTree when `rooted`

    Raises
    ------
    InvalidTreeError
        When the text shows no notation, is not a tree in the one it shows, or is one tree in one
        notation and another tree in another.
    UnknownNameError
        For a name that is neither a notation nor a shape, and for the id of a published tree.

    Examples
    --------
    >>> parse_tree("0 1 2 2") == parse_tree("[[[],[]]]") == parse_tree("UUDUDD")
    True
    >>> parse_tree("-1 0 1 1") == parse_tree("prufer:2 2") == parse_tree("a-b b-c b-d")
    True
    >>> parse_tree("0 1 2 2", rooted=True)
    RootedTree((0, 1, 2, 2))
    >>> parse_tree("(()())")
    Traceback (most recent call last):
        ...
    polyfam.errors.InvalidTreeError: Text '(()())' may be brackets or dyck, and not the same \
tree; put a name before it, as in 'dyck:...'.
    >>> parse_tree("0 1 3")
    Traceback (most recent call last):
        ...
    polyfam.errors.InvalidTreeError: Level 3 at position 2 must lie between 1 and 2.
    """
    text = ascii_only(text)
    if notation is not None:
        return _read(text, _named(notation), rooted)
    name, colon, rest = text.partition(":")
    if name in shape.SHAPES:
        tree = shape.parse(text)
        return tree.rooted() if rooted else tree
    if colon and (name in NOTATIONS or name in _GROUPS):
        return _read(rest.strip(), _named(name), rooted)
    if not text:
        raise InvalidTreeError("The text must not be empty; write the tree with one vertex as '0'.")
    hint = None if text[0] in _PLAIN and len(text) > 8 else hint_for(text)
    names = [] if hint and hint.sure else _claimants(text)
    if names:
        return _read(text, names, rooted)
    raise _unknown(text)


def _named(name: str) -> Sequence[str]:
    """Return the notations with a name."""
    if isinstance(name, str) and (name in NOTATIONS or name in _GROUPS):
        return _GROUPS.get(name, (name,))
    near = get_close_matches(name, NOTATIONS, n=1) if isinstance(name, str) else []
    raise UnknownNameError(
        f"No notation is called {quoted(name)}; "
        + (f"perhaps {near[0]!r} is meant." if near else f"there are {', '.join(NOTATIONS)}.")
    )


def _claimants(text: str) -> list[str]:
    """Return the notations that a text without a prefix may be in."""
    return [name for name, notation in NOTATIONS.items() if notation.claims.match(text)]


def _build(parents: Parents, rooted: bool) -> FreeTree | RootedTree:
    """Return the value with these parents."""
    return RootedTree._hanging(parents) if rooted else FreeTree._hanging(parents)


def _read(text: str, names: Sequence[str], rooted: bool) -> FreeTree | RootedTree:
    """Return the tree that a text is in these notations, on which they must agree."""
    if len(names) == 1 and names[0] != "graph6":
        return _build(NOTATIONS[names[0]].parse(text), rooted)
    found: dict[FreeTree | RootedTree, list[str]] = {}
    errors: list[PolyfamError] = []
    for name in names:
        try:
            found.setdefault(_build(NOTATIONS[name].parse(text), rooted), []).append(name)
        except PolyfamError as error:
            errors.append(error)
    if len(found) == 1:
        return next(iter(found))
    if found:
        *others, last = [name for readings in found.values() for name in readings]
        raise InvalidTreeError(
            f"Text {quoted(text)} may be {', '.join(others)} or {last}, and not the same tree; "
            f"put a name before it, as in '{last}:...'."
        )
    # A word or some braces are a graph6 text only by chance.
    words = list(names) == ["graph6"] and re.fullmatch("[A-Za-z]+|[{}]+", text)
    chance = words and (text.islower() or not graph6.nearly_fits(text))
    # What is a tree in two ways is nearer than what is none.
    nearest = next((error for error in errors if "may count" in str(error)), errors[0])
    raise _unknown(text) if chance else nearest


def _unknown(text: str) -> PolyfamError:
    """Return what to raise for a text in no notation: what may have been meant, if that shows."""
    if hint := hint_for(text):
        return hint.error
    name, colon, _ = text.partition(":")
    known = [*NOTATIONS, *_GROUPS, *shape.SHAPES]
    if near := get_close_matches(name[:40].lower(), known, n=1):
        return UnknownNameError(
            f"No notation or shape is called {quoted(name)}; perhaps '{near[0]}:...' is meant."
        )
    if colon and _WORD.fullmatch(name):
        return UnknownNameError(
            f"No notation or shape is called {quoted(name)}; {_LISTED} list them."
        )
    return InvalidTreeError(
        f"Text {quoted(text)} does not show its notation; put the name of one before it, as in "
        f"'prufer1:3 3 4' ({_LISTED} list them)."
    )


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
        When there is no such notation, or no way back to it.
    DomainError
        For the Pruefer code of the tree with one vertex, which does not exist.
    ResourceError
        For a graph6 text of more than 100 MB, and a Matula number with a prime beyond the 10^6-th.

    Examples
    --------
    >>> tree = parse_tree("star:4")
    >>> [format_tree(tree, notation) for notation in ("levels", "brackets", "dyck", "parents")]
    ['0 1 1 1', '[[],[],[]]', 'UDUDUD', '-1 0 0 0']
    >>> [format_tree(tree, notation) for notation in ("prufer1", "edges", "graph6", "sparse6")]
    ['prufer1:1 1', '1-2 1-3 1-4', 'Cs', ':Ccf']
    """
    instance(tree, Tree, "tree", "a FreeTree or a RootedTree")
    name = _named(notation)[0]
    write = NOTATIONS[name].format
    if write is None:
        raise UnknownNameError(f"Notation {name!r} is only read; there is no way to write it.")
    text = write(tree)
    # Bare levels may be an edge too, but then it is the same one.
    return text if name == "levels" or _claimants(text) == [name] else f"{name}:{text}"


@overload
def read_trees(
    lines: Iterable[str], notation: str | None = None, *, rooted: Literal[False] = False
) -> Iterator[FreeTree]: ...
@overload
def read_trees(
    lines: Iterable[str], notation: str | None = None, *, rooted: Literal[True]
) -> Iterator[RootedTree]: ...
def read_trees(
    lines: Iterable[str], notation: str | None = None, *, rooted: bool = False
) -> Iterator[FreeTree | RootedTree]:
    """Yield the trees of a file, one a line; blank lines and lone headers are skipped.

    Parameters
    ----------
    lines : iterable of str
        Such as an open file.
    notation : str, optional
        The name of the notation of all lines; found out line by line if there is none.
    rooted : bool, default False
        Whether to keep the roots, as in `parse_tree`.

    Returns
    -------
    iterator of FreeTree, or of RootedTree when `rooted`

    Raises
    ------
    InvalidTreeError
        For a line that is no tree; the message starts with its number, from 1.
    UnknownNameError
        When there is no such notation.

    Notes
    -----
    With 14 vertices, sparse6 takes about 15 microseconds a tree.

    Examples
    --------
    >>> list(read_trees([":Cdv", ":Ccf"], "sparse6"))
    [FreeTree((0, 1, 2, 1)), FreeTree((0, 1, 1, 1))]
    """
    names = None if notation is None else _named(notation)
    if isinstance(lines, str) or not hasattr(lines, "__iter__") or getattr(lines, "ndim", 1) != 1:
        raise ArgumentTypeError(
            "Argument 'lines' must be several texts, such as an open file or text.splitlines(), "
            f"not {quoted(lines)}."
        )
    return _trees_of(iter(lines), names, rooted)


def _trees_of(
    lines: Iterable[str], names: Sequence[str] | None, rooted: bool
) -> Iterator[FreeTree | RootedTree]:
    """Yield the trees of some lines."""
    parse = NOTATIONS[names[0]].parse if names and len(names) == 1 else None
    for number, line in enumerate(lines, start=1):
        try:
            text = ascii_only(line)
            if text in ("", ">>graph6<<", ">>sparse6<<"):
                continue
            if parse:
                tree = _build(parse(text), rooted)
            else:
                tree = _read(text, names, rooted) if names else parse_tree(text, rooted)
        except PolyfamError as error:
            raise type(error)(f"Line {number}: {error}") from None
        yield tree


def split_by_the_shell(texts: Sequence[str]) -> str | None:
    """Return a hint when arguments look like one tree that the shell has taken apart.

    Parameters
    ----------
    texts : sequence of str
        The arguments of a command.

    Returns
    -------
    str or None

    Examples
    --------
    >>> split_by_the_shell(["1-2", "2-3"])
    "These 2 arguments look like one tree; put it in quotes: '1-2 2-3'."
    >>> split_by_the_shell(["0 1", "star:4"])
    """
    bare = re.compile(r"-?[0-9]+,?|[A-Za-z0-9_]+-[A-Za-z0-9_]+[,;]?")
    arguments = [text for text in members(texts, "texts") if isinstance(text, str)]
    if len(arguments) < 2 or not all(map(bare.fullmatch, arguments)):
        return None
    text = quoted(" ".join(arguments))
    return f"These {len(arguments)} arguments look like one tree; put it in quotes: {text}."
