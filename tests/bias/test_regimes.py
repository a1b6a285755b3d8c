"""Regimes of Adam: the paper's table, numerical quadrature, and the sign of the bracket."""

from __future__ import annotations

import numpy as np
import pytest

from polyfam.bias import bracket, penalty_integral, regime_table, sign_change
from polyfam.errors import PolyfamError
from polyfam.flows import first_order_ode
from polyfam.losses import Quadratic
from polyfam.memory import closed_form
from polyfam.optimizers import Adam

PAIRS = [(0.9, 0.999), (0.5, 0.9), (0.0, 0.3), (0.999, 0.9), (0.6, 0.5)]


@pytest.mark.parametrize(("beta1", "beta2"), PAIRS)
def test_table_matches_the_published_one(beta1, beta2):
    small, large = regime_table([(beta1, beta2)])
    assert small[3:] == ("|grad E|_1", "penalised" if beta1 >= beta2 else "anti-penalised")
    assert large[3:] == ("|grad E|_2^2", "penalised")


def test_equal_memories_leave_a_bounded_penalty():
    small, large = regime_table([(0.9, 0.9)])
    assert small[3:] == ("bounded", "penalised")
    assert large[3:] == ("|grad E|_2^2", "penalised")


def test_discrete_rmsprop_has_the_fourth_power_only():
    assert regime_table([(0.0, 0.9)], flow=False)[1][3:] == ("|grad E|_4^4", "anti-penalised")
    assert regime_table([(0.0, 0.0)], flow=False)[1][3:] == ("bounded", "neutral")


@pytest.mark.parametrize(("beta1", "beta2"), PAIRS)
@pytest.mark.parametrize("flow", [True, False], ids=["flow", "update"])
def test_penalty_matches_quadrature_of_the_bracket(beta1, beta2, flow):
    from scipy.integrate import quad

    memories = {"beta1": beta1, "beta2": beta2}
    for x, epsilon in [(0.3, 0.01), (-2.0, 1.0), (5.0, 1e-4)]:
        exact, _ = quad(
            lambda y, e=epsilon: (
                bracket(y, **memories, epsilon=e, flow=flow) * y / np.sqrt(e + y * y)
            ),
            0,
            x,
            epsabs=1e-11,
            limit=200,
        )
        assert penalty_integral(x, **memories, epsilon=epsilon, flow=flow) == pytest.approx(
            exact, rel=1e-8
        )


@pytest.mark.parametrize(("beta1", "beta2"), PAIRS)
def test_penalty_matches_the_published_formula(beta1, beta2):
    x, e = np.linspace(-3, 3, 7), 0.5
    memories = {"beta1": beta1, "beta2": beta2}
    a, b = (1 + beta1) / (1 - beta1), (1 + beta2) / (1 - beta2)
    exact = (a - b) * (np.sqrt(e + x * x) - np.sqrt(e))
    exact += b * e * (1 / np.sqrt(e) - 1 / np.sqrt(e + x * x))
    np.testing.assert_allclose(penalty_integral(x, **memories, epsilon=e), exact, atol=1e-9 * b)
    limit = penalty_integral(x, **memories, epsilon=0.0)
    np.testing.assert_allclose(limit, penalty_integral(x, **memories, epsilon=1e-16), atol=1e-6)


@pytest.mark.parametrize(("beta1", "beta2"), PAIRS)
def test_bracket_matches_the_correction_in_one_dimension(beta1, beta2):
    loss, optimizer, theta, e = Quadratic([[1.0]]), Adam(beta1, beta2, 0.5), np.array([0.7]), 0.5
    root = np.sqrt(theta**2 + e)
    slope = theta / root  # of the perturbed one-norm
    flow = first_order_ode(optimizer, loss, step_size=0.1).terms(theta)[1]
    update = closed_form(optimizer, loss, theta).correction
    for correction, is_flow in ((flow, True), (update, False)):
        exact = bracket(theta, beta1=beta1, beta2=beta2, epsilon=e, flow=is_flow) / 2 * slope / root
        np.testing.assert_allclose(correction, exact, rtol=1e-12)


@pytest.mark.parametrize(("beta1", "beta2"), PAIRS)
def test_bracket_changes_sign_there_and_nowhere_else(beta1, beta2):
    options = {"beta1": beta1, "beta2": beta2, "epsilon": 0.5}
    turn = sign_change(**options)
    if beta1 >= beta2:
        assert turn == np.inf
        assert np.all(bracket(np.logspace(-3, 3, 20), **options) > 0)
    else:
        assert bracket(turn * 0.999, **options) > 0 > bracket(turn * 1.001, **options)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((1.0, 1.2, 0.9, 0.1), "'beta1' must be a number in"),
        ((1.0, 0.9, -0.1, 0.1), "'beta2' must be a number in"),
        ((1.0, 0.9, 0.9, -1.0), "'epsilon' must be a finite number and at least 0"),
        ((1.0, 0.9, 0.9, 0.1, 2), "'flow' must be True or False"),
    ],
    ids=["beta1", "beta2", "epsilon", "flow"],
)
def test_bad_input_is_one_sentence(arguments, sentence):
    for function in (bracket, penalty_integral):
        names = ("beta1", "beta2", "epsilon", "flow")
        options = dict(zip(names, arguments[1:], strict=False))
        with pytest.raises(PolyfamError, match=sentence):
            function(arguments[0], **options)


def test_equal_memories_never_change_the_sign() -> None:
    assert sign_change(beta1=0.9, beta2=0.9, epsilon=1e-8) == np.inf
