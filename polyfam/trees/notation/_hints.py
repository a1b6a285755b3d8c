"""What people write that is in no notation: what is meant, and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from polyfam._checks import quoted
from polyfam.errors import InvalidTreeError, PolyfamError, UnknownNameError
from polyfam.trees.notation.shape import SHAPES

__all__ = ["Hint", "hint_for"]


@dataclass(frozen=True, slots=True)
class Hint:
    """What to say about a text.

    Parameters
    ----------
    error : PolyfamError
        The refusal.
    sure : bool
        Whether the text is to be refused even if some notation may read it.
    """

    error: PolyfamError
    sure: bool


def hint_for(text: str) -> Hint | None:
    """Return what to say about a text, if what is meant shows.

    Examples
    --------
    >>> hint_for("f06.3").error
    UnknownNameError("Id 'F6.3' is looked up in the published tables, by the command line \
(polyfam poly F6.3) or polyfam.load_table, not by parse_tree.")
    >>> hint_for("0 1 1")
    """
    for pattern, kind, sure, say in _HINTS:
        if found := pattern.match(text):
            return Hint(kind(say(found)), sure)
    return None


def _id(found: re.Match[str]) -> str:
    """Say where an id is looked up."""
    n, k = (part.lstrip("0") for part in found[1].split("."))
    return (
        f"Id {quoted(f'F{n}.{k}')} is looked up in the published tables, by the command line "
        f"(polyfam poly F{n}.{k}) or polyfam.load_table, not by parse_tree."
    )


def _oeis(found: re.Match[str]) -> str:
    """Say that a sequence is no tree."""
    return (
        f"{found[0]} is a sequence of the OEIS, not a tree; the rows of A008292 are those of "
        "star:n, the rows of A001263 those of path:n."
    )


def _shape(found: re.Match[str]) -> str:
    """Say how the name of a shape, or of a notation, is written."""
    numbers = re.sub(r"[\s,]+", "," if found[1].lower() in SHAPES else " ", found[2])
    name = "prufer" if found[1].lower() == "pruefer" else found[1].lower()
    return f"Text {quoted(found[0])} is no notation; perhaps '{name}:{numbers}' is meant."


def _pairs(found: re.Match[str]) -> str:
    """Say that two short words may be an edge between them or an edge each."""
    return (
        f"Text {quoted(found[0])} may be the edge {found[1]}-{found[2]}, or the two edges "
        f"{'-'.join(found[1])} and {'-'.join(found[2])}; write it with dashes."
    )


def _star(found: re.Match[str]) -> str:
    """Say how a complete bipartite graph with one vertex on a side is written."""
    n = int(found[1]) + 1
    return (
        f"Text {quoted(found[0])} is no notation; perhaps 'star:{n}', with {n} vertices, is meant."
    )


def _path(found: re.Match[str]) -> str:
    """Say how a path is written."""
    return (
        f"Text {quoted(found[0])} is no notation; perhaps 'path:{found[1]}', with {found[1]} "
        "vertices, is meant."
    )


def _fixed(sentence: str) -> Callable[[re.Match[str]], str]:
    """Return what says the same of every text."""
    return lambda _: sentence


_SUMMARY = _fixed(
    "The summary of a graph does not say which vertices are joined; from_networkx reads the graph "
    "itself, parse_tree its edges."
)
_NAMES = "|".join([*SHAPES, "matula", "pru?e?fer[01]?", "levels1?", "parents"])
_Say = Callable[[re.Match[str]], str]
#: Patterns, errors, whether they are sure, and what to say.
_HINTS: list[tuple[re.Pattern[str], type[PolyfamError], bool, _Say]] = [
    (re.compile(pattern, re.DOTALL | re.IGNORECASE), kind, sure, say)
    for pattern, kind, sure, say in (
        (r"[A-Z](0*[1-9][0-9]*\.0*[1-9][0-9]*)\Z", UnknownNameError, True, _id),
        (r"A[0-9]{6}\Z", UnknownNameError, True, _oeis),
        (
            rf"({_NAMES})(?:[\s_-]*|\s*\(\s*)([0-9]+(?:[\s,]+[0-9]+)*)\s*\)?\Z",
            UnknownNameError,
            True,
            _shape,
        ),
        (r"K_?\{?\s*1\s*,\s*([0-9]{1,9})\s*\}?\Z", UnknownNameError, True, _star),
        (
            r"(?=([a-z0-9]{2})[\s,]+([a-z0-9]{2})\Z)(?=(\w)(\w))..\W+(?:\3\w|\w\3|\4\w|\w\4)\Z",
            InvalidTreeError,
            True,
            _pairs,
        ),
        (r"P_?\{?([0-9]{1,9})\}?\Z", UnknownNameError, False, _path),
        (
            r"IGRAPH |.{0,60}\bgraph (?:on|with) [0-9]+ |Graph named |Graph\(\|V\|",
            InvalidTreeError,
            True,
            _SUMMARY,
        ),
        (
            r"graph\s*\[\s*\w+\s",
            InvalidTreeError,
            True,
            _fixed("GML is not read; networkx.parse_gml makes a graph, for from_networkx."),
        ),
        (
            r"<\?xml|<graphml",
            InvalidTreeError,
            True,
            _fixed("GraphML is not read; networkx.parse_graphml makes a graph, for from_networkx."),
        ),
        (
            r"\*vertices\b",
            InvalidTreeError,
            True,
            _fixed("Pajek is not read; networkx.parse_pajek makes a graph, for from_networkx."),
        ),
        (
            r"(?:>>digraph6<<|&)",
            InvalidTreeError,
            True,
            _fixed("digraph6 is not read; write graph6, sparse6 or edges."),
        ),
        (
            r"\{\s*[\"'].*[\"'](?:nodes|links|children)[\"']\s*:|\{\s*[\"'](?:nodes|links|children)[\"']",
            InvalidTreeError,
            True,
            _fixed(
                "JSON of nodes, links or children is not read; networkx.node_link_graph or "
                "networkx.tree_graph makes a graph of it, which from_networkx reads."
            ),
        ),
        (
            r"\[?[\[\s]*\.\s*,|BinaryTree\b",
            InvalidTreeError,
            True,
            _fixed(
                "A binary tree with empty branches is not read; write brackets, one pair a vertex."
            ),
        ),
        (
            r"\\(?:Tree|tikz|node|synttree|begin\{(?!forest))",
            InvalidTreeError,
            True,
            _fixed("Of LaTeX only the environment forest is read; write [a [b] [c]]."),
        ),
    )
]
