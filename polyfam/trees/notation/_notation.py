"""What a notation is: a name, a reader, the texts that it claims, and perhaps a writer."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from polyfam.trees.tree import FreeTree, RootedTree

__all__ = ["NOTHING", "Notation", "Parents"]

#: The parents of the vertices, each vertex after its parent; the root, vertex 0, has -1.
Parents = Sequence[int]

#: Claims no text.
NOTHING = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Notation:
    """A way to write a tree.

    Parameters
    ----------
    name : str
        The prefix, before a colon, that says that a text is in this notation.
    parse : callable
        From a text, ASCII and without blanks around it, to the parents of its tree; raises
        InvalidTreeError for a text that is no tree.
    claims : re.Pattern
        Matches, from its start, every text without a prefix that may be in this notation.
    format : callable, optional
        From a tree to its text.

    Examples
    --------
    >>> from polyfam.trees import NOTATIONS
    >>> NOTATIONS["parents"].format(FreeTree([0, 1, 1]))
    '-1 0 0'
    """

    name: str
    parse: Callable[[str], Parents]
    claims: re.Pattern[str]
    format: Callable[[FreeTree | RootedTree], str] | None = None
