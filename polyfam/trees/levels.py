"""Level sequences: the depths of the vertices of a rooted tree in preorder, the root at depth 0.

A rooted tree has one level sequence for every way of ordering the branches at its vertices; which
of them is canonical is said in `polyfam.trees.canonical`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from itertools import islice, pairwise
from operator import index

from polyfam._checks import quoted, shown
from polyfam.errors import ArgumentTypeError, InvalidTreeError, ResourceError

__all__ = [
    "MOST_VERTICES",
    "branches",
    "check_levels",
    "check_parents",
    "count_subtrees",
    "parents_from_levels",
    "sizes_from_parents",
    "subtree_sizes",
]

#: No tree is larger; a sequence without an end is refused here.
MOST_VERTICES = 10**6


def check_levels(levels: Iterable[int]) -> tuple[int, ...]:
    """Return a level sequence as a tuple of integers, or say at which position it fails.

    Examples
    --------
    >>> check_levels([0, 1, 2, 1])
    (0, 1, 2, 1)
    >>> check_levels([0, 2])
    Traceback (most recent call last):
        ...
    polyfam.errors.InvalidTreeError: Level 2 at position 1 must lie between 1 and 1.
    """
    entries = _entries(levels, "A level sequence")
    if not entries:
        raise InvalidTreeError("A level sequence must have at least one entry, the root's 0.")
    checked: list[int] = []
    deepest = 0  # how deep the next vertex may lie: one below the previous vertex
    for position, entry in enumerate(entries):
        level = _integer(entry, "Level", f"at position {position}")
        if position == 0 and level != 0:
            raise InvalidTreeError(
                f"A level sequence must start with 0, the root, not {shown(level)}."
            )
        if position and not 1 <= level <= deepest:
            raise InvalidTreeError(
                f"Level {shown(level)} at position {position} must lie between 1 and {deepest}."
            )
        deepest = level + 1
        checked.append(level)
    return tuple(checked)


def check_parents(parents: Iterable[int]) -> tuple[int, ...]:
    """Return a parent array as a tuple of integers, or say which entry is none.

    Examples
    --------
    >>> check_parents([-1, 0, 0])
    (-1, 0, 0)
    >>> check_parents([-1, "a"])
    Traceback (most recent call last):
        ...
    polyfam.errors.InvalidTreeError: Parent 'a' of vertex 1 must be an integer.
    """
    return tuple(
        _integer(entry, "Parent", f"of vertex {vertex}")
        for vertex, entry in enumerate(_entries(parents, "A parent array"))
    )


def _entries(values: Iterable[int], what: str) -> tuple[object, ...]:
    """Return the entries of a sequence; graphs, mappings and sets only look like one."""
    if isinstance(values, Mapping | Set) or any(
        hasattr(values, name) for name in ("is_directed", "adjacency", "node_indices", "columns")
    ):
        raise ArgumentTypeError(
            f"{what} must be a sequence of integers, not a {type(values).__name__}, whose entries "
            "have no order or are names; from_networkx reads graphs, FreeTree.from_edges edges."
        )
    try:
        entries = tuple(islice(iter(values), MOST_VERTICES + 1))
    except TypeError:
        raise ArgumentTypeError(f"{what} must be a sequence, not {quoted(values)}.") from None
    if len(entries) > MOST_VERTICES:
        raise ResourceError(f"{what} must have at most {MOST_VERTICES:,} entries.")
    return entries


def _integer(entry: object, what: str, where: str) -> int:
    """Return an entry as a Python integer, or say what it should be; a boolean is none."""
    try:
        if not isinstance(entry, bool):
            return index(entry)  # type: ignore[arg-type]
    except TypeError:
        pass
    raise InvalidTreeError(f"{what} {shown(entry)} {where} must be an integer.")


def parents_from_levels(levels: Sequence[int]) -> tuple[int, ...]:
    """Return the parent of every vertex, vertices numbered in preorder; the root has -1.

    Examples
    --------
    >>> parents_from_levels((0, 1, 2, 1))
    (-1, 0, 1, 0)
    """
    latest = [-1] * (len(levels) + 1)  # latest[d + 1] is the last vertex seen at depth d
    parents = []
    for vertex, level in enumerate(levels):
        parents.append(latest[level])
        latest[level + 1] = vertex
    return tuple(parents)


def sizes_from_parents(parents: Sequence[int]) -> list[int]:
    """Return the number of vertices of the subtree at every vertex; parents come first.

    Examples
    --------
    >>> sizes_from_parents((-1, 0, 1, 0))
    [4, 2, 1, 1]
    """
    sizes = [1] * len(parents)
    for vertex in range(len(parents) - 1, 0, -1):
        sizes[parents[vertex]] += sizes[vertex]
    return sizes


def subtree_sizes(levels: Sequence[int]) -> tuple[int, ...]:
    """Return the number of vertices of the subtree at every vertex, in preorder.

    Examples
    --------
    >>> subtree_sizes((0, 1, 2, 1))
    (4, 2, 1, 1)
    """
    return tuple(sizes_from_parents(parents_from_levels(levels)))


def count_subtrees(parents: Sequence[int]) -> int:
    """Return the number of nonempty connected subgraphs of a tree, single vertices included.

    Those that contain a vertex and lie below it number the product over its children of one
    more than theirs; parents come first.

    Examples
    --------
    >>> count_subtrees((-1, 0, 1, 2)), count_subtrees((-1, 0, 0, 0))
    (10, 11)
    """
    counts = [1] * len(parents)
    for vertex in range(len(parents) - 1, 0, -1):
        counts[parents[vertex]] *= 1 + counts[vertex]
    return sum(counts)


def branches(levels: Sequence[int]) -> list[tuple[int, ...]]:
    """Return the level sequences of the branches at the root, in the order they are written.

    Examples
    --------
    >>> branches((0, 1, 2, 1))
    [(0, 1), (0,)]
    """
    starts = [vertex for vertex, level in enumerate(levels) if level == 1]
    return [
        tuple(level - 1 for level in levels[start:end])
        for start, end in pairwise([*starts, len(levels)])
    ]
