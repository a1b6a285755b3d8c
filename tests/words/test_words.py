"""Edge words against their literal definition, permutations, Catalan numbers and dismantlings."""

from __future__ import annotations

from collections import Counter
from itertools import islice, pairwise, permutations
from math import comb, factorial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyfam._checks import readable
from polyfam.errors import ArgumentTypeError, ResourceError
from polyfam.family.single import beta_polynomial
from polyfam.trees import FreeTree, RootedTree, free_trees, path, rooted_trees, star
from polyfam.words import (
    count_descents,
    descent_distribution,
    edge_words,
    gamma_words,
    is_gamma_word,
    numbered_edges,
)
from polyfam.words import listing as words
from tests.oracles import brute_force, trees
from tests.oracles.sequences import CATALAN


def by_descents(listed, length):
    """Return the numbers of words with 0, 1, ... descents."""
    counts = Counter(map(count_descents, listed))
    return tuple(counts[i] for i in range(length))


@pytest.mark.parametrize("n", range(1, 8))
def test_edge_words_match_their_definition_over_all_permutations(n):
    for tree in rooted_trees(n):
        edges = dict(enumerate(numbered_edges(tree), start=1))
        expected = {word for word in permutations(edges) if brute_force.is_edge_word(word, edges)}
        listed = list(edge_words(tree))
        assert len(listed) == len(set(listed))
        assert set(listed) == expected
        assert [word[::-1] for word in listed] == sorted(word[::-1] for word in listed)


@pytest.mark.parametrize("n", range(1, 9))
def test_distribution_matches_the_polynomial_for_every_root(n):
    for tree in free_trees(n):
        row = beta_polynomial(tree).row
        assert {descent_distribution(rooting) for rooting in tree.rootings()} == {row}


def test_words_of_stars_are_all_permutations_for_every_root():
    for j in range(7):
        for rooting in star(j + 1).rootings():
            listed = set(edge_words(rooting))
            assert listed == set(permutations(range(1, j + 1)))
            assert len(listed) == factorial(j)


def test_words_of_paths_are_counted_by_catalan():
    for j in range(9):
        assert sum(1 for _ in edge_words(path(j + 1))) == CATALAN[j]
        assert sum(1 for _ in edge_words(RootedTree(range(j + 1)))) == CATALAN[j]


def test_free_tree_is_rooted_at_its_centroid():
    tree = FreeTree([0, 1, 2, 3, 3, 1])
    assert list(edge_words(tree)) == list(edge_words(tree.rooted()))
    assert list(gamma_words(tree)) == list(gamma_words(tree.rooted()))


def test_one_vertex_has_the_empty_word():
    assert list(edge_words(FreeTree())) == list(gamma_words(FreeTree())) == [()]
    assert descent_distribution(FreeTree()) == (1,)


@pytest.mark.parametrize("n", range(1, 8))
def test_gamma_words_match_their_definition_over_all_edge_words(n):
    for tree in rooted_trees(n):
        expected = []
        for word in edge_words(tree):
            steps = "".join("UD"[a > b] for a, b in pairwise(word))
            assert is_gamma_word(word) == ("DD" not in f"{steps}D")
            if is_gamma_word(word):
                expected.append(word)
        assert list(gamma_words(tree)) == expected


@pytest.mark.parametrize("n", range(1, 9))
def test_gamma_words_match_the_gamma_vector_for_every_root(n):
    """And the gamma vector expands to the row in powers of 1 + beta."""
    for tree in free_trees(n):
        p = beta_polynomial(tree)
        gamma = p.gamma_vector
        for rooting in tree.rootings():
            assert by_descents(gamma_words(rooting), len(gamma)) == gamma
        if n > 1:
            row = [0] * (n - 1)
            for i, count in enumerate(gamma):
                for k in range(n - 1 - 2 * i):
                    row[i + k] += count * comb(n - 2 - 2 * i, k)
            assert tuple(row) == p.row


@pytest.mark.parametrize("search", [edge_words, gamma_words])
def test_steps_are_proportional_to_the_words_listed(search, monkeypatch):
    """Each step chooses a letter, and words share their ends."""
    steps = 0

    def counted(*arguments):
        nonlocal steps
        steps += 1
        return cut(*arguments)

    cut = words.cut
    monkeypatch.setattr(words, "cut", counted)
    for n in range(2, 9):
        for tree in rooted_trees(n):
            steps = 0
            listed = sum(1 for _ in search(tree))
            assert steps <= (4 if search is edge_words else 6) * listed


@pytest.mark.parametrize("j", range(1, 8))
def test_steps_for_stars_match_the_partial_sums_of_e(j, monkeypatch):
    """Of j! words j!/k! ends with j - k letters are different."""
    steps = []
    cut = words.cut
    monkeypatch.setattr(words, "cut", lambda *arguments: steps.append(1) or cut(*arguments))
    assert sum(1 for _ in edge_words(star(j + 1))) == factorial(j)
    assert len(steps) == sum(factorial(j) // factorial(k) for k in range(j))


@given(trees.parent_arrays(least=2, most=60))
def test_searches_of_large_trees_have_no_dead_ends(parents):
    """A search that had to turn back would hardly find the first fifty words."""
    tree = RootedTree.from_parents(parents)
    letters = list(range(1, tree.order))
    for search in (edge_words, gamma_words):
        for word in islice(search(tree), 50):
            assert sorted(word) == letters
    assert all(map(is_gamma_word, islice(gamma_words(tree), 50)))


@given(st.lists(st.integers(1, 9), max_size=9))
def test_descents_match_a_literal_count(word):
    assert count_descents(word) == brute_force.descents(tuple(word))
    assert count_descents(sorted(word)) == 0
    if len(set(word)) == len(word) > 0:
        assert count_descents(word) + count_descents(word[::-1]) == len(word) - 1


def test_too_many_words_are_refused_with_their_number():
    with pytest.raises(ResourceError, match=r"39,916,800 edge words.*beta_polynomial"):
        descent_distribution(star(12))
    with pytest.raises(ResourceError, match=r"about 10\^1131 edge words"):
        descent_distribution(star(500))


def test_refusals_do_not_wait_for_the_first_word():
    for search in (edge_words, gamma_words):
        with pytest.raises(ArgumentTypeError, match="must be a FreeTree or a RootedTree"):
            search("star:4")


def test_numbers_are_readable_on_both_sides_of_the_seam():
    assert readable(10**18 - 1) == "999,999,999,999,999,999"
    assert readable(10**18) == "about 10^18"
