"""Bounds of the gradient's slope against the Hessians of random points of the ball."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from polyfam.errors import ArgumentTypeError, DomainError
from polyfam.losses import MLP, LogCosh, Polynomial1D, Quadratic, from_jax, hessian, smoothness
from tests.losses.samples import LABELS, LOSSES, X

RNG = np.random.default_rng(4)
GLOBAL = {"linear", "log cosh", "logistic", "quadratic", "softmax"}


def steepest(loss: Any, center: np.ndarray, radius: float) -> float:
    """Return the largest |eigenvalue| of the Hessians at random points of a ball."""
    directions = RNG.standard_normal((60, loss.dimension))
    directions /= np.linalg.norm(directions, axis=-1, keepdims=True)
    points = center + radius * RNG.random((60, 1)) ** 0.2 * directions
    return float(np.abs(np.linalg.eigvalsh(hessian(loss, points))).max())


@pytest.mark.parametrize("radius", [0.0, 0.3, 2.0])
@pytest.mark.parametrize("name", LOSSES)
def test_no_hessian_on_the_ball_is_larger(name: str, radius: float) -> None:
    loss = LOSSES[name]
    for scale in (0.0, 0.5, 2.0):
        center = scale * RNG.standard_normal(loss.dimension)
        bound = smoothness(loss, center=center, radius=radius)
        assert steepest(loss, center, radius) <= bound
        if name in GLOBAL:
            assert bound == smoothness(loss)


@pytest.mark.parametrize("activation", ["tanh", "gelu", "softplus"])
def test_bounds_of_nets_hold_where_units_saturate(activation: str) -> None:
    net = MLP(X, LABELS, (4, 3), activation=activation)
    for scale in (0.2, 1.0, 5.0):
        center = scale * RNG.standard_normal(net.dimension)
        assert steepest(net, center, 1.0) <= smoothness(net, center=center, radius=1.0)


def test_sharp_where_the_mathematics_is() -> None:
    assert smoothness(Quadratic(np.diag([-3.0, 2.0]))) == pytest.approx(3, rel=1e-8)
    assert smoothness(Quadratic(np.diag([-3.0, 2.0]))) > 3
    assert smoothness(LogCosh()) == pytest.approx(1, rel=1e-8)
    quartic = Polynomial1D([0.0, 0.0, 0.0, 0.0, 1.0])
    assert smoothness(quartic, center=[1.0], radius=1.0) == pytest.approx(48, rel=1e-8)


def test_what_has_no_bound_is_refused_in_a_sentence() -> None:
    with pytest.raises(DomainError, match=r"Rosenbrock has no Lipschitz constant .* give a ball"):
        smoothness(LOSSES["rosenbrock"])
    with pytest.raises(DomainError, match="belong together"):
        smoothness(LOSSES["rosenbrock"], radius=1.0)
    with pytest.raises(DomainError, match="'radius' must be at least 0"):
        smoothness(LOSSES["rosenbrock"], center=[0.0, 0.0], radius=-1.0)
    with pytest.raises(DomainError, match="'center' must be one real point"):
        smoothness(LOSSES["rosenbrock"], center=[[0.0, 0.0]], radius=1.0)
    with pytest.raises(ArgumentTypeError, match=r"known for JaxLoss: give .* smoothness_bound"):
        smoothness(from_jax(lambda t: t.sum()))


class Ripple:
    """A loss of a user: one class is all it takes."""

    def gradient(self, theta: Any) -> Any:
        return np.sin(theta)

    def smoothness_bound(self, ball: Any) -> float:
        return 1.0 if ball is None else min(1.0, ball.farthest)


def test_a_new_loss_is_one_class() -> None:
    assert smoothness(Ripple()) == pytest.approx(1.0)
    assert smoothness(Ripple(), center=[0.0], radius=0.25) == pytest.approx(0.25)
    np.testing.assert_allclose(hessian(Ripple(), [0.5]), [[np.cos(0.5)]])
