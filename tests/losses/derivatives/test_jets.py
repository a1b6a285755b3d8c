"""Jets of gradients: online, through Taylor, on a circle and by JAX, against each other."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from polyfam.errors import ArgumentTypeError, DomainError
from polyfam.losses.arithmetic.taylor import Taylor, TaylorError
from polyfam.losses.derivatives.black_box import black_box
from polyfam.losses.derivatives.from_jax import from_jax
from polyfam.losses.derivatives.jets import gradient_jet, gradient_series

RNG = np.random.default_rng(3)
X, Y = RNG.normal(size=(20, 3)), RNG.integers(2, size=20)
CURVE = RNG.normal(size=(7, 2, 3)) / 2


class Logistic:
    """Logistic regression in plain numpy, for any number of points."""

    def gradient(self, theta):
        return (1 / (1 + np.exp(-theta @ X.T)) - Y) @ X


class OnlineQuadratic:
    """The loss |theta|^2/2, with a jet of its own that keeps one buffer."""

    def jet(self, shape, terms):
        self.asked = shape, terms
        self.buffer = np.zeros(shape)
        return self

    def push(self, coefficient):
        self.buffer[...] = coefficient
        return self.buffer


class Constant:
    """A loss whose gradient is whatever it is told to return."""

    def __init__(self, result):
        self.result = result

    def gradient(self, theta):
        return self.result(theta)


def test_pushing_gives_the_whole_series():
    jet = gradient_jet(Logistic(), (2, 3), terms=7)
    pushed = [jet.push(c).copy() for c in CURVE]
    assert_allclose(pushed, gradient_series(Logistic(), CURVE), rtol=1e-12)
    assert jet.order == 7


def test_taylor_circle_and_jax_agree():
    jax = pytest.importorskip("jax")

    def loss(theta):
        return jax.numpy.sum(jax.numpy.logaddexp(0, X @ theta) - Y * (X @ theta))

    taylor = gradient_series(Logistic(), CURVE)
    scale = np.abs(taylor).max(axis=(1, 2), keepdims=True)
    for other in (black_box(Logistic().gradient), from_jax(loss)):
        assert_allclose(gradient_series(other, CURVE) / scale, taylor / scale, atol=1e-8)


def test_taylor_series_is_the_cubic_polynomial_itself():
    class Quartic:
        def gradient(self, theta):
            return theta**3

    found = gradient_series(Quartic(), CURVE[:, 0])
    expected = [np.convolve(np.convolve(c, c), c)[:7] for c in CURVE[:, 0].T]
    assert_allclose(found.T, expected, rtol=1e-10, atol=1e-12)


def test_a_jet_of_the_loss_is_used_and_its_buffer_copied():
    loss = OnlineQuadratic()
    assert_allclose(gradient_series(loss, CURVE), CURVE)
    assert loss.asked == ((2, 3), 7)


def test_coefficients_pushed_may_be_overwritten():
    jet = gradient_jet(Logistic(), (3,), terms=3)
    buffer = np.empty(3)
    found = []
    for c in CURVE[:3, 0]:
        buffer[...] = c
        found.append(jet.push(buffer).copy())
    assert_allclose(found, gradient_series(Logistic(), CURVE[:3, 0]), rtol=1e-12)


def test_wrong_pushes_are_refused():
    jet = gradient_jet(Logistic(), (3,), terms=1)
    with pytest.raises(DomainError, match=r"shape \(3,\) of the jet, not \(2,\)"):
        jet.push(np.ones(2))
    with pytest.raises(DomainError, match=r"Coefficient 0 of the curve must be finite, not nan"):
        jet.push([1.0, np.nan, 0.0])
    jet.push(np.ones(3))
    with pytest.raises(DomainError, match="all its 1 terms"):
        jet.push(np.ones(3))


@pytest.mark.parametrize(
    ("result", "message"),
    [
        (lambda theta: theta.sum(axis=-1), r"shape \(2, 3\) of theta, not \(2,\)"),
        (lambda theta: theta * np.nan, "must be finite, not nan at index"),
        (lambda theta: np.ones(theta.shape), "must be one, not ndarray.*black_box"),
    ],
    ids=["shape", "finite", "constant"],
)
def test_wrong_gradients_are_refused(result, message):
    for work in (
        lambda loss: [*map(gradient_jet(loss, (2, 3), terms=2).push, CURVE[:2])],
        lambda loss: gradient_series(loss, CURVE),
    ):
        with pytest.raises(DomainError, match=message):
            work(Constant(result))


def test_gradient_that_converts_its_argument_is_refused_with_the_remedy():
    with pytest.raises(TaylorError, match="leave the conversion out"):
        gradient_series(Constant(np.asarray), CURVE)


def test_gradient_that_assigns_to_entries_of_an_array_is_refused_with_the_remedy():
    def gradient(theta):
        result = np.zeros(3)
        result[0] = theta[0] ** 2
        return result

    with pytest.raises(TaylorError, match="would drop the higher terms"):
        gradient_series(Constant(gradient), CURVE[:, 0])


def test_wrong_arguments_are_refused():
    with pytest.raises(DomainError, match="Argument 'terms' must be at least 1, not 0"):
        gradient_jet(Logistic(), (3,), terms=0)
    with pytest.raises(ArgumentTypeError, match="shape"):
        gradient_jet(Logistic(), (3.5,), terms=1)
    with pytest.raises(DomainError, match="shape"):
        gradient_series(Logistic(), [1.0, 2.0])


def test_single_precision_is_kept():
    assert gradient_series(Constant(lambda t: t * t), CURVE.astype(np.float32)).dtype == np.float32


def test_series_pushed_of_taylor_values_matches_taylor():
    """The gradient of a series is what the class itself computes."""
    expected = Logistic().gradient(Taylor(CURVE)).coefficients
    assert_allclose(gradient_series(Logistic(), CURVE), expected)
