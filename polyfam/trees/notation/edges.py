"""Edge list: pairs of vertex names, ``1-2 2-3``, or a pair a line, or ``[(1, 2), (2, 3)]``.

Chains (``1-2-3``, ``a -> b -> c``) and pairs without brackets around them (``1 2, 2 3``,
``(1,2),(2,3)``) are read too.  Names carry no meaning, except that the first one names the root
where one is asked for.  A lone name is the tree with one vertex.  What stands after the two names
of a line or of a pair (a weight, a label, the empty dictionary of networkx) is skipped; every edge
may be there in both directions; and in pairs (child, parent) the root has the parent None, or none.
A first line with the names of two columns, or with the numbers of vertices and of edges, and the
letters of DIMACS are skipped.
"""

from __future__ import annotations

import re
from itertools import pairwise

from polyfam._checks import quoted
from polyfam.errors import InvalidTreeError
from polyfam.trees.labelled import root_at_first
from polyfam.trees.notation._notation import Notation, Parents
from polyfam.trees.notation._text import ROWS, read_rows
from polyfam.trees.tree import FreeTree, RootedTree

__all__ = ["NOTATION"]

_NAME = re.compile(r"[A-Za-z0-9_]+")
_DASH = r"(?:<->|--?>?)"
_DASHED = re.compile(rf"[A-Za-z0-9_]+(?:{_DASH}|[ \t]+{_DASH}[ \t]+)")
_PAIR = r"[A-Za-z0-9_]+[ \t]+[A-Za-z0-9_]+"
#: Pairs that are divided by other signs than their two names are, and these signs.
_DIVIDED = {
    r"\s*[,;|]\s*": re.compile(rf"{_PAIR}(?:\s*[,;|]\s*{_PAIR})+\s*\Z"),
    r"\s*[;|]\s*": re.compile(r"{0}(?:\s*[;|]\s*{0})+\s*\Z".format(_PAIR.replace("[ \\t]+", ","))),
}
_CLOSED = r"[\[({][^\[\](){}\s,]+\s*[, ]\s*[^\[\](){}\s,]+[\])}]"
_PAIRS = re.compile(rf"{_CLOSED}(?:[\s,;]*{_CLOSED})+\s*\Z")

#: Names of the two columns of edges.
_COLUMNS = frozenset(
    "source target from to child parent parent_id node id u v i j src dst tail head vertex a b x y "
    "name start end node1 node2 v1 v2 left right father mother predecessor successor".split()
)


def parse(text: str) -> Parents:
    """Return the tree with an edge list, rooted at the vertex named first.

    Examples
    --------
    >>> parse("a-b, a-c, c-d") == parse("[('a', 'b'), ('a', 'c'), (3, 'c', {})]")
    True
    >>> parse("1-2 2-3 3-1")
    Traceback (most recent call last):
        ...
    polyfam.errors.InvalidTreeError: Edge '3-1' closes a cycle; leave it out to have a tree.
    """
    if _NAME.fullmatch(text):
        return (-1,)
    if _DASHED.match(text):
        return root_at_first(_dashed(text))
    for sign, divided in _DIVIDED.items():
        if divided.match(text):
            text = re.sub(sign, "\n", text)
    if _PAIRS.match(text):
        text = f"[{text}]"
    rows = _without_letters(read_rows(text))
    if len(rows) > 1 and rows[0] == [str(len(rows))]:
        del rows[0]  # the number of vertices
    edges = []
    for position, row in enumerate(rows):
        if not 2 <= len(row) <= 3:
            raise InvalidTreeError(
                f"Row {position} of the edge list must have two names, not {len(row)}."
            )
        edges.append((_name(row[0]), _name(row[1])))
    return root_at_first(_without_header(edges))


def _dashed(text: str) -> list[tuple[str, str]]:
    """Return edges such as a-b, or the chains a-b-c, separated by blanks, commas or semicolons."""
    text = re.sub(rf"[ \t]+({_DASH})[ \t]+", r"\1", text)
    edges: list[tuple[str, str]] = []
    for position, term in enumerate(re.split(r"[ \t\r\n,;]+", text.rstrip(",; "))):
        names = re.split(_DASH, term)
        if len(names) < 2 or not all(map(_NAME.fullmatch, names)):
            raise InvalidTreeError(
                f"{quoted(term)} at position {position} of the edge list is not an "
                "edge; join two names by a dash, as in 'a-b'."
            )
        edges += pairwise(names)
    return edges


def _name(entry: str) -> object:
    """Return the name of a vertex; a missing parent is None or -1."""
    return None if entry in ("None", "nan", "NaN", "") else -1 if entry == "-1" else entry


def _without_letters(rows: list[list[str]]) -> list[list[str]]:
    """Return rows without what DIMACS puts around edges: c and p lines, and an e before each."""
    if not any(row[:2] in (["p", "edge"], ["p", "col"]) for row in rows):
        return rows
    return [row[1:] if row[0] == "e" else row for row in rows if row[0] not in ("c", "p")]


def _without_header(edges: list[tuple[object, object]]) -> list[tuple[object, object]]:
    """Take away a first line that is no edge, and refuse one that may be an edge too."""
    if len(edges) < 2:
        return edges
    (n, m), rest = edges[0], edges[1:]
    labels = {name for edge in rest for name in edge}
    words = {str(n).lower(), str(m).lower()} <= _COLUMNS or all(map(_is_number, labels))
    if not {n, m} & labels and f"{n}{m}".replace("_", "").isalpha() and words:
        if str(m).lower().startswith("parent") and "0" in labels - {child for child, _ in rest}:
            raise InvalidTreeError(
                "A parent 0 that is no child may be a vertex or stand for none; write None for the "
                "parent of the root, or leave out the names of the columns."
            )
        return rest  # source,target
    if m != str(len(rest)) or n != str(len(rest) + 1) or not _is_tree(rest):
        return edges
    if _is_tree(edges) and len(labels | {n, m}) > len(labels):
        raise InvalidTreeError(
            f"The first row, {n} {m}, may be an edge or the numbers of vertices and of edges; "
            "leave out the numbers."
        )
    return rest


def _is_number(name: object) -> bool:
    """Say whether a vertex has a number for a name, or none."""
    return not isinstance(name, str) or name.isdecimal()


def _is_tree(edges: list[tuple[object, object]]) -> bool:
    """Say whether edges make a tree."""
    try:
        return bool(root_at_first(edges))
    except InvalidTreeError:
        return False


def format(tree: FreeTree | RootedTree) -> str:
    """Return the edges of a tree, vertices counted from 1 in preorder.

    Examples
    --------
    >>> format(RootedTree([0, 1, 1, 2]))
    '1-2 2-3 1-4'
    """
    return " ".join(f"{parent + 1}-{child + 1}" for parent, child in tree.edges()) or "1"


_LONE = r"(?!0\b)[A-Za-z0-9_.]+(?:[ \t]+|[ \t]*,[ \t]*)[A-Za-z0-9_.]+\Z"
_CLAIMS = "|".join((_DASHED.pattern, ROWS, _LONE, *(d.pattern for d in _DIVIDED.values())))
NOTATION = Notation("edges", parse, re.compile(f"{_CLAIMS}|{_PAIRS.pattern}"), format)
