"""Taylor coefficients of f(x(h)) from the derivatives of f by sympy, composed in fractions."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import numpy as np
import sympy

X = sympy.Symbol("x")


@cache
def derivatives(expression: sympy.Expr, point: float, terms: int) -> list[Fraction]:
    """Return the Taylor coefficients of an expression at a point, to 30 digits."""
    found = []
    for k in range(terms):
        value = expression.evalf(30, subs={X: sympy.Rational(Fraction(point))})
        found.append(Fraction(str(value)) / int(sympy.factorial(k)))
        expression = sympy.diff(expression, X)
    return found


def composed(expression: sympy.Expr, series: np.ndarray) -> np.ndarray:
    """Return the coefficients of the expression at x(h), for the coefficients of x(h)."""
    inner = [Fraction(0), *map(Fraction, series[1:].tolist())]
    total = [Fraction(0)] * len(series)
    power = [Fraction(1)] + [Fraction(0)] * (len(series) - 1)
    for coefficient in derivatives(expression, float(series[0]), len(series)):
        total = [t + coefficient * p for t, p in zip(total, power, strict=True)]
        power = convolved(power, inner)
    return np.array(total, dtype=float)


def convolved(a: list[Fraction], b: list[Fraction]) -> list[Fraction]:
    """Return the coefficients of the product of two series."""
    return [sum(a[i] * b[k - i] for i in range(k + 1)) for k in range(len(a))]
