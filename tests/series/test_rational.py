"""Rational functions: values, and what they look like."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy.polys.domains import QQ
from sympy.polys.fields import field

from polyfam.errors import DomainError
from polyfam.series.rational import (
    BETA,
    FIELD,
    common_denominator,
    denominator_factors,
    evaluate,
    expression,
    factors_text,
    latex,
    numerator,
    text,
)

NU_FIELD, B, NU = field("beta, nu", QQ)


@pytest.mark.parametrize(
    ("value", "shown", "typeset"),
    [
        (FIELD(0), "0", "0"),
        (FIELD(1), "1", "1"),
        (Fraction(-3, 2), "-3/2", r"-\frac{3}{2}"),
        (Fraction(900), "900", "900"),
        (BETA / 2, "1/2*beta", r"\frac{\beta}{2}"),
        (-BETA - 1, "-(1 + beta)", r"-(1 + \beta)"),
        (1 - BETA, "1 - beta", r"1 - \beta"),
        (1 / (1 - BETA), "1/(1 - beta)", r"\frac{1}{1 - \beta}"),
        (1 / (BETA - 1), "-1/(1 - beta)", r"-\frac{1}{1 - \beta}"),
        (
            3 * (BETA + BETA**2) / (1 - BETA) ** 7,
            "3*(beta + beta^2)/(1 - beta)^7",
            r"\frac{3 (\beta + \beta^{2})}{(1 - \beta)^{7}}",
        ),
        (
            (1 + BETA) / (4 * (1 - BETA) ** 3),
            "1/4*(1 + beta)/(1 - beta)^3",
            r"\frac{1 + \beta}{4 (1 - \beta)^{3}}",
        ),
        (
            (1 - NU * B) / ((1 - B) * (1 + B) ** 2),
            "(1 - beta*nu)/((1 - beta)*(1 + beta)^2)",
            r"\frac{1 - \beta \nu}{(1 - \beta) (1 + \beta)^{2}}",
        ),
    ],
    ids=range(12),
)
def test_text_and_latex_match_literals(value: object, shown: str, typeset: str) -> None:
    assert text(value) == shown
    assert latex(value) == typeset


def test_parameters_with_numbers_have_subscripts() -> None:
    one = field("beta1, tau", QQ)[1]
    assert latex(one**2) == r"\beta_{1}^{2}"


polynomials = st.lists(st.integers(-5, 5), min_size=1, max_size=4).map(
    lambda row: sum(c * BETA**i for i, c in enumerate(row))
)


@settings(max_examples=30)
@given(polynomials, st.integers(0, 4), st.integers(1, 6))
def test_text_and_expression_keep_the_value(p: object, exponent: int, scale: int) -> None:
    value = FIELD(p) / (scale * (1 - BETA) ** exponent * (1 + 2 * BETA))
    beta = sympy.Symbol("beta")
    point = {"beta": Fraction(2, 7)}
    exact = evaluate(value, point)
    for shown in (sympy.sympify(text(value).replace("^", "**"), {"beta": beta}), expression(value)):
        assert shown.subs(beta, sympy.Rational(2, 7)) == sympy.Rational(*exact.as_integer_ratio())


def test_denominators_match_literals() -> None:
    value = BETA / ((2 - 2 * BETA) ** 3 * (1 + BETA))
    assert factors_text(denominator_factors(value)) == "((1 - beta)^3*(1 + beta))"
    assert denominator_factors(FIELD(3)) == denominator_factors(Fraction(1, 2)) == {}
    common = common_denominator([value, 1 / (1 - BETA) ** 5, FIELD(1)])
    assert factors_text(common) == "((1 - beta)^5*(1 + beta))"
    assert numerator(value, common) == (BETA * (1 - BETA) ** 2).numer.quo_ground(QQ(8))


def test_poles_and_missing_parameters_are_refused() -> None:
    with pytest.raises(DomainError, match="pole at 1"):
        evaluate(1 / (1 - BETA), {"beta": Fraction(1)})
    with pytest.raises(DomainError, match="Parameter 'nu' must be given"):
        evaluate(NU * B, {"beta": Fraction(1)})
