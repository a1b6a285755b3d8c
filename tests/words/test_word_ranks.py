"""Counting, ranking and drawing edge words."""

from __future__ import annotations

from collections import Counter
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyfam.errors import ArgumentTypeError, DomainError, InvalidTreeError
from polyfam.family import BetaPolynomial, face_numbers
from polyfam.family.single import beta_polynomial
from polyfam.trees import RootedTree, path, random_free_tree, rooted_trees, star
from polyfam.words import (
    count_edge_words,
    edge_words,
    nested_set_of_word,
    random_edge_word,
    rank_edge_word,
    unrank_edge_word,
    word_of_nested_set,
)
from tests.oracles import trees


@pytest.mark.parametrize(("n", "step"), [(1, 1), (2, 1), (3, 1), (4, 1), (5, 1), (6, 1), (7, 5)])
def test_ranks_match_the_order_of_the_list(n, step):
    for tree in islice(rooted_trees(n), 0, None, step):
        listed = list(edge_words(tree))
        assert count_edge_words(tree) == len(listed)
        assert [rank_edge_word(tree, word) for word in listed] == list(range(len(listed)))
        assert [unrank_edge_word(tree, k) for k in range(len(listed))] == listed


def test_counts_of_large_trees_match_the_polynomial():
    for seed in range(3):
        tree = random_free_tree(100, seed)
        assert count_edge_words(tree) == beta_polynomial(tree).total


@given(trees.parent_arrays(least=2, most=30), st.data())
def test_ranks_and_words_of_large_trees_undo_each_other(parents, data):
    tree = RootedTree.from_parents(parents)
    count = count_edge_words(tree)
    k = data.draw(st.integers(0, count - 1))
    assert rank_edge_word(tree, unrank_edge_word(tree, k)) == k
    letters = tuple(range(1, tree.order))
    assert unrank_edge_word(tree, count - 1) == letters
    assert unrank_edge_word(tree, 0) == letters[::-1]


def test_random_words_are_uniform_over_all_words():
    """A chi-square test; the seeds are fixed."""
    tree = RootedTree([0, 1, 2, 2, 1])
    drawn = Counter(random_edge_word(tree, seed) for seed in range(1800))
    assert set(drawn) == set(edge_words(tree))
    chi_square = sum((count - 100) ** 2 / 100 for count in drawn.values())
    assert chi_square < 45  # 17 degrees of freedom: exceeded once in 4,000


def test_random_words_repeat_with_their_seed():
    tree = random_free_tree(60, seed=1)
    assert random_edge_word(tree, seed=5) == random_edge_word(tree, seed=5)
    assert random_edge_word(tree, seed=5) != random_edge_word(tree, seed=6)


def test_what_is_no_rank_is_refused():
    tree = RootedTree(range(4))
    with pytest.raises(DomainError, match="at most 4, not 5"):
        unrank_edge_word(tree, 5)
    with pytest.raises(DomainError, match="at least 0, not -1"):
        unrank_edge_word(tree, -1)
    with pytest.raises(ArgumentTypeError, match="must be an integer, not"):
        unrank_edge_word(tree, 1.0)
    with pytest.raises(DomainError, match="no edge word"):
        rank_edge_word(tree, (3, 1, 2))


def test_random_words_of_long_paths_and_bushy_trees_are_edge_words():
    for tree in (path(400), random_free_tree(300, seed=2)):
        word = random_edge_word(tree, seed=3)
        assert word_of_nested_set(tree, nested_set_of_word(tree, word)) == word


@pytest.mark.parametrize("seed", ["1", 2.5, float("nan"), True])
def test_seeds_are_integers(seed):
    with pytest.raises(ArgumentTypeError, match="Argument 'seed' must be an integer"):
        random_edge_word(path(5), seed=seed)


def test_a_word_may_be_an_iterator() -> None:
    """The oracle is the same word as a list."""
    assert rank_edge_word(star(4), iter([1, 3, 2])) == rank_edge_word(star(4), [1, 3, 2])


def test_values_that_only_look_right_are_refused_by_name() -> None:
    """The oracle is the sentence: a refusal of ours, with the argument or the entry."""
    with pytest.raises(ArgumentTypeError, match="'row'"):
        BetaPolynomial.from_row(None)  # type: ignore[arg-type]
    with pytest.raises(InvalidTreeError, match="must start with 0"):
        face_numbers([1, 2])
