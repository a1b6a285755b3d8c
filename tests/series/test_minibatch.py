"""The realised expansion, against heavy ball itself on exact power series in the step size."""

from __future__ import annotations

from fractions import Fraction
from math import comb, prod

import pytest
import sympy

from polyfam.errors import DomainError, ResourceError
from polyfam.family.single import beta_polynomial
from polyfam.series.minibatch import (
    realised_field,
    realised_loss,
    realised_terms,
    realised_weight,
)
from polyfam.trees import FreeTree, RootedTree, free_trees, path, star

H = sympy.ring("h", sympy.QQ)[1]
LOSSES = {
    "quadratics": [(0, 1, 3), (2, -1, 5), (1, 4, 2), (0, -2, 7)],
    "cubics": [(0, 1, 3, 2), (0, -1, 5, 1), (1, 4, 2, -3), (0, 2, -2, 4)],
    "a quartic among others": [(0, 1, 1), (0, 2, 0, 1, -1), (3, 0, 1, 1)],
}


def derivatives(loss: tuple[int, ...], point: object) -> list[object]:
    """Return the values at a point of all derivatives of the polynomial with these coefficients."""
    rows = []
    while loss:
        rows.append(sum((c * point**k for k, c in enumerate(loss)), 0 * point))
        loss = tuple(k * c for k, c in enumerate(loss))[1:]
    return rows


def truncated(series: object, terms: int) -> object:
    """Drop the powers of h from h^terms on."""
    return H.ring.from_dict({power: c for power, c in series.items() if power[0] < terms})


@pytest.mark.parametrize("name", LOSSES)
def test_field_matches_heavy_ball_on_power_series(name: str) -> None:
    """Momentum after the last step, as a power series, is the field at the place reached."""
    losses, beta, terms = LOSSES[name], sympy.QQ(2, 3), 5
    theta, momentum = H**0 * sympy.QQ(1, 2), 0 * H
    for loss in losses:
        here = theta
        momentum = truncated(beta * momentum + derivatives(loss, theta)[1], terms)
        theta = truncated(theta - H * momentum, terms)
    field = (
        realised_field(order=terms)
        .at(beta="2/3")
        .in_one_variable([derivatives(loss, here) for loss in reversed(losses)])
    )
    assert truncated(sum(value * H**j for j, value in enumerate(field)), terms) == momentum


def test_field_is_the_derivative_of_the_loss() -> None:
    theta = sympy.Symbol("theta")
    rows = [derivatives(loss, theta) for loss in LOSSES["cubics"]]
    losses = realised_loss(order=4).at(beta="1/3").in_one_variable(rows)
    for loss, field in zip(
        losses, realised_field(order=4).at(beta="1/3").in_one_variable(rows), strict=True
    ):
        assert sympy.expand(sympy.diff(loss, theta) - field) == 0


def test_loss_matches_sum_over_all_labels() -> None:
    rows = [derivatives(loss, Fraction(1, 2)) for loss in LOSSES["cubics"]]
    beta = Fraction(1, 3)
    listed = [Fraction(0)] * 4
    for tree in (tree for n in range(1, 5) for tree in free_trees(n)):
        degrees = [sum(v in edge for edge in tree.edges()) for v in range(tree.order)]
        for labels, weight in realised_terms(tree, len(rows) - 1, beta):
            values = (rows[k][d] if d < 4 else 0 for k, d in zip(labels, degrees, strict=True))
            listed[tree.order - 1] += weight * prod(values) / tree.automorphisms()
    assert realised_loss(order=4).at(beta=beta).in_one_variable(rows) == listed


@pytest.mark.parametrize("tree", [FreeTree([0]), path(2), path(3), path(4), star(4)], ids=str)
def test_weights_sum_to_the_family(tree: FreeTree) -> None:
    """Labels up to n give all powers of beta up to beta^n, for every power is at least a label."""
    step, size = 5, 2 * tree.order - 2
    total = sum(weight for _, weight in realised_terms(tree, step))
    p = beta_polynomial(tree).coefficients
    for power in range(step + 1):
        expected = sum(c * comb(power - i + size, size) for i, c in enumerate(p) if i <= power)
        assert total.numer.coeff(total.numer.ring.gens[0] ** power) == expected


def test_root_does_not_matter_for_weights() -> None:
    assert realised_weight(RootedTree([0, 1, 2]), (3, 2, 4)) == realised_weight(
        RootedTree([0, 1, 1]), (2, 3, 4)
    )


def test_bad_arguments_are_refused_in_a_sentence() -> None:
    with pytest.raises(DomainError, match="one entry for each of 2 vertices, not 1"):
        realised_weight(path(2), (1,))
    with pytest.raises(DomainError, match="Argument 'step' must be at least 0"):
        list(realised_terms(path(2), -1))
    with pytest.raises(ResourceError, match="1048576 labellings"):
        list(realised_terms(path(5), 16))
    with pytest.raises(DomainError, match="Argument 'derivatives' must not be empty"):
        realised_field(order=2).in_one_variable([])
