"""The bijections: inverse to each other, and they carry the statistic."""

from __future__ import annotations

from itertools import permutations

import pytest

from polyfam.errors import DomainError
from polyfam.family.bijections import (
    dyck_word_of_path_word,
    nested_set_of_word,
    path_word_of_dyck_word,
    permutation_of_star_word,
    star_word_of_permutation,
    word_of_nested_set,
)
from polyfam.family.nested_sets import maximal_nested_sets
from polyfam.trees.dyck_words import count_peaks, dyck_words
from polyfam.trees.generation import free_trees, rooted_trees
from polyfam.trees.rooted import RootedTree
from polyfam.trees.words import count_descents, edge_words, numbered_edges


@pytest.mark.parametrize("n", range(1, 8))
def test_words_and_nested_sets_are_inverse_and_carry_descents_for_every_root(n):
    for tree in rooted_trees(n):
        for word in edge_words(tree):
            above = nested_set_of_word(tree, word)
            assert word_of_nested_set(tree, above) == word
            falls = sum(letter > upper for letter, upper in above.items() if upper is not None)
            assert falls == count_descents(word)


def test_eight_vertices_too():
    for tree in free_trees(8):
        words = list(edge_words(tree))
        assert [word_of_nested_set(tree, nested_set_of_word(tree, w)) for w in words] == words


@pytest.mark.parametrize("n", range(1, 8))
def test_nested_sets_of_words_match_those_listed_by_dismantling(n):
    for tree in free_trees(n):
        number = {edge: k for k, edge in enumerate(numbered_edges(tree), start=1)}
        listed = {
            frozenset((number[edge], number.get(upper)) for edge, upper in above.items())
            for above in maximal_nested_sets(tree)
        }
        made = {frozenset(nested_set_of_word(tree, word).items()) for word in edge_words(tree)}
        assert made == listed


@pytest.mark.parametrize("n", range(2, 10))
def test_path_words_and_dyck_words_are_in_bijection_descents_to_peaks(n):
    words = list(edge_words(RootedTree(range(n))))
    images = [dyck_word_of_path_word(word) for word in words]
    assert sorted(images) == sorted(dyck_words(n - 1))
    assert [path_word_of_dyck_word(image) for image in images] == words
    for word, image in zip(words, images, strict=True):
        assert count_peaks(image) == count_descents(word) + 1


@pytest.mark.parametrize("j", range(1, 8))
def test_star_words_are_the_permutations(j):
    words = set(map(permutation_of_star_word, edge_words(RootedTree([0] + [1] * j))))
    assert words == set(permutations(range(1, j + 1)))
    assert all(star_word_of_permutation(word) == word for word in words)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: nested_set_of_word(RootedTree(range(4)), (3, 1, 2)), "no edge word of the tree"),
        (lambda: nested_set_of_word(RootedTree(range(4)), (1, 1, 2)), "once"),
        (lambda: word_of_nested_set(RootedTree(range(4)), {1: None, 2: 1}), "nested set"),
        (lambda: word_of_nested_set(RootedTree(range(4)), {2: None, 1: 2, 3: 1}), "nested set"),
        (lambda: dyck_word_of_path_word((3, 1, 2)), "no edge word"),
        (lambda: path_word_of_dyck_word("UDD"), "more D than U"),
        (lambda: path_word_of_dyck_word("UU"), "2 U not closed"),
        (lambda: path_word_of_dyck_word("UXD"), "is not U or D"),
        (lambda: permutation_of_star_word((1, 3)), "once"),
    ],
    ids=range(9),
)
def test_what_is_no_word_is_refused(call, sentence):
    with pytest.raises(DomainError, match=sentence):
        call()
