"""Pruefer code: n - 2 labels that stand for a tree on the vertices 1, ..., n.

Remove the leaf with the smallest label and note its neighbour, until two vertices are left.  Every
sequence of n - 2 labels comes from exactly one tree, so that there are n^(n-2) labelled trees
(A000272).  The empty code is the tree on two vertices; a single vertex has no code.

References
----------
H. Pruefer, Neuer Beweis eines Satzes ueber Permutationen, Arch. Math. Phys. 27 (1918).
"""

from __future__ import annotations

import re

from polyfam.errors import DomainError, InvalidTreeError
from polyfam.trees.labelled import root_at_first
from polyfam.trees.notation._text import read_integers
from polyfam.trees.tree import FreeTree, RootedTree

__all__ = ["PATTERN", "format", "parse"]

#: Matches nothing: a code may be a Dyck word or a parent array too, and needs its prefix.
PATTERN = re.compile(r"(?!)")


def parse(text: str) -> RootedTree:
    """Return the tree with a Pruefer code, rooted at the vertex with label 1.

    Parameters
    ----------
    text : str
        Labels from 1 to n, separated by blanks or by commas, where n - 2 is their number.

    Raises
    ------
    InvalidTreeError
        When a label is not between 1 and n.

    Examples
    --------
    >>> parse("3 3 4")
    RootedTree((0, 1, 2, 3, 2))
    >>> parse("3 9")
    Traceback (most recent call last):
        ...
    polyfam.errors.InvalidTreeError: Label 9 at position 1 of the Pruefer code must lie between 1 \
and 4, two more than its length.
    """
    code = read_integers(text, "Pruefer code")
    n = len(code) + 2
    for position, label in enumerate(code):
        if not 1 <= label <= n:
            raise InvalidTreeError(
                f"Label {label} at position {position} of the Pruefer code must lie between 1 "
                f"and {n}, two more than its length."
            )
    times = [0, *[1] * n]  # how often a label will still be seen: 1 makes it a leaf
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
    edges.append((leaf, n))
    return RootedTree.from_parents(root_at_first(edges, range(1, n + 1)))


def format(tree: FreeTree | RootedTree) -> str:
    """Return the Pruefer code of a tree, vertices labelled from 1 in preorder.

    Parameters
    ----------
    tree : FreeTree or RootedTree

    Raises
    ------
    DomainError
        For the tree with one vertex.

    Examples
    --------
    >>> format(RootedTree([0, 1, 2, 1, 1]))
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
    code = []
    for smallest in range(n):
        leaf = smallest
        # The removal of a leaf may turn a smaller vertex, already passed, into the next leaf.
        while leaf <= smallest and degree[leaf] == 1 and len(code) < n - 2:
            neighbour = neighbours[leaf]
            code.append(neighbour + 1)
            degree[leaf] = 0
            degree[neighbour] -= 1
            neighbours[neighbour] ^= leaf
            leaf = neighbour
    return " ".join(map(str, code))
