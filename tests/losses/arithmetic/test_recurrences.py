"""The recurrences against derivatives by sympy, composed with random series."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import sympy
from numpy.testing import assert_allclose

from polyfam.losses.arithmetic import recurrences, saturated
from tests.losses.arithmetic.series_oracle import X, composed, convolved

TERMS = 13
EXP = sympy.exp(X)
SERIES = np.random.default_rng(5).normal(size=TERMS) / 2
SERIES[0] = 0.7

#: name -> arguments of the recurrence after k and x, in terms of its buffers; result; expression.
FUNCTIONS = {
    "exp": (recurrences.exp, 2, 1, EXP),
    "expm1": (recurrences.expm1, 3, 2, EXP - 1),
    "log": (recurrences.log, 2, 1, sympy.log(X)),
    "log1p": (recurrences.log1p, 2, 1, sympy.log(1 + X)),
    "square": (recurrences.square, 1, 0, X**2),
    "square_root": (recurrences.square_root, 1, 0, sympy.sqrt(X)),
    "sin": (recurrences.sin_cos, 3, 1, sympy.sin(X)),
    "cos": (recurrences.sin_cos, 3, 2, sympy.cos(X)),
    "cosh": (recurrences.cosh_sinh, 3, 1, sympy.cosh(X)),
    "sinh": (recurrences.cosh_sinh, 3, 2, sympy.sinh(X)),
    "tanh": (saturated.tanh, 3, 2, 1 - 2 / (EXP**2 + 1)),
    "slope of tanh": (saturated.tanh, 3, 1, 4 * EXP**2 / (EXP**2 + 1) ** 2),
    "sigmoid": (saturated.sigmoid, 3, 2, 1 / (1 + 1 / EXP)),
    "softplus": (saturated.softplus, 4, 3, sympy.log(1 + EXP)),
    "tan": (saturated.tan, 3, 2, sympy.tan(X)),
    "arctan": (recurrences.arctan, 5, 4, sympy.atan(X)),
    "erf": (saturated.erf, 4, 3, sympy.erf(X)),
    "ndtr": (saturated.ndtr, 4, 3, (1 + sympy.erf(X / sympy.sqrt(2))) / 2),
    "slope of erf": (saturated.erf, 4, 2, 2 * sympy.exp(-(X**2)) / sympy.sqrt(sympy.pi)),
}


def run(recurrence, x: np.ndarray, buffers: int) -> list[np.ndarray]:
    """Return the buffers that a recurrence fills; what it does not write is NaN."""
    filled = [np.full_like(x, np.nan) for _ in range(buffers)]
    for k in range(len(x)):
        recurrence(k, x, *filled)
    return filled


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function_matches_sympy_derivatives_to_order_12(name):
    recurrence, buffers, result, expression = FUNCTIONS[name]
    found = run(recurrence, SERIES, buffers)[result]
    assert_allclose(found, composed(expression, SERIES), rtol=1e-10)


@pytest.mark.parametrize("exponent", [1.7, -0.5, 3.0])
def test_power_matches_sympy_derivatives(exponent):
    out = np.full(TERMS, np.nan)
    for k in range(TERMS):
        recurrences.power(k, SERIES, exponent, out)
    expected = composed(X ** sympy.Rational(str(exponent)), SERIES)
    assert_allclose(out, expected, rtol=1e-10, atol=1e-12)


def test_product_and_quotient_match_fractions():
    a, b = np.random.default_rng(2).normal(size=(2, TERMS))
    product, quotient = np.full((2, TERMS), np.nan)
    for k in range(TERMS):
        recurrences.multiply(k, a, b, product)
        recurrences.divide(k, product, b, quotient)
    exact = convolved([Fraction(c) for c in a.tolist()], [Fraction(c) for c in b.tolist()])
    assert_allclose(product, np.array(exact, dtype=float), rtol=1e-13)
    # dividing amplifies rounding like the powers of b_1/b_0
    assert_allclose(quotient, a, rtol=1e-6)


@pytest.mark.parametrize("axis", [-1, -2])
def test_softmax_matches_exponentials_over_their_sum(axis):
    x = np.random.default_rng(4).normal(size=(TERMS, 3, 4)) / 2
    dlog, found = (np.full_like(x, np.nan) for _ in range(2))
    for k in range(TERMS):
        saturated.softmax(k, x, dlog, np.empty_like(x[:1]), found, axis=axis)
    powers = run(recurrences.exp, x, 2)[1]
    total = powers.sum(axis, keepdims=True)
    quotient = np.empty_like(x)
    for k in range(TERMS):
        recurrences.divide(k, powers, total, quotient)
    assert_allclose(found, quotient, rtol=1e-10, atol=1e-12)
    dlog_expected = run(recurrences.log, found, 2)[0]
    assert_allclose(dlog[1:], dlog_expected[1:], rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("dtype", [np.float32, np.complex128])
def test_type_is_kept_and_agrees_with_double_precision(name, dtype):
    recurrence, buffers, result, _ = FUNCTIONS[name]
    expected = run(recurrence, SERIES[:5], buffers)[result]
    found = run(recurrence, SERIES[:5].astype(dtype), buffers)[result]
    assert found.dtype == dtype
    assert_allclose(found, expected, rtol=2e-4 if dtype == np.float32 else 1e-12)


def test_complex_series_is_analytic_in_the_constant_term():
    """The coefficient of h of f at x_0 + h is the Cauchy integral of f around x_0."""
    around = 0.3 + 0.4j + 0.1 * np.exp(2j * np.pi * np.arange(32) / 32)
    for recurrence, buffers, result, _ in FUNCTIONS.values():
        slope = run(recurrence, np.array([0.3 + 0.4j, 1]), buffers)[result][1]
        values = run(recurrence, around[None], buffers)[result][0]
        assert_allclose(np.fft.fft(values)[1] / 32 / 0.1, slope, rtol=1e-10)
