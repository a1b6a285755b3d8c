"""Backward error analysis: known series, trees, a second algorithm, and measured orders."""

from __future__ import annotations

import numpy as np
import pytest

from polyfam.flows import first_order_ode, flow, modified_equation, modified_flow
from polyfam.flows._modified_equation import _by_differences
from polyfam.losses import CubicNet, Quadratic
from polyfam.losses.derivatives.hessians import hessian_vector
from polyfam.losses.derivatives.jets import gradient_series
from polyfam.memory import memoryless, run
from polyfam.memory._arguments import question
from polyfam.optimizers import (
    Adam,
    AdamW,
    GradientDescent,
    HeavyBall,
    Lion,
    RMSProp,
)

LOSS = CubicNet(1.0, 1.5)
THETA = np.array([1.1, -0.4])


def differentials(loss, theta):
    """Return the elementary differentials of all rooted trees with at most four vertices."""
    g = loss.gradient(theta)

    def hessian(v):
        return hessian_vector(loss, theta, v)

    def line(v, k):
        """Return D^(k+1) L [v, ..., v]/k!."""
        curve = np.zeros((k + 1, *theta.shape))
        curve[0], curve[1] = theta, v
        return gradient_series(loss, curve)[k]

    def third(v, w):
        return (line(v + w, 2) - line(v - w, 2)) / 2

    hg = hessian(g)
    return {
        1: [g],
        2: [hg],
        3: [hessian(hg), third(g, g)],
        4: [6 * line(g, 3), third(hg, g), hessian(third(g, g)), hessian(hessian(hg))],
    }


@pytest.mark.parametrize("b", [0.0, 0.3, 0.9])
def test_heavy_ball_matches_the_coefficients_of_trees(b):
    coefficients = {
        1: [1],
        2: [(1 + b) / 2],
        3: [(1 + 4 * b + b * b) / 3, (1 + 10 * b + b * b) / 12],
        4: [
            b * (1 + b) / 2,
            (1 + b) * (1 + 28 * b + b * b) / 12,
            (1 + b) * (1 + 16 * b + b * b) / 12,
            (1 + b) * (1 + 8 * b + b * b) / 4,
        ],
    }
    found = modified_equation(HeavyBall(b), LOSS, THETA, order=4)[:]
    trees = differentials(LOSS, THETA)
    for n, field in enumerate(found, start=1):
        terms = zip(coefficients[n], trees[n], strict=True)
        exact = sum(c * d for c, d in terms) / (1 - b) ** (2 * n - 1)
        np.testing.assert_allclose(field, exact, rtol=1e-10)


@pytest.mark.parametrize("beta", [0.5, 0.9])
def test_heavy_ball_matches_the_derivative_in_the_lag(beta):
    exact = modified_equation(HeavyBall(beta), LOSS, THETA, order=5)[:]
    found = _by_differences(question(HeavyBall(beta), LOSS, THETA, 5), [LOSS], THETA)
    np.testing.assert_allclose(found, exact, rtol=1e-9)


def test_gradient_descent_on_a_quadratic_matches_the_logarithm():
    eigenvalues = np.array([0.5, 2.0])
    found = modified_equation(
        GradientDescent(), Quadratic(np.diag(eigenvalues)), np.ones(2), order=6
    )[:]
    for r, field in enumerate(found):
        np.testing.assert_allclose(field, eigenvalues ** (r + 1) / (r + 1), rtol=1e-12)


@pytest.mark.parametrize(
    "optimizer", [Adam(0.6, 0.7, 0.5), AdamW(0.6, 0.7, 0.5, False, weight_decay=0.2)], ids=repr
)
@pytest.mark.parametrize("step", [None, 0, 4])
def test_adam_matches_its_closed_form(optimizer, step):
    exact = first_order_ode(optimizer, LOSS, step_size=0.1, step=None if step is None else 0).terms(
        THETA, step
    )
    np.testing.assert_allclose(
        modified_equation(optimizer, LOSS, THETA, order=2, step=step)[:], exact, rtol=1e-12
    )


def test_many_points_match_one_at_a_time():
    points = THETA + np.array([[[0.0, 0.1]], [[0.2, 0.0]], [[-0.1, 0.3]]])
    for step in (None, 3):
        found = modified_equation(RMSProp(0.4, 1.0), LOSS, points, order=3, step=step)[:]
        for i, point in enumerate(points[:, 0]):
            alone = modified_equation(RMSProp(0.4, 1.0), LOSS, point, order=3, step=step)[:]
            np.testing.assert_allclose(found[:, i, 0], alone, rtol=1e-9)


SMOOTH = [
    HeavyBall(0.2),
    Adam(0.2, 0.1, 1.0),
    Lion(0.3, 0.2, 1.0, weight_decay=0.3),
]


def field_of(optimizer, loss, order, h, step=None, batches=None):
    """Return theta -> -(f_0 + h f_1 + ...)."""

    def field(x):
        terms = modified_equation(optimizer, loss, x, order=order, step=step, batches=batches)[:]
        return -sum(h**r * term for r, term in enumerate(terms))

    return field


@pytest.mark.parametrize("optimizer", SMOOTH, ids=lambda o: type(o).__name__)
def test_flow_stays_within_its_order_of_the_iterates(optimizer):
    """The start is forgotten after 12 steps, 0.2^12 < 1e-8, and the flow follows from there."""
    loss, errors = CubicNet(0.9, 1.5), []
    for h in (0.02, 0.01):
        fields = [field_of(optimizer, loss, order, h) for order in (1, 2, 3)]
        start = flow(lambda x, field=fields[1]: -field(x), [1.1, 0.2], [12 * h])[0]
        late = run(optimizer, loss, start, steps=12 + round(0.1 / h), step_size=h).points[12:]
        ends = [flow(field, late[0], [0.1])[0] for field in fields]
        errors.append([np.abs(end - late[-1]).max() for end in ends])
    assert np.all(np.log2(np.divide(*errors)) > [0.9, 1.75, 2.75])


@pytest.mark.parametrize("optimizer", [Adam(0.6, 0.7, 0.5), HeavyBall(0.8)], ids=repr)
def test_flow_over_one_step_is_the_map_of_that_step(optimizer):
    losses = [CubicNet(0.5 + 0.1 * k, 1.0) for k in range(4)]
    directions = memoryless(optimizer, None, THETA, order=6, step=3, batches=losses)[:]
    errors = []
    for h in (0.02, 0.01):
        image = THETA - h * sum(h**m * direction for m, direction in enumerate(directions))
        found = flow(field_of(optimizer, None, 3, h, 3, losses), THETA, [h])[0]
        errors.append(np.abs(found - image).max())
    assert np.log2(errors[0] / errors[1]) > 3.7


def test_run_from_rest_matches_the_closed_form_integrated():
    optimizer, losses = Adam(0.6, 0.7, 0.5), [CubicNet(0.5, 1.0), CubicNet(0.7, 1.2)]
    found = modified_flow(
        optimizer, None, THETA, steps=2, step_size=0.05, order=2, batches=losses, step=0
    )
    exact = first_order_ode(optimizer, None, step_size=0.05, step=0, batches=losses).integrate(
        THETA, 2
    )
    np.testing.assert_allclose(found, exact, rtol=1e-9)
