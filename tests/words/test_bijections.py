"""The bijections: inverse to each other, onto, and they carry the statistic."""

from __future__ import annotations

from collections import Counter
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyfam.errors import ArgumentTypeError, DomainError
from polyfam.family.single import beta_polynomial
from polyfam.trees import RootedTree, free_trees, rooted_trees, star
from polyfam.words import (
    count_by_descents,
    count_descents,
    count_peaks,
    dyck_word_of_path_word,
    dyck_words,
    edge_words,
    maximal_nested_sets,
    nested_set_of_word,
    numbered_edges,
    path_word_of_dyck_word,
    plant,
    plant_word,
    random_edge_word,
    unplant_word,
    word_of_nested_set,
)
from tests.oracles import brute_force, trees
from tests.oracles.sequences import EULERIAN_ROWS, NARAYANA_ROWS

FOUR = RootedTree(range(4))


@pytest.mark.parametrize("n", range(1, 9))
def test_words_and_nested_sets_are_in_bijection_with_descents_for_every_root(n):
    """Every word, and every nested set listed by dismantling; the latter once a free tree."""
    for tree in rooted_trees(n):
        made = set()
        for word in edge_words(tree):
            above = nested_set_of_word(tree, word)
            assert word_of_nested_set(tree, above) == word
            falls = sum(letter > upper for letter, upper in above.items() if upper is not None)
            assert falls == brute_force.descents(word)
            made.add(frozenset(above.items()))
        if n < 8 or tree == tree.free().rooted():
            nested = list(maximal_nested_sets(tree))
            assert made == {frozenset(above.items()) for above in nested}
            words = {word_of_nested_set(tree, above) for above in nested}
            assert words == set(edge_words(tree))


@pytest.mark.parametrize("n", range(1, 8))
def test_nested_sets_by_descents_do_not_depend_on_the_numbering(n):
    """Edges compare as pairs of preorder numbers, which grow away from the root."""
    for tree in free_trees(n):
        row = beta_polynomial(tree).row
        assert {count_by_descents(rooting) for rooting in tree.rootings()} == {row}


@given(trees.parent_arrays(most=40), st.integers(0, 10**6))
def test_nested_sets_of_random_words_are_dismantlings(parents, seed):
    """Each edge below another is on one side of it, connected to it by edges removed later."""
    tree = RootedTree.from_parents(parents)
    word = random_edge_word(tree, seed)
    above = nested_set_of_word(tree, word)
    assert word_of_nested_set(tree, above) == word
    edges = dict(enumerate(numbered_edges(tree), start=1))
    tubes = {letter: {edges[letter]} for letter in above}
    for letter in word:  # from the bottom to the top
        assert brute_force.is_connected(tubes[letter])
        if above[letter] is not None:
            tubes[above[letter]] |= tubes[letter]


@pytest.mark.parametrize("j", range(9))
def test_path_words_and_dyck_words_are_in_bijection_descents_to_peaks(j):
    words = list(edge_words(RootedTree(range(j + 1))))
    images = [dyck_word_of_path_word(word) for word in words]
    assert sorted(images, reverse=True) == list(dyck_words(j))
    assert [path_word_of_dyck_word(image) for image in images] == words
    if j:
        peaks = Counter(map(count_peaks, images))
        assert tuple(peaks[i] for i in range(1, j + 1)) == NARAYANA_ROWS[j - 1]
        for word, image in zip(words, images, strict=True):
            assert count_peaks(image) == brute_force.descents(word) + 1


def test_long_path_words_need_no_recursion():
    rising, falling = tuple(range(1, 3001)), tuple(range(3000, 0, -1))
    assert dyck_word_of_path_word(rising) == "U" * 3000 + "D" * 3000
    assert dyck_word_of_path_word(falling) == "UD" * 3000
    assert path_word_of_dyck_word("U" * 3000 + "D" * 3000) == rising
    assert path_word_of_dyck_word("UD" * 3000) == falling


@given(st.integers(0, 7).flatmap(lambda j: st.permutations(range(1, j + 1))))
def test_what_is_no_path_word_matches_the_literal_definition(word):
    edges = {letter: (letter, letter + 1) for letter in word}
    if brute_force.is_edge_word(tuple(word), edges):
        assert path_word_of_dyck_word(dyck_word_of_path_word(word)) == tuple(word)
    else:
        with pytest.raises(DomainError, match="edge word of a path"):
            dyck_word_of_path_word(word)


@pytest.mark.parametrize("j", range(1, 8))
def test_words_of_stars_are_all_permutations_for_every_root(j):
    for rooting in star(j + 1).rootings():
        words = list(edge_words(rooting))
        assert sorted(words) == list(permutations(range(1, j + 1)))
        falls = Counter(map(brute_force.descents, words))
        assert tuple(falls[i] for i in range(j)) == EULERIAN_ROWS[j - 1]


@pytest.mark.parametrize("n", range(1, 8))
def test_planting_is_an_injection_onto_the_words_that_end_with_their_largest_letter(n):
    for tree in rooted_trees(n):
        words = list(edge_words(tree))
        planted = [plant_word(word) for word in words]
        assert planted == [word for word in edge_words(plant(tree)) if word[-1] == n]
        assert [unplant_word(word) for word in planted] == words
        assert list(map(count_descents, planted)) == list(map(count_descents, words))


@pytest.mark.parametrize("n", range(2, 9))
def test_no_coefficient_falls_when_a_leaf_is_added(n):
    """Planted at each of its vertices, a tree becomes each tree with one more leaf."""
    for tree in free_trees(n):
        for rooting in tree.rootings():
            larger = beta_polynomial(plant(rooting)).row
            assert all(a <= b for a, b in zip(beta_polynomial(tree).row, larger, strict=False))


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: nested_set_of_word(FOUR, (3, 1, 2)), "no edge word of the tree"),
        (lambda: nested_set_of_word(FOUR, (1, 1, 2)), "once"),
        (lambda: nested_set_of_word("path:4", (1, 2, 3)), "must be a FreeTree or a RootedTree"),
        (lambda: word_of_nested_set("path:4", {}), "must be a FreeTree or a RootedTree"),
        (lambda: word_of_nested_set(FOUR, {}), "nested set"),
        (lambda: word_of_nested_set(FOUR, {1: None, 2: 1}), "nested set"),
        (lambda: word_of_nested_set(FOUR, {2: None, 1: 2, 3: 1}), "nested set"),
        (lambda: word_of_nested_set(FOUR, {1: 2, 2: 3, 3: 1}), "nested set"),
        (lambda: word_of_nested_set(FOUR, {1: None, 2: None, 3: None}), "nested set"),
        (lambda: word_of_nested_set(FOUR, {2: None, 1: 2, 3: 9}), "nested set"),
        (lambda: dyck_word_of_path_word((3, 1, 2)), r"edge word of a path.*\(3, 1, 2\)"),
        (lambda: dyck_word_of_path_word((1, 3)), "once"),
        (lambda: path_word_of_dyck_word("UDD"), "more D than U"),
        (lambda: path_word_of_dyck_word("UU"), "2 U not closed"),
        (lambda: plant_word((1, 3)), "once"),
        (lambda: unplant_word((3, 1, 2)), "must end with its largest letter, 3"),
        (lambda: unplant_word(()), "must end with its largest letter"),
    ],
    ids=range(17),
)
def test_what_is_no_word_or_nested_set_is_refused(call, sentence):
    with pytest.raises((DomainError, ArgumentTypeError), match=sentence):
        call()
