"""Newick: branches in parentheses before the name of their root, a semicolon at the end.

``((a:1,b:2)c,d)e;`` has 5 vertices.  Names, lengths after a colon and comments in brackets carry no
meaning; every node, named or not, is a vertex, the root too.

References
----------
J. Felsenstein, The Newick tree format, https://phylipweb.github.io/phylip/newicktree.html.
"""

from __future__ import annotations

import re

from polyfam._checks import quoted
from polyfam.errors import InvalidTreeError
from polyfam.trees.canonical import top_down
from polyfam.trees.notation._notation import Notation, Parents
from polyfam.trees.notation._text import write_nesting
from polyfam.trees.tree import FreeTree, RootedTree

__all__ = ["NOTATION"]

_TOKEN = re.compile(
    r"\s*(?:\[[^\]]*\]\s*)*"
    r"([(),;]|:\s*[-+.0-9eE]+(?:\{[0-9]+\})?|'(?:[^']|'')*'|\"[^\"]*\"|[^\s()\[\]'\",:;]+)"
    r"(?:\s*\[[^\]]*\])*"
)


def parse(text: str) -> Parents:
    """Return the tree of a Newick text.

    Examples
    --------
    >>> parse("((a:1,b:2)c,d)e;")
    [-1, 0, 0, 1, 1]
    """
    parents, open_, position, ended, named = [-1], [0], 0, False, False
    while position < len(text):
        found = _TOKEN.match(text, position)
        token = found[1] if found else text[position]
        if found is None or ended or (token not in "(),;" and token[0] != ":" and named):
            raise InvalidTreeError(
                f"{quoted(token)} at position {position} of the Newick text is out of place."
            )
        position = found.end()
        if token == "(" and not named:
            parents.append(open_[-1])
            open_.append(len(parents) - 1)
        elif token == "," and len(open_) > 1:
            parents.append(open_[-2])
            open_[-1] = len(parents) - 1
            named = False
        elif token == ")" and len(open_) > 1:
            open_.pop()
            named = False
        elif token == ";":
            ended = True
        elif token in "(),":
            raise InvalidTreeError(
                f"'{token}' at position {position - 1} of the Newick text is out of place."
            )
        else:
            named = True
    if len(open_) > 1 or not ended:
        end = f"{len(open_) - 1} more )" if len(open_) > 1 else "a semicolon"
        raise InvalidTreeError(f"The Newick text must end with {end}.")
    return top_down(parents)


def format(tree: FreeTree | RootedTree) -> str:
    """Return a tree as Newick, without names.

    Examples
    --------
    >>> format(RootedTree([0, 1, 1, 2]))
    '((),);'
    """
    pairs = write_nesting(tree.levels, "(", ")").replace(")(", "),(")
    return re.sub(r"\(\)", "", pairs) + ";"


# A text that ends with a semicolon; not one of DOT, in braces, nor pairs such as 1,2;2,3;.  One in
# parentheses without the semicolon is claimed to be told so.
_CLAIMS = re.compile(
    r"(?:\[[^\]]*\]\s*)*(?:\(.*|'[^']*'|\"[^\"]*\"|[^\s(){}\[\],;>]*);\Z"
    r"|\(+\s*[A-Za-z][^'\";]*\)[^()\"';]*\Z",
    re.DOTALL,
)
NOTATION = Notation("newick", parse, _CLAIMS, format)
