"""Runge-Kutta methods: their orders, and the B-series operations on them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from polyfam.errors import DomainError
from polyfam.series.bseries import BSeries
from polyfam.series.coproduct import trees_up_to
from polyfam.series.runge_kutta import runge_kutta

HALF = Fraction(1, 2)
METHODS = {
    "euler": ([[0]], [1], 1),
    "implicit-euler": ([[1]], [1], 1),
    "midpoint": ([[HALF]], [1], 2),
    "trapezoidal": ([[0, 0], [HALF, HALF]], [HALF, HALF], 2),
    "heun": ([[0, 0], [1, 0]], [HALF, HALF], 2),
    "radau": (
        [[Fraction(5, 12), Fraction(-1, 12)], [Fraction(3, 4), Fraction(1, 4)]],
        [Fraction(3, 4), Fraction(1, 4)],
        3,
    ),
    "classical": (
        [[0, 0, 0, 0], [HALF, 0, 0, 0], [0, HALF, 0, 0], [0, 0, 1, 0]],
        [Fraction(1, 6), Fraction(1, 3), Fraction(1, 3), Fraction(1, 6)],
        4,
    ),
}


@pytest.mark.parametrize(("matrix", "weights", "order"), METHODS.values(), ids=METHODS)
def test_order_matches_the_literature(matrix: list, weights: list, order: int) -> None:
    method = runge_kutta(matrix, weights, order + 1)
    exact = BSeries.vector_field(order + 1).exp()
    assert method.truncate(order) == exact.truncate(order)
    assert method != exact


@pytest.mark.parametrize(("matrix", "weights", "order"), METHODS.values(), ids=METHODS)
def test_modified_equation_starts_at_the_order(matrix: list, weights: list, order: int) -> None:
    field = runge_kutta(matrix, weights, order + 1).log()
    assert field.truncate(order) == BSeries.vector_field(order)


def test_composition_matches_the_composed_tableau() -> None:
    """Heun, then midpoint, with half the step each, as one method of three stages."""
    heun = runge_kutta(*METHODS["heun"][:2], 5).scale(HALF)
    midpoint = runge_kutta(*METHODS["midpoint"][:2], 5).scale(HALF)
    quarter = Fraction(1, 4)
    both = runge_kutta(
        [[0, 0, 0], [HALF, 0, 0], [quarter, quarter, quarter]], [quarter, quarter, HALF], 5
    )
    assert midpoint.compose(heun) == both


def test_midpoint_rule_matches_powers_of_one_half() -> None:
    midpoint = runge_kutta([[HALF]], [1], 6)
    assert all(midpoint[tree] == HALF ** (tree.order - 1) for tree in trees_up_to(6))


def test_symmetric_method_is_its_own_adjoint() -> None:
    """The inverse with -h is the method again; the modified equation has odd trees only."""
    midpoint = runge_kutta([[HALF]], [1], 5)
    assert midpoint.scale(-1).inverse() == midpoint
    assert all(value == 0 for tree, value in midpoint.log() if tree.order % 2 == 0)


def test_midpoint_rule_keeps_a_gradient_a_gradient_where_euler_does_not() -> None:
    """Neither does: the coefficients at three vertices are 1/4 - 1/3 and 1/4 - 1/6."""
    found = runge_kutta([[HALF]], [1], 3).log().is_gradient_up_to(3)
    assert (found.order, found.obstruction.coefficients) == (2, (Fraction(-1, 12), Fraction(1, 12)))


@pytest.mark.parametrize(
    "matrix", [[[0]], [[0, 0]], [[0], [0, 1]]], ids=["small", "flat", "ragged"]
)
def test_tableaux_that_do_not_fit_are_refused(matrix: list) -> None:
    with pytest.raises(DomainError, match="must be 2 rows of 2 numbers"):
        runge_kutta(matrix, [HALF, HALF], 3)


@pytest.mark.parametrize(("matrix", "weights", "order"), METHODS.values(), ids=METHODS)
def test_order_of_accuracy_matches_the_literature(matrix: list, weights: list, order: int) -> None:
    assert runge_kutta(matrix, weights, order + 2).order_of_accuracy() == order
    assert runge_kutta(matrix, weights, order).order_of_accuracy() == order


@pytest.mark.parametrize(("matrix", "weights", "order"), METHODS.values(), ids=METHODS)
def test_modifying_integrator_makes_the_method_exact(
    matrix: list, weights: list, order: int
) -> None:
    """The inverse of the modified equation for substitution, [HLW, IX.9]."""
    method = runge_kutta(matrix, weights, 6)
    found = method.modifying_integrator()
    assert method.substitute(found) == BSeries.vector_field(6).exp()
    assert found.substitute(method.log()) == BSeries.vector_field(6)
    assert found.truncate(order) == BSeries.vector_field(order)


def test_modifying_integrator_of_the_midpoint_rule_matches_the_literature() -> None:
    """Chartier, Hairer & Vilmart, Numerical integrators based on modified differential equations,
    Math. Comp. 76 (2007): h^2/12 (-f'f'f + 1/2 f''(f, f)) and the terms of h^4."""
    found = runge_kutta([[HALF]], [1], 5).modifying_integrator()
    over_sigma = {str(tree): value / tree.automorphisms() for tree, value in found if value}
    assert over_sigma == {
        "0": 1,
        "0 1 2": Fraction(-1, 12),
        "0 1 1": Fraction(1, 24),
        "0 1 2 3 4": Fraction(1, 120),  # f'f'f'f'f
        "0 1 2 3 1": Fraction(-1, 120),  # f''(f, f'f'f)
        "0 1 2 1 2": Fraction(1, 240),  # f''(f'f, f'f)
        "0 1 2 3 3": Fraction(-1, 480),  # f'f'f''(f, f)
        "0 1 2 3 2": Fraction(1, 240),  # f'f''(f, f'f)
        "0 1 2 2 1": Fraction(1, 480),  # f''(f, f''(f, f))
        "0 1 2 1 1": Fraction(-1, 480),  # f'''(f, f, f'f)
        "0 1 2 2 2": Fraction(-1, 480),  # f'f'''(f, f, f)
        "0 1 1 1 1": Fraction(1, 1920),  # f''''(f, f, f, f)
    }


def test_modified_equation_of_the_explicit_midpoint_rule_matches_sums_of_pybs() -> None:
    """The sums of all coefficients up to an order."""
    method = runge_kutta([[0, 0], [HALF, 0]], [0, 1], 8)
    logarithm = method.log()
    sums = [sum(v for tree, v in logarithm if tree.order <= n) for n in range(4, 9)]
    assert sums == [1, *map(Fraction, ("233/240", "61/80", "431/448", "7669/6720"))]


def test_a_map_that_ignores_its_field_has_no_modifying_integrator() -> None:
    with pytest.raises(DomainError, match="ignores its field"):
        BSeries.identity(3).modifying_integrator()
    assert BSeries.identity(3).order_of_accuracy() == 0
