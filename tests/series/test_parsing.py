"""Texts are parsed, never evaluated: known values by sympy, anything at all by hypothesis."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from polyfam.errors import ArgumentTypeError, DomainError
from polyfam.series import Kernel, field, finite_kernel, modified_loss
from polyfam.series.parsing import as_expression, rational_function, rational_number

Z, B = sympy.symbols("z b")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1/(1 - b*z)", 1 / (1 - B * Z)),
        ("0.9*z^2", sympy.Rational(9, 10) * Z**2),
        ("-z**2", -(Z**2)),
        ("(b + z)**-2", (B + Z) ** -2),
        ("2**-1 + 1e-2", sympy.Rational(51, 100)),
        (" 1_000 ", sympy.Integer(1000)),
        ("1/(1/z)", Z),
    ],
)
def test_formulas_match_sympy(text: str, value: sympy.Expr) -> None:
    assert sympy.cancel(rational_function(text, "W") - value) == 0


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "z.__class__",
        "(lambda: 1)()",
        "[z for z in (1,)]",
        "sin(z)",
        "z if z else 1",
        "_z",
        "True",
        "1j",
        "'z'",
        "z[0]",
        "z := 1",
        "z**z",
        "z**0.5",
        "1/0",
        "1/(z - z)",
        "9**9**9",
        "(z + 1)**64**3",
        "(1 + a + b + c + d)**30",
        "z**100000",
        "9" * 5000,
        "1e1000000",
        "(" * 900,
        "z\0",
        "é",
        "",
    ],
)
def test_what_is_no_formula_is_refused_at_once(text: str) -> None:
    for call in (
        lambda: Kernel(text),
        lambda: modified_loss(order=2).in_one_variable(text),
        lambda: finite_kernel([1, text]),
    ):
        with pytest.raises(DomainError, match="must be a formula of moderate size"):
            call()


def test_nothing_is_executed(tmp_path: object) -> None:
    for text in (f"__import__('pathlib').Path('{tmp_path}/x').touch()", "exec('raise SystemExit')"):
        with pytest.raises(DomainError):
            Kernel(text)

    class Sly:
        def __str__(self) -> str:
            return "__import__('os').abort()"

    with pytest.raises(ArgumentTypeError, match="'W' must be an expression"):
        as_expression(Sly(), "W")


tokens = st.sampled_from([*"zb127+-*/^()(),._[]='\"\\\né", "beta", "0.5", "**", "e9"])


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=40), st.lists(tokens, max_size=15).map("".join)))
def test_any_text_is_a_rational_function_or_refused(text: str) -> None:
    try:
        found = rational_function(text, "W")
    except DomainError:
        return
    assert found.is_rational_function()
    assert not found.has(sympy.Float)


trees = st.recursive(
    st.sampled_from(["z", "b", "2", "1/3", "0.5"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda t: f"({t[0]}){t[1]}({t[2]})"),
        st.tuples(inner, st.sampled_from("0123")).map(lambda t: f"({t[0]})**{t[1]}"),
    ),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None)
@given(trees, st.fractions(-3, 3, max_denominator=7), st.fractions(-3, 3, max_denominator=7))
def test_values_match_fractions_of_python(text: str, z: Fraction, b: Fraction) -> None:
    """Python evaluates the same text, with its numbers wrapped as fractions."""
    wrapped = re.sub(r"(?<![\*\d.])\d+(\.\d+)?(?![\d.])", lambda m: f"F('{m[0]}')", text)
    wrapped = re.sub(r"\*\*(\d)", r"**\1", wrapped)
    expected = eval(wrapped, {"F": Fraction, "z": z, "b": b})
    try:
        found = rational_function(text, "W")
    except DomainError:
        return
    at = found.subs({Z: sympy.Rational(z), B: sympy.Rational(b)})
    assert at == sympy.Rational(expected)


@pytest.mark.parametrize(
    "value", ["1e1000000", "x", "1/0", "", "0x1", "9" * 401, "1e-99999", "nan"]
)
def test_texts_that_are_no_numbers_are_refused(value: str) -> None:
    with pytest.raises(DomainError, match="'beta' must be a rational number of at most 400 digits"):
        rational_number(value, "beta")
    with pytest.raises(DomainError, match="'beta' must be a rational number"):
        field(order=2).at(beta=value)


@pytest.mark.parametrize("value", [0.5, None, True, [1], 1j])
def test_what_is_not_exact_is_refused(value: object) -> None:
    with pytest.raises(ArgumentTypeError, match="'beta' must be a rational number, not"):
        rational_number(value, "beta")
