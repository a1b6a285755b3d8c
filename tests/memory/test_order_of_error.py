"""Every approximation of heavy ball is off by what it should be: measured orders of error.

Heavy ball runs for a fixed time with step sizes h and h/2; the oracle is the run itself.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from polyfam.losses import MLP, LogisticRegression
from polyfam.losses.data import load_data
from polyfam.memory import sharpness, thresholds
from tests.memory.balls import Ball

ORDERS = (1, 2, 3, 4, 5)
MOMENTUM = 0.8
#: The step size as a part of the largest one for which the series of chains converges.
PART = 0.05
STEPS = 60


class Quartic:
    """A cubic and quartic well in two parameters."""

    def gradient(self, theta):
        x, y = theta[..., 0], theta[..., 1]
        return np.stack(
            [x + 0.3 * y + 0.3 * x**2 + 0.4 * x * y, 2 * y + 0.3 * x + 0.2 * x**2 + 0.2 * y**3],
            axis=-1,
        )

    def batch(self, indices):
        return Tilted(indices)


class Tilted:
    """The well with a tilt that depends on a batch."""

    def __init__(self, indices):
        self.tilt = np.array([0.01, -0.02]) * np.mean(indices)

    def gradient(self, theta):
        return Quartic().gradient(theta) * (1 + self.tilt) + self.tilt * theta**2


@cache
def problem(name: str):
    """Return a loss, a starting point and the coarse step size."""
    if name == "well":
        loss, theta = Quartic(), np.array([0.9, -0.6])
    elif name == "logistic regression":
        loss = LogisticRegression(*load_data("breast_cancer"), ridge=0.01)
        theta = 0.3 * np.random.default_rng(0).standard_normal(loss.dimension)
    else:
        features, labels = load_data("digits")
        loss = MLP(features[:100], labels[:100], (6,))
        theta = loss.initial_point(0)
    limit = thresholds(MOMENTUM).convergence / float(sharpness(loss, theta))
    return loss, theta, PART * limit


PROBLEMS = ("well", "logistic regression", "perceptron")


def observed_order(error, step_size: float, steps: int = STEPS) -> np.ndarray:
    """Return log2 of the ratio of the errors at h and h/2, for the same time."""
    coarse, fine = (np.array(error(Ball(step_size / k, MOMENTUM), k * steps)) for k in (1, 2))
    return np.log2(coarse / fine)


@pytest.mark.parametrize("name", PROBLEMS)
def test_field_matches_the_momentum_of_a_run_from_rest(name):
    loss, theta, step_size = problem(name)

    def error(ball: Ball, steps: int) -> list[float]:
        run = ball.run(loss, theta, steps)
        point, momentum = run.points[steps - 1], run.directions[steps]
        field = ball.field(loss, point, ORDERS[-1], step=steps - 1)
        sums = np.cumsum(field.terms, axis=0)
        return np.linalg.norm(sums - momentum, axis=-1)

    assert observed_order(error, step_size) == pytest.approx(ORDERS, abs=0.15)


@pytest.mark.parametrize("name", PROBLEMS)
def test_field_matches_the_momentum_of_a_run_on_the_manifold(name):
    loss, theta, step_size = problem(name)

    def error(ball: Ball, steps: int) -> list[float]:
        run = ball.run(loss, theta, steps, state="manifold")
        point, momentum = run.points[steps - 1], run.directions[steps]
        sums = np.cumsum(ball.field(loss, point, ORDERS[-1]).terms, axis=0)
        return np.linalg.norm(sums - momentum, axis=-1)

    assert observed_order(error, step_size) == pytest.approx(ORDERS, abs=0.15)


@pytest.mark.parametrize("name", PROBLEMS)
def test_realised_field_matches_the_momentum_of_a_run_on_batches(name):
    loss, theta, step_size = problem(name)
    rng = np.random.default_rng(5)
    steps = 20
    batches = [loss.batch(rng.permutation(100)[:30]) for _ in range(steps)]

    def error(ball: Ball, _: int) -> list[float]:
        # the same batches for every h, so as many steps
        run = ball.run(None, theta, steps, batches=batches)
        field = ball.field(None, run.points[-2], ORDERS[-1], steps - 1, batches)
        return np.linalg.norm(np.cumsum(field.terms, axis=0) - run.directions[-1], axis=-1)

    assert observed_order(error, step_size / 2) == pytest.approx(ORDERS, abs=0.15)


@pytest.mark.parametrize("order", ORDERS[:4])
def test_memoryless_iteration_on_the_manifold_stays_close_to_its_order(order):
    loss, theta, step_size = problem("well")

    def error(ball: Ball, steps: int) -> float:
        run = ball.run(loss, theta, steps, state="manifold")
        return np.linalg.norm(ball.run(loss, theta, steps, order=order).points - run.points)

    # the norm of all points together is sqrt(steps) times their mean error
    assert observed_order(error, step_size) == pytest.approx(order - 0.5, abs=0.15)


@pytest.mark.parametrize("order", ORDERS[:3])
def test_memoryless_iteration_from_rest_stays_close_to_its_order(order):
    loss, theta, step_size = problem("well")

    def error(ball: Ball, steps: int) -> float:
        points = ball.run(loss, theta, steps).points
        iterates = ball.run(loss, theta, steps, order=order, step=0).points
        return np.abs(iterates[-1] - points[-1]).max()

    # the start takes as many steps for every h, so smaller ones show the order better
    assert observed_order(error, step_size / 2, 2 * STEPS) == pytest.approx(order, abs=0.15)


@pytest.mark.parametrize("order", ORDERS[:4])
def test_modified_equation_passes_the_iterates_to_its_order(order):
    loss, theta, step_size = problem("logistic regression")
    time = STEPS * step_size

    def error(ball: Ball, steps: int) -> float:
        run = ball.run(loss, theta, steps, state="manifold")
        path = ball.flow(loss, theta, [time], order, rtol=1e-9)
        return np.abs(path[-1] - run.points[-1]).max()

    assert observed_order(error, step_size) == pytest.approx(order, abs=0.15)
