"""Limbs against Python integers."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from polyfam.census.limbs import (
    BITS,
    LONG,
    bit_lengths,
    carry,
    limbs_of_integers,
    limbs_of_words,
    to_floats,
    to_integers,
    to_words,
)

near_powers = st.builds(
    lambda bits, offset: max(0, (1 << bits) + offset), st.integers(0, 131), st.integers(-3, 3)
)
integers = st.one_of(st.integers(0, 2**132 - 1), near_powers.filter(lambda x: x < 2**132))
rows = st.lists(st.tuples(integers, integers), min_size=1, max_size=5)


@given(rows)
def test_integers_come_back(rows: list[tuple[int, int]]) -> None:
    assert to_integers(limbs_of_integers(rows)) == list(map(list, rows))


@given(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=5))
def test_words_come_back(words: list[int]) -> None:
    array = np.array([words], np.uint64)
    limbs = limbs_of_words(array)
    assert to_integers(limbs) == [[word] for word in words]
    upper, lower = to_words(limbs)
    assert not upper.any()
    assert lower.tolist() == array.tolist()


@given(rows)
def test_two_words_are_the_integer_modulo_2_to_the_128(rows: list[tuple[int, int]]) -> None:
    words = zip(*(word.T.tolist() for word in to_words(limbs_of_integers(rows))), strict=True)
    for row, (upper, lower) in zip(rows, words, strict=True):
        joined = [u << 64 | v for u, v in zip(upper, lower, strict=True)]
        assert joined == [x % 2**128 for x in row]


@given(rows)
def test_bit_lengths_are_those_of_python(rows: list[tuple[int, int]]) -> None:
    expected = [[x.bit_length() for x in row] for row in rows]
    assert bit_lengths(limbs_of_integers(rows)).T.tolist() == expected


@given(rows)
def test_rounding_stays_within_the_stated_bound(rows: list[tuple[int, int]]) -> None:
    for row, rounded in zip(rows, to_floats(limbs_of_integers(rows)).T.tolist(), strict=True):
        for x, y in zip(row, rounded, strict=True):
            assert abs(Fraction(y) - x) <= x * Fraction(5, 2**53)
            assert x >= 2**53 or y == x


@given(st.lists(st.integers(-(2**52), 2**52), min_size=1, max_size=5))
def test_carry_makes_the_limbs_of_a_sum(sums: list[int]) -> None:
    total = sum(part << BITS * level for level, part in enumerate(sums))
    if total < 0:
        sums, total = [-part for part in sums], -total
    limbs = carry(np.array(sums, float)[np.newaxis, :, np.newaxis], LONG + 2)
    assert to_integers(limbs) == [[total]]
    assert (limbs >= 0).all()
    assert (limbs < 1 << BITS).all()
