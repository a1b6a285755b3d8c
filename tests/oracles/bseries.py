"""B-series: values of another program, and cuts and partitions taken literally.

Nothing here calls the package.  A rooted tree is a level sequence, as listed by `TREES`; the brute
force works on parents.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations

#: All rooted trees with at most five vertices, in the graded order.
TREES = (
    (0,),
    (0, 1),
    (0, 1, 1),
    (0, 1, 2),
    (0, 1, 1, 1),
    (0, 1, 2, 1),
    (0, 1, 2, 2),
    (0, 1, 2, 3),
    (0, 1, 1, 1, 1),
    (0, 1, 2, 1, 1),
    (0, 1, 2, 1, 2),
    (0, 1, 2, 2, 1),
    (0, 1, 2, 3, 1),
    (0, 1, 2, 2, 2),
    (0, 1, 2, 3, 2),
    (0, 1, 2, 3, 3),
    (0, 1, 2, 3, 4),
)


def _fractions(text: str) -> dict[tuple[int, ...], Fraction]:
    """Return fractions, written in the order of the trees."""
    return dict(zip(TREES, map(Fraction, text.split()), strict=True))


def first(levels: tuple[int, ...]) -> Fraction:
    """Return the coefficients of the map A below: (1 + sum of levels)/(n + 1)."""
    return Fraction(sum(levels) + 1, len(levels) + 1)


def second(levels: tuple[int, ...]) -> Fraction:
    """Return the coefficients of the map B below: n^2/(1 + height)."""
    return Fraction(len(levels) ** 2, 1 + max(levels))


# Computed once with kauri 2.3.0 in fractions, A and B being `first` and `second`.

#: ``A * B``: first A, then B.
KAURI_PRODUCT = _fractions(
    "3/2 19/6 15/2 17/3 687/40 49/4 647/60 277/30 "
    "1783/48 317/12 1565/72 89/4 115/6 629/30 101/6 461/30 427/30"
)
#: ``A**-1``.
KAURI_INVERSE = _fractions(
    "-1/2 -5/12 -5/24 -11/24 -9/80 -17/144 -21/80 -283/720 "
    "-9/160 -79/1440 11/96 -121/1440 -3/160 -23/160 -163/1440 -71/288 -103/480"
)
#: ``A ^ (exact_weights & cem.antipode)``: the modified equation of A.
KAURI_LOGARITHM = _fractions(
    "1/2 13/24 7/16 17/24 77/240 257/576 923/1440 2387/2880 "
    "211/960 955/3456 271/960 1325/3456 7619/17280 97/192 1717/2880 13321/17280 1241/1440"
)
#: ``A ^ B``: the field A in the place of h f in B.
KAURI_SUBSTITUTION = _fractions(
    "1/2 7/6 127/48 65/24 29/5 215/36 181/30 1087/180 "
    "3889/320 18227/1440 1903/144 6191/480 25103/1920 2089/160 25247/1920 14905/1152 6259/480"
)

Parts = tuple[tuple[int, ...], ...]


def _components(parents: tuple[int, ...], removed: set[int]) -> dict[int, list[int]]:
    """Return the pieces, by their top vertices, when edges (named by the child) are removed."""
    top = list(range(len(parents)))
    pieces: dict[int, list[int]] = {}
    for vertex, parent in enumerate(parents):
        if parent >= 0 and vertex not in removed:
            top[vertex] = top[parent]
        pieces.setdefault(top[vertex], []).append(vertex)
    return pieces


def _shape(vertices: list[int], parents: tuple[int, ...]) -> str:
    """Return nested brackets with sorted branches, a name of the tree on these vertices."""
    below: dict[int, list[int]] = {}
    for vertex in vertices[1:]:
        below.setdefault(parents[vertex], []).append(vertex)

    def name(vertex: int) -> str:
        return f"[{''.join(sorted(map(name, below.get(vertex, []))))}]"

    return name(vertices[0])


def bracket_name(parents: tuple[int, ...]) -> str:
    """Return the name of a whole tree, given by parents in preorder."""
    return _shape(list(range(len(parents))), parents)


def _removals(n: int) -> Iterator[set[int]]:
    """Yield all sets of edges, named by their lower ends."""
    for size in range(n):
        yield from map(set, combinations(range(1, n), size))


def admissible_cuts(parents: tuple[int, ...]) -> Counter[tuple[str, Parts]]:
    """Count (kept, pruned) over the sets of edges with at most one on every way to the root."""
    found: Counter = Counter()
    for removed in _removals(len(parents)):
        pieces = _components(parents, removed)
        if all(parents[top] in pieces[0] for top in removed):
            names = {top: _shape(piece, parents) for top, piece in pieces.items()}
            kept = names.pop(0)
            found[kept, tuple(sorted(names.values()))] += 1
    return found


def edge_partitions(parents: tuple[int, ...]) -> Counter[tuple[str, str, Parts]]:
    """Count (skeleton, root piece, other pieces) over all sets of removed edges."""
    found: Counter = Counter()
    for removed in _removals(len(parents)):
        pieces = _components(parents, removed)
        where = {vertex: top for top, piece in pieces.items() for vertex in piece}
        tops = sorted(pieces)
        skeleton = _shape(tops, tuple(where[p] if p >= 0 else -1 for p in parents))
        names = {top: _shape(piece, parents) for top, piece in pieces.items()}
        root_piece = names.pop(0)
        found[skeleton, root_piece, tuple(sorted(names.values()))] += 1
    return found
