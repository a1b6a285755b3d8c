"""The equation of RMSProp: Adam's without momentum, a second algorithm, and measured orders."""

from __future__ import annotations

import numpy as np
import pytest

from polyfam.flows import first_order_ode, modified_equation
from polyfam.losses import CubicNet, Quadratic
from polyfam.memory import run
from polyfam.optimizers import Adam, RMSProp

LOSS = CubicNet(1.0, 1.5)
BATCHES = [CubicNet(1 + 0.1 * k, 1.5 - 0.2 * k) for k in range(5)]
THETA = np.array([1.2, -0.4])


@pytest.mark.parametrize("inside", [True, False], ids=["inside", "outside"])
@pytest.mark.parametrize("corrected", [True, False], ids=["corrected", "plain"])
@pytest.mark.parametrize("batches", [None, BATCHES], ids=["full", "mini"])
def test_terms_match_backward_error_analysis(inside, corrected, batches):
    optimizer = RMSProp(0.7, 0.3, inside, corrected)
    found = first_order_ode(optimizer, LOSS, step_size=0.1, step=0, batches=batches).terms(THETA, 4)
    exact = modified_equation(optimizer, LOSS, THETA, order=2, step=4, batches=batches)[:]
    np.testing.assert_allclose(found, exact, rtol=1e-12)


@pytest.mark.parametrize("step", [None, 3])
def test_it_is_adam_without_momentum(step):
    first = None if step is None else 0
    optimizer = RMSProp(0.7, 0.3, bias_correction=True)
    found = first_order_ode(optimizer, LOSS, step_size=0.1, step=first)
    exact = first_order_ode(Adam(0.0, 0.7, 0.3), LOSS, step_size=0.1, step=first)
    np.testing.assert_allclose(found.terms(THETA, step), exact.terms(THETA, step), rtol=1e-13)


@pytest.mark.parametrize("inside", [True, False], ids=["inside", "outside"])
def test_error_against_the_iterates_from_rest_is_of_second_order(inside):
    errors = []
    loss, optimizer = CubicNet(1.0, 1.0), RMSProp(0.4, 1.0, inside)
    for steps in (12, 24):
        true = run(optimizer, loss, THETA, steps=steps, step_size=0.24 / steps).points
        followed = first_order_ode(optimizer, loss, step_size=0.24 / steps, step=0).integrate(
            THETA, steps
        )
        errors.append(np.abs(followed - true).max())
    assert np.log2(errors[0] / errors[1]) > 1.75


def test_a_vanishing_gradient_outside_the_root_leaves_no_correction():
    loss = Quadratic(np.eye(2))
    for batches in (None, [loss, loss]):
        ode = first_order_ode(
            RMSProp(0.7, 0.3, epsilon_inside=False), loss, step_size=0.1, step=0, batches=batches
        )
        direction, correction = ode.terms([1.0, 0.0], 1)
        assert direction[1] == correction[1] == 0
        assert np.isfinite(correction).all()
