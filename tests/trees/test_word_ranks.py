"""Counting, ranking and drawing edge words, and the words behind the gamma vector."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise, permutations

import pytest

from polyfam.errors import DomainError
from polyfam.family.named import catalan, eulerian_row, narayana_row
from polyfam.family.single import beta_polynomial
from polyfam.trees.counting import random_free_tree
from polyfam.trees.dismantlings import count_dismantlings
from polyfam.trees.dyck_words import count_peaks, dyck_word_of_levels, dyck_words
from polyfam.trees.generation import free_trees, rooted_trees
from polyfam.trees.permutations import count_excedances, count_permutation_peaks, foata
from polyfam.trees.rooted import RootedTree
from polyfam.trees.words import (
    _choices,
    count_descents,
    count_edge_words,
    descent_distribution,
    edge_words,
    gamma_words,
    random_edge_word,
    rank_edge_word,
    unrank_edge_word,
)
from tests.oracles import brute_force


@pytest.mark.parametrize("n", range(1, 8))
def test_ranks_match_the_order_of_the_list_for_every_root(n):
    for tree in rooted_trees(n):
        words = list(edge_words(tree))
        assert [word[::-1] for word in words] == sorted(word[::-1] for word in words)
        assert [rank_edge_word(tree, word) for word in words] == list(range(len(words)))
        assert [unrank_edge_word(tree, k) for k in range(len(words))] == words


@pytest.mark.parametrize("n", range(1, 9))
def test_gamma_words_match_the_gamma_vector_for_every_root(n):
    for tree in free_trees(n):
        gamma = beta_polynomial(tree).gamma_vector
        for root in tree.rootings():
            counts = Counter(map(count_descents, gamma_words(root)))
            assert tuple(counts[i] for i in range(len(gamma))) == gamma


def test_gamma_words_match_their_definition_over_all_edge_words():
    for tree in rooted_trees(7):
        expected = []
        for word in edge_words(tree):
            falls = "".join("DU"[a < b] for a, b in pairwise(word))
            if "DD" not in falls and not falls.endswith("D"):
                expected.append(word)
        assert list(gamma_words(tree)) == expected


def test_distribution_matches_the_polynomial():
    for tree in free_trees(7):
        assert descent_distribution(tree) == beta_polynomial(tree).row


@pytest.mark.parametrize("n", range(1, 10))
def test_dismantlings_match_brute_force(n):
    for tree in free_trees(n):
        assert count_dismantlings(tree) == brute_force.count_dismantlings(tree.edges())


def test_dismantlings_of_large_trees_match_the_polynomial():
    for seed in range(5):
        tree = random_free_tree(70, seed)
        assert count_edge_words(tree) == beta_polynomial(tree).total
    assert count_edge_words(RootedTree(range(301))) == catalan(300)


def test_work_is_proportional_to_the_words_listed(monkeypatch):
    """Every choice can be completed: fewer than j steps a word, whatever the tree."""
    from polyfam.trees import words

    steps = Counter()

    def counted(edges, left):
        steps["steps"] += 1
        return _choices(edges, left)

    monkeypatch.setattr(words, "_choices", counted)
    for tree in rooted_trees(8):
        steps.clear()
        listed = sum(1 for _ in words.edge_words(tree))
        assert steps["steps"] <= 7 * listed


def test_random_words_are_uniform_over_all_words():
    tree = RootedTree([0, 1, 2, 2, 1])
    drawn = Counter(random_edge_word(tree, seed) for seed in range(1800))
    assert len(drawn) == 18
    chi_square = sum((count - 100) ** 2 / 100 for count in drawn.values())
    assert chi_square < 45  # 17 degrees of freedom: exceeded once in 4,000; the seeds are fixed


@pytest.mark.parametrize("j", range(1, 8))
def test_foata_carries_descents_to_excedances(j):
    words = list(permutations(range(1, j + 1)))
    images = [foata(word) for word in words]
    assert len(set(images)) == len(words)
    assert all(
        count_excedances(image) == count_descents(word)
        for word, image in zip(words, images, strict=True)
    )
    counts = Counter(map(count_excedances, words))
    assert tuple(counts[i] for i in range(j)) == eulerian_row(j)


def test_permutation_peaks_match_a_known_row():
    counts = Counter(count_permutation_peaks(word) for word in permutations(range(1, 6)))
    assert (counts[0], counts[1], counts[2]) == (16, 88, 16)  # A008303, row 5


@pytest.mark.parametrize("n", range(9))
def test_dyck_words_match_catalan_and_narayana(n):
    words = list(dyck_words(n))
    assert words == sorted(words, reverse=True)
    assert len(set(words)) == len(words) == catalan(n)
    if n:
        counts = Counter(map(count_peaks, words))
        assert tuple(counts[i] for i in range(1, n + 1)) == narayana_row(n)


def test_dyck_words_of_trees_are_distinct_and_dyck():
    for n in range(1, 9):
        words = [dyck_word_of_levels(tree) for tree in rooted_trees(n)]
        assert len(set(words)) == len(words)
        assert set(words) <= set(dyck_words(n - 1))


def test_ranks_out_of_range_are_refused():
    with pytest.raises(DomainError, match="at most 4"):
        unrank_edge_word(RootedTree(range(4)), 5)
    with pytest.raises(DomainError, match="no edge word"):
        rank_edge_word(RootedTree(range(4)), (3, 1, 2))
