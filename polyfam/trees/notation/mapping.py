"""Dictionary of Python: the neighbours of each vertex, ``{0: [1, 2], 1: [0], 2: [0]}``.

So `networkx.to_dict_of_lists` writes graphs, and `to_dict_of_dicts` with the attributes of the
edges, which are skipped.  Every edge may be there once or from both ends; where all edges are there
once and point away from a vertex, it is the root.  A single neighbour needs no brackets:
``{1: 0, 2: 0}``, and a missing parent is None.  `from_networkx` reads such a dictionary itself.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Sequence

from polyfam._checks import quoted
from polyfam.errors import InvalidTreeError
from polyfam.trees.labelled import root_at_first
from polyfam.trees.notation._notation import Notation, Parents
from polyfam.trees.notation.graph import neighbours_to_edges, root_at_source
from polyfam.trees.tree import FreeTree, RootedTree

__all__ = ["NOTATION"]

_HEAD = r"(?:defaultdict\(<class '[a-z]+'>,\s*|(?:[A-Za-z_]+\.)?[A-Za-z]+\()?"
_BODY = re.compile(rf"({_HEAD})(\{{.*\}})(\)?)\Z", re.DOTALL)
_TOKEN = re.compile(
    r"\s*(?:(?P<sign>[\[\](){},:])|'(?P<single>[^'\\]*)'|\"(?P<double>[^\"\\]*)\""
    r"|(?P<bare>[A-Za-z0-9_.+-]+))\s*"
)
_PAIRED = {"[": "]", "(": ")", "{": "}"}


def parse(text: str) -> Parents:
    """Return the tree in which each vertex has these neighbours.

    Examples
    --------
    >>> parse("{'a': ['b', 'c'], 'b': [], 'c': []}")
    [-1, 0, 0]
    >>> parse("{0: {1: {'weight': 2}}, 1: {0: {'weight': 2}}}")
    [-1, 0]
    """
    found = _BODY.match(text)
    if not found or bool(found[1]) != bool(found[3]):
        raise InvalidTreeError(f"Text {quoted(text)} must be a dictionary in braces.")
    adjacency: dict[Hashable, list[Hashable]] = {}
    tokens = _tokens(found[2])
    place = 1
    while tokens[place] != ("sign", "}"):
        key, place = _name(tokens, place), place + 1
        if key in adjacency:
            raise InvalidTreeError(f"Vertex {quoted(key)} is a key of the dictionary twice.")
        place = _expect(tokens, place, ":")
        adjacency[key], place = _neighbours(tokens, place)
        if tokens[place] != ("sign", "}"):
            place = _expect(tokens, place, ",")
    _expect(tokens, place + 1, "")
    _refuse_record(tokens, adjacency)
    vertices, edges, directed = neighbours_to_edges(adjacency)
    if any(other is None for _, other in edges):  # pairs of children and parents
        return root_at_first(edges)
    return root_at_source(edges, vertices, directed)


def _tokens(text: str) -> list[tuple[str, str]]:
    """Return the signs and names of a text, each with its kind, and an end."""
    tokens, place = [], 0
    while place < len(text):
        found = _TOKEN.match(text, place)
        if not found:
            raise InvalidTreeError(
                f"{quoted(text[place : place + 5])} at position {place} of the dictionary is out "
                "of place."
            )
        kind = str(found.lastgroup)
        tokens.append((kind, found[kind]))
        place = found.end()
    return [*tokens, ("sign", "")]


def _name(tokens: list[tuple[str, str]], place: int) -> str:
    """Return the name at a place."""
    kind, name = tokens[place]
    if kind == "sign":
        raise InvalidTreeError(
            f"{quoted(name or 'the end')} stands in the dictionary where a vertex should be; write "
            "the neighbours of each vertex, as in '{0: [1, 2]}'."
        )
    return name


def _expect(tokens: list[tuple[str, str]], place: int, sign: str) -> int:
    """Return the place after a sign, or say that it is missing."""
    if tokens[place] != ("sign", sign):
        raise InvalidTreeError(
            f"{quoted(tokens[place][1] or 'The end')} stands in the dictionary where "
            f"{quoted(sign or 'the end')} should be."
        )
    return place + 1


def _neighbours(tokens: list[tuple[str, str]], place: int) -> tuple[list[Hashable], int]:
    """Return the neighbours that stand at a place, and the place after them."""
    opening = tokens[place][1]
    if tokens[place][0] != "sign":
        missing = tokens[place][0] == "bare" and opening in ("None", "null", "nan", "NaN")
        return [None if missing else opening], place + 1
    if opening not in _PAIRED or not opening:
        return [_name(tokens, place)], place + 1
    names: list[Hashable] = []
    end = ("sign", _PAIRED[opening])
    place += 1
    while tokens[place] != end:
        names.append(_name(tokens, place))
        place += 1
        if opening == "{" and tokens[place] == ("sign", ":"):
            place = _after_attributes(tokens, place + 1)
        if tokens[place] != end:
            place = _expect(tokens, place, ",")
    return names, place + 1


def _after_attributes(tokens: list[tuple[str, str]], place: int) -> int:
    """Return the place after the attributes of an edge: a number, or under keys that are texts."""
    if tokens[place][0] != "sign":
        return place + 1
    place = _expect(tokens, place, "{")
    while tokens[place] != ("sign", "}"):
        if tokens[place][0] not in ("single", "double"):
            raise InvalidTreeError(
                f"{quoted(tokens[place][1])} lies too deep in the dictionary; write the neighbours "
                "of each vertex, as in '{0: [1, 2]}'."
            )
        place = _expect(tokens, place + 1, ":")
        _name(tokens, place)  # an attribute that is a list or a dictionary may be a branch
        place += 1
        if tokens[place] != ("sign", "}"):
            place = _expect(tokens, place, ",")
    return place + 1


def _refuse_record(
    tokens: list[tuple[str, str]], adjacency: Mapping[Hashable, Sequence[Hashable]]
) -> None:
    """Refuse a dictionary from words to numbers, such as {"levels": [0, 1]}: no graph is meant."""
    names = {name for kind, name in tokens if kind == "bare"}
    if names and not any(map(names.__contains__, adjacency)) and "None" not in names:
        others = {name for others in adjacency.values() for name in others}
        if not others.intersection(adjacency):
            raise InvalidTreeError(
                "The keys of the dictionary are texts, its values numbers; write the neighbours of "
                "each vertex, as in '{0: [1, 2]}'."
            )


def format(tree: FreeTree | RootedTree) -> str:
    """Return the neighbours of each vertex, each edge from both ends, counted from 0 in preorder.

    Examples
    --------
    >>> format(RootedTree([0, 1, 1]))
    '{0: [1, 2], 1: [0], 2: [0]}'
    """
    neighbours: dict[int, list[int]] = {vertex: [] for vertex in range(tree.order)}
    for u, v in tree.edges():
        neighbours[u].append(v)
        neighbours[v].append(u)
    return str(neighbours)


_CLAIMS = re.compile(
    rf"{_HEAD}\{{\s*(?:'[^']*'|\"[^\"]*\"|[A-Za-z0-9_.+-]+)\s*:(?!.*\"level_sequence\")", re.DOTALL
)
NOTATION = Notation("dict", parse, _CLAIMS, format)
