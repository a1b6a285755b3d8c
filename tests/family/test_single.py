"""Polynomials of single trees, large ones above all, against recurrences of their own."""

from __future__ import annotations

from math import factorial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polyfam.errors import ArgumentTypeError, ResourceError
from polyfam.family.named import catalan, eulerian_row, narayana_row
from polyfam.family.polynomial import BetaPolynomial
from polyfam.family.routes.face_numbers import face_numbers, row_from_faces
from polyfam.family.single import beta_polynomial, beta_row, half_row
from polyfam.trees import FreeTree, RootedTree, free_trees, path, random_free_tree, spider, star
from tests.oracles import brute_force, trees


@pytest.mark.parametrize("n", [*range(2, 50), 300])
def test_stars_match_eulerian_recurrence(n: int) -> None:
    assert beta_row(star(n).levels) == eulerian_row(n - 1)


@pytest.mark.parametrize("n", [*range(2, 50), 300])
def test_paths_match_narayana_recurrence(n: int) -> None:
    assert beta_row(path(n).levels) == narayana_row(n - 1)


@pytest.mark.parametrize("n", [2, 7, 40, 41, 42, 43, 60])
def test_stars_and_paths_match_their_rows_from_every_root(n: int) -> None:
    """Rooted at a leaf a star is hung on one edge; a path may hang from its end."""
    assert beta_row((0, 1) + (2,) * (n - 2)) == eulerian_row(n - 1)
    assert beta_row(range(n)) == narayana_row(n - 1)


@settings(max_examples=25)
@given(st.integers(38, 46), st.integers(0, 10**6))
def test_rows_of_longer_trees_match_faces(n: int, seed: int) -> None:
    """Digits are as wide as P(1), whatever the shape."""
    tree = random_free_tree(n, seed=seed)
    assert beta_row(tree.levels) == row_from_faces(face_numbers(tree.levels))


@given(trees.parent_arrays(most=30))
def test_rows_match_faces_on_any_rooting(parents: list[int]) -> None:
    levels = RootedTree.from_parents(parents).levels
    assert beta_row(levels) == row_from_faces(face_numbers(levels))


@settings(max_examples=10)
@given(trees.parent_arrays(least=10, most=16))
def test_totals_match_dismantlings(parents: list[int]) -> None:
    tree = RootedTree.from_parents(parents)
    assert beta_polynomial(tree).total == brute_force.count_dismantlings(tree.edges())


def test_random_tree_of_a_hundred_vertices_matches_faces() -> None:
    tree = random_free_tree(100, seed=2)
    assert beta_row(tree.levels) == row_from_faces(face_numbers(tree.levels))


def test_totals_of_stars_and_paths_match_factorials_and_catalan() -> None:
    for n in (2, 3, 20, 80):
        assert beta_polynomial(star(n)).total == factorial(n - 1)
        assert beta_polynomial(path(n)).total == catalan(n - 1)


def test_polynomial_knows_its_tree_and_forgets_the_root() -> None:
    tree = spider([1, 1, 2])
    polynomial = beta_polynomial(tree)
    assert isinstance(polynomial, BetaPolynomial)
    assert (polynomial.row, polynomial.tree) == ((1, 8, 8, 1), tree)
    for rooting in tree.rootings():
        rooted = beta_polynomial(rooting)
        assert rooted == polynomial
        assert rooted.tree == tree
    assert polynomial == BetaPolynomial.from_row(polynomial.row)  # as a checked value


def test_smallest_polynomials() -> None:
    assert beta_polynomial(FreeTree()).coefficients == (1,)
    assert beta_polynomial(RootedTree()).coefficients == (1,)
    assert beta_polynomial(FreeTree([0, 1])).coefficients == (0, 1)
    assert (beta_row((0,)), beta_row((0, 1)), half_row((0,)), half_row((0, 1))) == (
        (1,),
        (1,),
        [1],
        [1],
    )


@pytest.mark.parametrize("n", range(2, 12))
def test_half_rows_are_first_halves(n: int) -> None:
    for tree in free_trees(n):
        row = row_from_faces(face_numbers(tree.levels))
        assert half_row(tree.levels) == list(row[: n // 2])


@pytest.mark.parametrize("tree", [path(10_000), star(10_000)], ids=["path", "star"])
def test_absurd_trees_are_refused_before_memory_is_taken(tree: FreeTree) -> None:
    with pytest.raises(ResourceError, match=r"tree on 10000 vertices would take .* GiB of memory"):
        beta_polynomial(tree)


@pytest.mark.parametrize("tree", [(0, 1, 1), "star:4", None, 4])
def test_what_is_no_tree_is_refused(tree: object) -> None:
    with pytest.raises(ArgumentTypeError, match="'tree' must be a FreeTree or a RootedTree"):
        beta_polynomial(tree)
