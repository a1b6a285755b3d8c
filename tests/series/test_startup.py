"""Coefficients at step n against listed labels, and their limit."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest

from polyfam.errors import ArgumentTypeError, DomainError, ResourceError
from polyfam.family.single import beta_polynomial
from polyfam.series.coproduct import trees_up_to
from polyfam.series.kernels import Kernel
from polyfam.series.rational import BETA, FIELD, evaluate
from polyfam.series.startup import startup_coefficient, startup_coefficients
from polyfam.trees import FreeTree, RootedTree, free_trees


def listed(tree: FreeTree, step: int) -> dict[int, int]:
    """Count all labels k_v <= step and 1 <= i_e <= k_v with e at v, by the exponent of beta."""
    counts: dict[int, int] = {}
    edges = tree.edges()
    for k in product(range(step + 1), repeat=tree.order):
        for i in product(*(range(1, min(k[u], k[v]) + 1) for u, v in edges)):
            power = sum(k) - sum(i)
            counts[power] = counts.get(power, 0) + 1
    return counts


@pytest.mark.parametrize("step", [0, 1, 2, 3])
@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_coefficients_match_listed_labels(n: int, step: int) -> None:
    for tree in free_trees(n):
        found = {power: c for (power,), c in startup_coefficient(tree, step).terms()}
        assert found == listed(tree, step)


@pytest.mark.parametrize("step", [1, 4])
def test_root_does_not_matter(step: int) -> None:
    found = startup_coefficients(trees_up_to(6), step)
    for tree, value in found.items():
        assert value == startup_coefficient(tree.free(), step)


def test_coefficients_agree_with_the_limit_up_to_the_power_of_the_step() -> None:
    """Labels above n have exponents above n: modulo beta^(n + 1) nothing is missing."""
    n = 6
    for tree in trees_up_to(5):
        series = startup_coefficient(tree, n) * (1 - BETA.numer) ** (2 * tree.order - 1)
        low = {power: c for (power,), c in series.terms() if power <= n}
        polynomial = beta_polynomial(tree).coefficients
        assert low == {power: c for power, c in enumerate(polynomial) if c}


def test_numbers_tend_to_the_limit_at_the_rate_of_the_momentum() -> None:
    beta, kernel = Fraction(1, 2), Kernel("1/(1 - z/2)")
    for tree in trees_up_to(4):
        limit = beta_polynomial(tree)(beta) / (1 - beta) ** (2 * tree.order - 1)
        errors = [limit - startup_coefficient(tree, step, kernel) for step in (40, 41, 80)]
        assert Fraction(1, 2) <= errors[1] / errors[0] < Fraction(3, 5)
        assert 0 < errors[2] < 81**tree.order * beta**80 * limit


def test_heavy_ball_by_digits_matches_heavy_ball_by_weights() -> None:
    kernel = Kernel("1/(1 - beta*z)")
    for tree in trees_up_to(5):
        assert startup_coefficient(tree, 4, kernel) == FIELD(startup_coefficient(tree, 4))


def test_numbers_match_the_polynomials() -> None:
    tree = RootedTree([0, 1, 2, 1])
    found = startup_coefficient(tree, 5, Kernel("1/(1 - z/3)"))
    assert found == evaluate(FIELD(startup_coefficient(tree, 5)), {"beta": Fraction(1, 3)})


@pytest.mark.parametrize("step", [-1, -1000])
def test_negative_steps_are_refused(step: int) -> None:
    with pytest.raises(DomainError, match=f"'step' must be at least 0, not {step}"):
        startup_coefficient(FreeTree(), step)


def test_fractional_steps_are_refused() -> None:
    with pytest.raises(ArgumentTypeError, match="'step' must be an integer"):
        startup_coefficients(trees_up_to(3), 1.5)


def test_what_has_no_coefficient_is_refused_in_one_sentence() -> None:
    with pytest.raises(ResourceError, match="'step' must be at most 1000, not"):
        startup_coefficient(FreeTree([0, 1]), 1001)
    with pytest.raises(ResourceError, match="'step' must be at most 100, not"):
        startup_coefficient(FreeTree([0, 1]), 101, Kernel("1 + beta/(1 - beta*z)"))
    with pytest.raises(ArgumentTypeError, match="'tree' must be a FreeTree or RootedTree"):
        startup_coefficient("0 1", 2)


def test_no_trees_have_no_coefficients():
    assert startup_coefficients((), 3) == {}
