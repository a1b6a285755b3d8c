"""B-series: known methods, values of another program, and the axioms of the algebra."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy.polys.domains import QQ, ZZ
from sympy.polys.fields import field
from sympy.polys.rings import ring

from polyfam.errors import ArgumentTypeError, DomainError
from polyfam.series.bseries import BSeries
from polyfam.series.coproduct import trees_up_to
from polyfam.trees import RootedTree
from tests.oracles import bseries as oracle

ORDER = 5
A = BSeries.from_function(lambda tree: oracle.first(tree.levels), ORDER)
B = BSeries.from_function(lambda tree: oracle.second(tree.levels), ORDER)
EULER = BSeries({RootedTree(): 1}, ORDER)
FLOW = BSeries.vector_field(ORDER).exp()


def values(series: BSeries) -> dict[tuple[int, ...], Fraction]:
    """Return the coefficients by level sequence."""
    return {tree.levels: value for tree, value in series}


@pytest.mark.parametrize(
    ("series", "expected"),
    [
        (B.compose(A), oracle.KAURI_PRODUCT),
        (A.inverse(), oracle.KAURI_INVERSE),
        (A.log(), oracle.KAURI_LOGARITHM),
        (B.substitute(A * 1 - BSeries.identity(ORDER)), oracle.KAURI_SUBSTITUTION),
    ],
    ids=["product", "inverse", "logarithm", "substitution"],
)
def test_operations_match_values_of_kauri(series: BSeries, expected: dict) -> None:
    assert values(series) == expected


def test_flow_matches_tree_factorials() -> None:
    for tree, value in FLOW:
        assert value == Fraction(1, tree.factorial())


def test_modified_equation_of_euler_matches_the_literal_table() -> None:
    """[HLW, IX.9, table 9.1] to four vertices: f''(f,f)/2 has 1/6, f'f'f has 1/3."""
    expected = ["1", "-1/2", "1/6", "1/3", "0", "-1/12", "-1/6", "-1/4"]
    assert [*EULER.truncate(4).log().coefficients.values()] == [*map(Fraction, expected)]


def test_inverse_of_euler_is_implicit_euler_backwards() -> None:
    """k = f(y - h k): every tree of n vertices has (-1)^n."""
    assert all(value == (-1) ** tree.order for tree, value in EULER.inverse())


def test_steps_of_two_lengths_are_one_flow() -> None:
    two, three = FLOW.scale(Fraction(2)), FLOW.scale(Fraction(3))
    assert two.compose(three) == FLOW.scale(Fraction(5))


#: The variable of a polynomial ring.
EPS = ring("eps", QQ)[1]

#: Every example checks eight trees at once.
axiom = settings(max_examples=25)
fractions = st.fractions(-2, 2, max_denominator=4)


@st.composite
def series(draw: Callable, empty: int = 1, order: int = 4) -> BSeries:
    """Draw a map (1) or a field (0)."""
    return BSeries({tree: draw(fractions) for tree in trees_up_to(order)}, order, empty)


maps, fields = series(1), series(0)


@axiom
@given(maps, maps, maps)
def test_composition_is_associative(a: BSeries, b: BSeries, c: BSeries) -> None:
    assert a.compose(b).compose(c) == a.compose(b.compose(c))


@axiom
@given(maps)
def test_identity_is_neutral(a: BSeries) -> None:
    one = BSeries.identity(a.order)
    assert a.compose(one) == one.compose(a) == a


@axiom
@given(maps)
def test_inverse_is_inverse_on_both_sides(a: BSeries) -> None:
    one = BSeries.identity(a.order)
    assert a.compose(a.inverse()) == a.inverse().compose(a) == one
    assert a.inverse().inverse() == a


@axiom
@given(maps, maps)
def test_inverse_reverses_compositions(a: BSeries, b: BSeries) -> None:
    assert a.compose(b).inverse() == b.inverse().compose(a.inverse())


@axiom
@given(maps, maps, maps, fractions)
def test_composition_is_linear_outside(a: BSeries, b: BSeries, c: BSeries, x: Fraction) -> None:
    assert (a * x + b).compose(c) == a.compose(c) * x + b.compose(c)


@axiom
@given(maps)
def test_exponential_undoes_the_logarithm(a: BSeries) -> None:
    assert a.log().exp() == a


@axiom
@given(fields)
def test_logarithm_undoes_the_exponential(c: BSeries) -> None:
    assert c.exp().log() == c


@axiom
@given(fields)
def test_exponential_matches_substitution_in_the_flow(c: BSeries) -> None:
    assert c.exp() == BSeries.vector_field(c.order).exp().substitute(c)


@axiom
@given(maps)
def test_logarithm_of_the_inverse_is_negative(a: BSeries) -> None:
    assert a.inverse().log() == a.log() * -1


@axiom
@given(maps, fields)
def test_substitution_is_a_homomorphism(a: BSeries, c: BSeries) -> None:
    assert a.compose(a).substitute(c) == a.substitute(c).compose(a.substitute(c))
    assert a.log().substitute(c) == a.substitute(c).log()


@axiom
@given(maps, fields, fields)
def test_substitution_is_associative(a: BSeries, b: BSeries, c: BSeries) -> None:
    assert a.substitute(b).substitute(c) == a.substitute(b.substitute(c))


@axiom
@given(maps, fields)
def test_own_field_is_neutral_for_substitution(a: BSeries, c: BSeries) -> None:
    own = BSeries.vector_field(a.order)
    assert a.substitute(own) == a
    assert own.substitute(c) == c


@axiom
@given(maps, fields)
def test_derivative_is_the_first_order_of_a_composition(a: BSeries, c: BSeries) -> None:
    """a o (id + eps c) = a + eps a' c modulo eps^2, in polynomials of eps."""
    inner = BSeries.identity(a.order) + c * EPS
    for tree, value in a.compose(inner):
        error = value - (a[tree] + a.derivative(c)[tree] * EPS)
        assert all(power >= 2 for (power,) in error.monoms())


@axiom
@given(maps, st.integers(1, 4))
def test_truncation_commutes_with_operations(a: BSeries, order: int) -> None:
    short = a.truncate(order)
    assert a.inverse().truncate(order) == short.inverse()
    assert a.log().truncate(order) == short.log()


def test_rational_functions_are_coefficients() -> None:
    beta = field("beta", QQ)[1]
    a = BSeries({tree: 1 / (1 - beta) ** tree.order for tree in trees_up_to(4)}, 4)
    assert a.log().exp() == a
    assert a.compose(a.inverse()) == BSeries.identity(4)


def test_polynomials_over_the_integers_are_refused_where_they_would_be_wrong() -> None:
    beta = ring("beta", ZZ)[1]
    with pytest.raises(DomainError, match="use polynomials over the rationals"):
        BSeries({RootedTree(): beta}, 2).log()


def test_polynomials_over_the_rationals_have_logarithms() -> None:
    beta = ring("beta", QQ)[1]
    assert BSeries({RootedTree(): beta}, 2).log()[RootedTree([0, 1])] == -(beta**2) / 2


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: BSeries({RootedTree(): 0.5}, 2), r"must be exact, not 0.5; use Fraction\('0.5'\)"),
        (lambda: BSeries({RootedTree([0, 1]): 1}, 1), "at most 1 vertices as its keys, not '0 1'"),
        (lambda: BSeries({(0, 1): 1}, 3), r"as its keys, not '\(0, 1\)'"),
        (lambda: EULER.compose(BSeries.identity(2)), "same order, not 5 and 2; truncate"),
        (lambda: EULER.compose(BSeries.vector_field(5)), "'inner' must be a map, with coefficient"),
        (lambda: EULER.substitute(EULER), "'field' must be a field, with coefficient 0"),
        (lambda: EULER.exp(), "'self' must be a field"),
        (lambda: BSeries.vector_field(3).log(), "'self' must be a map"),
        (lambda: BSeries.vector_field(3).inverse(), "'self' must be a map"),
        (lambda: EULER.derivative(EULER), "'field' must be a field"),
        (lambda: EULER.is_gradient_up_to(6), "must be at most 5, not 6"),
        (lambda: EULER.truncate(6), "must be at most 5, not 6"),
    ],
    ids=[
        "float",
        "large-tree",
        "no-tree",
        "orders",
        "compose-field",
        "substitute-map",
        "exp-of-map",
        "log-of-field",
        "inverse-of-field",
        "derivative-along-map",
        "gradient-beyond",
        "truncate-beyond",
    ],
)
def test_bad_input_is_refused_in_one_sentence(make: Callable, sentence: str) -> None:
    with pytest.raises(DomainError, match=sentence):
        make()


def test_values_are_immutable_and_hashable() -> None:
    assert hash(A) == hash(BSeries(dict(A.coefficients), ORDER))
    assert A != B
    assert A.truncate(4) != A
    with pytest.raises(TypeError):
        A.coefficients[RootedTree()] = 3
    with pytest.raises(AttributeError):
        A.order = 3


def test_a_map_and_a_field_with_the_same_coefficients_differ() -> None:
    assert BSeries({}, 3, 0) != BSeries.identity(3)
    assert BSeries.identity(3) - BSeries.identity(3) == BSeries({}, 3, 0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda e: e + 3, "combines with a BSeries only"),
        (lambda e: e - None, "combines with a BSeries only"),
        (lambda e: e.compose("map"), "combines with a BSeries only"),
        (lambda e: e * e, "multiplied by numbers"),
        (lambda e: e.scale(0.5), "must be exact"),
        (lambda e: e.truncate(0), "'order' must be at least 1"),
        (lambda e: e[RootedTree([0, 1, 2, 3])], "'tree' must be a RootedTree of at most 3"),
        (lambda _: BSeries([1], 3), "'coefficients' must be a dictionary"),
        (lambda _: BSeries({RootedTree(): np.float32(1)}, 3), "must be exact"),
        (lambda _: BSeries({RootedTree(): "1"}, 3), "must be numbers or ring elements"),
    ],
    ids="plus minus compose times scale truncate entry list single text".split(),
)
def test_what_does_not_combine_is_refused_in_one_sentence(call: object, message: str) -> None:
    with pytest.raises((ArgumentTypeError, DomainError), match=message):
        call(BSeries.identity(3))


def test_numpy_integers_do_not_overflow() -> None:
    series = BSeries({RootedTree(): np.int64(2**40)}, 1)
    assert (series * 2**40)[RootedTree()] == 2**80
