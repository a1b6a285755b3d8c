"""Dyck words against Catalan and Narayana numbers, and as level sequences."""

from __future__ import annotations

from collections import Counter
from itertools import accumulate, islice, product

import pytest

from polyfam.errors import DomainError, InvalidTreeError
from polyfam.trees import NOTATIONS, rooted_trees
from polyfam.words import (
    check_dyck_word,
    count_peaks,
    dyck_word_of_levels,
    dyck_words,
    levels_of_dyck_word,
)
from tests.oracles import trees
from tests.oracles.sequences import CATALAN, NARAYANA_ROWS


def is_dyck_word(word):
    """Say whether a word of steps never goes below its start and ends there."""
    heights = list(accumulate((1 if letter == "U" else -1 for letter in word), initial=0))
    return min(heights) == heights[-1] == 0


@pytest.mark.parametrize("n", range(8))
def test_dyck_words_match_their_definition_over_all_words(n):
    expected = filter(is_dyck_word, map("".join, product("UD", repeat=2 * n)))
    assert list(dyck_words(n)) == list(expected)


@pytest.mark.parametrize("n", range(1, 10))
def test_dyck_words_by_peaks_match_narayana(n):
    counts = Counter(map(count_peaks, dyck_words(n)))
    assert tuple(counts[i] for i in range(1, n + 1)) == NARAYANA_ROWS[n - 1]
    assert sum(counts.values()) == CATALAN[n]


def test_first_words_of_great_length_come_at_once():
    words = list(islice(dyck_words(5000), 3))
    assert [word.index("D") for word in words] == [5000, 4999, 4999]


@pytest.mark.parametrize("n", range(1, 8))
def test_dyck_words_and_level_sequences_are_in_bijection_peaks_to_leaves(n):
    sequences = trees.plane_levels(n)
    words = [dyck_word_of_levels(levels) for levels in sequences]
    assert sorted(words, reverse=True) == list(dyck_words(n - 1))
    assert [levels_of_dyck_word(word) for word in words] == sequences
    for levels, word in zip(sequences, words, strict=True):
        leaves = sum(after <= level for level, after in zip(levels, (*levels[1:], 0), strict=True))
        assert count_peaks(word) == (leaves if n > 1 else 0)


def test_dyck_notation_is_the_dyck_word_of_the_levels():
    for tree in rooted_trees(6):
        assert NOTATIONS["dyck"].format(tree) == dyck_word_of_levels(tree.levels)


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("UDD", "at position 2 there are more D than U"),
        ("UU", "ends with 2 U not closed"),
        ("UXD", "'X' at position 1 is not U or D"),
    ],
)
def test_what_is_no_dyck_word_is_refused(word, sentence):
    for function in (check_dyck_word, levels_of_dyck_word):
        with pytest.raises(DomainError, match=sentence):
            function(word)


def test_what_is_no_level_sequence_is_refused():
    with pytest.raises(InvalidTreeError, match="must lie between"):
        dyck_word_of_levels((0, 2))
