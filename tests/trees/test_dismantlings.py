"""Dismantlings against the recursion over edges, closed forms and the polynomial at 1."""

from __future__ import annotations

from math import factorial

import pytest

from polyfam.family.single import beta_polynomial
from polyfam.trees import RootedTree, random_free_tree, rooted_trees, star
from polyfam.trees.dismantlings import count_dismantlings, first_removals
from tests.oracles import brute_force, trees
from tests.oracles.sequences import CATALAN


@pytest.mark.parametrize("n", range(1, 10))
def test_numbers_match_the_recursion_over_edges_for_every_root(n):
    for tree in rooted_trees(n):
        assert count_dismantlings(tree.parents()) == brute_force.count_dismantlings(tree.edges())


@pytest.mark.parametrize("n", range(1, 8))
def test_first_removals_match_the_two_pieces_taken_apart(n):
    """Also where the vertices are not numbered in preorder."""
    for parents in trees.increasing_parents(n):
        edges = trees.edges_of(parents)
        expected = []
        for v in range(1, n):
            below = {v}
            for child in range(v + 1, n):
                if parents[child] in below:
                    below.add(child)
            pieces = (
                [edge for edge in edges if edge[0] in below],
                [edge for edge in edges if edge[1] not in below],
            )
            expected.append(
                brute_force.count_dismantlings(pieces[0])
                * brute_force.count_dismantlings(pieces[1])
            )
        assert first_removals(parents) == expected


@pytest.mark.parametrize("seed", range(5))
def test_numbers_of_large_trees_match_first_removals_and_the_polynomial(seed):
    tree = random_free_tree(80, seed)
    total = beta_polynomial(tree).total
    for rooting in [*tree.rootings()][::20]:
        assert count_dismantlings(rooting.parents()) == sum(first_removals(rooting.parents()))
        assert count_dismantlings(rooting.parents()) == total


def test_paths_match_catalan_and_stars_factorials():
    for j in range(len(CATALAN)):
        assert count_dismantlings(RootedTree(range(j + 1)).parents()) == CATALAN[j]
    for j in range(1, 200, 13):
        assert count_dismantlings(star(j + 1).parents()) == factorial(j)
        assert first_removals(star(j + 1).parents()) == [factorial(j - 1)] * j
