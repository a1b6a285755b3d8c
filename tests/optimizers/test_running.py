"""Running optimizers: many points, batches, divergence, and input that is refused."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from polyfam.errors import ArgumentTypeError, DomainError, PolyfamError
from polyfam.memory import DivergenceWarning, run
from polyfam.optimizers import (
    AdaGrad,
    Adam,
    AdamW,
    AveragedMomentum,
    GradientDescent,
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
from tests.oracles.trajectories import START, Quartic


class Shifted:
    """The parabola |theta - centre|^2 / 2."""

    def __init__(self, centre: float) -> None:
        self.centre = centre

    def gradient(self, theta: np.ndarray) -> np.ndarray:
        return theta - self.centre


def test_many_points_match_one_at_a_time() -> None:
    starts = np.random.default_rng(0).normal(size=(2, 3, 4))
    together = run(AdamW(epsilon=0.1), Quartic(), starts, steps=8, step_size=0.05).points
    for i in range(2):
        for k in range(3):
            alone = run(AdamW(epsilon=0.1), Quartic(), starts[i, k], steps=8, step_size=0.05).points
            np.testing.assert_array_equal(together[:, i, k], alone)


def test_batches_match_a_loop_by_hand() -> None:
    batches = [Shifted(1.0), Shifted(-2.0), Shifted(4.0)]
    trajectory = run(HeavyBall(0.5), None, [0.0], steps=3, step_size=0.5, batches=batches)
    theta = m = 0.0
    for n, batch in enumerate(batches):
        m = 0.5 * m + theta - batch.centre
        theta -= 0.5 * m
        assert trajectory.points[n + 1] == theta
        assert trajectory.directions[n + 1] == m


def test_divergence_is_kept_and_dated() -> None:
    with pytest.warns(DivergenceWarning, match="1 of 1 runs diverged, the first at step 6"):
        trajectory = run(GradientDescent(), Quartic(), START, steps=100, step_size=1.0)
    n = int(trajectory.diverged)
    last = trajectory.points[n]
    assert np.isfinite(last).all()
    with np.errstate(over="ignore"):
        step = last - Quartic().gradient(last)
    assert not np.isfinite(step).all()
    assert run(GradientDescent(), Quartic(), START, steps=100, step_size=0.01).diverged == -1


def test_precision_is_kept() -> None:
    single = run(Adam(), Shifted(np.float32(1)), np.zeros(2, np.float32), steps=3, step_size=0.1)
    assert single.points.dtype == np.float32
    assert run(Adam(), Shifted(1), [0, 2], steps=3, step_size=0.1).points.dtype == np.float64


@pytest.mark.parametrize("optimizer", [RMSProp(epsilon=0.0), Adam(epsilon=0.0), AdaGrad(0.0)])
def test_vanishing_gradient_without_epsilon_is_named(optimizer: Any) -> None:
    with pytest.raises(DomainError, match=r"0/0 .* at coordinate 1 of point \(2,\): .*epsilon > 0"):
        run(optimizer, Shifted(1.0), [[2.0, 3.0], [0.0, 2.0], [5.0, 1.0]], steps=3, step_size=0.5)


BETAS = [-0.1, 1, 1.0, math.nan, math.inf, "0.9", None, True, 0.5j]
RATES = [
    (AveragedMomentum, "beta"),
    (LookAhead, "beta"),
    (HeavyBall, "beta"),
    (Nesterov, "beta"),
    (QuasiHyperbolic, "beta"),
    (RMSProp, "beta"),
    (Signum, "beta"),
    (Adam, "beta1"),
    (Adam, "beta2"),
    (AdamW, "beta1"),
    (NAdam, "beta2"),
    (Lion, "beta1"),
    (Lion, "beta2"),
]
NONNEGATIVE = [
    (RMSProp, "epsilon"),
    (Adam, "epsilon"),
    (AdamW, "weight_decay"),
    (NAdam, "epsilon"),
    (NAdam, "weight_decay"),
    (AdaGrad, "epsilon"),
    (AdaGrad, "initial_square"),
    (Lion, "epsilon"),
    (Lion, "weight_decay"),
    (Signum, "epsilon"),
    (Signum, "weight_decay"),
    (LookAhead, "ahead"),
]
FLAGS = [
    (AveragedMomentum, "bias_correction"),
    (RMSProp, "epsilon_inside"),
    (Adam, "bias_correction"),
    (NAdam, "next_weight"),
    (AdaGrad, "epsilon_inside"),
    (Lion, "bias_correction"),
    (Signum, "bias_correction"),
]


@pytest.mark.parametrize(("kind", "name"), RATES, ids=lambda x: getattr(x, "__name__", x))
def test_memories_out_of_range_are_named(kind: Any, name: str) -> None:
    for value in BETAS:
        with pytest.raises(PolyfamError, match=rf"'{name}' must be a number in \[0, 1\)"):
            kind(**{name: value})
    assert getattr(kind(**{name: 0}), name) == 0


@pytest.mark.parametrize(("kind", "name"), NONNEGATIVE, ids=lambda x: getattr(x, "__name__", x))
def test_negative_hyperparameters_are_named(kind: Any, name: str) -> None:
    for value in [-1e-9, math.nan, math.inf, "1", False]:
        with pytest.raises(PolyfamError, match=f"'{name}' must be a finite number and at least 0"):
            kind(**{name: value})


@pytest.mark.parametrize(("kind", "name"), FLAGS, ids=lambda x: getattr(x, "__name__", x))
def test_flags_that_are_none_are_named(kind: Any, name: str) -> None:
    for value in [1, None, "inside"]:
        with pytest.raises(PolyfamError, match=f"'{name}' must be True or False"):
            kind(**{name: value})


def test_other_hyperparameters_are_named() -> None:
    with pytest.raises(PolyfamError, match=r"'nu' must be a number in \[0, 1\)"):
        QuasiHyperbolic(nu=1.5)
    with pytest.raises(PolyfamError, match="'gradient_of_k' must be a function"):
        LionK(1.0)


def test_bad_runs_are_refused_in_one_sentence() -> None:
    with pytest.raises(PolyfamError, match="'step_size' must be a finite number above 0, not 0"):
        run(Adam(), Quartic(), START, steps=3, step_size=0)
    with pytest.raises(PolyfamError, match="'steps' must be at least 0"):
        run(Adam(), Quartic(), START, steps=-3, step_size=0.1)
    with pytest.raises(ArgumentTypeError, match="'steps' must be an integer"):
        run(Adam(), Quartic(), START, steps=2.5, step_size=0.1)
    with pytest.raises(PolyfamError, match="'batches' must hold 3 losses, not 2"):
        run(Adam(), None, START, steps=3, step_size=0.1, batches=[Quartic()] * 2)
    with pytest.raises(PolyfamError, match="'theta' must be finite"):
        run(Adam(), Quartic(), [0.0, math.nan], steps=3, step_size=0.1)
    with pytest.raises(PolyfamError, match=r"'theta' must have shape \(..., d\)"):
        run(Adam(), Quartic(), 1.0, steps=3, step_size=0.1)

    class Scalar:
        def gradient(self, theta: np.ndarray) -> float:
            return theta.sum()

    with pytest.raises(PolyfamError, match=r"gradient of Scalar must have the shape \(4,\)"):
        run(Adam(), Scalar(), START, steps=3, step_size=0.1)
