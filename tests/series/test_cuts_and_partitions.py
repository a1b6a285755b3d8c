"""Cuts and partitions of rooted trees against sets of edges, listed one by one."""

from __future__ import annotations

from collections import Counter

import pytest

from polyfam.errors import DomainError, ResourceError
from polyfam.series.coproduct import cuts, forest, join, trees_up_to
from polyfam.series.substitution import partitions
from polyfam.trees import RootedTree, count_rooted_trees
from tests.oracles.bseries import TREES, admissible_cuts, bracket_name, edge_partitions


def name(tree: RootedTree) -> str:
    """Return the oracle's name of a tree."""
    return bracket_name(tree.parents())


def names(trees: tuple[RootedTree, ...]) -> tuple[str, ...]:
    """Return the oracle's names of a forest."""
    return tuple(sorted(map(name, trees)))


@pytest.mark.parametrize("order", range(1, 8))
def test_cuts_match_listed_sets_of_edges(order: int) -> None:
    for tree in trees_up_to(order)[-count_rooted_trees(order) :]:
        *rooted, last = cuts(tree)
        found = Counter({(name(c.kept), names(c.pruned)): c.times for c in rooted})
        assert found == admissible_cuts(tree.parents())
        assert len(found) == len(rooted)
        assert last == (None, (tree,), 1)


@pytest.mark.parametrize("order", range(1, 8))
def test_partitions_match_listed_sets_of_edges(order: int) -> None:
    for tree in trees_up_to(order)[-count_rooted_trees(order) :]:
        found = Counter(
            {
                (name(p.skeleton), name(p.root_piece), names(p.pieces)): p.times
                for p in partitions(tree)
            }
        )
        assert found == edge_partitions(tree.parents())
        assert found.total() == 2 ** (order - 1)


def test_trees_match_the_listed_ones() -> None:
    assert tuple(tree.levels for tree in trees_up_to(5)) == TREES


def test_join_undoes_taking_branches() -> None:
    for tree in trees_up_to(7):
        assert join(reversed(tree.branches)) == tree
        assert forest(tree.branches) == tree.branches[::-1]


def test_absurd_orders_are_refused() -> None:
    with pytest.raises(ResourceError, match="'order' must be at most 12, not 13"):
        trees_up_to(13)
    with pytest.raises(DomainError, match="'order' must be at least 1, not 0"):
        trees_up_to(0)
    path = RootedTree(range(21))
    with pytest.raises(ResourceError, match="at most 20 vertices, not 21: its cuts are listed"):
        cuts(path)
    with pytest.raises(ResourceError, match="not 21: its partitions are listed"):
        partitions(path)
