"""Every coefficient to 1e-13 over the range of the doubles, against mpmath in 800 digits.

A coefficient near a zero of its derivative is measured against the largest change that rounding
the point itself makes in it, which no arithmetic in double precision can go below.
"""

from __future__ import annotations

from collections.abc import Callable
from math import factorial
from typing import Any

import mpmath
import numpy as np
import pytest
import scipy.special

from polyfam.losses.arithmetic.softmax import logsumexp, softmax
from polyfam.losses.arithmetic.taylor import Taylor

TERMS = 7
FINE = (1e-300, 1e-20, 1e-9, 0.01, 0.3, 0.9, 1.7, 5.0)
BOTH = tuple(s * x for x in (*FINE, 13.0, 19.5, 26.0, 37.5, 100.0, 340.0, 700.0) for s in (1, -1))
FAR = (*BOTH, 1e5, -1e5, 1e20, -1e20, 1e150, -1e150, 1e300, -1e300)
RIGHT = tuple(x for x in FAR if x > 0)
GAUSS = tuple(s * x for x in (*FINE, 6.0, 10.0, 19.0, 26.0, 60.0, 1e5) for s in (1, -1))


class Series:
    """A series in 800 digits, so that formulas that cancel, such as 1 - tanh^2, do no harm."""

    def __init__(self, *coefficients: Any) -> None:
        terms = [mpmath.mpf(c) for c in coefficients]
        self.c = terms + [mpmath.mpf(0)] * (TERMS + 1 - len(terms))

    def __add__(self, other: Any) -> Series:
        return Series(*[a + b for a, b in zip(self.c, series(other).c, strict=True)])

    def __mul__(self, other: Any) -> Series:
        a, b = self.c, series(other).c
        return Series(*[sum(a[i] * b[k - i] for i in range(k + 1)) for k in range(len(a))])

    def __sub__(self, other: Any) -> Series:
        return self + series(other) * -1

    def __rsub__(self, other: Any) -> Series:
        return self * -1 + other

    def __rtruediv__(self, other: Any) -> Series:
        return series(other) / self

    def __truediv__(self, other: Any) -> Series:
        a, b, found = self.c, series(other).c, []
        for k in range(len(a)):
            found.append((a[k] - sum(b[i] * found[k - i] for i in range(1, k + 1))) / b[0])
        return Series(*found)

    __radd__, __rmul__ = __add__, __mul__

    def applied(self, value: Any, slope: Any) -> Series:
        """Return f of the series, f having the value at the constant term and this slope."""
        product = slope * Series(*[k * c for k, c in enumerate(self.c)][1:])
        return Series(value(self.c[0]), *[c / (k + 1) for k, c in enumerate(product.c[:-1])])


def series(value: Any) -> Series:
    """Return a number as a series."""
    return value if isinstance(value, Series) else Series(value)


def exp(x: Any) -> Series:
    """Return exp(x), term by term."""
    x = series(x)
    found = [mpmath.exp(x.c[0])]
    for k in range(1, len(x.c)):
        found.append(sum(i * x.c[i] * found[k - i] for i in range(1, k + 1)) / k)
    return Series(*found)


def log(x: Series) -> Series:
    """Return log(x)."""
    return x.applied(mpmath.log, 1 / x)


def root(x: Series) -> Series:
    """Return sqrt(x) as exp(log(x)/2)."""
    return exp(log(x) * mpmath.mpf(0.5))


def sine(x: Series, shift: int = 0) -> Series:
    """Return sin(x + shift pi/2) on a line."""
    values = [mpmath.sin, mpmath.cos, lambda t: -mpmath.sin(t), lambda t: -mpmath.cos(t)]
    return Series(*[values[(k + shift) % 4](x.c[0]) / factorial(k) for k in range(TERMS + 1)])


def bell(x: Series) -> Series:
    """Return the slope of erf."""
    return exp(-1 * x * x) * (2 / mpmath.sqrt(mpmath.pi))


def erfc(x: Series) -> Series:
    """Return 1 - erf(x)."""
    return x.applied(mpmath.erfc, -1 * bell(x))


def half(x: Series) -> Series:
    """Return the normal distribution function."""
    return erfc(x * (-1 / mpmath.sqrt(2))) * mpmath.mpf(0.5)


#: name -> function of a Taylor series, the same in 800 digits, points.
FUNCTIONS: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any], tuple[float, ...]]] = {
    "tanh": (np.tanh, lambda x: 1 - 2 / (exp(2 * x) + 1), FAR),
    "expit": (scipy.special.expit, lambda x: 1 / (1 + exp(-1 * x)), FAR),
    "softplus": (lambda x: np.logaddexp(0, x), lambda x: log(1 + exp(x)), BOTH),
    "softplus of a byte": (
        lambda x: np.logaddexp(np.uint8(3), x),
        lambda x: log(exp(3) + exp(x)),
        BOTH,
    ),
    "log_expit": (scipy.special.log_expit, lambda x: -1 * log(1 + exp(-1 * x)), BOTH),
    "logaddexp": (
        lambda x: np.logaddexp(x, -2 * x),
        lambda x: log(exp(x) + exp(-2 * x)),
        BOTH[:-2],
    ),
    "logaddexp2": (
        lambda x: np.logaddexp2(x, 1),
        lambda x: log(exp(x * mpmath.log(2)) + 2) / mpmath.log(2),
        BOTH,
    ),
    "logsumexp": (
        lambda x: logsumexp(np.stack([x, 0 * x, 3 - x]), 0),
        lambda x: log(exp(x) + 1 + exp(3 - x)),
        BOTH,
    ),
    "softmax": (
        lambda x: softmax(np.stack([x, 0 * x, -x]), 0)[0],
        lambda x: exp(x) / (exp(x) + 1 + exp(-1 * x)),
        BOTH,
    ),
    "exp": (np.exp, exp, BOTH),
    "expm1": (np.expm1, lambda x: exp(x) - 1, BOTH),
    "exp2": (np.exp2, lambda x: exp(x * mpmath.log(2)), BOTH),
    "log": (np.log, log, tuple(x for x in RIGHT if x > 1e-40)),
    "log1p": (np.log1p, lambda x: log(1 + x), (*RIGHT, -1e-20, -0.3, -0.999999)),
    "sqrt": (np.sqrt, root, tuple(x for x in RIGHT if x > 1e-40)),
    "reciprocal": (np.reciprocal, lambda x: 1 / x, tuple(x for x in FAR if abs(x) > 1e-40)),
    "inverse square": (lambda x: x**-2, lambda x: 1 / (x * x), BOTH[4:]),
    "cbrt": (np.cbrt, lambda x: exp(log(x) / 3), tuple(x for x in RIGHT if x > 1e-40)),
    "sinh": (np.sinh, lambda x: (exp(x) - exp(-1 * x)) / 2, BOTH),
    "cosh": (np.cosh, lambda x: (exp(x) + exp(-1 * x)) / 2, BOTH),
    "sin": (np.sin, sine, BOTH),
    "cos": (np.cos, lambda x: sine(x, 1), BOTH),
    "tan": (np.tan, lambda x: sine(x) / sine(x, 1), (*BOTH, 1.5707963)),
    "arctan": (np.arctan, lambda x: x.applied(mpmath.atan, 1 / (1 + x * x)), FAR),
    "hypot": (lambda x: np.hypot(x, np.array(2)), lambda x: root(x * x + 4), FAR),
    "erf": (scipy.special.erf, lambda x: x.applied(mpmath.erf, bell(x)), GAUSS),
    "erfc": (scipy.special.erfc, erfc, GAUSS),
    "ndtr": (scipy.special.ndtr, half, GAUSS),
    "gelu": (lambda x: x * scipy.special.ndtr(x), lambda x: x * half(x), GAUSS),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_coefficient_has_thirteen_digits_in_the_tails(name: str) -> None:
    function, oracle, points = FUNCTIONS[name]
    for point in points:
        found = function(Taylor.line(point, 1.0, terms=TERMS)).coefficients
        with mpmath.workdps(800):
            exact = oracle(Series(point, 1)).c
            for k in range(TERMS):
                rounding = abs((k + 1) * exact[k + 1] * mpmath.mpf(point)) * mpmath.mpf(2) ** -51
                allowed = 1e-13 * abs(exact[k]) + rounding + mpmath.mpf("1e-307")
                error = abs(mpmath.mpf(float(found[k])) - exact[k])
                assert error <= allowed, (point, k, float(error / abs(exact[k])))


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
