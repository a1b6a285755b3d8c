"""The modified equation as the logarithm of the B-series of a step: no past, no labels.

Multiplying h by a suitable polynomial q, for heavy ball (1-beta)^2, turns the coefficients of a
step into polynomials, so that the logarithm needs no greatest common divisors.
"""

from __future__ import annotations

from fractions import Fraction
from math import prod
from typing import Any

from polyfam.series.bseries import BSeries
from polyfam.series.expansion import Expansion
from polyfam.series.rational import denominator_factors, numerator


def equation_of_iteration(field: Expansion) -> Expansion:
    """Return f_h, where theta' = -f_h(theta) has the flow theta - h g_h(theta) at time h."""
    q = _clearing(field)
    cleared = {tree: -numerator(c * q**tree.order) for tree, c in field.coefficients.items()}
    logarithm = BSeries(cleared, field.order).log()
    return Expansion({tree: -c / q**tree.order for tree, c in logarithm}, field.order, "f_h")


def _clearing(field: Expansion) -> Any:
    """Return q such that q^n clears the denominators of all trees on n vertices."""
    exponents: dict[Any, int] = {}
    unit: Any = Fraction(1)
    for tree, coefficient in field.coefficients.items():
        unit = coefficient / coefficient
        for factor, exponent in denominator_factors(coefficient).items():
            exponents[factor] = max(exponents.get(factor, 0), -(-exponent // tree.order))
    return prod((factor**exponent for factor, exponent in exponents.items()), start=unit)
