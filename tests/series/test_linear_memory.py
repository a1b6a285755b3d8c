"""The heavy-ball expansion: literal tables, the functional equation, and heavy ball itself."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy

from polyfam.errors import ArgumentTypeError, DomainError, ResourceError
from polyfam.series.expansion import Expansion
from polyfam.series.linear_memory import field, modified_loss
from polyfam.series.rational import BETA, FIELD
from polyfam.trees import FreeTree, count_free_trees, count_rooted_trees
from tests.oracles.brute_force import automorphisms, label_sum
from tests.oracles.fixed_point import field_by_fixed_point
from tests.oracles.truncated_series import multiply, value

THETA, H = sympy.symbols("theta h")


def in_theta_and_h(expression: sympy.Expr) -> dict[tuple[int, int], Fraction]:
    """Return the coefficients of a polynomial in theta and h with rational coefficients."""
    terms = sympy.Poly(expression, THETA, H).terms()
    return {powers: Fraction(int(c.numerator), int(c.denominator)) for powers, c in terms}


def test_modified_loss_matches_the_literal_table() -> None:
    """Numerators and sigma of all free trees with at most five vertices, by hand."""
    found = [
        (str(term.tree), str(term.numerator), term.exponent, term.sigma, term.power)
        for term in modified_loss(order=5)
    ]
    assert found == [
        ("0", "1", 1, 1, 0),
        ("0 1", "beta", 3, 2, 1),
        ("0 1 1", "beta**2 + beta", 5, 2, 2),
        ("0 1 1 1", "beta**3 + 4*beta**2 + beta", 7, 6, 3),
        ("0 1 2 1", "beta**3 + 3*beta**2 + beta", 7, 2, 3),
        ("0 1 1 1 1", "beta**4 + 11*beta**3 + 11*beta**2 + beta", 9, 24, 4),
        ("0 1 2 1 1", "beta**4 + 8*beta**3 + 8*beta**2 + beta", 9, 2, 4),
        ("0 1 2 1 2", "beta**4 + 6*beta**3 + 6*beta**2 + beta", 9, 2, 4),
    ]


@pytest.mark.parametrize("n", range(1, 5))
def test_coefficients_match_listed_labels_and_automorphisms(n: int) -> None:
    for term in modified_loss(order=n):
        if term.tree.order == n:
            row = label_sum(n, term.tree.edges())
            expected = sum(c * BETA ** (i + (n > 1)) for i, c in enumerate(row))
            assert term.coefficient == expected / (1 - BETA) ** (2 * n - 1)
            assert term.sigma == automorphisms(n, term.tree.edges())


@pytest.mark.parametrize("order", range(1, 7))
def test_field_matches_the_fixed_point_of_the_functional_equation(order: int) -> None:
    assert field_by_fixed_point(order) == field(order=order)


@pytest.mark.parametrize("order", range(1, 9))
def test_gradient_of_the_loss_is_the_field(order: int) -> None:
    assert modified_loss(order=order).gradient() == field(order=order)
    assert field(order=order).potential() == modified_loss(order=order)


@pytest.mark.parametrize("step", [0, 1, 2, 5])
def test_gradient_of_the_loss_is_the_field_at_every_step(step: int) -> None:
    assert modified_loss(order=5, step=step).gradient() == field(order=5, step=step)


@pytest.mark.parametrize("order", [1, 4, 8])
def test_number_of_terms_matches_the_number_of_trees(order: int) -> None:
    assert len(field(order=order)) == sum(count_rooted_trees(n) for n in range(1, order + 1))
    assert len(modified_loss(order=order)) == sum(count_free_trees(n) for n in range(1, order + 1))


@pytest.mark.parametrize("loss", [THETA**2 / 2, THETA**3 / 3 + THETA**2, THETA**4 - THETA], ids=str)
def test_functional_equation_holds_in_one_variable(loss: sympy.Expr) -> None:
    """g(Phi) = L'(Phi) + beta g modulo h^6, at beta = 1/3 and theta = 2/5."""
    order, beta = 6, Fraction(1, 3)
    g = in_theta_and_h(field(order=order).at(beta=beta).in_one_variable(loss))
    slope = in_theta_and_h(loss.diff(THETA))
    theta = [Fraction(2, 5)] + [Fraction(0)] * (order - 1)
    here = value(g, theta)
    phi = [old - shift for old, shift in zip(theta, [0, *here], strict=False)]
    gradient = value(slope, phi)
    assert value(g, phi) == [a + beta * b for a, b in zip(gradient, here, strict=True)]


def test_quadratic_loss_matches_the_root_of_its_characteristic_polynomial() -> None:
    """L = theta^2/2: theta - h g = r theta with r^2 - (1 + beta - h) r + beta = 0."""
    order, beta = 8, Fraction(1, 2)
    g = in_theta_and_h(field(order=order).at(beta=beta).in_one_variable(THETA**2 / 2))
    r = [Fraction(1), *(-g[1, power] for power in range(order))]
    square, linear = (
        multiply(r, r),
        multiply([1 + beta, Fraction(-1)] + [Fraction(0)] * (order - 1), r),
    )
    assert [a - b for a, b in zip(square, linear, strict=True)] == [-beta] + [0] * order


def test_exponential_loss_matches_the_sum_over_labelled_trees() -> None:
    """L = exp at 0: the coefficients are A_n/n!, with the row 16 52 16 for n = 4."""
    value = modified_loss(order=4).in_one_variable(sympy.exp(THETA)).subs(THETA, 0)
    beta = sympy.Symbol("beta")
    expected = (16 * beta + 52 * beta**2 + 16 * beta**3) / 24 / (1 - beta) ** 7
    assert sympy.simplify(value.coeff(H, 3) - expected) == 0


def test_heavy_ball_from_rest_follows_the_field_of_its_step() -> None:
    """In exact series of h, from theta_0 = 1/3, for L = theta^3/3 + theta^4/4 at beta = 2/5."""
    order, beta = 5, Fraction(2, 5)
    loss = THETA**3 / 3 + THETA**4 / 4
    slope = in_theta_and_h(loss.diff(THETA))
    theta = [Fraction(1, 3)] + [Fraction(0)] * (order - 1)
    momentum = [Fraction(0)] * order
    for step in range(5):
        momentum = [beta * m + g for m, g in zip(momentum, value(slope, theta), strict=True)]
        g = in_theta_and_h(field(order=order, step=step).at(beta=beta).in_one_variable(loss))
        assert value(g, theta) == momentum
        theta = [old - shift for old, shift in zip(theta, [0, *momentum], strict=False)]


def test_first_step_is_gradient_descent() -> None:
    assert str(modified_loss(order=5, step=0)) == "L_(h,0) = sum of\n  1 times\n    L  1"
    assert len(field(order=5, step=0)) == 1


def test_momentum_may_be_a_number() -> None:
    expansion = modified_loss(order=3).at(beta=Fraction(9, 10))
    assert [*expansion.coefficients.values()] == [10, 900, 171000]
    assert expansion == modified_loss(order=3).at(beta="0.9")
    assert modified_loss(order=3).at(beta=0) == Expansion({FreeTree(): Fraction(1)}, 3)


@pytest.mark.parametrize(
    ("make", "error", "sentence"),
    [
        (lambda: modified_loss(order=0), DomainError, "'order' must be at least 1, not 0"),
        (lambda: modified_loss(order=13), ResourceError, "'order' must be at most 12, not 13"),
        (lambda: field(order=13), ResourceError, "'order' must be at most 12, not 13"),
        (lambda: field(order=2.0), ArgumentTypeError, "'order' must be an integer, not 2.0"),
        (lambda: field(order=2, step=-1), DomainError, "'step' must be at least 0, not -1"),
        (
            lambda: field(order=2, step=1001),
            ResourceError,
            "'step' must be at most 1000, not 1001",
        ),
        (
            lambda: field(order=2).at(beta=0.9),
            ArgumentTypeError,
            r"'beta' must be a rational .* not '0.9'",
        ),
        (lambda: field(order=2).at(beta="x"), DomainError, "'beta' must be a rational number"),
        (lambda: field(order=2).at(beta=1), DomainError, "A coefficient has a pole at 1"),
        (lambda: field(order=2).at(nu=1), DomainError, "Parameter 'beta' must be given a value"),
    ],
    ids=[
        "order-0",
        "loss-13",
        "field-13",
        "order-float",
        "step-negative",
        "step-1001",
        "float",
        "word",
        "pole",
        "missing",
    ],
)
def test_bad_input_is_refused_in_one_sentence(make, error, sentence) -> None:
    with pytest.raises(error, match=sentence):
        make()


def test_coefficients_are_elements_of_the_field() -> None:
    assert all(term.coefficient.field == FIELD for term in field(order=4, step=3))
