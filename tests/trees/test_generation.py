"""Listings against networkx, independent counters and brute force over labelled trees."""

from __future__ import annotations

from itertools import islice, pairwise

import networkx
import pytest

from polyfam.errors import ArgumentTypeError, DomainError
from polyfam.trees import (
    FreeTree,
    RootedTree,
    count_free_trees,
    count_rooted_trees,
    free_trees,
    generation,
    path,
    rooted_trees,
    star,
)
from tests.oracles import trees

both_kinds = pytest.mark.parametrize("listing", [rooted_trees, free_trees])


@pytest.mark.parametrize("n", range(2, 13))
def test_free_trees_match_networkx(n):
    peers = {FreeTree.from_edges(graph.edges()) for graph in networkx.nonisomorphic_trees(n)}
    listed = list(free_trees(n))
    assert set(listed) == peers
    assert len(listed) == len(peers)


@pytest.mark.parametrize("n", range(1, 8))
def test_rooted_trees_match_all_increasing_parent_arrays(n):
    listed = list(rooted_trees(n))
    assert set(listed) == set(map(RootedTree.from_parents, trees.increasing_parents(n)))
    assert len(listed) == len(set(listed))


@pytest.mark.parametrize("n", range(2, 10))
def test_rooted_trees_match_all_rootings_of_free_trees(n):
    rootings = [rooting for tree in free_trees(n) for rooting in tree.rootings()]
    assert sorted(rootings) == list(rooted_trees(n))


@pytest.mark.parametrize("n", range(1, 18))
def test_lengths_match_independent_counters(n):
    assert sum(1 for _ in free_trees(n)) == count_free_trees(n) == trees.FREE_TREES[n - 1]
    if n <= 14:
        assert sum(1 for _ in rooted_trees(n)) == count_rooted_trees(n) == trees.ROOTED_TREES[n - 1]


@both_kinds
@pytest.mark.parametrize("n", range(1, 14))
def test_listing_ascends_in_canonical_values(listing, n):
    listed = list(listing(n))
    assert all(one < other for one, other in pairwise(listed))
    for tree in listed:
        assert type(tree)(tree.levels).levels == tree.levels
        assert {type(level) for level in tree.levels} == {int}


@both_kinds
@pytest.mark.parametrize("kept", [0, 1, 5])
def test_listing_does_not_depend_on_what_is_kept_in_memory(listing, kept, monkeypatch):
    expected = [list(listing(n)) for n in range(1, 13)]
    monkeypatch.setattr(generation, "_KEPT", kept)
    assert [list(listing(n)) for n in range(1, 13)] == expected


@both_kinds
def test_listings_are_fresh_and_do_not_disturb_each_other(listing):
    one, other = listing(15), listing(15)
    first = list(islice(one, 200))
    assert [next(other) for _ in range(100)] == first[:100]
    assert list(islice(one, 100)) == list(islice(listing(15), 200, 300))
    assert len({id(tree) for tree in first}) == 200


def test_star_comes_first_and_path_last():
    for n in range(2, 13):
        rooted, free = list(rooted_trees(n)), list(free_trees(n))
        assert rooted[0] == RootedTree((0,) + (1,) * (n - 1))
        assert rooted[-1] == RootedTree(range(n))
        assert free[0] == star(n)
        assert path(n) in free
    assert next(free_trees(150)) == star(150)


@both_kinds
def test_arguments_are_checked_before_the_first_tree(listing):
    with pytest.raises(DomainError, match="'n' must be at least 1, not 0"):
        listing(0)
    with pytest.raises(DomainError, match="'n' must be at least 1, not -4"):
        listing(-4)
    with pytest.raises(DomainError, match="'n' must be at most 200, not 10000"):
        listing(10_000)
    for n in (2.0, True, "4", None):
        with pytest.raises(ArgumentTypeError, match="'n' must be an integer"):
            listing(n)


@both_kinds
def test_longest_listing_starts(listing):
    assert next(listing(200)).order == 200
