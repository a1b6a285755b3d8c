"""Edge words against their literal definition, permutations, Catalan numbers and dismantlings."""

from __future__ import annotations

from itertools import permutations
from math import factorial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyfam.trees.free import FreeTree
from polyfam.trees.generation import free_trees, rooted_trees
from polyfam.trees.rooted import RootedTree
from polyfam.trees.shapes import path, star
from polyfam.trees.words import count_descents, edge_words, numbered_edges
from tests.oracles import brute_force, trees
from tests.oracles.sequences import CATALAN


def test_numbers_fall_away_from_the_root():
    for n in range(1, 9):
        for tree in rooted_trees(n):
            edges = numbered_edges(tree)
            assert sorted(edges) == sorted(tree.edges())
            number = {child: k for k, (_, child) in enumerate(edges, start=1)}
            for parent, child in edges:
                if parent:
                    assert number[child] < number[parent]
            depths = [tree.levels[child] for _, child in edges]
            assert depths == sorted(depths, reverse=True)


@pytest.mark.parametrize("n", range(1, 8))
def test_edge_words_match_their_definition_over_all_permutations(n):
    for tree in rooted_trees(n):
        edges = dict(enumerate(numbered_edges(tree), start=1))
        expected = {word for word in permutations(edges) if brute_force.is_edge_word(word, edges)}
        words = list(edge_words(tree))
        assert len(words) == len(set(words))
        assert set(words) == expected


@pytest.mark.parametrize("n", range(1, 9))
def test_numbers_of_words_match_dismantlings_for_every_root(n):
    for tree in free_trees(n):
        expected = brute_force.count_dismantlings(tree.edges())
        for rooting in tree.rootings():
            assert sum(1 for _ in edge_words(rooting)) == expected


def test_words_of_stars_are_all_permutations():
    for j in range(7):
        words = set(edge_words(star(j + 1)))
        assert words == set(permutations(range(1, j + 1)))
        assert len(words) == factorial(j)


def test_words_of_paths_are_counted_by_catalan():
    for j in range(9):
        assert sum(1 for _ in edge_words(path(j + 1))) == CATALAN[j]
        assert sum(1 for _ in edge_words(RootedTree(range(j + 1)))) == CATALAN[j]


def test_free_tree_is_rooted_at_its_centroid():
    tree = FreeTree([0, 1, 2, 3, 3, 1])
    assert list(edge_words(tree)) == list(edge_words(tree.rooted))
    assert numbered_edges(tree) == numbered_edges(tree.rooted)


def test_one_vertex_has_the_empty_word():
    assert list(edge_words(FreeTree())) == [()]
    assert numbered_edges(FreeTree()) == []


@given(trees.parent_arrays(least=2, most=60))
def test_first_word_of_a_large_tree_is_a_permutation(parents):
    """Listing is lazy, and every choice of a last letter can be completed."""
    tree = RootedTree.from_parents(parents)
    assert sorted(next(edge_words(tree))) == list(range(1, tree.order))


@given(st.lists(st.integers(1, 9), max_size=9))
def test_descents_match_a_literal_count(word):
    assert count_descents(word) == brute_force.descents(tuple(word))
    assert count_descents(sorted(word)) == 0
    if len(set(word)) == len(word) > 0:
        assert count_descents(word) + count_descents(word[::-1]) == len(word) - 1
