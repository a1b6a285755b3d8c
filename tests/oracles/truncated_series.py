"""Polynomials in theta and h at a series theta(h), modulo a power of h: lists of fractions."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

Series = list[Fraction]
#: Coefficients by the powers (of theta, of h).
Polynomial = Mapping[tuple[int, int], Fraction]


def multiply(a: Series, b: Series) -> Series:
    """Return the product, as long as the first factor."""
    return [sum(a[i] * b[k - i] for i in range(k + 1)) for k in range(len(a))]


def value(polynomial: Polynomial, theta: Series) -> Series:
    """Return the polynomial at a series, modulo the same power of h."""
    length = len(theta)
    powers = [[Fraction(1)] + [Fraction(0)] * (length - 1)]
    for _ in range(max((degree for degree, _ in polynomial), default=0)):
        powers.append(multiply(powers[-1], theta))
    total = [Fraction(0)] * length
    for (degree, shift), coefficient in polynomial.items():
        for k in range(length - shift):
            total[k + shift] += coefficient * powers[degree][k]
    return total


def derivative(polynomial: Polynomial) -> dict[tuple[int, int], Fraction]:
    """Return the derivative by theta."""
    return {(d - 1, shift): d * c for (d, shift), c in polynomial.items() if d}
