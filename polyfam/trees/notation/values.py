"""What we write ourselves: the repr ``FreeTree((0, 1, 1))``, and JSON of the command line.

A line of JSON, such as ``polyfam trees 5 --format json`` prints, has the levels of its tree under
the key ``level_sequence``.
"""

from __future__ import annotations

import re

from polyfam.trees.notation._notation import Notation, Parents
from polyfam.trees.notation.levels import parse as parse_levels
from polyfam.trees.tree import FreeTree, RootedTree

__all__ = ["NOTATION"]

_VALUE = re.compile(
    r"(?:FreeTree|RootedTree)\((.*)\)\Z|\{.*\"level_sequence\":\s*(\[[0-9, ]*\]).*\}\Z", re.DOTALL
)


def parse(text: str) -> Parents:
    """Return the tree that such a text stands for.

    Examples
    --------
    >>> parse("RootedTree((0, 1, 1))") == parse('{"level_sequence": [0, 1, 1], "n": 3}')
    True
    """
    value = _VALUE.match(text)
    return parse_levels((value[1] or value[2]) if value else text)


def _format(tree: FreeTree | RootedTree) -> str:
    """Return the expression that makes the tree, in full: the repr of a large one is cut."""
    return f"{type(tree).__name__}({tree.levels})"


NOTATION = Notation("repr", parse, _VALUE, _format)
