"""The edge of stability: averages known by hand, long means of iterates, and a net on digits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from polyfam.errors import ArgumentTypeError, DomainError
from polyfam.flows import central_flow, gradient_flow
from polyfam.flows._complementarity import complementary
from polyfam.losses import MLP, Quadratic
from polyfam.losses.data import load_data
from polyfam.memory import run, sharpness
from polyfam.optimizers import Adam, AveragedMomentum, GradientDescent, HeavyBall, RMSProp


class Valleys:
    """Sum over i of (1 + y_i^2) x_i^2/2 - c_i y_i, the x turned by an angle.

    The curvatures 1 + y_i^2 are pushed up with the strength c_i; with the x at 0 on average and
    curvature T, y_i^2 = T - 1 and c_i = y_i Sigma_ii.
    """

    def __init__(self, *pushes: float, angle: float = 0.0) -> None:
        self.pushes = np.array(pushes)
        self.turn = np.eye(len(pushes))
        if angle:
            c, s = np.cos(angle), np.sin(angle)
            self.turn = np.array([[c, -s], [s, c]])

    def value(self, theta: np.ndarray) -> Any:
        z, y = theta[..., : len(self.turn)], theta[..., len(self.turn) :]
        x = z @ self.turn
        return np.sum((1 + y**2) * x**2 / 2 - self.pushes * y, axis=-1)

    def gradient(self, theta: np.ndarray) -> np.ndarray:
        z, y = theta[..., : len(self.turn)], theta[..., len(self.turn) :]
        x = z @ self.turn
        return np.concatenate([((1 + y**2) * x) @ self.turn.T, x**2 * y - self.pushes], axis=-1)


@pytest.mark.parametrize("k", [1, 2, 3])
@pytest.mark.parametrize("seed", range(4))
def test_complementarity_holds(k: int, seed: int) -> None:
    """The conditions themselves are the oracle."""
    random = np.random.default_rng(seed)
    tensors = random.standard_normal((k, k, 9))
    tensors = tensors + tensors.transpose(1, 0, 2)
    operator = np.einsum("ijd,kld->ijkl", tensors, tensors)
    offset = random.standard_normal((k, k)) - np.eye(k)
    offset = offset + offset.T
    x = complementary(offset, operator)
    s = offset + np.einsum("ijkl,kl->ij", operator, x)
    assert np.linalg.eigvalsh(x)[0] > -1e-9
    assert np.linalg.eigvalsh(s)[0] > -1e-6
    assert abs(np.sum(x * s)) < 1e-6
    assert x.any() == (np.linalg.eigvalsh(offset)[0] < 0)


@pytest.mark.parametrize(
    ("optimizer", "h", "threshold"),
    [
        (GradientDescent(), 0.4, 5.0),
        (HeavyBall(0.5), 0.4, 7.5),
        (AveragedMomentum(0.5), 0.4, 15.0),
    ],
    ids=str,
)
def test_curvature_stops_at_the_threshold_with_the_variance_of_the_balance(
    optimizer: Any, h: float, threshold: float
) -> None:
    speed = 2.0 if isinstance(optimizer, HeavyBall) else 1.0
    path = central_flow(optimizer, Valleys(1.0), [0.0, 1.0], step_size=h, times=[0, 0.4, 12.0])
    assert path.threshold == pytest.approx(threshold)
    assert path.points[1] == pytest.approx([0.0, 1.0 + 0.4 * speed])  # free so far
    assert path.variance[1] == 0
    edge = np.sqrt(threshold - 1)
    assert path.points[-1] == pytest.approx([0.0, edge], abs=1e-6)
    assert path.sharpness[-1] == pytest.approx(threshold, rel=1e-6)
    assert path.covariance(-1) == pytest.approx(np.diag([1 / edge, 0.0]), abs=1e-5)
    # L + <H, Sigma>/2 = -y + T/(2 y)
    assert path.losses[-1] == pytest.approx(-edge + threshold / 2 / edge, rel=1e-5)


@pytest.mark.parametrize(
    ("optimizer", "h"), [(GradientDescent(), 0.04), (HeavyBall(0.3), 0.04)], ids=str
)
def test_means_of_iterates_are_the_flow(optimizer: Any, h: float) -> None:
    """The iterates turn around the balance without an end, so their means are it."""
    loss = Valleys(0.01)
    edge = np.sqrt((2 + 2 * getattr(optimizer, "beta", 0.0)) / h - 1)
    path = central_flow(optimizer, loss, [0.0, edge - 0.01], step_size=h, times=[50 * h])
    assert path.points[0, 1] == pytest.approx(edge, rel=1e-4)
    start = [0.097 / np.sqrt(edge), edge]
    points = run(optimizer, loss, start, steps=300, step_size=h).points
    assert points[:, 1].mean() == pytest.approx(path.points[0, 1], rel=0.01)
    assert np.mean(points[:, 0] ** 2) == pytest.approx(path.variance[0], rel=0.1)


@pytest.mark.parametrize("angle", [0.0, 0.7])
def test_two_directions_at_the_threshold_oscillate_together(angle: float) -> None:
    """Sigma = diag(c_i/y_i), turned as the valleys are."""
    loss = Valleys(1.0, 1.6, angle=angle)
    path = central_flow(
        GradientDescent(), loss, [0.0, 0.0, 1.0, 1.2], step_size=0.4, times=[0.0, 10.0]
    )
    expected = loss.turn @ np.diag([0.5, 0.8]) @ loss.turn.T
    np.testing.assert_allclose(path.covariance(1)[:2, :2], expected, atol=1e-5)
    np.testing.assert_allclose(path.points[1], [0, 0, 2, 2], atol=1e-5)
    assert path.factors[1].shape == (4, 2)


def test_rmsprop_jumps_to_and_fro_on_a_quadratic_loss() -> None:
    """With x = h/2 in every coordinate: x - h a x/(a |x|) = -x, whatever the curvatures a are."""
    h = 0.1
    path = central_flow(
        RMSProp(0.9, epsilon=0.0), Quadratic(np.diag([3.0, 0.7])), [1.0, 1.0],
        step_size=h, times=[0.0, 12.0],
    )  # fmt: skip
    np.testing.assert_allclose(path.covariance(1), np.eye(2) * h * h / 4, rtol=1e-3, atol=1e-9)


def test_net_on_digits_beyond_the_threshold() -> None:
    """The mean of the iterates, where the gradient flow goes on to sharper places."""
    features, labels = load_data("digits")
    loss = MLP(features[:80], labels[:80], [3], loss="squares")
    warm = run(GradientDescent(), loss, loss.initial_point(seed=0), steps=60, step_size=0.03)
    start = warm.points[-1]
    h, steps = 2.05 / float(sharpness(loss, start)), 45
    points = run(GradientDescent(), loss, start, steps=steps + 6, step_size=h).points
    path = central_flow(GradientDescent(), loss, start, step_size=h, times=[0.0, h * steps])
    free = gradient_flow(loss, start, [h * steps], rtol=1e-4)[0]
    mean = points[steps - 6 : steps + 7].mean(axis=0)
    assert float(sharpness(loss, free)) > 1.05 * path.threshold
    assert path.sharpness[-1] < 1.02 * path.threshold
    assert path.variance[-1] > 0
    assert np.linalg.norm(path.points[-1] - mean) < 0.6 * np.linalg.norm(free - mean)
    seen = np.mean([loss.value(p) for p in points[steps - 6 : steps + 7]])
    assert path.losses[-1] == pytest.approx(seen, rel=0.2)


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (lambda: central_flow(Adam(), Valleys(1.0), [0.0, 1.0], step_size=0.1, times=[1.0]),
         ArgumentTypeError, r"central flow is known .* and for RMSProp, and Adam has none"),
        (lambda: central_flow(GradientDescent(), Quadratic([[3.0]]), [1.0], step_size=1, times=[1]),
         DomainError, "starts where GradientDescent is unstable: the curvature 3 is beyond 2"),
        (lambda: central_flow(
            GradientDescent(), Quadratic([[2.05]]), [1.0], step_size=1, times=[1]),
         DomainError, "nothing stops it"),
        (lambda: central_flow(GradientDescent(), Valleys(1.0), [[0.0, 1.0]], step_size=1,
                              times=[1.0]), DomainError, "must be one point"),
        (lambda: central_flow(GradientDescent(), Valleys(1.0), [0.0, 1.0], step_size=0.1,
                              times=[2.0, 1.0]), DomainError, "ascending"),
        (lambda: central_flow(RMSProp(epsilon=0.0), Quadratic([[1.0]]), [0.0], step_size=0.1,
                              times=[1.0]), DomainError, "take epsilon > 0"),
    ],
    ids=range(6),
)  # fmt: skip
def test_bad_input_is_one_sentence(call: Any, error: type[Exception], sentence: str) -> None:
    with pytest.raises(error, match=sentence):
        call()
