"""Pruefer code: n - 2 labels that stand for a tree on n labelled vertices.

Remove the leaf with the smallest label and note its neighbour, until two vertices are left.  Every
sequence of n - 2 labels comes from exactly one tree, so that there are n^(n-2) labelled trees
(A000272).  The empty code is the tree on two vertices; a single vertex has no code.

Labels count from 1 (``prufer1``, as Pruefer did) or from 0 (``prufer0``, as networkx does).  The
name ``prufer`` is read where only one of the two is possible, or both give the same tree.

References
----------
H. Pruefer, Neuer Beweis eines Satzes ueber Permutationen, Arch. Math. Phys. 27 (1918).
"""

from __future__ import annotations

import re
from functools import partial

from polyfam.errors import DomainError, InvalidTreeError
from polyfam.trees.labelled import root_at_first
from polyfam.trees.notation._notation import Notation, Parents
from polyfam.trees.notation._text import INTEGERS, read_integers
from polyfam.trees.tree import FreeTree, RootedTree

__all__ = ["FROM_0", "FROM_1"]


def parse(text: str, base: int) -> Parents:
    """Return the tree with a Pruefer code, rooted at the vertex with the smallest label.

    Parameters
    ----------
    text : str
        Labels from `base` to n - 1 + `base`, where n - 2 is their number.
    base : {0, 1}

    Examples
    --------
    >>> parse("3 3 4", base=1)
    [-1, 0, 1, 1, 3]
    >>> parse("3 9", base=1)
    Traceback (most recent call last):
        ...
    polyfam.errors.InvalidTreeError: Label 9 at position 1 of the Pruefer code must lie between 1 \
and 4, two more labels than its length.
    """
    code = [label - base for label in read_integers(text, "Pruefer code")]
    n = len(code) + 2
    for position, label in enumerate(code):
        if not 0 <= label < n:
            raise InvalidTreeError(
                f"Label {label + base} at position {position} of the Pruefer code must lie between "
                f"{base} and {n - 1 + base}, two more labels than its length."
            )
    # By hand, as networkx, which is as fast, takes 0.2 s to import: twice as long as everything
    # that reads trees here takes together.
    times = [1] * n  # how often a label will still be seen: 1 makes it a leaf
    for label in code:
        times[label] += 1
    edges = []
    smallest = leaf = times.index(1)  # no unseen leaf has a smaller label than `smallest`
    for label in code:
        edges.append((leaf, label))
        times[label] -= 1
        if times[label] == 1 and label < smallest:
            leaf = label
        else:
            smallest = leaf = times.index(1, smallest + 1)
    edges.append((leaf, n - 1))
    return root_at_first(edges, range(n))


def format(tree: FreeTree | RootedTree, base: int) -> str:
    """Return the Pruefer code of a tree, vertices labelled in preorder.

    Raises
    ------
    DomainError
        For the tree with one vertex.

    Examples
    --------
    >>> format(RootedTree([0, 1, 2, 1, 1]), base=1)
    '2 1 1'
    """
    n = tree.order
    if n == 1:
        raise DomainError("The tree with one vertex has no Pruefer code; write it as levels, '0'.")
    degree = [0] * n
    neighbours = [0] * n  # the XOR of the neighbours that are left: for a leaf, its neighbour
    for u, v in tree.edges():
        degree[u] += 1
        degree[v] += 1
        neighbours[u] ^= v
        neighbours[v] ^= u
    code: list[int] = []
    for smallest in range(n):
        leaf = smallest
        # The removal of a leaf may turn a smaller vertex, already passed, into the next leaf.
        while leaf <= smallest and degree[leaf] == 1 and len(code) < n - 2:
            neighbour = neighbours[leaf]
            code.append(neighbour + base)
            degree[leaf] = 0
            degree[neighbour] -= 1
            neighbours[neighbour] ^= leaf
            leaf = neighbour
    return " ".join(map(str, code))


# A bare list that starts with 0 is taken for levels, one with -1 for parents.
_CLAIMS = re.compile(rf"(?=[\[(]?\s*[1-9])(?!.*-)(?:{INTEGERS})", re.DOTALL)
FROM_0 = Notation("prufer0", partial(parse, base=0), _CLAIMS, partial(format, base=0))
FROM_1 = Notation("prufer1", partial(parse, base=1), _CLAIMS, partial(format, base=1))
