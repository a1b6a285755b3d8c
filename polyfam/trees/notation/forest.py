"""LaTeX forest: a vertex is its label and then its branches in brackets, ``[a [b] [c [d]]]``.

The environment around it, options after a label and labels themselves are skipped.

References
----------
S. Zivanovic, The forest package, https://ctan.org/pkg/forest.
"""

from __future__ import annotations

import re

from polyfam.errors import InvalidTreeError
from polyfam.trees.levels import parents_from_levels
from polyfam.trees.notation._notation import Notation, Parents
from polyfam.trees.notation._text import write_nesting
from polyfam.trees.tree import FreeTree, RootedTree

__all__ = ["NOTATION"]

_ENVIRONMENT = re.compile(
    r"\s*\\begin\{forest\}(.*)\\end\{forest\}\s*|\s*\\Forest\{(.*)\}\s*", re.DOTALL
)


def parse(text: str) -> Parents:
    r"""Return the tree of a forest environment or of its brackets alone.

    Examples
    --------
    >>> parse(r"\begin{forest} [a [b] [$c_1$, red [d]]] \end{forest}")
    (-1, 0, 0, 2)
    """
    if environment := _ENVIRONMENT.fullmatch(text):
        # What stands before the first bracket are options.
        text = re.sub(r"%[^\n]*", "", environment[1] or environment[2])
        text = text[max(text.find("["), 0) :].strip()
    levels: list[int] = []
    depth = braces = 0
    closed = False  # a label may not come after a branch
    for position, letter in enumerate(text):
        braces += (letter == "{") - (letter == "}")
        if braces or letter == "}":
            continue
        if levels and depth == 0 and not letter.isspace():
            raise InvalidTreeError(f"{letter!r} at position {position} comes after the tree's end.")
        if letter == "[":
            levels.append(depth)
            depth += 1
            closed = False
        elif letter == "]" and depth:
            depth -= 1
            closed = True
        elif not letter.isspace() and (closed or not depth):
            raise InvalidTreeError(
                f"{letter!r} at position {position} is out of place: in labelled brackets, the "
                "label of a vertex comes before its branches."
            )
    if depth or not levels or braces:
        raise InvalidTreeError("Labelled brackets must close every bracket and brace they open.")
    return parents_from_levels(levels)


def format(tree: FreeTree | RootedTree) -> str:
    r"""Return a tree as a forest environment, every label a bullet.

    Examples
    --------
    >>> format(RootedTree([0, 1, 1]))
    '\\begin{forest} [$\\bullet$[$\\bullet$][$\\bullet$]] \\end{forest}'
    """
    nested = write_nesting(tree.levels, "[", "]").replace("[", r"[$\bullet$")
    return rf"\begin{{forest}} {nested} \end{{forest}}"


NOTATION = Notation(
    "forest",
    parse,
    re.compile(r"\s*\\begin\{forest\}|\s*\\Forest\{|\[(?=[^\]]*[A-Za-z$\\])[^,]*\]\Z", re.S),
    format,
)
