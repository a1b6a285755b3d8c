"""Identification: every row finds its tree, everything else is refused for a stated reason."""

from __future__ import annotations

from itertools import product

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polyfam.errors import ArgumentTypeError
from polyfam.family.identification import Identification, _faults, classical_names, identify
from polyfam.family.named import eulerian_row, narayana_row
from polyfam.family.polynomial import BetaPolynomial
from polyfam.family.single import beta_polynomial
from polyfam.family.table import beta_table
from polyfam.trees import FreeTree, free_trees, path, random_free_tree, spider, star
from tests.oracles.sequences import BETA_ROWS, EULERIAN_ROWS, NARAYANA_ROWS


@pytest.mark.parametrize("n", range(2, 11))
def test_row_of_the_single_tree_recursion_finds_its_tree(n: int) -> None:
    for tree in free_trees(n):
        answer = identify(beta_polynomial(tree).row)
        assert (answer.member, answer.tree, answer.reason) == (True, tree, "")
        assert answer.polynomial.row == beta_polynomial(tree).row


@given(st.integers(11, 16), st.integers(0, 10**6))
@settings(max_examples=50, deadline=None)
def test_row_of_a_random_tree_with_up_to_16_vertices_finds_it(n: int, seed: int) -> None:
    tree = random_free_tree(n, seed)
    assert identify(beta_polynomial(tree)).tree == tree


def test_row_with_20_vertices_is_found() -> None:
    tree = spider([1, 2, 3, 3, 4, 6])
    assert identify(beta_polynomial(tree)).tree == tree


@pytest.mark.parametrize("n", range(3, 7))
def test_palindrome_is_a_member_exactly_when_it_is_a_literal_row(n: int) -> None:
    half = n // 2
    most = max(c for row in BETA_ROWS[n] for c in row) + 3
    for rest in product(range(1, most), repeat=half - 1):
        first = (1, *rest)
        row = first + first[: (n - 1) // 2][::-1]
        assert identify(row).member is (row in BETA_ROWS[n])


@pytest.mark.parametrize("j", range(1, 10))
def test_names_match_literal_triangles(j: int) -> None:
    assert "Eulerian" in classical_names(EULERIAN_ROWS[j - 1])
    assert "Narayana" in classical_names(NARAYANA_ROWS[j - 1])
    assert (classical_names(EULERIAN_ROWS[j - 1]) == ("Eulerian",)) is (j > 2)


@pytest.mark.parametrize("n", [21, 40])
def test_path_and_star_are_recognised_at_any_order(n: int) -> None:
    assert identify(narayana_row(n - 1)) == Identification(
        True, beta_polynomial(path(n)), ("Narayana",)
    )
    assert identify(eulerian_row(n - 1)).tree == star(n)


def test_other_trees_beyond_20_vertices_are_left_undecided() -> None:
    answer = identify(beta_polynomial(random_free_tree(21, seed=1)))
    assert (answer.member, answer.tree) == (None, None)
    assert str(answer).startswith("Undecided because a tree with these coefficients would have 21")


@pytest.mark.parametrize("n", range(2, 14))
def test_no_tree_fails_the_proven_conditions(n: int) -> None:
    assert [p.tree for p in beta_table(n) for _ in _faults(p.row)] == []


@pytest.mark.parametrize("kind", [tuple, list, iter, numpy.array])
@pytest.mark.parametrize("zero", [(), (0,)])
def test_row_comes_with_or_without_its_zero_in_any_sequence(kind, zero: tuple[int, ...]) -> None:
    assert identify(kind([*zero, 1, 8, 8, 1])).tree == FreeTree([0, 1, 2, 1, 1])


def test_vertex_and_edge_are_told_apart_as_polynomials() -> None:
    assert identify(beta_polynomial(path(1))).tree == path(1)
    assert identify(beta_polynomial(path(2))).tree == path(2)
    assert identify((1,)).tree == identify((0, 1)).tree == path(2)
    assert identify((1,)).names == ("Narayana", "Eulerian")


@pytest.mark.parametrize(
    ("coefficients", "reason"),
    [
        ((), "it has no coefficients"),
        ((0,), "it has no coefficients"),
        ((0, 0, 1), "coefficient 0 of beta^1 is not positive"),
        ((1, 2.5, 1), "entry 2.5 at position 1 is not an integer"),
        ((1, True, 1), "entry True at position 1 is not an integer"),
        ((1, "8", 1), "entry '8' at position 1 is not an integer"),
        ((1, -4, 1), "coefficient -4 of beta^2 is not positive"),
        ((1, 4, 4, 2), "coefficient 1 of beta^1 and coefficient 2 of beta^4 must be equal"),
        ((2, 8, 2), "the first coefficient must be 1, not 2"),
        ((1, 2, 1), "coefficient 2 of beta^2 is less than that of the path, 3"),
        ((1, 5, 1), "coefficient 5 of beta^2 is greater than that of the star, 4"),
        ((1, 13, 19, 13, 1), "coefficient 19 of beta^3 is less than that of the path, 20"),
        ((1, 13, 67, 13, 1), "coefficient 67 of beta^3 is greater than that of the star, 66"),
        ((1, 26, 50, 26, 1), "entry 0 at position 2 of the gamma vector is less than"),
        ((1, 10, 40, 10, 1), "entry 22 at position 2 of the gamma vector is greater than"),
        ((1, 7, 7, 1), "none of the 3 free trees on 5 vertices has these coefficients"),
        ((1, 10**300, 1), "coefficient about 10^300 of beta^2 is greater than that of the star, 4"),
        ([1] * 10**5, "coefficient 1 of beta^2 is less than that of the path, 4,999,950,000"),
    ],
)
def test_refusal_names_the_first_condition_that_fails(coefficients, reason: str) -> None:
    answer = identify(coefficients)
    assert answer.member is False
    assert answer.reason.startswith(reason)
    assert str(answer) == f"Not in the family because {answer.reason}."


@pytest.mark.parametrize("value", [7, None, "1 8 8 1", b"1"])
def test_no_sequence_is_an_error(value: object) -> None:
    with pytest.raises(ArgumentTypeError, match="must be a sequence of integers"):
        identify(value)


@given(st.lists(st.integers(-2, 40), max_size=7) | st.lists(st.floats() | st.text(), max_size=3))
def test_any_list_is_answered_and_members_have_the_row_asked_for(values: list) -> None:
    answer = identify(values)
    if answer.member:
        assert BetaPolynomial.from_row(values if values[0] else values[1:]) == answer.polynomial
    else:
        assert answer.reason
