"""Every coefficient to 1e-13 over the range of the doubles, against mpmath in 800 digits."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest
import scipy.special

from polyfam.errors import DomainError
from polyfam.losses.arithmetic.taylor import Taylor
from tests.oracles.long_series import (
    FUNCTIONS,
    GAUSS,
    TERMS,
    Series,
    exp,
    fault,
    half,
    log,
    somewhere,
)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_coefficient_has_thirteen_digits_in_the_tails(name: str) -> None:
    for point in FUNCTIONS[name][2]:
        assert not fault(name, point), point


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("kind", ["d", "f", "D"])
def test_random_points_and_directions_have_their_digits_too(name: str, kind: str) -> None:
    chance = random.Random(name)
    for point, direction in (somewhere(name, kind, chance) for _ in range(4)):
        assert not fault(name, point, direction, kind), (point, direction)


@pytest.mark.parametrize("point", [*GAUSS[:-2], 20.0, 2.0, -1.001, -1.0, -0.999, -1e5, -1e20])
def test_log_ndtr_has_thirteen_digits_of_every_coefficient(point: float) -> None:
    """Between -1 and 1, where coefficients have zeros, 1e-15 of the first one."""
    line = np.zeros(TERMS)
    line[:2] = point, 1.0
    found = scipy.special.log_ndtr(Taylor(line)).coefficients
    with mpmath.workdps(400):
        exact = log(half(Series(point, 1.0))).c[:TERMS]
        for ours, theirs in zip(found.tolist(), exact, strict=True):
            near = 1e-15 * abs(exact[1]) if abs(point) <= 1 else 0
            assert abs(ours - theirs) <= 1e-13 * abs(theirs) + near + mpmath.mpf("1e-307")


KINDS = ("?", "b", "B", "h", "H", "i", "I", "l", "L", "q", "Q", "e", "f", "d")
PAIRS = {
    "add": np.add,
    "subtract": np.subtract,
    "multiply": np.multiply,
    "divide": np.divide,
    "power": np.power,
    "hypot": np.hypot,
    "maximum": np.maximum,
    "logaddexp": np.logaddexp,
    "logaddexp2": np.logaddexp2,
    "xlogy": scipy.special.xlogy,
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", PAIRS)
def test_constants_of_every_type_count_as_the_numbers_they_are(name: str, kind: str) -> None:
    """Bytes at 200 and 32-bit integers at 2^31 wrap in numpy when negated, squared or added."""
    dtype = np.dtype(kind)
    largest = min(2.0**31 - 1, float(np.iinfo(dtype).max)) if kind in "bBhHiIlLqQ" else 1
    constants = np.array([1, largest], dtype)
    x = Taylor(np.stack([np.full(2, 1.25), np.full(2, 0.5), np.full(2, -0.25)]))
    for swap in (False, True):
        with np.errstate(all="ignore"):
            found, expected = (
                PAIRS[name](*((c, x) if swap else (x, c))).coefficients
                for c in (constants, constants.astype(float))
            )
        np.testing.assert_array_equal(found, expected)


def test_data_in_bytes_give_the_gradient_of_the_numbers() -> None:
    data = np.array([250, 3], np.uint8)
    assert ((Taylor.line([1.0, 1.0], [0.0, 0.0], 2) - data) * data).coefficients[0].tolist() == [
        -249 * 250,
        -6,
    ]
    assert np.hypot(Taylor([1.0, 1.0]), np.array([2**32])).coefficients[0] == 2**32
    assert np.logaddexp(np.array(1, np.uint8), Taylor([0.0, 0.0])).coefficients[0] < 2
    assert (Taylor([2.0, 1.0, 0.0, 0.0]) ** np.array([100], np.uint8)).coefficients[3] == (
        pytest.approx(161700 * 2.0**97)
    )


def test_far_beyond_the_bell_nothing_overflows() -> None:
    line = Taylor.line(1e300, 1e10, terms=4)
    for function in (scipy.special.erf, scipy.special.ndtr, np.arctan, np.tanh):
        value = function(line).coefficients
        assert value[0] > 0
        assert value[1:].tolist() == [0.0, 0.0, 0.0]


def test_constants_among_themselves_count_as_the_numbers_they_are() -> None:
    """With optimize=True, numpy multiplies the two constants first."""
    byte = np.array([200], np.uint8)
    for optimize in (False, True):
        found = np.einsum("i,j,k->", byte, byte, Taylor([[1.0], [0.5]]), optimize=optimize)
        assert found.coefficients.tolist() == [40000.0, 20000.0]


@pytest.mark.parametrize(("point", "direction"), [(1e-150, 1.0), (1e200, 1e200), (1e-300, 1e-300)])
@pytest.mark.parametrize("exponent", [2.5, 1.4, -0.25, 1 / 3])
def test_powers_neither_overflow_nor_vanish_on_the_way(
    point: float, direction: float, exponent: float
) -> None:
    """The constant term of x^2.5 at 1e-150 is below the doubles, its slope is not."""
    with np.errstate(over="ignore"):
        found = (Taylor.line(point, direction, terms=4) ** exponent).coefficients
    exact = exp(log(Series(point, direction)) * mpmath.mpf(exponent)).c
    for k in range(4):
        if 1e-300 < abs(exact[k]) < 1e300:
            assert abs(found[k] / exact[k] - 1) < 1e-13


def test_roots_of_the_smallest_numbers_have_all_their_terms() -> None:
    found = np.cbrt(Taylor.line(-1e-300, 1e-300, 3)).coefficients
    np.testing.assert_allclose(found, [-1e-100, 1e-100 / 3, 1e-100 / 9], rtol=1e-13)
    found = np.linalg.norm(Taylor.line([3e200, 4e200], [1.0, 1.0], 2)).coefficients
    np.testing.assert_allclose(found, [5e200, 1.4], rtol=1e-14)
    found = np.linalg.norm(Taylor.line([[3e-200], [4e-200]], 1e-200, 2), axis=0).coefficients
    np.testing.assert_allclose(found, [[5e-200], [1.4e-200]], rtol=1e-14)


def test_logarithms_of_powers_of_their_base_are_whole() -> None:
    assert np.log10(Taylor([1000.0, 1.0])).coefficients[0] == 3
    assert np.log2(Taylor([2.0**-1074, 0.0])).coefficients[0] == -1074


NOT_A_NUMBER = Taylor([[np.nan, 1.0, 2.0], [1.0, 1.0, 1.0]])


def test_what_is_not_a_number_stays_so() -> None:
    """A comparison alone would turn a diverged unit into a dead one."""
    for found in (
        np.maximum(NOT_A_NUMBER, 0), np.maximum(0, NOT_A_NUMBER), np.minimum(0, NOT_A_NUMBER),
        np.clip(NOT_A_NUMBER, 0, 1.5), np.abs(NOT_A_NUMBER),
    ):  # fmt: skip
        assert np.isnan(found.coefficients[0]).tolist() == [True, False, False]
    assert np.isnan(np.max(NOT_A_NUMBER).coefficients[0])
    assert np.isnan(np.min(NOT_A_NUMBER).coefficients[0])
    rows = Taylor(np.stack([[[1.0, np.nan], [5.0, 7.0]], np.ones((2, 2))]))
    assert np.argmax(rows, axis=1).tolist() == [1, 1]
    assert np.isnan(np.max(rows, axis=1).coefficients[0]).tolist() == [True, False]


@pytest.mark.parametrize(
    "compare", [np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal]
)
def test_comparisons_with_what_is_not_a_number_are_those_of_numpy(compare: np.ufunc) -> None:
    found = compare(NOT_A_NUMBER, 2 * NOT_A_NUMBER)
    constant = NOT_A_NUMBER.coefficients[0]
    assert found.tolist() == compare(constant, 2 * constant).tolist()


@pytest.mark.parametrize(
    "function",
    [np.sign, np.abs, lambda z: np.maximum(z, 0), lambda z: z > 0, lambda z: np.hypot(z, 1)],
    ids=["sign", "abs", "maximum", "greater", "hypot"],
)
def test_complex_series_have_no_order(function: Callable[[Any], Any]) -> None:
    with pytest.raises(DomainError, match="must be real"):
        function(Taylor([1 + 1j, 1.0]))


def test_high_whole_powers_exist_where_the_base_vanishes() -> None:
    assert (Taylor.line(0.0, 2.0, terms=101) ** 100).coefficients[[0, 99, 100]].tolist() == [
        0, 0, 2.0**100,
    ]  # fmt: skip
