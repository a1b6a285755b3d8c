"""Rooted trees: brute force, networkx, Cayley's formula, and what a value must keep."""

from __future__ import annotations

import copy
import pickle
from fractions import Fraction
from itertools import pairwise
from math import factorial
from random import Random

import networkx
import pytest
from hypothesis import given

from polyfam.errors import ArgumentTypeError, InvalidTreeError
from polyfam.trees import FreeTree, RootedTree, rooted_trees
from tests.oracles import brute_force, trees


def all_rooted(most):
    """List the rooted trees on up to `most` vertices."""
    return [tree for n in range(1, most + 1) for tree in rooted_trees(n)]


def test_equality_matches_networkx_rooted_isomorphism():
    graphs = {
        parents: trees.rooted_graph(5, trees.edges_of(parents), root=0)
        for parents in trees.increasing_parents(5)
    }
    for one, graph in graphs.items():
        for other, other_graph in graphs.items():
            equal = RootedTree.from_parents(one) == RootedTree.from_parents(other)
            assert equal == networkx.is_isomorphic(graph, other_graph)


def test_every_ordering_of_the_branches_is_the_same_value():
    for tree in all_rooted(7):
        values = {RootedTree(levels) for levels in brute_force.orderings(tree.levels)}
        assert values == {tree}


def test_automorphisms_match_all_permutations():
    for tree in all_rooted(6):
        expected = brute_force.automorphisms(tree.order, tree.edges(), root=0)
        assert tree.automorphisms() == expected


def test_automorphisms_are_right_on_input_that_is_not_canonical():
    """The cherry beside a leaf and before it: an implementation that groups neighbours fails."""
    assert RootedTree([0, 1, 1, 2, 1]).automorphisms() == 2
    assert RootedTree([0, 1, 2, 1, 1, 2]).automorphisms() == 2
    assert RootedTree([0, 1, 2, 2, 3, 1, 2, 3, 2]).automorphisms() == 2


@pytest.mark.parametrize("n", range(1, 13))
def test_orbits_add_up_to_cayley(n):
    """The rooted labelled trees on n vertices, n^(n-1) of them, fall into orbits of n!/sigma."""
    total = sum(factorial(n) // tree.automorphisms() for tree in rooted_trees(n))
    assert total == n ** (n - 1)


@pytest.mark.parametrize("n", range(1, 11))
def test_monotone_labellings_add_up_to_factorials(n):
    """A tree has n!/(sigma * factorial) increasing labellings; (n-1)! trees are increasing."""
    total = sum(
        Fraction(factorial(n), tree.automorphisms() * tree.factorial()) for tree in rooted_trees(n)
    )
    assert total == factorial(n - 1)


def test_factorial_matches_its_recursion():
    """It is n times the product over the branches."""
    for tree in all_rooted(8):
        expected = tree.order
        for branch in tree.branches:
            expected *= branch.factorial()
        assert tree.factorial() == expected


def test_branches_are_smaller_trees_largest_first():
    for tree in all_rooted(8):
        assert sorted(tree.branches, reverse=True) == list(tree.branches)
        levels = (level + 1 for branch in tree.branches for level in branch.levels)
        assert (0, *levels) == tree.levels
        assert all(branch == RootedTree(branch.levels) for branch in tree.branches)


def test_order_matches_its_definition():
    """By number of vertices, then by the branches, largest first, in the same order."""

    def key(tree):
        return tree.order, [key(branch) for branch in tree.branches]

    listed = all_rooted(7)
    shuffled = Random(1).sample(listed, len(listed))
    by_definition = sorted(listed, key=key)
    assert by_definition == sorted(shuffled) == listed
    for one, other in pairwise(listed):
        assert one < other
        assert one <= other
        assert not other <= one
        assert one != other


def test_edges_and_parents_match_networkx():
    for tree in all_rooted(7):
        graph = tree.to_networkx()
        assert networkx.is_tree(graph)
        assert sorted(graph) == list(range(tree.order))
        assert networkx.single_source_shortest_path_length(graph, 0) == dict(enumerate(tree.levels))
        assert dict(networkx.dfs_predecessors(graph, 0)) == {
            child: parent for parent, child in tree.edges()
        }
        degrees = sorted((degree for _, degree in graph.degree()), reverse=True)
        assert tree.degree_sequence() == tuple(degrees)


@given(trees.parent_arrays())
def test_parents_are_read_back(parents):
    tree = RootedTree.from_parents(parents)
    assert tree.order == len(tree) == len(parents)
    assert RootedTree.from_parents(tree.parents()) == tree == RootedTree(tree.levels)
    assert tree.sizes == brute_force.subtree_sizes(tree.levels)
    assert tree.free() == FreeTree.from_edges(trees.edges_of(parents), range(len(parents)))


def test_values_are_immutable_hashable_and_survive_pickling():
    tree = RootedTree([0, 1, 1, 2])
    with pytest.raises(AttributeError):
        tree.levels = (0,)
    with pytest.raises(AttributeError):
        tree.name = "tau"
    assert isinstance(tree.levels, tuple)
    assert isinstance(tree.branches, tuple)
    assert hash(tree) == hash(RootedTree([0, 1, 2, 1]))
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(tree, protocol)) == tree
    assert copy.copy(tree) == copy.deepcopy(tree) == tree
    assert eval(repr(tree)) == tree
    assert RootedTree(map(int, str(tree).split())) == tree


def test_edges_are_fresh_lists():
    tree = RootedTree([0, 1, 2])
    tree.edges().clear()
    assert tree.edges() == [(0, 1), (1, 2)]


def test_a_rooted_tree_is_no_free_tree():
    rooted, free = RootedTree([0, 1]), FreeTree([0, 1])
    assert rooted != free
    assert len({rooted, free}) == 2
    with pytest.raises(TypeError):
        rooted < free  # noqa: B015
    assert rooted != (0, 1)


def test_smallest_tree():
    tree = RootedTree()
    assert (tree.levels, tree.branches, tree.edges(), tree.parents()) == ((0,), (), [], (-1,))
    assert (tree.automorphisms(), tree.factorial(), tree.degree_sequence()) == (1, 1, (0,))


@pytest.mark.parametrize("levels", [[], [1], [0, 2], [0, 0], "tree", None])
def test_what_is_no_level_sequence_is_refused(levels):
    with pytest.raises((InvalidTreeError, ArgumentTypeError)):
        RootedTree(levels)


def test_deep_paths_need_no_recursion():
    n = 2 * 10**4
    path = RootedTree.from_parents([*range(1, n), -1])
    assert path.levels == tuple(range(n))
    assert path.automorphisms() == 1
    assert path.branches[0].order == n - 1
    assert path > RootedTree((0,) + (1,) * (n - 1))
    assert pickle.loads(pickle.dumps(path)) == path


@pytest.mark.parametrize(
    "parents",
    [[-1, 0.0], ["a"], [None, 0], 3, [-1, False], None],
    ids=["float", "text", "none", "number", "boolean", "nothing"],
)
def test_what_is_no_parent_array_is_refused_in_one_sentence(parents):
    refusals = (InvalidTreeError, ArgumentTypeError)
    with pytest.raises(refusals, match=r"^(A p|P)arent.* must be a.*\.$"):
        RootedTree.from_parents(parents)


def test_parents_may_come_from_an_iterator():
    assert RootedTree.from_parents(iter([-1, 0])) == RootedTree([0, 1])


def test_booleans_are_no_levels():
    with pytest.raises(InvalidTreeError, match="must be an integer"):
        RootedTree([False, True])
