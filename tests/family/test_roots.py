"""Exact real-rootedness against sympy's root counting and polynomials with known roots."""

from __future__ import annotations

from functools import reduce
from math import comb

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from polyfam.errors import ArgumentTypeError, DomainError
from polyfam.family import roots
from polyfam.family.named import eulerian_row, narayana_row, type_b_narayana_row
from polyfam.family.roots import gamma_vector, is_real_rooted

LINEAR = st.tuples(st.integers(-9, 9), st.integers(-9, 9).filter(bool))
# a x^2 + b x + c with b^2 < 4 a c.
COMPLEX = st.tuples(st.integers(-4, 4), st.integers(1, 4)).map(
    lambda pair: (pair[0] ** 2 // (4 * pair[1]) + 1, pair[0], pair[1])
)


def multiply(p: tuple[int, ...], q: tuple[int, ...]) -> tuple[int, ...]:
    """Multiply two polynomials."""
    result = [0] * (len(p) + len(q) - 1)
    for i, a in enumerate(p):
        for k, b in enumerate(q):
            result[i + k] += a * b
    return tuple(result)


def real_roots_with_multiplicity(p: tuple[int, ...]) -> int:
    """Count with sympy: square-free factors, then Sturm sequences of its own."""
    x = sympy.Symbol("x")
    _, factors = sympy.Poly(p[::-1], x).sqf_list()
    return sum(factor.count_roots() * multiplicity for factor, multiplicity in factors)


@given(st.lists(st.integers(-20, 20), min_size=1, max_size=8).filter(any))
def test_random_polynomials_match_sympy(p: list[int]) -> None:
    degree = max(i for i, c in enumerate(p) if c)
    assert is_real_rooted(p) == (real_roots_with_multiplicity(tuple(p)) == degree)


@given(st.lists(LINEAR, max_size=10))
def test_products_of_linear_factors_are_real_rooted(factors: list[tuple[int, int]]) -> None:
    assert is_real_rooted(reduce(multiply, factors, (1,)))


@given(st.lists(LINEAR, min_size=1, max_size=4))
def test_multiple_roots_are_counted_as_often_as_they_occur(factors: list[tuple[int, int]]) -> None:
    assert is_real_rooted(reduce(multiply, factors * 3, (1,)))


@given(st.lists(LINEAR, max_size=8), COMPLEX)
def test_a_complex_pair_is_found(
    factors: list[tuple[int, int]], quadratic: tuple[int, int, int]
) -> None:
    assert not is_real_rooted(reduce(multiply, factors, quadratic))


@given(st.lists(st.integers(0, 50), max_size=6), st.integers(0, 3), st.booleans())
def test_palindromes_match_their_factors(excesses: list[int], ones: int, spoil: bool) -> None:
    """(1 + x)^2 + c x has real roots for c >= 0, and a complex pair for c = -1."""
    quadratics = [(1, 2 + c, 1) for c in excesses] + [(1, 1, 1)] * spoil
    assert is_real_rooted(reduce(multiply, quadratics + [(1, 1)] * ones, (1,))) is not spoil


@pytest.mark.parametrize("row", [eulerian_row, narayana_row, type_b_narayana_row])
@pytest.mark.parametrize("n", [1, 2, 3, 13, 22, 60, 90])
def test_families_known_to_be_real_rooted(row: object, n: int) -> None:
    assert is_real_rooted(row(n))


@pytest.mark.parametrize("n", [13, 22, 45])
def test_one_unit_more_in_the_middle_matches_sympy(n: int) -> None:
    """Near the boundary: rows of binomials, whose root -1 has multiplicity n, slightly changed."""
    for change in (-1, 0, 1):
        row = [comb(n, k) for k in range(n + 1)]
        row[n // 2] += change
        row[(n + 1) // 2] = row[n // 2]
        assert is_real_rooted(row) == (real_roots_with_multiplicity(tuple(row)) == n)


@pytest.mark.parametrize("degree", [2, 5, 21, 40])
def test_both_certificates_match_chebyshev_roots(degree: int) -> None:
    """T_m(1 + 2x) has the m simple roots (cos - 1)/2 in (-1, 0)."""
    x = sympy.Symbol("x")
    p = [int(c) for c in sympy.Poly(sympy.chebyshevt(degree, 1 + 2 * x), x).all_coeffs()[::-1]]
    p = p if p[0] > 0 else [-c for c in p]
    assert roots._sturm(p)
    assert roots._changes_sign(p)


@given(st.lists(st.integers(1, 10**9), min_size=3, max_size=30))
def test_sign_changes_prove_nothing_wrong(p: list[int]) -> None:
    assert roots._sturm(p) or not roots._changes_sign(p)


def test_constants_have_no_roots_and_zero_is_refused() -> None:
    assert is_real_rooted([5])
    assert is_real_rooted([-5, 0, 0])
    assert is_real_rooted([0, 0, -3])
    for zero in ([], [0], [0, 0]):
        with pytest.raises(DomainError, match="zero polynomial"):
            is_real_rooted(zero)


def test_coefficients_must_be_integers() -> None:
    with pytest.raises(ArgumentTypeError, match=r"'coefficients\[1\]' must be an integer"):
        is_real_rooted([1, 2.5, 1])


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=6), st.booleans())
def test_gamma_vector_matches_its_definition(gamma: list[int], odd: bool) -> None:
    degree = 2 * (len(gamma) - 1) + odd
    h = [0] * (degree + 1)
    for i, coefficient in enumerate(gamma):
        for k in range(degree - 2 * i + 1):
            h[i + k] += coefficient * comb(degree - 2 * i, k)
    assert gamma_vector(h) == tuple(gamma)


@pytest.mark.parametrize("h", [[], [1, 2], [1, 2, 2]])
def test_gamma_vector_needs_a_palindrome(h: list[int]) -> None:
    with pytest.raises(DomainError, match="nonempty palindrome"):
        gamma_vector(h)
