"""Trees by other means: literal counts, Euler products, Pruefer codes, networkx, drawn trees.

Nothing here calls the package.
"""

from __future__ import annotations

from bisect import insort
from itertools import product
from math import comb

import networkx
from hypothesis import strategies as st

from tests.oracles import sequences

#: A000081, rooted trees on n = 1, 2, ... vertices.
ROOTED_TREES = (
    *(1, 1, 2, 4, 9, 20, 48, 115, 286, 719, 1842, 4766, 12486, 32973, 87811, 235381, 634847),
    *(1721159, 4688676, 12826228, 35221832, 97055181, 268282855, 743724984, 2067174645),
    *(5759636510, 16083734329, 45007066269, 126186554308, 354426847597),
)

#: A000055, free trees on n = 1, 2, ... vertices.
FREE_TREES = (
    *sequences.FREE_TREES,
    *(123867, 317955, 823065, 2144505, 5623756, 14828074, 39299897, 104636890, 279793450),
    *(751065460, 2023443032, 5469566585, 14830871802),
)

Edges = list[tuple[int, int]]


def euler_product(counts: list[int], limit: int) -> list[int]:
    """Return how many multisets have weight 0..limit when counts[s] kinds weigh s (counts[0] = 0).

    The generating function is the product of (1 - x^s)^(-counts[s]), multiplied out.
    """
    series = [1] + [0] * limit
    for s, kinds in enumerate(counts[: limit + 1]):
        if kinds:
            factor = [comb(kinds + m - 1, m) for m in range(limit // s + 1)]
            series = [
                sum(factor[m] * series[total - m * s] for m in range(total // s + 1))
                for total in range(limit + 1)
            ]
    return series


def rooted_counts(limit: int) -> list[int]:
    """Count rooted trees: without its root a tree is a multiset of smaller ones.

    The Euler product grows by one factor a step, so that its coefficient at x^s is final when the
    number of trees on s + 1 vertices is read off.
    """
    counts = [0, 1]
    series = [1] * limit  # multisets of the one tree on one vertex
    for s in range(2, limit + 1):
        counts.append(series[s - 1])
        factor = [comb(counts[s] + m - 1, m) for m in range((limit - 1) // s + 1)]
        for total in range(limit - 1, s - 1, -1):
            series[total] = sum(factor[m] * series[total - m * s] for m in range(total // s + 1))
    return counts


def free_count(n: int, rooted: list[int]) -> int:
    """Count free trees by their centroids: light forests at one, pairs of halves at two."""
    light = euler_product(rooted[: (n - 1) // 2 + 1], n - 1)[n - 1]
    return light + (comb(rooted[n // 2] + 1, 2) if n % 2 == 0 else 0)


def pruefer_edges(code: tuple[int, ...]) -> Edges:
    """Return the edges of the labelled tree on 0..n-1 with a Pruefer code of length n - 2."""
    n = len(code) + 2
    degree = [1 + code.count(v) for v in range(n)]
    leaves = [v for v in range(n) if degree[v] == 1]
    edges = []
    for v in code:
        edges.append((leaves.pop(0), v))
        degree[v] -= 1
        if degree[v] == 1:
            insort(leaves, v)
    return [*edges, (leaves[0], leaves[1])]


def labelled_trees(n: int) -> list[Edges]:
    """Return all n^(n-2) labelled trees on 0..n-1."""
    return [pruefer_edges(code) for code in product(range(n), repeat=n - 2)] if n > 1 else [[]]


def increasing_parents(n: int) -> list[tuple[int, ...]]:
    """Return all (n - 1)! parent arrays with root 0 and every parent before its children."""
    return [(-1, *rest) for rest in product(*(range(v) for v in range(1, n)))]


def plane_levels(n: int) -> list[tuple[int, ...]]:
    """Return all level sequences on n vertices, canonical or not: a Catalan number of them."""
    plane = [(0,)]
    for _ in range(n - 1):
        plane = [(*s, level) for s in plane for level in range(1, s[-1] + 2)]
    return plane


def edges_of(parents: list[int] | tuple[int, ...]) -> Edges:
    """Return the edges (parent, child) of a parent array."""
    return [(parent, child) for child, parent in enumerate(parents) if parent >= 0]


def graph_of(n: int, edges: Edges) -> networkx.Graph:
    """Return the graph on 0..n-1 with these edges."""
    graph = networkx.empty_graph(n)
    graph.add_edges_from(edges)
    return graph


def rooted_graph(n: int, edges: Edges, root: int) -> networkx.Graph:
    """Return the graph with its root marked by a loop, which isomorphisms must respect."""
    graph = graph_of(n, edges)
    graph.add_edge(root, root)
    return graph


@st.composite
def parent_arrays(draw: st.DrawFn, least: int = 1, most: int = 40) -> list[int]:
    """Draw the parents of a rooted tree whose vertices are numbered at random."""
    n = draw(st.integers(least, most))
    reach = draw(st.integers(1, n))  # 1 makes a path, n a bushy tree
    names = draw(st.permutations(range(n)))
    parents = [-1] * n
    for v in range(1, n):
        parents[names[v]] = names[draw(st.integers(max(0, v - reach), v - 1))]
    return parents


@st.composite
def relabelled(draw: st.DrawFn, parents: list[int]) -> list[int]:
    """Draw another numbering of the same rooted tree."""
    names = draw(st.permutations(range(len(parents))))
    other = [-1] * len(parents)
    for v, parent in enumerate(parents):
        other[names[v]] = names[parent] if parent >= 0 else -1
    return other
