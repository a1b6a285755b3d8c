"""Losses in JAX: derivatives against Taylor arithmetic in numpy, refusals by name."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from numpy.testing import assert_allclose

from polyfam.losses.arithmetic.taylor import Taylor, TaylorError
from polyfam.losses.derivatives.from_jax import from_jax
from polyfam.losses.derivatives.jets import gradient_jet, gradient_series
from polyfam.losses.derivatives.self_check import check_series

RNG = np.random.default_rng(13)
CURVE = RNG.normal(size=(5, 2, 3)) / 2

LOSSES = {
    "tanh": lambda t: jnp.sum(jnp.tanh(t) * t),
    "log_softmax": lambda t: -jax.nn.log_softmax(t)[0],
    "gelu": lambda t: jnp.sum(jax.nn.gelu(t, approximate=False)),
    "relu": lambda t: jnp.sum(jax.nn.relu(t) ** 3),
    "softplus": lambda t: jnp.sum(jax.nn.softplus(t)),
    "solve": lambda t: jnp.sum(jnp.linalg.solve(jnp.outer(t, t) + 4 * jnp.eye(3), t)),
}


@pytest.mark.parametrize("name", LOSSES)
def test_series_agrees_with_plain_gradients_to_its_order(name):
    """The last three have no rule in jet: the circle takes over."""
    loss = from_jax(LOSSES[name])
    check_series(loss.gradient, loss.series, CURVE[0, 1])


def test_series_and_jet_agree_with_taylor_arithmetic():
    loss = from_jax(lambda t: jnp.sum(jnp.log(jnp.cosh(t))))
    expected = np.tanh(Taylor(CURVE)).coefficients
    assert_allclose(gradient_series(loss, CURVE), expected, rtol=1e-9, atol=1e-12)
    jet = gradient_jet(loss, (2, 3), terms=5)
    assert_allclose([jet.push(c) for c in CURVE], expected, rtol=1e-9, atol=1e-12)


def test_values_and_products_are_in_double_precision_at_many_points():
    loss = from_jax(lambda t: jnp.sum(t**4) / 4)
    points, v = RNG.normal(size=(2, 4, 5, 3))
    assert_allclose(loss.value(points), (points**4).sum(-1) / 4, rtol=1e-14)
    assert_allclose(loss.gradient(points), points**3, rtol=1e-14)
    assert_allclose(loss.hessian_vector(points, v), 3 * points**2 * v, rtol=1e-14)
    assert jnp.ones(1).dtype == jnp.float32, "the setting outside is left alone"


@pytest.mark.parametrize(
    ("culprit", "function"),
    [
        ("eigh", lambda t: jnp.linalg.eigvalsh(jnp.outer(t, t) + jnp.diag(t))[0]),
        ("custom_jvp_call", lambda t: jnp.sum(jnp.abs(t) * jax.nn.softplus(t))),
    ],
)
def test_refusal_names_the_operation(culprit, function):
    with pytest.raises(TaylorError, match=culprit):
        gradient_series(from_jax(function), CURVE)
