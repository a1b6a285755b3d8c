"""Definitions taken literally: every labelling, permutation, subset or dismantling is listed.

Nothing here calls the package.  A tree is a number of vertices and a list of edges on 0..n-1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import combinations, pairwise, permutations, product

Edges = Iterable[tuple[int, int]]


def label_sum(n: int, edges: Edges) -> tuple[int, ...]:
    """Return c_1, ..., c_j of P_t from all labels k_v >= 0 and 1 <= i_e <= k_v with e at v.

    The exponent sum k_v - sum i_e is at least every k_v: root the tree at v, and every edge has
    a vertex below it with a label as large.  So labels up to j give all powers up to beta^j.
    """
    edges = list(edges)
    j = len(edges)
    series = [0] * (j + 1)
    for k in product(range(j + 1), repeat=n):
        for i in product(*(range(1, min(k[u], k[v]) + 1) for u, v in edges)):
            exponent = sum(k) - sum(i)
            if exponent <= j:
                series[exponent] += 1
    for _ in range(2 * j + 1):  # times 1 - beta
        series = [here - below for below, here in pairwise([0, *series])]
    return tuple(series[1:]) if j else tuple(series)


def automorphisms(n: int, edges: Edges, root: int | None = None) -> int:
    """Count the permutations of the vertices that keep the edges, and the root if there is one."""
    present = {frozenset(edge) for edge in edges}
    return sum(
        {frozenset((image[u], image[v])) for u, v in present} == present
        for image in permutations(range(n))
        if root is None or image[root] == root
    )


def is_connected(edges: Edges) -> bool:
    """Say whether some edges of a tree hang together: then s edges have s + 1 ends."""
    edges = set(edges)
    return len({vertex for edge in edges for vertex in edge}) == len(edges) + 1


def count_subtrees(edges: Edges) -> int:
    """Count the subtrees with at least one edge."""
    edges = list(edges)
    return sum(
        is_connected(chosen)
        for size in range(1, len(edges) + 1)
        for chosen in combinations(edges, size)
    )


@cache
def _dismantlings(edges: frozenset[tuple[int, int]]) -> int:
    """Sum, over the edge removed first, the products of the dismantlings of both sides."""
    if not edges:
        return 1
    total = 0
    for edge in edges:
        sides = []
        for end in edge:
            side: set[tuple[int, int]] = set()
            reached = {end}
            while grown := {e for e in edges - side - {edge} if not reached.isdisjoint(e)}:
                side |= grown
                reached |= {vertex for e in grown for vertex in e}
            sides.append(_dismantlings(frozenset(side)))
        total += sides[0] * sides[1]
    return total


def count_dismantlings(edges: Edges) -> int:
    """Count the full edge dismantlings: f(t) sums f(t') f(t'') over t - e = t' + t''."""
    return _dismantlings(frozenset(edges))


def orderings(levels: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Yield the level sequences of all orderings of the branches of a rooted tree."""
    root, rest = levels[0], levels[1:]
    starts = [i for i, level in enumerate(rest) if level == root + 1]
    parts = [rest[a:b] for a, b in pairwise([*starts, len(rest)])]
    for arrangement in permutations(parts):
        for choice in product(*(list(orderings(part)) for part in arrangement)):
            yield (root, *(level for part in choice for level in part))


def subtree_sizes(levels: tuple[int, ...]) -> tuple[int, ...]:
    """Return, for every vertex, how many vertices from it on lie deeper until one does not."""
    sizes = []
    for i, level in enumerate(levels):
        end = i + 1
        while end < len(levels) and levels[end] > level:
            end += 1
        sizes.append(end - i)
    return tuple(sizes)


def is_edge_word(word: tuple[int, ...], edges: dict[int, tuple[int, int]]) -> bool:
    """Say whether w_i and max(w_1..w_i) are connected by edges among w_1..w_i, for every i."""
    for i, letter in enumerate(word, start=1):
        piece = {letter}
        while grown := {
            other
            for other in set(word[:i]) - piece
            if any(set(edges[other]) & set(edges[known]) for known in piece)
        }:
            piece |= grown
        if max(word[:i]) not in piece:
            return False
    return True


def descents(word: tuple[int, ...]) -> int:
    """Count the places where a letter is larger than the next."""
    return sum(1 for i in range(len(word) - 1) if word[i] > word[i + 1])
