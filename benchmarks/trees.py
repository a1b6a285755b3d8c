"""Listing, reading and drawing trees in plain Python against networkx.

python benchmarks/trees.py [N]
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Iterable
from functools import partial
from importlib import import_module

import networkx

from polyfam import count_free_trees, free_trees, path, rooted_trees
from polyfam.trees import count_rooted_trees, random_free_trees, random_rooted_trees, read_trees
from polyfam.words import random_edge_word


def seconds(call: Callable[[], object], times: int = 1) -> float:
    """Return the processor time of a call, the least of several."""
    taken = []
    for _ in range(times):
        start = time.process_time()
        call()
        taken.append(time.process_time() - start)
    return min(taken)


def count(trees: Iterable[object]) -> int:
    """Return how many trees an iterator yields."""
    return sum(1 for _ in trees)


def read(lines: list[str], notation: str) -> int:
    """Read all lines."""
    return count(read_trees(lines, notation))


def listing(n: int) -> None:
    """Print how many trees a second are listed, the very first call included for rooted trees."""
    first = seconds(lambda: count(rooted_trees(14)))
    loop = import_module("networkx.generators.nonisomorphic_trees")
    layout = list(range(14))

    def private() -> int:
        """List the rooted trees of networkx, which has no public function for them."""
        levels, listed = layout, 0
        while levels is not None:
            levels, listed = loop._next_rooted_tree(levels), listed + 1
        return listed

    ours, theirs = count_free_trees(n), count_free_trees(14)
    rate = ours / seconds(lambda: count(free_trees(n)), 3)
    peer = theirs / seconds(lambda: count(networkx.nonisomorphic_trees(14)))
    rooted = count_rooted_trees(14)
    print(f"free trees a second, n = {n}: {rate:,.0f}; networkx, n = 14: {peer:,.0f}")
    print(
        f"rooted trees a second, n = 14, first call: {rooted / first:,.0f}; "
        f"networkx's private loop: {rooted / seconds(private):,.0f}"
    )


def reading(n: int = 14, trees: int = 5000) -> None:
    """Print the microseconds from sparse6 to the canonical form."""
    source = random.Random(1)
    graphs = []
    for tree in random_free_trees(n, trees, seed=1):
        names = source.sample(range(n), n)
        graph = networkx.empty_graph(n)
        graph.add_edges_from((names[u], names[v]) for u, v in tree.edges())
        graphs.append(graph)
    for notation, write in (
        ("sparse6", networkx.to_sparse6_bytes),
        ("graph6", networkx.to_graph6_bytes),
    ):
        lines = [write(graph, header=False).decode() for graph in graphs]
        labelled = seconds(partial(read, lines, notation), 3)
        print(f"{notation}, n = {n}, labelled at random: {labelled / trees * 1e6:.1f} us a tree")
    lines = [tree.to_networkx() for tree in random_free_trees(n, trees, seed=1)]
    texts = [networkx.to_sparse6_bytes(graph, header=False).decode() for graph in lines]
    taken = seconds(partial(read, texts, "sparse6"), 3)
    print(f"sparse6, n = {n}, as nauty lists them: {taken / trees * 1e6:.1f} us a tree")
    few = texts[:200]
    peer = seconds(lambda: [networkx.from_sparse6_bytes(text.strip().encode()) for text in few])
    print(f"networkx, from_sparse6_bytes alone: {peer / len(few) * 1e6:.1f} us a tree")


def sampling(n: int = 200, trees: int = 200) -> None:
    """Print the milliseconds of a random tree in a batch."""
    for name, ours, theirs in (
        ("free", random_free_trees, networkx.random_unlabeled_tree),
        ("rooted", random_rooted_trees, networkx.random_unlabeled_rooted_tree),
    ):
        mine = seconds(lambda ours=ours: count(ours(n, trees, 1))) / trees
        peer = seconds(lambda theirs=theirs: theirs(n, number_of_trees=trees, seed=1)) / trees
        print(f"random {name} trees, n = {n}: {mine * 1e3:.2f} ms; networkx {peer * 1e3:.2f} ms")


def main() -> None:
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 18
    listing(n)
    reading()
    sampling()
    word = seconds(lambda: random_edge_word(path(400), seed=1))
    print(f"a random word on path(400): {word * 1e3:.0f} ms")


if __name__ == "__main__":
    main()
