"""Statistics of permutations against literal rows, and Foata's bijection."""

from __future__ import annotations

from collections import Counter
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyfam.errors import ArgumentTypeError, DomainError
from polyfam.words import (
    check_permutation,
    count_excedances,
    count_permutation_peaks,
    foata,
    foata_inverse,
)
from tests.oracles import brute_force
from tests.oracles.sequences import EULERIAN_ROWS

#: A008303, rows 1, 2, ...: permutations by peaks.
PEAK_ROWS = ((1,), (2,), (4, 2), (8, 16), (16, 88, 16), (32, 416, 272), (64, 1824, 2880, 272))

any_permutation = st.integers(0, 60).flatmap(lambda j: st.permutations(range(1, j + 1)))


def distribution(statistic, j):
    """Return the numbers of permutations of 1, ..., j with 0, 1, ... of something."""
    counts = Counter(map(statistic, permutations(range(1, j + 1))))
    assert sorted(counts) == list(range(len(counts)))
    return tuple(counts[i] for i in range(len(counts)))


@pytest.mark.parametrize("j", range(1, 8))
def test_excedances_and_peaks_match_literal_rows(j):
    assert distribution(count_excedances, j) == EULERIAN_ROWS[j - 1]
    assert distribution(count_permutation_peaks, j) == PEAK_ROWS[j - 1]


@pytest.mark.parametrize("j", range(8))
def test_foata_is_a_bijection_that_carries_descents_to_excedances(j):
    words = list(permutations(range(1, j + 1)))
    images = [foata(word) for word in words]
    assert sorted(images) == words
    assert [foata_inverse(image) for image in images] == words
    for word, image in zip(words, images, strict=True):
        assert count_excedances(image) == brute_force.descents(word)


@given(any_permutation)
def test_foata_and_its_inverse_undo_each_other_on_long_words(word):
    assert foata_inverse(foata(word)) == foata(foata_inverse(word)) == tuple(word)
    assert count_excedances(foata(word)) == brute_force.descents(tuple(word))


@pytest.mark.parametrize("word", [(0, 1), (1, 3), (2, 2), ("a",), 3, (1.0,)])
def test_what_is_no_permutation_is_refused(word):
    for function in (check_permutation, foata, foata_inverse):
        with pytest.raises((DomainError, ArgumentTypeError), match=r"once, not|integers?, not"):
            function(word)
