"""Our optimizers against frozen trajectories of torch.optim and optax, and against histories."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from polyfam.memory import run
from polyfam.optimizers import (
    AdaGrad,
    Adam,
    AdamW,
    AveragedMomentum,
    HeavyBall,
    Lion,
    LionK,
    LookAhead,
    NAdam,
    Nesterov,
    QuasiHyperbolic,
    RMSProp,
    Signum,
)
from tests.oracles.trajectories import START, STEP_SIZE, Case, Quartic, cases, ours


def named(value: Any) -> str:
    """Return a name that is the same in every process."""
    return re.sub(" at 0x[0-9a-f]+", "", str(value))[:60]


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.id)
def test_trajectory_matches_frozen_peer(case: Case) -> None:
    mine = ours(case.optimizer, case.hyperparameters)
    np.testing.assert_allclose(mine, case.points, rtol=1e-13, atol=1e-14)


def history_sum(weights: Any, gradients: list[np.ndarray]) -> np.ndarray:
    """Return the sum of weights(k) times the gradient k steps ago."""
    n = len(gradients) - 1
    return sum(weights(k) * gradients[n - k] for k in range(n + 1))


def mean(beta: float, correct: bool) -> Any:
    """Return the exponential average of a list, as a sum over the past."""

    def average(values: list[np.ndarray]) -> np.ndarray:
        total = history_sum(lambda k: (1 - beta) * beta**k, values)
        return total / (1 - beta ** len(values)) if correct else total

    return average


def mix(beta1: float, beta2: float, correct: bool) -> Any:
    """Return Lion's mixture of a list, as a sum over the past."""

    def mixture(values: list[np.ndarray]) -> np.ndarray:
        total = history_sum(
            lambda k: beta1 * (1 - beta2) * beta2 ** (k - 1) if k else 1 - beta1, values
        )
        return total / (1 - beta1 * beta2 ** (len(values) - 1)) if correct else total

    return mixture


def squares(gradients: list[np.ndarray]) -> list[np.ndarray]:
    return [g**2 for g in gradients]


def nadam(g: list[np.ndarray], theta: np.ndarray) -> np.ndarray:
    ahead = 0.7 * mean(0.7, True)(g) + 0.3 / (1 - 0.7 ** len(g)) * g[-1]
    return ahead / np.sqrt(mean(0.9, True)(squares(g)) + 1e-3) + 0.25 * theta


#: Optimizers and their directions as functions of the whole history.
HISTORIES = [
    (HeavyBall(0.8), lambda g, _: history_sum(lambda k: 0.8**k, g)),
    (AveragedMomentum(0.8), lambda g, _: mean(0.8, False)(g)),
    (AveragedMomentum(0.8, bias_correction=True), lambda g, _: mean(0.8, True)(g)),
    (Nesterov(0.8), lambda g, _: g[-1] + 0.8 * history_sum(lambda k: 0.8**k, g)),
    (QuasiHyperbolic(0.8, 0.3), lambda g, _: 0.7 * g[-1] + 0.3 * mean(0.8, False)(g)),
    (
        LookAhead(0.8, 0.5),
        lambda g, _: history_sum(lambda k: 0.7 * 0.8 ** (k - 1) if k else 1.5, g),
    ),
    (
        RMSProp(0.8, 1e-3, bias_correction=True, epsilon_inside=False),
        lambda g, _: g[-1] / (np.sqrt(mean(0.8, True)(squares(g))) + 1e-3),
    ),
    (
        Adam(0.7, 0.9, 1e-3, bias_correction=False),
        lambda g, _: mean(0.7, False)(g) / np.sqrt(mean(0.9, False)(squares(g)) + 1e-3),
    ),
    (
        AdamW(0.7, 0.9, 1e-3, weight_decay=0.25),
        lambda g, theta: (
            mean(0.7, True)(g) / np.sqrt(mean(0.9, True)(squares(g)) + 1e-3) + 0.25 * theta
        ),
    ),
    (NAdam(0.7, 0.9, 1e-3, weight_decay=0.25), nadam),
    (AdaGrad(1e-3), lambda g, _: g[-1] / np.sqrt(sum(squares(g)) + 1e-3)),
    (
        Lion(0.7, 0.9, 0.1, 0.25, bias_correction=True),
        lambda g, theta: soft(mix(0.7, 0.9, True)(g)) + 0.25 * theta,
    ),
    (
        LionK(np.exp, 0.7, 0.9, 0.25),
        lambda g, theta: -np.exp(-mix(0.7, 0.9, False)(g)) + 0.25 * theta,
    ),
    (
        Signum(0.9, 0.1, 0.25, bias_correction=True),
        lambda g, theta: soft(mean(0.9, True)(g)) + 0.25 * theta,
    ),
]


def soft(x: np.ndarray) -> np.ndarray:
    return x / np.sqrt(x**2 + 0.1)


@pytest.mark.parametrize(("optimizer", "direction"), HISTORIES, ids=named)
def test_directions_match_sums_over_the_history(optimizer: Any, direction: Any) -> None:
    points = run(optimizer, Quartic(), START, steps=12, step_size=STEP_SIZE).points
    gradients = [Quartic().gradient(theta) for theta in points[:-1]]
    for n, theta in enumerate(points[:-1]):
        expected = theta - STEP_SIZE * direction(gradients[: n + 1], theta)
        np.testing.assert_allclose(points[n + 1], expected, rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize("ahead", [0.0, 0.5, 0.8, 1.7])
def test_look_ahead_matches_the_two_point_recursion(ahead: float) -> None:
    optimizer = LookAhead(0.8, ahead)
    theta = np.array(START)
    state = optimizer.init(theta)
    before = here = theta
    for _ in range(12):
        step = here - before
        before, here = (
            here,
            here + 0.8 * step - STEP_SIZE * Quartic().gradient(here + ahead * step),
        )
        state, direction = optimizer.update(state, Quartic().gradient(theta), theta)
        theta = theta - STEP_SIZE * direction
        point = optimizer.point(state, theta, STEP_SIZE)
        np.testing.assert_allclose(point, here, rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (QuasiHyperbolic(0.8, 1.0), AveragedMomentum(0.8)),
        (LionK(lambda x: x, 0.8, 0.8), AveragedMomentum(0.8)),
        (LionK(lambda x: x, 0.8, 0.8, bias_correction=True), AveragedMomentum(0.8, True)),
        (Lion(0.8, 0.8, 0.1, 0.5), Signum(0.8, 0.1, 0.5)),
        (Lion(0.7, 0.8, 0.1, 0.5), LionK(lambda x: x / np.sqrt(x * x + 0.1), 0.7, 0.8, 0.5)),
        (Adam(0.0, 0.8, 0.1), RMSProp(0.8, 0.1, bias_correction=True)),
        (AdamW(0.7, 0.8, 0.1, weight_decay=0.0), Adam(0.7, 0.8, 0.1)),
        (LookAhead(0.8), Nesterov(0.8)),
        (LookAhead(0.8, 0.0), HeavyBall(0.8)),
    ],
    ids=named,
)
def test_special_cases_match_each_other(one: Any, other: Any) -> None:
    a, b = (
        run(optimizer, Quartic(), START, steps=12, step_size=STEP_SIZE).points
        for optimizer in (one, other)
    )
    np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-13)
