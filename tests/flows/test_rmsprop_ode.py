"""The equation of RMSProp: Adam's without momentum, a second algorithm, and measured orders."""

from __future__ import annotations

import numpy as np
import pytest

from polyfam.errors import DomainError
from polyfam.flows import adam_ode, rmsprop_ode
from polyfam.flows.backward_error import modified_field
from polyfam.losses import CubicNet, Quadratic
from polyfam.optimizers import Adam, RMSProp, run

LOSS = CubicNet(1.0, 1.5)
BATCHES = [CubicNet(1 + 0.1 * k, 1.5 - 0.2 * k) for k in range(5)]
THETA = np.array([1.2, -0.4])


@pytest.mark.parametrize("inside", [True, False], ids=["inside", "outside"])
@pytest.mark.parametrize("corrected", [True, False], ids=["corrected", "plain"])
@pytest.mark.parametrize("batches", [None, BATCHES], ids=["full", "mini"])
def test_terms_match_backward_error_analysis(inside, corrected, batches):
    optimizer = RMSProp(0.7, 0.3, inside, corrected)
    found = rmsprop_ode(optimizer, LOSS, 0.1, batches).terms(THETA, 4)
    exact = modified_field(optimizer, LOSS, THETA, 2, 4, batches)
    np.testing.assert_allclose(found, exact, rtol=1e-12)


@pytest.mark.parametrize("step", [None, 3])
def test_it_is_adam_without_momentum(step):
    stationary = step is None
    found = rmsprop_ode(RMSProp(0.7, 0.3, bias_correction=True), LOSS, 0.1, stationary=stationary)
    exact = adam_ode(Adam(0.0, 0.7, 0.3), LOSS, 0.1, stationary=stationary)
    np.testing.assert_allclose(found.terms(THETA, step), exact.terms(THETA, step), rtol=1e-13)


@pytest.mark.parametrize("inside", [True, False], ids=["inside", "outside"])
def test_error_against_the_iterates_from_rest_is_of_second_order(inside):
    errors = []
    loss, optimizer = CubicNet(1.0, 1.0), RMSProp(0.4, 1.0, inside)
    for steps in (12, 24):
        true = run(optimizer, loss, THETA, steps, 0.24 / steps).points
        followed = rmsprop_ode(optimizer, loss, 0.24 / steps).integrate(THETA, steps)
        errors.append(np.abs(followed - true).max())
    assert np.log2(errors[0] / errors[1]) > 1.75


def test_a_vanishing_gradient_outside_the_root_leaves_no_correction():
    loss = Quadratic(np.eye(2))
    for batches in (None, [loss, loss]):
        ode = rmsprop_ode(RMSProp(0.7, 0.3, epsilon_inside=False), loss, 0.1, batches)
        direction, correction = ode.terms([1.0, 0.0], 1)
        assert direction[1] == correction[1] == 0
        assert np.isfinite(correction).all()


def test_other_optimizers_are_refused():
    with pytest.raises(DomainError, match="must be RMSProp, not Adam: modified_field takes any"):
        rmsprop_ode(Adam(), LOSS, 0.1)
