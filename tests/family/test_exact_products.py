"""Products of doubles with residues against products of Python integers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyfam.family.engine import exact_products
from polyfam.family.engine.exact_products import Exact, multiply, to_words

WORD = 1 << 64
#: Products from here on may be given up as too large, those from WORD on must be.
SURE = WORD - (WORD >> 39)
UNKNOWN = None  # stands for an entry that is too large, or depends on one


def exact(entries: list[list[int | None]]) -> Exact:
    """Store a matrix of Python integers, those of 64 bits or more as infinity."""
    flat = [x for row in entries for x in row]
    values = np.array(
        [[np.inf if x is UNKNOWN or x >= WORD else float(x) for x in row] for row in entries]
    )
    if all(x is not UNKNOWN and x < 1 << 53 for x in flat):
        return Exact(values)
    residues = [
        [0.0 if x is UNKNOWN or x >= WORD else float(x % (1 << 22)) for x in row] for row in entries
    ]
    return Exact(values, np.array(residues))


def product(left: list[list], right: list[list]) -> list[list[int | None]]:
    """Multiply matrices of Python integers; what depends on an unknown entry is unknown."""

    def entry(row: list, column: tuple) -> int | None:
        if UNKNOWN in row or UNKNOWN in column:
            return UNKNOWN
        value = sum(a * b for a, b in zip(row, column, strict=True))
        return value if value < WORD else UNKNOWN

    return [[entry(row, column) for column in zip(*right, strict=True)] for row in left]


def check(matrix: Exact, expected: list[list[int | None]]) -> None:
    """Compare all entries; between SURE and WORD they may have been given up."""
    words, large_rows = to_words(matrix)
    unknown = np.isinf(matrix.values)
    assert not np.isnan(matrix.values).any()
    assert set(large_rows.tolist()) == set(np.flatnonzero(unknown.any(axis=1)).tolist())
    for i, row in enumerate(expected):
        for k, value in enumerate(row):
            if unknown[i, k]:
                assert value is UNKNOWN or value >= SURE
            else:
                assert int(words[i, k]) == value
                assert matrix.values[i, k] == float(value)
                assert matrix.trailing()[i, k] == value % (1 << 22)


def entries(bits: int) -> st.SearchStrategy[int]:
    """Draw numbers of up to so many bits: all sizes, all ones, powers of two and neighbours."""
    exponents = st.integers(0, bits)
    return st.one_of(
        st.integers(0, (1 << bits) - 1),
        exponents.flatmap(lambda e: st.integers(0, (1 << e) - 1)),
        st.builds(
            lambda e, d: max(0, min((1 << e) + d, (1 << bits) - 1)), exponents, st.integers(-2, 2)
        ),
        st.just(0),
    )


@st.composite
def chains(draw: st.DrawFn) -> list[list[list[int]]]:
    """Draw matrices that fit together, with so many bits that products come near 2^53 or 2^64."""
    bits = draw(
        st.sampled_from([(26, 26), (27, 26), (32, 31), (52, 11), (53, 11), (63, 2), (21, 21, 21)])
    )
    shape = [draw(st.integers(1, 4)) for _ in range(len(bits) + 1)]
    return [
        draw(
            st.lists(
                st.lists(entries(b), min_size=columns, max_size=columns),
                min_size=rows,
                max_size=rows,
            )
        )
        for b, rows, columns in zip(bits, shape, shape[1:], strict=False)
    ]


@given(chains())
def test_products_match_python_integers(matrices: list[list[list[int]]]) -> None:
    first, *others = matrices
    result, expected = exact(first), first
    for other in others:
        result, expected = multiply(result, exact(other)), product(expected, other)
        # What was given up although it would have fitted stays given up.
        expected = [
            [UNKNOWN if np.isinf(value) else x for x, value in zip(row, values, strict=True)]
            if any(x is not UNKNOWN and x >= SURE for x in row)
            else row
            for row, values in zip(expected, result.values, strict=True)
        ]
        check(result, expected)


@given(chains())
def test_products_match_python_integers_when_all_carry_residues(
    matrices: list[list[list[int]]],
) -> None:
    left, right, *_ = matrices
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exact_products, "EXACT_BELOW", 0.0)
        check(multiply(exact(left), exact(right)), product(left, right))


@pytest.mark.parametrize("offset", [-2, -1, 0, 1, 2])
@pytest.mark.parametrize("bits", [52, 53, 54, 63])
def test_neighbours_of_powers_of_two_match_python_integers(bits: int, offset: int) -> None:
    """The doubles next to 2^53 + 1 are 2 apart: only the residues tell them from each other."""
    target = (1 << bits) + offset
    for split in (1, 3, 1 << 10, (1 << 21) + 1, (1 << 26) - 1):
        left, right = [[target // split, target % split]], [[split], [1]]
        check(multiply(exact(left), exact(right)), [[target]])


@pytest.mark.parametrize("offset", [-(1 << 23), -1025, -1024, -1, 0, 1, 1 << 12, 1 << 70])
def test_values_around_sixty_four_bits_never_wrap_around(offset: int) -> None:
    target = WORD + offset
    left, right = [[target >> 32, target & 0xFFFFFFFF], [1, 1]], [[1 << 32], [1]]
    result = multiply(exact(left), exact(right))
    assert result.values[0, 0] == np.inf
    assert to_words(result)[1].tolist() == [0]
    assert to_words(result)[0][1, 0] == (1 << 32) + 1


def test_largest_value_that_is_kept_matches_python_integers() -> None:
    target = SURE - 1
    left, right = [[target >> 32, target & 0xFFFFFFFF]], [[1 << 32], [1]]
    check(multiply(exact(left), exact(right)), [[target]])
    assert np.isfinite(multiply(exact(left), exact(right)).values).all()


@pytest.mark.parametrize("dimension", [91, 512])
def test_longest_sums_match_python_integers(dimension: int) -> None:
    """Residues 2^22 - 1 in all places of both factors: their sum just fits into a double."""
    low = (1 << 22) - 1
    tall = ((SURE // dimension // low) >> 22 << 22) - 1
    for left_value, right_value in [(low, low), (tall, low), (low, tall), (tall // 5 * 5, low - 1)]:
        left, right = [[left_value] * dimension] * 2, [[right_value]] * dimension
        check(multiply(exact(left), exact(right)), product(left, right))


def test_random_sums_match_python_integers() -> None:
    """Sizes as the engine has them: 91 terms, sums on both sides of 2^53."""
    generator = np.random.default_rng(1)
    left = [[int(x) for x in row] for row in generator.integers(0, 1 << 28, (40, 91))]
    right = [
        [int(x) >> int(s) for x, s in zip(row, generator.integers(0, 28, 9), strict=True)]
        for row in generator.integers(0, 1 << 28, (91, 9))
    ]
    check(multiply(exact(left), exact(right)), product(left, right))


def test_residues_end_where_all_values_are_small_again() -> None:
    left = exact([[1 << 60, 3], [(1 << 60) + 1, 5]])
    assert left.residues is not None
    result = multiply(left, exact([[0], [7]]))
    assert result.residues is None
    check(result, [[21], [35]])


def test_what_depends_on_an_unknown_value_is_unknown() -> None:
    """Even where it is multiplied by zero: an honest give-up, and no warning."""
    left, right = [[UNKNOWN, 1], [2, 3]], [[0, 1], [1 << 54, 1]]
    result = multiply(exact(left), exact(right))
    check(result, product(left, right))
    assert np.isinf(result.values[0]).all()
    assert to_words(result)[1].tolist() == [0]


def test_small_products_carry_no_residues() -> None:
    result = multiply(exact([[1 << 26]]), exact([[(1 << 27) - 1]]))
    assert result.residues is None
    words, large_rows = to_words(result)
    assert words.dtype == np.uint64
    assert words.item() == (1 << 53) - (1 << 26)
    assert len(large_rows) == 0


def test_empty_products_are_empty() -> None:
    result = multiply(Exact(np.empty((0, 3))), Exact(np.ones((3, 2))))
    assert result.values.shape == (0, 2)
    assert to_words(result)[0].shape == (0, 2)


def test_entries_are_selected_with_their_residues() -> None:
    matrix = exact([[1, 1 << 60], [(1 << 60) + 1, 4], [5, 6]])
    part = matrix.select(np.s_[1:])
    check(part, [[(1 << 60) + 1, 4], [5, 6]])
    check(matrix.map(np.transpose), [[1, (1 << 60) + 1, 5], [1 << 60, 4, 6]])
    assert exact([[1, 2]]).select(np.s_[:, :1]).residues is None
