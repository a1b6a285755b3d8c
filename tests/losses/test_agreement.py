"""Every loss: many points at once against a loop, jets against Taylor, precision, against jax."""

from __future__ import annotations

from collections.abc import Iterator
from math import factorial
from typing import Any

import jax
import numpy as np
import pytest
from jax.experimental.jet import jet as jax_jet

from polyfam.errors import DomainError
from polyfam.losses import MLP
from polyfam.losses.arithmetic.taylor import Taylor
from polyfam.losses.derivatives.jets import gradient_jet
from tests.losses.samples import LABELS, LOSSES, NETS, OUTPUTS, X, jax_values

JAX = jax_values(jax)
EVERY = pytest.mark.parametrize("name", LOSSES)


@pytest.fixture
def _double_precision() -> Iterator[None]:
    with jax.enable_x64(True):
        yield


def curve(name: str, *shape: int) -> np.ndarray:
    """Return a random curve through points of modest size."""
    return np.random.default_rng(7).standard_normal((*shape, LOSSES[name].dimension)) / 2


@EVERY
@pytest.mark.usefixtures("_double_precision")
def test_value_gradient_hessian_and_jet_to_order_four_match_jax(name: str) -> None:
    loss, terms = LOSSES[name], curve(name, 5)

    @jax.jit  # once for all: compiling takes the time of this test
    def in_jax(first: Any, *rest: Any) -> Any:
        gradient, others = jax_jet(jax.grad(JAX[name]), (first,), (list(rest),))
        return JAX[name](first), [gradient, *others]

    value, series = in_jax(*[factorial(k) * c for k, c in enumerate(terms)])  # its derivatives
    np.testing.assert_allclose(loss.value(terms[0]), value, rtol=1e-11, atol=1e-13)
    np.testing.assert_allclose(loss.gradient(terms[0]), series[0], rtol=1e-11, atol=1e-13)
    product = loss.hessian_vector(terms[0], terms[1])
    np.testing.assert_allclose(product, series[1], rtol=1e-11, atol=1e-13)
    jet = gradient_jet(loss, terms.shape[1:], 5)
    for k, expected in enumerate(series):
        found = jet.push(terms[k]) * factorial(k)
        scale = np.abs(expected).max() + 1
        np.testing.assert_allclose(found / scale, expected / scale, atol=1e-12)


@EVERY
def test_jet_at_many_points_matches_taylor_through_the_gradient(name: str) -> None:
    terms = curve(name, 8, 3, 2)
    expected = LOSSES[name].gradient(Taylor(terms)).coefficients
    jet = gradient_jet(LOSSES[name], terms.shape[1:], 8)
    for c, e in zip(terms, expected, strict=True):
        np.testing.assert_allclose(jet.push(c), e, rtol=1e-12, atol=1e-12 * np.abs(e).max())


@EVERY
def test_many_points_at_once_match_a_loop(name: str) -> None:
    loss = LOSSES[name]
    theta, vector = curve(name, 2, 3, 2)
    assert loss.value(theta).shape == (3, 2)
    for place in np.ndindex(3, 2):
        single, direction = theta[place], vector[place]
        np.testing.assert_allclose(loss.value(theta)[place], loss.value(single))
        np.testing.assert_allclose(loss.gradient(theta)[place], loss.gradient(single), atol=1e-13)
        products = loss.hessian_vector(theta, vector)[place]
        np.testing.assert_allclose(products, loss.hessian_vector(single, direction), atol=1e-12)


@EVERY
def test_single_precision_is_kept(name: str) -> None:
    loss, (theta, vector) = LOSSES[name], curve(name, 2).astype(np.float32)
    jet = gradient_jet(loss, theta.shape, 2)
    found = [
        loss.value(theta),
        loss.gradient(theta),
        loss.hessian_vector(theta, vector),
        jet.push(theta),
        jet.push(vector),
    ]
    assert {np.asarray(f).dtype for f in found} == {np.dtype(np.float32)}
    np.testing.assert_allclose(found[1], loss.gradient(theta.astype(float)), rtol=1e-3, atol=1e-4)


@EVERY
@pytest.mark.parametrize("precision", [np.complex64, np.complex128])
def test_complex_jet_matches_a_circle_of_gradients(name: str, precision: Any) -> None:
    terms = (curve(name, 5, 2) + 0.25j * curve(name, 5, 2)[::-1]).astype(precision)
    powers = np.exp(2j * np.pi * np.arange(64) / 64) / 8  # far inside the nearest pole
    nodes = np.einsum("nk,k...->n...", np.vander(powers, 5, increasing=True), terms)
    weights = 8.0 ** np.arange(5)[:, None, None]
    circle = np.fft.fft(LOSSES[name].gradient(nodes), axis=0)[:5] / 64 * weights
    jet = gradient_jet(LOSSES[name], terms.shape[1:], 5)
    found = np.stack([jet.push(coefficient) for coefficient in terms])
    assert found.dtype == precision
    rounding = 40 * np.finfo(precision).eps + 1e-15 * weights  # of the jet, and of the circle
    assert (np.abs(found - circle) <= rounding * np.abs(circle).max()).all()


@EVERY
def test_hessian_at_a_complex_vector_is_linear(name: str) -> None:
    loss, (theta, real, imaginary) = LOSSES[name], curve(name, 3)
    found = loss.hessian_vector(theta, real + 1j * imaginary)
    expected = [loss.hessian_vector(theta, part) for part in (real, imaginary)]
    np.testing.assert_allclose(found, expected[0] + 1j * expected[1], rtol=1e-12, atol=1e-13)


@EVERY
def test_bad_vector_is_named_in_the_error(name: str) -> None:
    loss, theta = LOSSES[name], curve(name, 3)
    for vector, message in (
        (1.0, r"Argument 'vector' must have shape .*: write \[vector\]"),
        (np.full_like(theta, np.nan), "Argument 'vector' must be finite"),
        (np.ones(99), "Argument 'vector' must have .* last axis"),
        (theta[:2], "Argument 'vector' must broadcast with theta"),
    ):
        with pytest.raises(DomainError, match=message):
            loss.hessian_vector(theta, vector)


@EVERY
def test_gradient_at_complex_points_matches_the_complex_step(name: str) -> None:
    loss, (theta, vector) = LOSSES[name], curve(name, 2)
    step = loss.gradient(theta + 1e-20j * vector).imag / 1e-20
    np.testing.assert_allclose(step, loss.hessian_vector(theta, vector), atol=1e-12)


@pytest.mark.parametrize("activation", ["tanh", "gelu", "softplus"])
@pytest.mark.parametrize("loss", ["cross_entropy", "squares"])
def test_every_kind_of_mlp_matches_taylor(activation: str, loss: str) -> None:
    net: Any = MLP(X, LABELS if loss == "cross_entropy" else OUTPUTS, (3, 2), activation, loss)
    terms = np.random.default_rng(1).standard_normal((9, net.dimension)) / 2
    expected = net.gradient(Taylor(terms)).coefficients
    jet = net.jet(terms.shape[1:], 9)
    for c, e in zip(terms, expected, strict=True):
        np.testing.assert_allclose(jet.push(c), e, atol=1e-12 * np.abs(e).max())


@pytest.mark.parametrize("name", NETS)
def test_first_push_is_the_gradient(name: str) -> None:
    theta = curve(name)
    found = NETS[name].jet(theta.shape, 4).push(theta)
    np.testing.assert_allclose(found, NETS[name].gradient(theta), rtol=1e-13, atol=1e-15)
