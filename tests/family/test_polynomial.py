"""The value type `BetaPolynomial`."""

from __future__ import annotations

import dataclasses
import pickle
from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from polyfam.errors import ArgumentTypeError, DomainError, UnknownNameError
from polyfam.family.named import eulerian_row
from polyfam.family.polynomial import BetaPolynomial
from polyfam.family.routes.face_numbers import face_numbers
from polyfam.family.single import beta_polynomial
from polyfam.trees import free_trees, path, star
from tests.oracles.sequences import BETA_ROWS

ONE = BetaPolynomial([1])
FORK = BetaPolynomial.from_row([1, 8, 8, 1])


@st.composite
def rows(draw: st.DrawFn) -> tuple[int, ...]:
    """Draw a palindrome of positive integers that starts with 1, of length at least 2."""
    half = draw(st.lists(st.integers(1, 10**30), max_size=6))
    middle = draw(st.lists(st.integers(1, 10**30), max_size=1))
    return (1, *half, *middle, *reversed(half), 1)


@given(rows())
def test_row_and_coefficients_tell_the_same(row: tuple[int, ...]) -> None:
    p = BetaPolynomial.from_row(row)
    assert p == BetaPolynomial([0, *row]) == BetaPolynomial._trusted((0, *row))
    assert p.row == row
    assert p.coefficients == (0, *row)
    assert p.degree == len(row)
    assert p.total == p(1) == sum(row)
    assert eval(repr(p)) == p


def test_constant_and_edge_share_a_row_but_differ() -> None:
    edge = BetaPolynomial.from_row([1])
    assert ONE.row == edge.row == (1,)
    assert edge != ONE
    assert (ONE.degree, edge.degree) == (0, 1)
    assert (ONE(7), edge(7)) == (1, 7)
    assert (str(ONE), str(edge)) == ("1", "beta")
    assert ONE.gamma_vector == edge.gamma_vector == (1,)
    assert ONE.is_real_rooted()
    assert edge.is_real_rooted()


@given(rows())
def test_gamma_vector_matches_its_definition_in_sympy(row: tuple[int, ...]) -> None:
    x = sympy.Symbol("x")
    gamma = BetaPolynomial.from_row(row).gamma_vector
    degree = len(row) - 1
    terms = (g * x**i * (1 + x) ** (degree - 2 * i) for i, g in enumerate(gamma))
    expanded = sympy.Poly(sum(terms), x).all_coeffs()
    assert tuple(expanded) == row


@given(rows(), st.fractions(), st.integers(-5, 5))
def test_evaluation_is_exact_and_matches_sympy(
    row: tuple[int, ...], fraction: Fraction, integer: int
) -> None:
    p = BetaPolynomial.from_row(row)
    poly = sympy.Poly(p.sympy())
    assert p(fraction) == Fraction(str(poly.eval(sympy.Rational(fraction))))
    assert p(integer) == int(poly.eval(integer))
    assert p(sympy.Symbol("beta")) == poly.as_expr()
    assert p(sympy.Integer(integer)) == p(integer)


def test_integer_arrays_do_not_wrap_around() -> None:
    p = BetaPolynomial.from_row(eulerian_row(30))
    for dtype in (np.int64, np.uint8, np.int32):
        values = p(np.array([[0, 1], [2, 3]], dtype=dtype))
        assert values.tolist() == [[p(0), p(1)], [p(2), p(3)]]
    assert p(np.int64(3)) == p(3)
    assert ONE(np.arange(3)).tolist() == [1, 1, 1]


@given(rows(), st.floats(0, 2))
def test_floats_match_fractions_within_rounding(row: tuple[int, ...], beta: float) -> None:
    p = BetaPolynomial.from_row(row)
    exact = float(p(Fraction(beta)))
    assert p(beta) == pytest.approx(exact, rel=1e-14, abs=1e-300)
    assert p(np.array([beta]))[0] == pytest.approx(exact, rel=1e-14, abs=1e-300)
    assert p(complex(beta)) == pytest.approx(exact, rel=1e-14, abs=1e-300)


def test_order_is_that_of_coefficients_and_ignores_the_tree() -> None:
    polynomials = [BetaPolynomial.from_row(row) for row in BETA_ROWS[6]]
    assert sorted(set(polynomials)) == polynomials
    known = BetaPolynomial.from_row(BETA_ROWS[6][0], tree=path(6))
    assert known.tree == path(6)
    assert known == polynomials[0]
    assert hash(known) == hash(polynomials[0])
    assert not known < BetaPolynomial(known.coefficients, of_tree=star(6))


def test_value_is_immutable_and_survives_pickling() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        FORK.of_tree = path(5)
    copy = pickle.loads(pickle.dumps(BetaPolynomial(FORK.coefficients, of_tree=path(5))))
    assert copy == FORK
    assert copy.tree == path(5)


def test_log_concavity_is_decided_on_integers() -> None:
    assert FORK.is_log_concave()
    assert BetaPolynomial.from_row([1, 1, 1]).is_log_concave()
    assert not BetaPolynomial.from_row([1, 2, 5, 2, 1]).is_log_concave()


def test_real_rootedness_is_decided_on_integers() -> None:
    assert BetaPolynomial.from_row([1, 2, 1]).is_real_rooted()
    # (x^2 + b x + 1)^2 + c x^2, on both sides of its double roots.
    b = 10**40
    for change, expected in ((-1, True), (0, True), (1, False)):
        row = [1, 2 * b, b * b + 2 + change, 2 * b, 1]
        assert BetaPolynomial.from_row(row).is_real_rooted() is expected


def test_printing_matches_literal_texts() -> None:
    assert str(FORK) == "beta + 8*beta^2 + 8*beta^3 + beta^4"
    assert FORK.latex() == r"\beta + 8 \beta^{2} + 8 \beta^{3} + \beta^{4}"
    assert FORK._repr_latex_() == f"${FORK.latex()}$"
    assert str(FORK.factored()) == "beta*(beta + 1)*(beta**2 + 7*beta + 1)"


@given(rows())
def test_text_is_read_back_by_sympy(row: tuple[int, ...]) -> None:
    p = BetaPolynomial.from_row(row)
    assert sympy.sympify(str(p).replace("^", "**"), {"beta": sympy.Symbol("beta")}) == p.sympy()
    assert sympy.expand(p.factored() - p.sympy()) == 0


@pytest.mark.parametrize(
    ("coefficients", "message"),
    [
        ([], "must not be empty"),
        ([2], "must start with 0"),
        ([1, 8, 8, 1], "use BetaPolynomial.from_row"),
        ([0], "palindrome that starts with 1"),
        ([0, 2, 2], "palindrome that starts with 1"),
        ([0, 1, 2, 3], "palindrome that starts with 1"),
        ([0, 1, 0, 1], "positive integers, not 0"),
    ],
)
def test_what_is_no_member_is_refused(coefficients: list[int], message: str) -> None:
    with pytest.raises(DomainError, match=message):
        BetaPolynomial(coefficients)


@pytest.mark.parametrize("coefficient", [1.0, "1", True, None])
def test_coefficients_that_are_no_integers_are_refused(coefficient: object) -> None:
    with pytest.raises(ArgumentTypeError, match=r"'coefficients\[1\]' must be an integer"):
        BetaPolynomial([0, coefficient])


@pytest.mark.parametrize("value", [7, None, "0 1 1", star(4)])
def test_what_is_no_row_is_refused(value: object) -> None:
    with pytest.raises(ArgumentTypeError, match="must be a sequence of integers"):
        BetaPolynomial(value)


def test_tree_of_bare_coefficients_is_refused() -> None:
    assert FORK.of_tree is None
    with pytest.raises(UnknownNameError, match="identify"):
        _ = FORK.tree


@pytest.mark.parametrize("n", range(1, 10))
def test_faces_match_the_route_that_counts_nested_sets(n: int) -> None:
    for tree in free_trees(n):
        p = beta_polynomial(tree)
        assert list(p.face_numbers) == face_numbers(tree.levels)
        assert p.f_vector == p.face_numbers[:0:-1]
        assert n == 1 or (p.f_vector[0], p.f_vector[-1]) == (p.total, 1)


def test_faces_of_known_polytopes() -> None:
    """The associahedron and the permutohedron of dimension 3."""
    assert beta_polynomial(path(5)).f_vector == (14, 21, 9, 1)
    assert beta_polynomial(star(5)).f_vector == (24, 36, 14, 1)
