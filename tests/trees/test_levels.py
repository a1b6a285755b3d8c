"""Level sequences against brute force over orderings and permutations, and against networkx."""

from __future__ import annotations

from collections import Counter
from math import factorial

import networkx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyfam.errors import ArgumentTypeError, InvalidTreeError
from polyfam.trees.canonical import canonical_levels, count_automorphisms
from polyfam.trees.levels import (
    branches,
    check_levels,
    parents_from_levels,
    subtree_sizes,
)
from tests.oracles import brute_force, trees
from tests.oracles.sequences import CATALAN

PLANE = [levels for n in range(1, 8) for levels in trees.plane_levels(n)]


def test_plane_trees_are_counted_by_catalan():
    lengths = Counter(map(len, PLANE))
    assert tuple(lengths[n] for n in range(1, 8)) == CATALAN[:7]


def test_parents_match_last_shallower_vertex():
    for levels in PLANE:
        assert parents_from_levels(levels) == tuple(
            max((u for u in range(v) if levels[u] < level), default=-1)
            for v, level in enumerate(levels)
        )


def test_subtree_sizes_match_runs_of_deeper_vertices():
    for levels in PLANE:
        assert subtree_sizes(levels) == brute_force.subtree_sizes(levels)


def test_branches_put_together_give_the_tree():
    for levels in PLANE:
        parts = branches(levels)
        assert (0, *(level + 1 for part in parts for level in part)) == levels
        assert all(part == check_levels(part) for part in parts)


def test_canonical_levels_match_greatest_size_sequence_over_all_orderings():
    for levels in PLANE:
        greatest = max(brute_force.orderings(levels), key=brute_force.subtree_sizes)
        assert canonical_levels(parents_from_levels(levels)) == greatest


def test_canonical_levels_match_networkx_rooted_isomorphism():
    """Equal exactly when isomorphic: on all 120 increasing parent arrays of 6 vertices."""
    seen: dict[tuple[int, ...], networkx.Graph] = {}
    for parents in trees.increasing_parents(6):
        levels = canonical_levels(parents)
        graph = trees.rooted_graph(6, trees.edges_of(parents), root=0)
        representative = seen.setdefault(levels, graph)
        assert networkx.is_isomorphic(graph, representative)
    assert len(seen) == trees.ROOTED_TREES[5]


@given(st.data())
def test_canonical_levels_do_not_depend_on_the_numbering(data):
    parents = data.draw(trees.parent_arrays())
    levels = canonical_levels(parents)
    assert canonical_levels(data.draw(trees.relabelled(parents))) == levels
    assert canonical_levels(parents_from_levels(levels)) == levels


@given(trees.parent_arrays(most=60))
def test_canonical_branches_descend_by_size_sequence(parents):
    stack = [canonical_levels(parents)]
    while stack:
        parts = branches(stack.pop())
        keys = list(map(brute_force.subtree_sizes, parts))
        assert keys == sorted(keys, reverse=True)
        stack += parts


def test_large_branches_count_before_small_ones():
    """Of two branches with 5 vertices the one that splits into 3 + 1 beats that with 2 + 2."""
    levels = (0, 1, 2, 3, 2, 3, 1, 2, 2, 3, 3)
    expected = (0, 1, 2, 3, 3, 2, 1, 2, 3, 2, 3)
    assert canonical_levels(parents_from_levels(levels)) == expected


@given(trees.parent_arrays(most=25))
def test_canonical_levels_describe_an_isomorphic_tree(parents):
    levels = canonical_levels(parents)
    n, edges = len(parents), trees.edges_of(parents_from_levels(levels))
    assert networkx.is_isomorphic(
        trees.rooted_graph(n, edges, root=0),
        trees.rooted_graph(n, trees.edges_of(parents), root=parents.index(-1)),
    )


def test_automorphisms_match_all_permutations():
    """On every ordering of the branches, canonical or not."""
    counted: dict[tuple[int, ...], int] = {}
    for levels in (plane for plane in PLANE if len(plane) <= 6):
        parents = parents_from_levels(levels)
        expected = brute_force.automorphisms(len(levels), trees.edges_of(parents), root=0)
        assert count_automorphisms(parents) == expected
        assert counted.setdefault(canonical_levels(parents), expected) == expected


def test_automorphisms_of_branches_that_are_equal_but_written_differently():
    """Two equal branches, one written largest first and one not, must still be exchanged."""
    levels = (0, 1, 2, 3, 2, 1, 2, 2, 3)
    parents = parents_from_levels(levels)
    assert count_automorphisms(parents) == 2
    assert canonical_levels(parents) == (0, 1, 2, 3, 2, 1, 2, 3, 2)
    assert branches(canonical_levels(parents)) == [(0, 1, 2, 1)] * 2


@given(st.data())
def test_automorphisms_do_not_depend_on_the_numbering(data):
    parents = data.draw(trees.parent_arrays())
    assert count_automorphisms(parents) == count_automorphisms(data.draw(trees.relabelled(parents)))


@given(trees.parent_arrays(most=10), st.integers(1, 4))
def test_copies_of_a_branch_are_exchanged_in_all_ways(parents, copies):
    """k copies of tau on a new root have sigma = k! sigma(tau)^k."""
    n = len(parents)
    joined = [-1] + [
        1 + copy * n + parent if parent >= 0 else 0 for copy in range(copies) for parent in parents
    ]
    assert count_automorphisms(joined) == factorial(copies) * count_automorphisms(parents) ** copies


def test_numbers_of_numpy_become_python_integers():
    checked = check_levels(np.array([0, 1, 2, 1], dtype=np.uint8))
    assert checked == (0, 1, 2, 1)
    assert {type(level) for level in checked} == {int}


@given(st.lists(st.integers(-2, 5), max_size=7))
def test_sequences_are_accepted_exactly_when_they_are_plane_trees(entries):
    if tuple(entries) in trees.plane_levels(len(entries) or 1):
        assert check_levels(iter(entries)) == tuple(entries)
    else:
        with pytest.raises(InvalidTreeError):
            check_levels(entries)


@pytest.mark.parametrize(
    ("levels", "message"),
    [
        ([], "must have at least one entry"),
        (3, "must be a sequence, not '3'"),
        ("01", "Level '0' at position 0 must be an integer"),
        ([0, 1.0], "Level 1.0 at position 1 must be an integer"),
        ([1, 2], "must start with 0, the root, not 1"),
        ([0, 1, 0], "Level 0 at position 2 must lie between 1 and 2"),
        ([0, 1, 3], "Level 3 at position 2 must lie between 1 and 2"),
        ([0, -1], "Level -1 at position 1 must lie between 1 and 1"),
    ],
)
def test_sequences_that_are_no_tree(levels, message):
    with pytest.raises((InvalidTreeError, ArgumentTypeError), match=message):
        check_levels(levels)


@pytest.mark.parametrize(
    ("parents", "message"),
    [
        ([], "one root .*, not 0"),
        ([-1, -1], "one root .*, not 2"),
        ([-1, 1], "Vertex 1 .* cycle"),
        ([-1, 2, 3, 1], "Vertex 1 .* cycle"),
        ([1, 0], "one root .*, not 0"),
        ([-1, 2], "Parent 2 of vertex 1 must lie between -1 .* and 1"),
        ([-1, -2], "Parent -2 of vertex 1 must lie between -1 .* and 1"),
    ],
)
@pytest.mark.parametrize("function", [canonical_levels, count_automorphisms])
def test_parents_that_are_no_tree(function, parents, message):
    with pytest.raises(InvalidTreeError, match=message):
        function(parents)


def test_deep_paths_and_wide_stars_need_no_recursion():
    n = 10**5
    path = [-1, *range(n - 1)]
    assert canonical_levels([*range(1, n), -1]) == tuple(range(n))
    assert count_automorphisms(path) == 1
    assert subtree_sizes(range(n)) == tuple(range(n, 0, -1))
    assert parents_from_levels(range(n)) == tuple(path)
    star = (0,) + (1,) * (n - 1)
    assert canonical_levels(parents_from_levels(star)) == star
    assert len(branches(star)) == n - 1
