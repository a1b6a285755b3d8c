"""Runs of heavy ball against its closed sum, and what is kept when they diverge."""

from __future__ import annotations

from itertools import repeat

import numpy as np
import pytest

from polyfam.errors import DomainError
from polyfam.losses import Quadratic
from polyfam.memory import DivergenceWarning
from polyfam.optimizers._rules import MomentumState
from tests.memory.balls import Ball


class Cubic:
    """L = theta^4/4 and more: diverges from far away."""

    def gradient(self, theta):
        return theta**3


def test_run_from_rest_matches_the_sum_over_all_gradients():
    matrix = np.array([[2.0, 0.3], [0.3, 1.0]])
    h, beta, steps = 0.1, 0.7, 12
    run = Ball(h, beta).run(Quadratic(matrix), [1.0, -2.0], steps)
    points = [np.array([1.0, -2.0])]
    for n in range(steps):
        points.append(points[n] - h * sum(beta**k * matrix @ points[n - k] for k in range(n + 1)))
    assert run.points == pytest.approx(np.stack(points), abs=1e-14)
    assert run.points[1:] == pytest.approx(run.points[:-1] - h * run.directions[1:], abs=1e-15)
    assert run.diverged == -1


def test_run_of_batches_takes_one_loss_a_step():
    losses = [Quadratic([[float(n)]]) for n in range(1, 5)]
    run = Ball(0.1, 0.5).run(None, [1.0], 4, batches=losses)
    theta, m = 1.0, 0.0
    for n in range(4):
        m = 0.5 * m + (n + 1) * theta
        theta -= 0.1 * m
        assert run.points[n + 1].item() == pytest.approx(theta)
        assert run.directions[n + 1].item() == pytest.approx(m)


def test_many_starts_match_runs_one_by_one():
    ball, starts = Ball(0.05, 0.6), np.linspace(0.1, 1, 6).reshape(2, 3, 1)
    together = ball.run(Cubic(), starts, 5).points
    for index in np.ndindex(2, 3):
        assert together[:, *index] == pytest.approx(ball.run(Cubic(), starts[index], 5).points)


def test_divergence_is_reported_with_its_step_and_the_rest_is_kept():
    ball, starts = Ball(0.5, 0.5), np.array([[0.1], [30.0], [3.0]])
    with pytest.warns(DivergenceWarning, match="2 of 3 runs diverged, the first at step"):
        run = ball.run(Cubic(), starts, 40)
    calm = ball.run(Cubic(), starts[0], 40)
    assert run.diverged[0] == -1
    assert run.points[:, 0] == pytest.approx(calm.points)
    for i, n in enumerate(run.diverged[1:], start=1):
        assert n > 0
        assert np.isfinite(run.points[: n + 1, i]).all()
        assert np.isnan(run.points[n + 1 :, i]).all()
    assert run.diverged[1] < run.diverged[2]


def test_a_gradient_that_is_no_number_is_reported_with_its_step():
    class Cliff:
        def gradient(self, theta):
            return np.where(theta < 0.8, np.nan, 1.0)

    with pytest.warns(DivergenceWarning, match="1 of 1 runs diverged, the first at step 3"):
        run = Ball(0.1, 0.0).run(Cliff(), [1.0], 10)
    assert run.points.shape == run.directions.shape == (5, 1)
    assert run.points[:4].ravel() == pytest.approx([1.0, 0.9, 0.8, 0.7])
    assert int(run.diverged) == 3


def test_a_start_on_the_manifold_stays_there():
    ball, bowl = Ball(0.05, 0.5), Quadratic([[1.0]])
    run = ball.run(bowl, [1.0], 20, state="manifold")
    ratios = run.points[1:] / run.points[:-1]
    assert ratios == pytest.approx(max(np.roots([1, -(1 + 0.5 - 0.05), 0.5])), rel=1e-13)


def test_a_state_of_the_wrong_shape_is_named():
    with pytest.raises(DomainError, match=r"field 'momentum' of theta's shape \(1,\), not \(2,\)"):
        Ball(0.1, 0.5).run(Cubic(), [1.0], 3, state=MomentumState(np.array([1.0, 2.0]), 0))


def test_a_gradient_of_the_wrong_shape_is_named():
    class Slope:
        def gradient(self, theta):
            return theta.sum()

    with pytest.raises(DomainError, match=r"of Slope must have the shape \(2,\) of theta, not"):
        Ball(0.1, 0.5).run(Slope(), [1.0, 2.0], 3)


def test_batches_may_be_an_iterator_and_must_be_enough():
    ball, bowl = Ball(0.1, 0.5), Quadratic([[1.0]])
    endless = ball.run(None, [1.0], 5, batches=repeat(bowl))
    assert endless.points == pytest.approx(ball.run(bowl, [1.0], 5).points)
    with pytest.raises(DomainError, match="'batches' must hold 5 losses, not 2"):
        ball.run(None, [1.0], 5, batches=[bowl, bowl])


def test_no_steps_leave_the_start():
    run = Ball(0.1, 0.5).run(Cubic(), [1.0], 0)
    assert run.points.tolist() == [[1.0]]


def test_runs_that_have_diverged_wait_at_a_finite_point() -> None:
    seen = []

    class Watched:
        def gradient(self, theta: np.ndarray) -> np.ndarray:
            seen.append(np.isfinite(theta).all())
            return theta**3

    with pytest.warns(DivergenceWarning, match="1 of 2 runs diverged"):
        Ball(0.1, 0.5).run(Watched(), [[1.0], [1e3]], 12)
    assert all(seen)


def test_a_state_takes_the_type_of_the_points() -> None:
    start = np.ones(1, np.float32)
    run = Ball(0.1, 0.5).run(Quadratic([[1.0]]), start, 2, state=MomentumState(np.ones(1), 0))
    assert run.directions[1].dtype == np.float32
    assert run.directions[1].item() == 1.5
