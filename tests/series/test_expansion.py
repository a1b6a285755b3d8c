"""Expansions as values, and in print."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy

from polyfam.errors import ArgumentTypeError, DomainError
from polyfam.series.equation import modified_equation
from polyfam.series.expansion import Expansion
from polyfam.series.linear_memory import field, modified_loss
from polyfam.series.rational import BETA
from polyfam.trees import FreeTree, RootedTree

POINT, EDGE = FreeTree(), FreeTree([0, 1])


def test_text_of_order_six_matches_the_literal_page() -> None:
    """The last group has a line that is folded at 80 columns."""
    assert str(modified_loss(order=6)).splitlines()[14:] == [
        "  h^5/(1 - beta)^11 times",
        "    D5(g, g, g, g, g)    1/120*(beta + 26*beta^2 + 66*beta^3 + 26*beta^4 +",
        "                         beta^5)",
        "    D4(H g, g, g, g)     1/6*(beta + 19*beta^2 + 44*beta^3 + 19*beta^4 + beta^5)",
        "    D3(H g, H g, g)      1/2*(beta + 14*beta^2 + 30*beta^3 + 14*beta^4 + beta^5)",
        "    D3(g, g) . D3(g, g)  1/8*(beta + 17*beta^2 + 40*beta^3 + 17*beta^4 + beta^5)",
        "    D3(g, g) . H H g     1/2*(beta + 13*beta^2 + 28*beta^3 + 13*beta^4 + beta^5)",
        "    H H g . H H g        1/2*(beta + 10*beta^2 + 20*beta^3 + 10*beta^4 + beta^5)",
    ]


@pytest.mark.parametrize("one_variable", [False, True], ids=["trees", "one-variable"])
@pytest.mark.parametrize("width", [60, 80, 100])
def test_lines_are_no_wider_than_asked(width: int, one_variable: bool) -> None:
    for expansion in (
        modified_loss(order=7),
        field(order=7),
        modified_equation(order=6),
        field(order=5, step=6),
    ):
        text = expansion.text(width, one_variable)
        assert max(map(len, text.splitlines())) <= width


def test_common_denominator_is_that_of_the_whole_group() -> None:
    cherry, chain = RootedTree([0, 1, 1]), RootedTree([0, 1, 2])
    expansion = Expansion({cherry: 1 / (1 - BETA), chain: BETA / (1 - BETA) ** 2}, 3)
    assert str(expansion).splitlines()[1:] == [
        "  h^2/(1 - beta)^2 times",
        "    D3(g, g)  1/2*(1 - beta)",
        "    H H g     beta",
    ]


def test_one_variable_adds_up_trees_of_equal_degrees() -> None:
    """h^3: the two rootings D3(H g, g) and H D3(g, g) give 1 + 1/2 times different P."""
    lines = field(order=4).text(one_variable=True).splitlines()
    assert lines[-1] == "    L' L''^3       beta + 3*beta^2 + beta^3"
    assert lines[-2] == "    L'^2 L'' L'''  1/2*(3*beta + 10*beta^2 + 3*beta^3)"
    assert lines[-3] == "    L'^3 L^(4)     1/6*(beta + 4*beta^2 + beta^3)"


def test_latex_matches_literals() -> None:
    assert modified_equation(order=2).latex().splitlines() == [
        "f_h =",
        r"\frac{1}{1 - \beta} \, \nabla L",
        r"+ h \, \frac{1 + \beta}{2 (1 - \beta)^{3}} \, \nabla^2 L\,\nabla L",
    ]
    assert modified_loss(order=2, step=1).latex(one_variable=True).splitlines() == [
        "L_{h,1} =",
        r"(1 + \beta) \, L",
        r"+ h \, \frac{\beta}{2} \, (L')^{2}",
    ]
    assert Expansion({POINT: Fraction(1), EDGE: Fraction(-3, 2)}, 2, "L_h").latex() == (
        "L_h =\nL\n- h \\, \\frac{3}{4} \\, \\lvert \\nabla L\\rvert^2"
    )
    assert Expansion({POINT: -BETA - 1, EDGE: 2 - 2 * BETA}, 2).latex() == (
        "S_h =\n- (1 + \\beta) \\, L\n+ h \\, (1 - \\beta) \\, \\lvert \\nabla L\\rvert^2"
    )
    shown = modified_loss(order=1)._repr_latex_()
    assert shown == "$\\displaystyle L_h =\n\\frac{1}{1 - \\beta} \\, L$"


def test_sympy_matches_literals() -> None:
    beta, h, g = sympy.symbols("beta h g")
    dot, hessian = sympy.Function("dot"), sympy.Function("H")
    expected = (
        sympy.Symbol("L") / (1 - beta)
        + h * beta * dot(g, g) / (2 * (1 - beta) ** 3)
        + h**2 * (beta + beta**2) * dot(g, hessian(g)) / (2 * (1 - beta) ** 5)
    )
    assert modified_loss(order=3).sympy() == expected


def test_one_variable_matches_differentiation_by_sympy() -> None:
    x = sympy.Symbol("x")
    loss = sympy.cos(x)
    value = modified_loss(order=3).in_one_variable(loss, x).diff(x)
    assert sympy.simplify(value - field(order=3).in_one_variable(loss, x)) == 0
    theta = sympy.Symbol("theta")
    assert modified_loss(order=1).in_one_variable() == sympy.Function("L")(theta) / (
        1 - sympy.Symbol("beta")
    )


def test_terms_say_what_they_are() -> None:
    term = list(modified_loss(order=3))[-1]
    assert (term.power, term.exponent, term.sigma, term.differential) == (2, 5, 2, "g . H g")
    assert str(term) == "h^2 1/2*(beta + beta^2)/(1 - beta)^5 g . H g"
    assert next(iter(field(order=1).at(beta=0))).exponent == 0


def test_equality_looks_at_terms_and_order_only() -> None:
    loss = modified_loss(order=3)
    assert loss == Expansion(dict(loss.coefficients), 3, "another name")
    assert hash(loss) == hash(Expansion(dict(loss.coefficients), 3))
    assert loss != modified_loss(order=4)
    assert loss == modified_loss(order=4).truncate(3)
    assert (loss[FreeTree([0, 1, 1, 1])], loss[POINT]) == (0, 1 / (1 - BETA))
    assert repr(loss) == "Expansion(3 terms of order 3: L_h)"


def test_expansions_are_immutable() -> None:
    with pytest.raises(AttributeError):
        modified_loss(order=2).order = 3
    with pytest.raises(TypeError):
        modified_loss(order=2).coefficients[POINT] = 0


def test_zero_terms_are_left_out() -> None:
    assert len(Expansion({POINT: Fraction(1), EDGE: Fraction(0)}, 2)) == 1
    assert str(Expansion({}, 2, "L_h")) == "L_h = 0"
    assert Expansion({}, 2, "L_h").latex() == "L_h =\n0"


@pytest.mark.parametrize(
    ("make", "error", "sentence"),
    [
        (lambda: Expansion({POINT: 1, RootedTree(): 1}, 1), DomainError, "all free or all rooted"),
        (lambda: Expansion({EDGE: 1}, 1), DomainError, "at most 1 vertices, not '0 1'"),
        (lambda: Expansion({POINT: 0.5}, 1), DomainError, "must be exact, not 0.5"),
        (lambda: Expansion({}, 0), DomainError, "'order' must be at least 1"),
        (lambda: Expansion({}, 1.0), ArgumentTypeError, "'order' must be an integer"),
        (lambda: field(order=2).gradient(), DomainError, "Only an expansion over free trees"),
        (
            lambda: modified_loss(order=2).potential(),
            DomainError,
            "Only an expansion over rooted trees",
        ),
        (
            lambda: modified_loss(order=2).is_gradient_up_to(),
            DomainError,
            "Only an expansion over rooted trees",
        ),
        (
            lambda: field(order=2).is_gradient_up_to(3),
            DomainError,
            "'order' must be at most 2, not 3",
        ),
        (lambda: field(order=2).truncate(3), DomainError, "'order' must be at most 2, not 3"),
    ],
    ids=[
        "mixed",
        "large",
        "float",
        "order-0",
        "order-float",
        "gradient-of-field",
        "potential-of-loss",
        "check-of-loss",
        "check-beyond",
        "truncate-beyond",
    ],
)
def test_bad_input_is_refused_in_one_sentence(make, error, sentence) -> None:
    with pytest.raises(error, match=sentence):
        make()


def test_what_is_no_expansion_is_refused_in_one_sentence() -> None:
    with pytest.raises(ArgumentTypeError, match="must be a dictionary from trees to numbers"):
        Expansion({"0 1": 1}, 3)
    with pytest.raises(DomainError, match="'loss' must be a formula of moderate size"):
        modified_loss(order=2).in_one_variable("theta(")
