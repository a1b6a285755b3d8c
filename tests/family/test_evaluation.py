"""Values in floating point against exact fractions."""

from __future__ import annotations

from fractions import Fraction
from math import isinf, isnan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polyfam.errors import ArgumentTypeError
from polyfam.family.evaluation import evaluate
from polyfam.family.named import eulerian_row
from polyfam.family.single import beta_polynomial
from polyfam.losses.arithmetic.taylor import Taylor
from polyfam.trees import star

FORK = (0, 1, 8, 8, 1)
LONG = (0, *eulerian_row(171))  # the largest coefficient is beyond the range of the doubles / 2


def exact(coefficients: tuple[int, ...], beta: float) -> Fraction:
    """Return the value at the fraction that a double is."""
    return sum(c * Fraction(beta) ** i for i, c in enumerate(coefficients))


def check(coefficients: tuple[int, ...], beta: float, value: float, unit: float) -> None:
    """Compare a value with the exact one, within the stated number of units of rounding."""
    expected = exact(coefficients, beta)
    allowed = (2 * len(coefficients) + 1) * unit * abs(expected) + Fraction(5e-324)
    assert abs(Fraction(value) - expected) <= allowed


def test_literal_value_beyond_the_range_of_the_coefficients() -> None:
    assert beta_polynomial(star(172))(0.5) == pytest.approx(4.95e284, rel=1e-3)
    assert beta_polynomial(star(172))(0.5) == float(exact(LONG, 0.5))


@pytest.mark.parametrize("coefficients", [(1,), (0, 1), FORK, LONG])
@settings(max_examples=15)
@given(st.data())
def test_doubles_match_fractions(coefficients: tuple[int, ...], data: st.DataObject) -> None:
    """Over the whole range; a value out of range is an error in both ways."""
    beta = data.draw(st.floats(allow_nan=False, allow_infinity=False))
    try:
        value = evaluate(coefficients, beta)
    except OverflowError:
        assert abs(exact(coefficients, beta)) > 2**1023
        with pytest.raises(OverflowError, match="exceeds the range"):
            evaluate(coefficients, np.array([beta]))
        return
    check(coefficients, beta, value, 2.0**-53)
    (entry,) = evaluate(coefficients, np.array([beta]))
    check(coefficients, beta, float(entry), 2.0**-53)
    assert isinstance(evaluate(coefficients, np.float64(beta)), np.float64)


@given(st.complex_numbers(max_magnitude=100))
def test_complex_numbers_match_fractions_in_both_parts(beta: complex) -> None:
    real, imaginary = Fraction(beta.real), Fraction(beta.imag)
    value = [Fraction(0), Fraction(0)]
    for c in reversed(FORK):
        value = [
            value[0] * real - value[1] * imaginary + c,
            value[0] * imaginary + value[1] * real,
        ]
    expected = complex(float(value[0]), float(value[1]))
    assert evaluate(FORK, beta) == expected == evaluate(FORK, np.array([beta]))[0]


@given(st.floats(0, 1, width=32))
def test_single_precision_is_rounded_once(beta: float) -> None:
    value = evaluate(FORK, np.float32(beta))
    assert value.dtype == np.float32
    assert value == np.float32(evaluate(FORK, beta))
    assert evaluate(FORK, np.array([[beta]], np.float32)).shape == (1, 1)


def test_single_precision_out_of_range_is_an_error() -> None:
    coefficients = (0, *eulerian_row(44))
    beta = np.float32(1e-9)
    assert evaluate(coefficients, beta) == np.float32(float(exact(coefficients, float(beta))))
    with pytest.raises(OverflowError, match="range of float32"):
        evaluate(coefficients, np.float32(1))


def test_infinities_and_nan_pass() -> None:
    inf, nan = float("inf"), float("nan")
    assert evaluate(FORK, inf) == evaluate(FORK, -inf) == evaluate(FORK, np.array([inf]))[0] == inf
    assert isinf(evaluate((0, 1), -inf))
    assert isnan(evaluate(FORK, nan))
    assert np.isnan(evaluate(FORK, np.array([nan]))).all()


def test_integers_stay_exact() -> None:
    assert evaluate(FORK, np.array([10**6], np.int32)).tolist() == [evaluate(FORK, 10**6)]
    assert evaluate(FORK, np.int8(100)) == evaluate(FORK, 100)


@pytest.mark.parametrize("beta", ["1", None, [1.0], (1,), {}, np.eye(1).view(np.matrix)])
def test_what_is_no_number_is_refused(beta: object) -> None:
    with pytest.raises(ArgumentTypeError, match="'beta' must"):
        evaluate(FORK, beta)


def test_long_doubles_are_refused_beyond_their_range_too() -> None:
    beta = np.longdouble("1e40")
    assert evaluate(FORK, beta) == beta**4 + 8 * beta**3 + 8 * beta**2 + beta
    with pytest.raises(OverflowError, match="exceeds the range"):
        evaluate(LONG, np.array([beta]))


def test_arrays_of_objects_count_as_their_entries() -> None:
    """Products of Python's floats inside such an array overflow without a word."""
    found = evaluate(LONG, np.array([0.5, Fraction(1, 2), 1, np.uint8(200)], object))
    assert found[0] == float(exact(LONG, 0.5))
    assert found[1] == exact(LONG, 0.5)
    assert found[2:].tolist() == [sum(LONG), evaluate(LONG, 200)]
    with pytest.raises(OverflowError, match="exceeds the range"):
        evaluate(LONG, np.array([1e5], object))


@pytest.mark.parametrize("kind", ["M8[D]", "m8[D]", "U1"])
def test_arrays_of_what_is_no_number_are_refused(kind: str) -> None:
    with pytest.raises(ArgumentTypeError, match="must hold numbers"):
        evaluate(FORK, np.zeros(2, kind))


def test_infinite_complex_numbers_have_infinite_values() -> None:
    for beta in (complex("inf"), complex(1, -np.inf), np.complex128("inf")):
        assert np.isinf(evaluate(FORK, beta))
    assert np.isnan(evaluate(FORK, complex("nan")))


def test_series_are_rings() -> None:
    value = evaluate(FORK, Taylor([0.5, 1.0, 0.0]))
    assert value.coefficients.tolist() == [3.5625, 15.5, 21.5]
