"""Elementary functions of power series in 800 digits, and Taylor arithmetic measured by them.

A coefficient near a zero of its derivative is measured against the largest change that rounding
the point itself makes in it, which no arithmetic in double precision can go below.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from math import factorial, log2
from typing import Any

import mpmath
import numpy as np
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
        terms = [mpmath.mpmathify(c) for c in coefficients]
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
    point, step = x.c[:2]
    values = [mpmath.sin, mpmath.cos, lambda t: -mpmath.sin(t), lambda t: -mpmath.cos(t)]
    derivatives = [values[(k + shift) % 4](point) for k in range(TERMS + 1)]
    return Series(*[d * step**k / factorial(k) for k, d in enumerate(derivatives)])


def bell(x: Series) -> Series:
    """Return the slope of erf."""
    return exp(-1 * x * x) * (2 / mpmath.sqrt(mpmath.pi))


def erfc(x: Series) -> Series:
    """Return 1 - erf(x)."""
    return x.applied(mpmath.erfc, -1 * bell(x))


def half(x: Series) -> Series:
    """Return the normal distribution function."""
    return erfc(x * (-1 / mpmath.sqrt(2))) * mpmath.mpf(0.5)


Entry = tuple[Callable[[Any], Any], Callable[[Any], Any], tuple[float, ...]]
#: name -> function of a Taylor series, the same in 800 digits, points.
FUNCTIONS: dict[str, Entry] = {
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
    "log2": (np.log2, lambda x: log(x) / mpmath.log(2), tuple(x for x in RIGHT if x > 1e-40)),
    "log10": (np.log10, lambda x: log(x) / mpmath.log(10), tuple(x for x in RIGHT if x > 1e-40)),
    "xlogy": (lambda x: scipy.special.xlogy(x, 3 * x), lambda x: x * log(3 * x), BOTH[4::2]),
    "xlog1py": (lambda x: scipy.special.xlog1py(x, x), lambda x: x * log(1 + x), BOTH[::2]),
    "fractional power": (lambda x: x**2.5, lambda x: exp(log(x) * mpmath.mpf(2.5)), BOTH[4::2]),
    "small power": (lambda x: x**-0.3, lambda x: exp(log(x) * mpmath.mpf(-0.3)), BOTH[4::2]),
    "own power": (lambda x: x**x, lambda x: exp(x * log(x)), BOTH[4:24:2]),
    "fifth power": (lambda x: x**5, lambda x: x * x * x * x * x, BOTH),
    "quotient": (lambda x: x / (2 + x * x), lambda x: x / (2 + x * x), FAR[:-8]),
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

#: Those that numpy has for complex numbers too, and without a branch of their own.
COMPLEX = {
    "tanh", "expit", "exp", "expm1", "log", "log1p", "sqrt", "reciprocal", "sinh", "cosh", "sin",
    "cos", "tan", "arctan", "erf", "fractional power", "small power", "fifth power", "quotient",
}  # fmt: skip
#: kind of number -> relative error, half a unit of rounding, below which digits are lost
PRECISION = {"d": (1e-13, -51, "1e-307"), "f": (3e-5, -22, "1e-37"), "D": (1e-12, -50, "1e-307")}


def somewhere(name: str, kind: str, chance: random.Random) -> tuple[complex, complex]:
    """Return a point in the range of the points of a function, and a direction."""
    points = [point for point in FUNCTIONS[name][2] if kind == "d" or 1e-3 < abs(point) < 20]
    sign = chance.choice([1, -1] if min(points) < 0 else [1])
    sizes = [log2(abs(point)) for point in points if point * sign > 0]
    point: complex = sign * 2.0 ** chance.uniform(min(sizes), max(sizes))
    if kind == "D" and name in COMPLEX:
        point *= 2 ** (1j * chance.uniform(-2, 2))
    if kind == "f":
        point = float(np.float32(point.real))
    return point, chance.choice([1.0, -0.5, 0.5 * point])


def fault(name: str, point: complex, direction: complex = 1.0, kind: str = "d") -> str:
    """Say which coefficient at point + direction h is wrong, and by how much; nothing if none."""
    function, oracle, _ = FUNCTIONS[name]
    if kind == "D" and name not in COMPLEX:
        kind = "d"
    relative, unit, least = PRECISION[kind]
    line = np.zeros(TERMS, kind)
    line[:2] = point, direction
    with np.errstate(all="ignore"):
        found = function(Taylor(line)).coefficients
    with mpmath.workdps(800):
        exact = oracle(Series(*line[:2].tolist())).c
        for k in range(TERMS):
            change = (k + 1) * exact[k + 1] / mpmath.mpmathify(line[1].item())
            rounding = abs(change * mpmath.mpmathify(line[0].item())) * mpmath.mpf(2) ** unit
            allowed = relative * abs(exact[k]) + rounding + mpmath.mpf(least)
            if abs(exact[k]) > np.finfo(kind).max:
                return ""  # what follows is made from an infinity
            error = abs(mpmath.mpmathify(found[k].item()) - exact[k])
            if not error <= allowed:
                size = mpmath.nstr(error / abs(exact[k]), 3) if exact[k] else "infinity"
                return f"the coefficient of h^{k} is {found[k]}, wrong by {size}"
    return ""
