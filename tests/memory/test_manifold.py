"""The exact field against roots, the functional equation and long runs."""

from __future__ import annotations

import numpy as np
import pytest

from polyfam.errors import DomainError
from polyfam.losses import Quadratic
from tests.memory.balls import Ball


class Softened:
    """Bounded slopes: no past runs to infinity."""

    def value(self, theta):
        x, y = theta[..., 0], theta[..., 1]
        return np.sqrt(1 + x * x) + np.log(np.cosh(y)) + np.sin(x + y) / 4

    def gradient(self, theta):
        x, y = theta[..., 0], theta[..., 1]
        slope = np.cos(x + y) / 4
        return np.stack([x / np.sqrt(1 + x * x) + slope, np.tanh(y) + slope], axis=-1)


class Quartic:
    def gradient(self, theta):
        return theta + theta**3


START = np.array([0.8, -0.5])


@pytest.mark.parametrize("momentum", [0.0, 0.3, 0.9, 0.99])
@pytest.mark.parametrize("fraction", [0.1, 0.7])
def test_field_on_a_parabola_matches_the_root(momentum, fraction):
    ball = Ball(fraction * (1 - momentum**0.5) ** 2, momentum)
    h = ball.step_size
    point = ball.manifold(Quadratic([[1.0]]), [1.0])
    # the smaller root d of d^2 - (1 - beta + h) d + h, d = 1 - r, without cancellation
    middle = 1 - momentum + h
    d = 2 * h / (middle + np.sqrt(max(middle**2 - 4 * h, 0)))
    assert point.field.item() == pytest.approx(d / h, rel=1e-11)


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
def test_field_satisfies_the_functional_equation(momentum):
    ball = Ball(0.2 * (1 - momentum**0.5) ** 2, momentum)
    here = ball.manifold(Softened(), START).field
    there = START - ball.step_size * here
    expected = Softened().gradient(there) + momentum * here
    assert ball.manifold(Softened(), there).field == pytest.approx(expected, rel=1e-14)


def test_field_matches_a_run_that_started_long_ago():
    ball = Ball(0.005, 0.8)
    run = ball.run(Softened(), [3.0, 2.0], 200)
    field = ball.manifold(Softened(), run.points[199]).field
    assert run.directions[200] == pytest.approx(field, rel=1e-11)


def test_buffer_and_past_belong_to_one_orbit():
    ball = Ball(0.01, 0.7)
    point = ball.manifold(Softened(), np.stack([START, -START]))
    assert point.past[0] == pytest.approx(np.stack([START, -START]))
    assert point.past[:-1] == pytest.approx(point.past[1:] - 0.01 * point.momenta[1:], abs=1e-15)
    assert point.buffer == pytest.approx(point.momenta[1])
    forward = Softened().gradient(point.past[0]) + 0.7 * point.buffer
    assert forward == pytest.approx(point.field, rel=1e-14)


def test_exact_loss_matches_the_series_at_its_best():
    # L_h = sum beta^k L(c_k) - h/2 sum_{k>=1} beta^k |v_k|^2: the envelope identity, unrolled
    ball = Ball(0.002, 0.8)
    point = ball.manifold(Softened(), START)
    weights = 0.8 ** np.arange(len(point.past))
    squares = np.sum(point.momenta**2, axis=-1)
    exact = weights @ Softened().value(point.past) - 0.001 * weights[1:] @ squares[1:]
    exact += 0.8 * weights[-1] * Softened().value(point.past[-1]) / 0.2  # what lies beyond
    best = ball.loss(Softened(), START, "auto")
    assert best.value == pytest.approx(exact, abs=3 * float(best.error))
    assert best.error < 1e-8


def test_contraction_matches_the_spectrum():
    h, beta = 0.03, 0.5
    point = Ball(h, beta).manifold(Quadratic(np.diag([1.0, 0.1])), [1.0, 1.0])
    assert point.contraction == pytest.approx(h / (1 - beta**0.5) ** 2, rel=0.15)
    assert point.remainder < 1e-16


def test_a_past_that_runs_to_infinity_is_cut_and_its_remainder_told():
    ball = Ball(0.15 * (1 - 0.8**0.5) ** 2 / 4, 0.8)
    point = ball.manifold(Quartic(), [1.0])
    series = ball.field(Quartic(), [1.0], "auto")
    assert point.field == pytest.approx(series.value, abs=3 * float(series.error))
    assert len(point.past) < 200


@pytest.mark.parametrize("step_size", [0.1, 1.0])
def test_beyond_the_threshold_there_is_no_field(step_size):
    with pytest.raises(DomainError, match=r"do not contract enough .* take a smaller step size"):
        Ball(step_size, 0.5).manifold(Quadratic([[1.0]]), [1.0])


def test_a_critical_point_stays():
    point = Ball(0.01, 0.5).manifold(Quadratic([[1.0]]), [0.0])
    assert point.field.item() == point.buffer.item() == 0


def test_a_field_that_is_not_determined_to_the_tolerance_is_refused() -> None:
    class Quartic:  # whose past runs to infinity in finitely many steps
        def gradient(self, theta: np.ndarray) -> np.ndarray:
            return theta**3

    ball = Ball(0.01, 0.5)
    with pytest.raises(DomainError, match="only up to a relative"):
        ball.manifold(Quartic(), [1.0])
    assert 1e-10 < ball.manifold(Quartic(), [1.0], tolerance=1e-4).remainder <= 1e-4
