"""Losses in JAX: derivatives against Taylor arithmetic in numpy, refusals by name."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from numpy.testing import assert_allclose

from polyfam import HeavyBall, memoryless
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
    "absolute": lambda t: jnp.sum(jnp.abs(t) * jax.nn.softplus(t)),
    "powers": lambda t: jnp.sum(jnp.sqrt(1 + t**2) + t**3 / (1 + t**4) + jnp.sin(t) * jnp.cos(t)),
    "logarithms": lambda t: jnp.sum(jnp.log1p(t**2) * jnp.expm1(t)) + jax.nn.logsumexp(t),
    "layer norm": lambda t: jnp.sum(jnp.tanh((t - t.mean()) / jnp.sqrt(t.var() + 0.1)) ** 3),
    "convolution": lambda t: jnp.sum(jnp.convolve(t, jax.nn.sigmoid(t)) ** 2),
    "gather": lambda t: jnp.sum(t[jnp.array([0, 2, 2])] ** 3 * jnp.max(t)),
    "relu": lambda t: jnp.sum(jax.nn.relu(t) ** 3),
    "softplus": lambda t: jnp.sum(jax.nn.softplus(t)),
    "split": lambda t: jnp.sum(jax.nn.glu(jnp.concatenate([t, t**2])) ** 2),
    "pools": lambda t: jnp.sum(_pooled(jnp.tanh(t), -jnp.inf, jax.lax.max) ** 2)
    * jnp.sum(_pooled(jnp.tanh(t), 0.0, jax.lax.add) ** 2),
    "choices": lambda t: jnp.sum(jnp.clip(t, -0.9, 0.7) ** 3 * jnp.maximum(t, t**2))
    + jnp.sum(jnp.sort(t) ** 3 * jnp.arange(3.0)) * jax.lax.cummax(t)[1] ** 2
    + jnp.sum(jax.lax.top_k(t, 2)[0] ** 3) * jnp.min(t**2),
    "places": lambda t: jnp.sum(jnp.ones(4).at[jnp.array([1, 1, 3])].add(t) ** 3)
    + jnp.sum(jax.checkpoint(lambda x: jnp.tanh(jnp.sin(x)))(t) ** 2)
    + jnp.sum(jnp.fft.fft(t).real ** 3 + jnp.fft.fft(t).imag ** 4),
    "exponents": lambda t: jnp.sum((1 + t**2) ** 0.3 + jnp.power(t - 4, 5.0) / 99)
    + jnp.sum(jnp.power(3.0, t) + jnp.exp2(-t) + (1 + t**2) ** jnp.tanh(t))
    + jnp.sum(jnp.cbrt(2 + jnp.sin(t))),
    "arcs": lambda t: jnp.sum(jnp.tan(t / 3) + jnp.arcsin(t / 4) * jnp.arccos(t / 5))
    + jnp.sum(jnp.arctan(t) * jnp.arcsinh(t) + jnp.arccosh(3 + t))
    + jnp.sum(jnp.sinh(t) * jnp.cosh(t) + jnp.arctanh(t / 4)),
    "recurrent": lambda t: _recurrent(t),
    "solve": lambda t: jnp.sum(jnp.linalg.solve(jnp.outer(t, t) + 4 * jnp.eye(3), t)),
}


def _recurrent(t):
    """A kink, a counter, constants that move, results of every step, layers from last to first."""
    inputs = jnp.linspace(-1, 1, 8).reshape(4, 2)

    def step(state, x):
        units, count = state
        units = jax.nn.relu(jnp.tanh(t[:2] * units + t[1:] * x) + 0.4 * count)
        return (units, count + 1), (units**2, count)

    (last, count), (squares, _) = jax.lax.scan(step, (jnp.zeros(2), 1), inputs)

    def layer(value, weight):
        return jnp.sin(weight * value), None

    value, _ = jax.lax.scan(jax.checkpoint(layer), 1.0, t, reverse=True)
    return (last**3).sum() * count + (squares * t[2]).sum() + value**2


def _pooled(t, start, operation):
    return jax.lax.reduce_window(t, start, operation, (2,), (1,), "valid")


@pytest.mark.parametrize("name", LOSSES)
def test_series_agrees_with_plain_gradients_to_its_order(name):
    """The last has no rule: the circle takes over."""
    loss = from_jax(LOSSES[name])
    check_series(loss.gradient, loss.series, CURVE[0, 1])
    assert loss._known["method"] == ("the complex circle" if name == "solve" else "rules")


@pytest.mark.parametrize(
    "function",
    [
        lambda t: jnp.sum(jnp.split(jnp.sort(t), 3)[1] ** 3 * (1 + t**2) ** t),
        lambda t: jax.lax.scan(lambda c, x: (c * jnp.abs(x), x), 1.0, t)[0],
    ],
    ids=["several results, a moving exponent", "a loop"],
)
def test_pushes_agree_with_the_series(function):
    loss = from_jax(function)
    jet = gradient_jet(loss, (2, 3), terms=4)
    found = [jet.push(coefficient) for coefficient in CURVE[:4]]
    assert_allclose(found, gradient_series(loss, CURVE[:4]), rtol=1e-12, atol=1e-13)


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
        ("abs of complex numbers", lambda t: jnp.sum(jnp.abs(jnp.fft.fft(t)) * t)),
    ],
)
def test_refusal_names_the_operation(culprit, function):
    with pytest.raises(TaylorError, match=culprit):
        gradient_series(from_jax(function), CURVE)


@pytest.mark.parametrize(
    "function",
    [
        lambda t: ((t - 0.9 * jax.lax.stop_gradient(t)[::-1]) ** 2).sum() / 2,
        lambda t: jnp.sum(_crooked(t)),
    ],
    ids=["stop_gradient", "custom"],
)
def test_products_that_are_not_the_derivative_are_refused(function):
    theta = np.array([1.0, 2.0])
    loss = from_jax(function)
    for work in (
        lambda: loss.hessian_vector(theta, theta),
        lambda: gradient_series(loss, np.stack([theta, theta])),
    ):
        with pytest.raises(TaylorError, match=r"product of this JAX loss differs .* stop_gradient"):
            work()


@jax.custom_jvp
def _crooked(t):
    """A cube whose first derivative is declared, and hides a part from the second."""
    return t**3


@_crooked.defjvp
def _crooked_jvp(primals, tangents):
    (t,), (v,) = primals, tangents
    return t**3, 3 * t * jax.lax.stop_gradient(t) * v


@pytest.mark.parametrize("name", LOSSES)
def test_order_two_needs_no_series(name, monkeypatch):
    """Not even the check of one: relu and its kin cost a gradient and a product."""
    monkeypatch.setattr("polyfam.losses.derivatives.from_jax.check_series", None)
    loss = from_jax(LOSSES[name])
    theta, v = np.stack([CURVE[0, 0]] * 2), CURVE[1]
    jet = gradient_jet(loss, theta.shape, 2)
    found = [jet.push(theta), jet.push(v)]
    singles = [loss.hessian_vector(theta[0], w) for w in v]
    assert_allclose(found[1], singles, rtol=1e-12)
    move = 1e-6 * v
    expected = (loss.gradient(theta + move) - loss.gradient(theta - move)) / 2e-6
    assert_allclose(found[1], expected, rtol=1e-6, atol=1e-8)


def test_batches_share_their_checks_and_add_up():
    data = jnp.asarray(RNG.normal(size=(6, 3)))
    loss = from_jax(lambda t, chosen: jnp.mean(jnp.tanh(data[chosen] @ t) ** 2), size=6)
    theta, v = CURVE[0, 0], CURVE[1, 0]
    halves = [loss.batch(part) for part in ([0, 1, 2], [3, 4, 5])]
    products = np.mean([half.hessian_vector(theta, v) for half in halves], axis=0)
    assert_allclose(loss.hessian_vector(theta, v), products, rtol=1e-12)
    series = np.mean([gradient_series(half, CURVE[:, 0]) for half in halves], axis=0)
    assert_allclose(gradient_series(loss, CURVE[:, 0]), series, rtol=1e-9)
    assert loss._known is halves[1]._known


def test_one_sided_kinks_chance_and_types_at_every_order() -> None:
    """The oracles: the Jacobian of the gradient by hand, and that there is none at a kink."""

    @jax.custom_vjp
    def damped(x):
        return (x**2).sum() / 2

    damped.defvjp(lambda x: (damped(x), x), lambda x, g: (g * jnp.tanh(x),))
    slope = np.tanh([1.0, 2.0])
    jacobian = 1 - slope**2
    for order in (2, 3):
        # M = beta/(1 - beta)^3 J g = 4 J g
        found = memoryless(HeavyBall(0.5), from_jax(damped), [1.0, 2.0], order=order)
        np.testing.assert_allclose(found[1], 4 * jacobian * slope, rtol=1e-12)
        single = memoryless(
            HeavyBall(0.5), from_jax(lambda x: (x**3).sum()), np.float32([1, 2]), order=order
        )
        np.testing.assert_allclose(single[1], 4 * np.array([18.0, 144.0]), rtol=1e-5)
        for refused in (
            lambda x: jnp.abs(x).sum(),  # JAX's derivative at 0 is that from the right
            lambda x: (x**2).sum() + np.random.rand() * x[0],
            lambda x: x**2,
            lambda x: jax.lax.while_loop(lambda s: s < 9, lambda s: s * s + 1, x.sum()),
        ):
            with pytest.raises(TaylorError):
                memoryless(HeavyBall(0.5), from_jax(refused), [0.0, 2.0], order=order)
